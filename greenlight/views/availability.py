"""The models an account sees, against what is known of them: capabilities, end, price."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from greenlight.generate.fitting import retirement
from greenlight.generate.models import ModelRow, models, retired_models
from greenlight.generate.request import Role
from greenlight.money.prices import UnpricedModel, price_of, stale
from greenlight.money.quote import today
from greenlight.settings import ModelSettings, Platform, Profile

SOON = timedelta(days=120)
"""A production may run for weeks, and a change of models takes rehearsal."""

ANSWER_SECONDS = 15.0

Seen = Mapping[Platform, frozenset[str]]
"""What an account sees on each platform that it opens."""


class RosterRow(BaseModel):
    """One model: where it is and is seen, how long, at what price, and what is wrong with that.

    `used` are the roles that the profile gives it; `says` is empty when all is well.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    role: Role
    verdict: Literal["ok", "warn", "bad"]
    used: tuple[Role, ...]
    platforms: tuple[Platform, ...]
    seen: tuple[Platform, ...]
    status: Literal["stable", "deprecated", "retired"]
    retires: date | None
    earliest: bool
    successor: str
    price: str
    says: tuple[str, ...]
    source: str


class Roster(BaseModel):
    """All known models, and those that the account sees and that nothing is known of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    models: tuple[RosterRow, ...]
    unlisted: tuple[str, ...]
    """Names that an account sees and `models.toml` does not have: nothing can be asked of them."""


def look(profile: Profile) -> Roster:
    """The roster of a profile's account; free calls only. Raises Rejected and Unreachable."""
    from greenlight.generate.link import Timeouts
    from greenlight.workspace import open_models

    async def seen() -> Seen:
        async with open_models(profile, Timeouts(free=ANSWER_SECONDS)) as service:
            return {
                platform: frozenset(await service.list_models(platform))
                for platform in profile.models.platforms
            }

    return roster(profile.models, asyncio.run(seen()), today())


def roster(settings: ModelSettings, seen: Seen, on: date) -> Roster:
    """The roster as it stands on a day (UTC)."""
    rows = [_row(row, settings, seen, on) for row in models()]
    rows += [
        RosterRow(
            name=gone.name,
            role=gone.role,
            verdict="bad" if gone.name in _names(settings) else "ok",
            used=_used(settings, gone.name),
            platforms=(),
            seen=_places(seen, gone.name),
            status="retired",
            retires=gone.retired,
            earliest=False,
            successor=gone.successor,
            price="",
            says=(f"retired on {gone.retired}: name {gone.successor} instead",),
            source=gone.lifecycle,
        )
        for gone in retired_models()
        if gone.name in _names(settings) or _places(seen, gone.name)
    ]
    known = {row.name for row in rows}
    unlisted = sorted(frozenset().union(*seen.values()) - known)
    return Roster(models=tuple(rows), unlisted=tuple(unlisted))


def _row(row: ModelRow, settings: ModelSettings, seen: Seen, on: date) -> RosterRow:
    used, places = _used(settings, row.name), _places(seen, row.name)
    price, lacking = _price(row, on)
    gone = row.retired(on)
    says = [*_end(row, on), *lacking]
    if not places:
        opened = [platform for platform in row.platforms if platform in seen]
        where = " or ".join(opened)
        says.append(
            f"this account does not see it on {where}"
            if opened
            else f"this account opens no platform that has it ({', '.join(row.platforms)})"
        )
    broken = gone or not places or not price
    return RosterRow(
        name=row.name,
        role=row.role,
        verdict="bad" if used and broken else "warn" if used and says else "ok",
        used=used,
        platforms=row.platforms,
        seen=places,
        status="retired" if gone else row.status,
        retires=row.retires,
        earliest=row.earliest,
        successor=row.successor,
        price=price,
        says=tuple(says),
        source=row.lifecycle,
    )


def _end(row: ModelRow, on: date) -> Iterator[str]:
    if row.retired(on):
        yield f"retired on {row.retires}: name {row.successor} instead"
    elif row.status == "deprecated":
        yield retirement(row)
    elif row.retires is not None and row.retires <= on + SOON:
        yield f"it ends on {row.retires}: its successor is {row.successor or 'not named yet'}"


def _price(row: ModelRow, on: date) -> tuple[str, list[str]]:
    """The price in force in one line, and what the price list lacks."""
    try:
        price = price_of(row.name, on)
    except UnpricedModel as error:
        return "", [str(error)]
    lacking = list(stale([row.name], on))
    for what, able, priced in (
        ("size", row.image_sizes, price.image),
        ("resolution", row.resolutions, price.second),
    ):
        missing = [value for value in able if value not in priced]
        if missing:
            lacking.append(f"no price for {what} {', '.join(missing)}")
    return price.label, lacking


def _names(settings: ModelSettings) -> tuple[str, ...]:
    return settings.text, settings.image, settings.video


def _used(settings: ModelSettings, name: str) -> tuple[Role, ...]:
    roles: dict[Role, str] = {
        "text": settings.text,
        "image": settings.image,
        "video": settings.video,
    }
    return tuple(role for role, used in roles.items() if used == name)


def _places(seen: Seen, name: str) -> tuple[Platform, ...]:
    return tuple(platform for platform, names in seen.items() if name in names)

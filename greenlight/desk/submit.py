"""Submit: a valid brief becomes a production with a run of its own."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from greenlight.access.allowance import enter_submit
from greenlight.access.signature import Signature
from greenlight.briefs.intake import Intake
from greenlight.errors import (
    DecisionNeeded,
    Forbidden,
    InvalidInput,
    NotFound,
    Refused,
    ServiceUnavailable,
)
from greenlight.generate.fitting import RoleModels, check_abilities
from greenlight.generate.models import common_aspect_ratios, usable
from greenlight.money.amounts import usd
from greenlight.money.quote import Quote, today
from greenlight.money.quoting import brief_quote
from greenlight.production.brief import Brief
from greenlight.production.framing import source_for
from greenlight.production.names import slug
from greenlight.production.records import ProductionRecord, RunRecord
from greenlight.runs import PrefectAway, Runs
from greenlight.settings import Profile
from greenlight.store.keys import Keys, index_key, open_key
from greenlight.store.objects import ObjectStore
from greenlight.store.records import Clock, RecordStore, now
from greenlight.upkeep.waking import start
from greenlight.workspace import platform_of

Confirm = Callable[[Quote], None]
"""Hears the quote before anything is made, and raises where it is not accepted."""


class Draft(NamedTuple):
    """The record that a submit would write, and the quote of its brief."""

    record: ProductionRecord
    quote: Quote


class Submitted(NamedTuple):
    """A production under way."""

    production: str
    flow_run: str
    quote: Quote
    budget_usd: Decimal | None
    repeated: bool
    """Whether this key had made the production before."""


def submit(
    profile: Profile,
    store: ObjectStore,
    runs: Runs,
    intake: Intake,
    who: Signature,
    *,
    key: str = "",
    confirm: Confirm | None = None,
    most_usd: Decimal | None = None,
    batch: str = "",
    flow_run: str = "",
    clock: Clock = now,
) -> Submitted:
    """Makes a production of what was handed in and starts its run; see `Desk.submit`."""
    found = draft(profile, intake.brief, "", who.who, clock())
    brief = within(intake.brief, found.quote, who, most_usd, simulated=profile.simulated)
    _confirm(profile, brief, found.quote, confirm, bounded=who.most_usd is not None)
    production = new_id(brief, key) if key else free_id(store, brief)
    repeated = bool(key) and _submitted(store, production)
    brief = with_allowance(store, brief, found.quote, who, production, clock())
    update = {"production": production, "brief": brief, "batch": batch}
    record = register(store, found.record.model_copy(update=update), intake.pictures)
    if flow_run:
        run = RunRecord(at=clock(), number=1, flow_run=flow_run, cause="submit")
        RecordStore(store, Keys(record.show, production)).claim(run)
    else:
        try:
            flow_run = start(store, runs, record, "submit", 1)
        except ServiceUnavailable as error:
            kind = PrefectAway if isinstance(error, PrefectAway) else ServiceUnavailable
            raise kind(
                f"{production} is recorded, and recovery starts it once Prefect answers: {error}"
            ) from error
    return Submitted(production, flow_run, found.quote, record.brief.budget_usd, repeated)


def draft(
    profile: Profile, brief: Brief, production: str, who: str, at: datetime | None = None
) -> Draft:
    """A brief's record and quote; raises InvalidInput for models that it cannot use."""
    chosen, defaults, day = brief.models, profile.models, today()
    models = RoleModels(
        text=usable(chosen.text or defaults.text, "text", day),
        image=usable(chosen.image or defaults.image, "image", day),
        video=usable(chosen.video or defaults.video, "video", day),
    )
    for row in models:
        platform_of(profile, brief, row.name)
    check_abilities(models)
    drawn = common_aspect_ratios(models.image.name, models.video.name)
    record = ProductionRecord(
        at=at or now(),
        production=production,
        show=brief.show,
        brief=brief,
        text_model=models.text.name,
        image_model=models.image.name,
        video_model=models.video.name,
        simulated=profile.simulated,
        submitted_by=who,
        quote_usd=Decimal(0),
        source_ratio=source_for(brief.aspect_ratio, drawn),
    )
    quote = brief_quote(record)
    return Draft(record.model_copy(update={"quote_usd": quote.total}), quote)


def within(
    brief: Brief,
    quote: Quote,
    who: Signature,
    most_usd: Decimal | None = None,
    *,
    simulated: bool = True,
) -> Brief:
    """The brief with a budget that its author may give; raises Refused for a quote above that.

    `most_usd` is the ceiling that was named for this submit. An agent submits nothing without a
    ceiling, and spends real money under that of its token alone.
    """
    ceilings = [most for most in (who.most_usd, most_usd) if most is not None]
    if who.principal.startswith("agent:") and (
        not ceilings or (who.most_usd is None and not simulated)
    ):
        raise Forbidden(
            f"the token of {who.who} names no ceiling, so it cannot submit: a producer gives one "
            "with `greenlight people token NAME --most USD`"
        )
    if not ceilings:
        return brief
    most = min(ceilings)
    if quote.total > most:
        raise Refused(
            f"{brief.title!r} is quoted at up to {usd(quote.total)}, and {who.who} may submit "
            f"up to {usd(most)}: fewer shots or seconds, or a token with a higher ceiling"
        )
    limit = most if brief.budget_usd is None else min(most, brief.budget_usd)
    return brief.model_copy(update={"budget_usd": limit})


def _confirm(
    profile: Profile, brief: Brief, quote: Quote, confirm: Confirm | None, *, bounded: bool
) -> None:
    """Has the quote confirmed; a token's ceiling confirms what stays within it."""
    if confirm is not None:
        confirm(quote)
    elif not profile.simulated and not bounded:
        raise DecisionNeeded(
            f"{brief.title!r} is not started: profile {profile.name!r} spends real money, "
            f"{quote.most}, and the quote is not confirmed (confirm it with `greenlight submit "
            f"BRIEF --profile {profile.name}` at a terminal)"
        )


def with_allowance(
    store: ObjectStore,
    brief: Brief,
    quote: Quote,
    who: Signature,
    production: str,
    at: datetime,
) -> Brief:
    """The brief with the budget that its token has left; raises Refused for too little.

    The production counts against the token from here on, however often it is submitted.
    """
    if not who.token or who.day_usd is None:
        return brief
    wanted = brief.budget_usd if brief.budget_usd is not None else who.day_usd
    budget = enter_submit(store, who, production, min(quote.total, wanted), wanted, at)
    return brief.model_copy(update={"budget_usd": budget})


def new_id(brief: Brief, key: str) -> str:
    """A readable id; the same `key` gives the same id, which makes a submit repeatable."""
    return f"{_stem(brief)}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def free_id(
    store: ObjectStore, brief: Brief, draw: Callable[[int], str] = secrets.token_hex
) -> str:
    """A readable id that no production had, claimed: two submits of one title are two."""
    size = 2
    while True:
        name = f"{_stem(brief)}-{draw(size)}"
        if store.put_once(index_key(name), _claim(brief.show)):
            return name
        size += 1


def _stem(brief: Brief) -> str:
    return slug(brief.title) or "production"


def _claim(show: str) -> bytes:
    return json.dumps({"schema_version": 1, "show": show}).encode()


def register(
    store: ObjectStore,
    record: ProductionRecord,
    pictures: Mapping[str, tuple[bytes, str]] | None = None,
) -> ProductionRecord:
    """Writes the production's first records; repeating it changes nothing."""
    production = record.production
    keys = Keys(record.show, production)
    claim = _claim(record.show)
    if not store.put_once(index_key(production), claim):
        show = json.loads(store.get(index_key(production)))["show"]
        if show != record.show:
            raise InvalidInput(f"production {production!r} exists already in show {show!r}")
    for digest, (data, mime) in (pictures or {}).items():
        store.put_once(keys.reference(digest, mime), data, mime)
    store.put_once(open_key(production), claim)
    return RecordStore(store, keys).claim(record)


def _submitted(store: ObjectStore, production: str) -> bool:
    """Whether a production of that id has been claimed."""
    try:
        store.head(index_key(production))
    except NotFound:
        return False
    return True

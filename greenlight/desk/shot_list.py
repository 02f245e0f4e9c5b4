"""The shot list in people's hands: edit, add, drop, reorder; every change is a new version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from greenlight.errors import InvalidInput, Refused
from greenlight.intake import first_problem
from greenlight.production.brief import Reference
from greenlight.production.cast import cast_of
from greenlight.production.facts import Facts
from greenlight.production.names import is_shot
from greenlight.production.records import ShotListRecord
from greenlight.production.shots import Shot
from greenlight.stages.breakdown import shot_list_hash
from greenlight.store.records import now
from greenlight.studio import Studio


class Change(BaseModel):
    """What is to be different: fields per shot, shots added after another, dropped, reordered."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fields: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    add_after: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    drop: tuple[str, ...] = ()
    order: tuple[str, ...] = ()


def newest_list(facts: Facts) -> ShotListRecord:
    """The newest version, approved or not; raises Refused when there is none yet."""
    if not facts.shot_lists:
        raise Refused("there is no shot list yet: the breakdown is still being made")
    return facts.shot_lists[max(facts.shot_lists)]


def apply(base: ShotListRecord, change: Change) -> list[dict[str, Any]]:
    """The rows of the changed list, new ones without id; raises InvalidInput for unknown shots."""
    rows = {s.id: s.model_dump(mode="json") for s in base.shots}
    mentioned = [*change.fields, *change.add_after, *change.drop, *change.order]
    for shot in mentioned:
        if shot not in rows:
            raise InvalidInput(f"{shot!r} is not in the shot list (shots: {', '.join(rows)})")
    for shot, fields in change.fields.items():
        for name, value in fields.items():
            if name not in Shot.model_fields or name == "id":
                known = ", ".join(n for n in Shot.model_fields if n != "id")
                raise InvalidInput(f"unknown field {name!r} of a shot (known: {known})")
            rows[shot][name] = _value(name, value)
    order = list(change.order) or list(rows)
    if change.order and set(change.order) | set(change.drop) != set(rows):
        missing = sorted(set(rows) - set(change.order) - set(change.drop))
        raise InvalidInput(f"the new order leaves out {', '.join(missing)}: drop them or name them")
    result: list[dict[str, Any]] = []
    for shot in order:
        if shot not in change.drop:
            result.append(rows[shot])
        if shot in change.add_after:
            fields = change.add_after[shot]
            like = {k: v for k, v in rows[shot].items() if k in _INHERITED}
            result.append({**like, **{k: _value(k, v) for k, v in fields.items()}, "after": shot})
    return result


_INHERITED = ("subject", "setting", "time_of_day", "lighting", "mood", "palette", "style")


def _value(name: str, text: str) -> Any:
    if name in ("palette", "references"):
        return [part.strip() for part in text.split(",") if part.strip()]
    return int(text) if name == "lens_mm" and text.isdigit() else text


def write(
    studio: Studio, facts: Facts, rows: Sequence[Mapping[str, Any]], who: str, note: str
) -> ShotListRecord:
    """A new version from complete rows; rows without an id are inserted where they stand.

    Works without an earlier version too, so that a person can write the list that no model could.
    Raises InvalidInput with the first problem in one line, and Refused when somebody else has
    just written a version; nothing is lost then.
    """
    base = facts.shot_lists[max(facts.shot_lists)] if facts.shot_lists else None
    before = base.shots if base else ()
    dropped = set(base.dropped) if base else set()
    for name in sorted(dropped & {str(r.get("id")) for r in rows}):
        raise InvalidInput(f"{name} was dropped, and its id is never given out again: leave it out")
    cast = cast_of(studio.production.brief, base)
    shots = _checked(rows, {*dropped, *(s.id for s in before)}, cast)
    if shots == list(before):
        raise InvalidInput("nothing was changed")
    record = ShotListRecord(
        at=now(),
        version=facts.newest("shotlist") + 1,
        logline=base.logline if base else "",
        shots=tuple(shots),
        subjects=base.subjects if base else (),
        dropped=tuple(sorted(dropped | {s.id for s in before} - {s.id for s in shots})),
        edited_from=base.version if base else None,
        made_by=who,
        note=note,
        sha256=shot_list_hash(shots, base.subjects if base else ()),
    )
    if studio.records.claim(record) != record:
        # Made from a list that is no longer the newest, it would bring back what was dropped there.
        raise Refused("somebody else has just changed this shot list: look again")
    return record


def _checked(
    rows: Sequence[Mapping[str, Any]], taken: set[str], references: Sequence[Reference]
) -> list[Shot]:
    if not rows:
        raise InvalidInput("a shot list needs at least one shot")
    ids = _ids(rows, taken)
    shots: list[Shot] = []
    names = {r.name for r in references}
    for name, row in zip(ids, rows, strict=True):
        fields = {k: v for k, v in row.items() if k not in ("id", "after")}
        if "seconds" in fields:
            fields["seconds"] = str(fields["seconds"])
        try:
            shot = Shot.model_validate({**fields, "id": name})
        except ValidationError as error:
            raise InvalidInput(f"{name}: {first_problem(error, Shot)}") from error
        for reference in shot.references:
            if reference not in names:
                known = ", ".join(sorted(names)) or "none"
                raise InvalidInput(
                    f"{name}: no character, place or prop {reference!r} (known: {known})"
                )
        shots.append(shot)
    return shots


def _ids(rows: Sequence[Mapping[str, Any]], taken: set[str]) -> list[str]:
    """Ids for all rows: those given, and for new ones a free number between their neighbours."""
    ids: list[str] = []
    given = [str(r["id"]) if r.get("id") else "" for r in rows]
    for name in given:
        if name and not is_shot(name):
            raise InvalidInput(f"{name!r} is not a shot id (write sq010_sh0020)")
        if name and given.count(name) > 1:
            raise InvalidInput(f"shot {name} is listed twice")
    used = {*taken, *filter(None, given)}
    for position, name in enumerate(given):
        if not name:
            following = next((g for g in given[position + 1 :] if g), "")
            name = _between(ids[-1] if ids else "", following, used)
            used.add(name)
        ids.append(name)
    return ids


def _between(before: str, after: str, used: set[str]) -> str:
    """A free id after `before` and, while there is room, ahead of `after`."""
    sequence = (before or after or "sq010_sh0000").split("_")[0]
    low = int(before.split("_sh")[1]) if before else 0
    high = int(after.split("_sh")[1]) if after.startswith(sequence) else low + 20
    if high > low + 1:
        middle = low + (high - low) // 2 if after.startswith(sequence) else low + 10
        for step in range(high - low):
            for number in (middle + step, middle - step):
                name = f"{sequence}_sh{number:04d}"
                if low < number < high and name not in used:
                    return name
    # No number is left between the neighbours: order lives in the list, so any free id will do.
    number = low + 10
    while f"{sequence}_sh{number:04d}" in used:
        number += 10
    return f"{sequence}_sh{number:04d}"

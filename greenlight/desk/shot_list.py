"""The shot list in people's hands: every change is a new version, and no id is given out twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from greenlight.errors import InvalidInput, Refused
from greenlight.production.brief import Brief, Reference
from greenlight.production.cast import cast_of
from greenlight.production.facts import Facts
from greenlight.production.names import is_shot
from greenlight.production.problems import sentences
from greenlight.production.records import ShotListRecord
from greenlight.production.shots import Shot
from greenlight.production.state import fold
from greenlight.stages.breakdown import shot_list_hash
from greenlight.store.records import now
from greenlight.workspace import Workspace

MOST_SHOTS = 200
"""Of a list that people write; a breakdown has fewer."""

_OURS = ("id", "sequence")


def demand_open(production: str, facts: Facts) -> None:
    """Raises Refused once a production is over: nothing would come of another shot list."""
    state = fold(facts)
    if state.cancelled:
        raise Refused(f"{production} was cancelled: its shot list stands")
    if state.delivered:
        raise Refused(
            f"{production} is delivered: its shot list stands (submit the brief again in the same "
            "show, and what is settled is used again)"
        )


def edited(
    facts: Facts,
    rows: Sequence[Mapping[str, Any]],
    brief: Brief,
    who: str,
    note: str,
    seen: int | None = None,
) -> ShotListRecord:
    """The version that complete rows come to; rows without an id are inserted where they stand.

    Works without an earlier version too, so that a person can write the list that no model could.
    A row's `sequence` says which scene or sequence a new shot belongs to. `seen` is the version
    that the rows were made from. Raises InvalidInput with the first problem in one line, and
    Refused when there is a newer version than the one seen.
    """
    base = facts.shot_lists[max(facts.shot_lists)] if facts.shot_lists else None
    if seen is not None and seen != (base.version if base else 0):
        assert base is not None
        raise Refused(
            f"{base.made_by} has changed this shot list meanwhile ({base.take}): look again, "
            "nothing of yours was recorded"
        )
    before = base.shots if base else ()
    dropped = set(base.dropped) if base else set()
    for name in sorted(dropped & {str(r.get("id")) for r in rows}):
        raise InvalidInput(f"{name} was dropped, and its id is never given out again: leave it out")
    shots = _checked(rows, {*dropped, *(s.id for s in before)}, cast_of(brief, base))
    if shots == list(before):
        raise InvalidInput("nothing was changed")
    return ShotListRecord(
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


def write(workspace: Workspace, record: ShotListRecord) -> None:
    """Records a version; raises Refused when somebody else has just written it."""
    if workspace.records.claim(record) != record:
        # Made from a list that is no longer the newest, it would bring back what was dropped there.
        raise Refused("somebody else has just changed this shot list: look again")


def _checked(
    rows: Sequence[Mapping[str, Any]], taken: set[str], references: Sequence[Reference]
) -> list[Shot]:
    if not rows:
        raise InvalidInput("a shot list needs at least one shot")
    if len(rows) > MOST_SHOTS:
        raise InvalidInput(
            f"{len(rows)} shots are too many for one production (at most {MOST_SHOTS}): "
            "submit the rest as another one of the same show"
        )
    ids = _ids(rows, taken)
    shots: list[Shot] = []
    names = {r.name for r in references}
    for name, row in zip(ids, rows, strict=True):
        fields = {k: v for k, v in row.items() if k not in _OURS}
        if "seconds" in fields:
            fields["seconds"] = str(fields["seconds"])
        try:
            shot = Shot.model_validate({**fields, "id": name})
        except ValidationError as error:
            raise InvalidInput(f"{name}: {sentences(error, Shot)}") from error
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
    sequences = _sequences(rows, used)
    for position, name in enumerate(given):
        if not name:
            following = [g for g in given[position + 1 :] if g]
            sequence = sequences.get(str(rows[position].get("sequence", "")))
            name = _between(*_free(ids, following, sequence), used)
            used.add(name)
        ids.append(name)
    return ids


def _sequences(rows: Sequence[Mapping[str, Any]], used: set[str]) -> dict[str, str]:
    """A sequence for every scene that new rows name: their own id, that of rows beside, or new."""
    found: dict[str, str] = {}
    for row in rows:
        if row.get("sequence") and row.get("id"):
            found.setdefault(str(row["sequence"]), str(row["id"]).split("_")[0])
    highest = max((int(name.split("_")[0][2:]) for name in used), default=0)
    for row in rows:
        scene = str(row.get("sequence", ""))
        if not scene or row.get("id") or scene in found:
            continue
        if is_shot(f"{scene}_sh0010"):
            found[scene] = scene
        else:
            highest = highest // 10 * 10 + 10
            found[scene] = f"sq{highest:03d}"
    return found


def _free(before: list[str], after: list[str], sequence: str | None) -> tuple[str, str]:
    """The neighbours that a new id goes between, in the sequence that its row names."""
    if sequence is None:
        return (before[-1] if before else ""), (after[0] if after else "")
    mine = [name for name in before if name.startswith(f"{sequence}_")]
    following = next((name for name in after if name.startswith(f"{sequence}_")), "")
    return (mine[-1] if mine else f"{sequence}_sh0000"), following


def _between(before: str, after: str, used: set[str]) -> str:
    """A free id after `before` and, while there is room, ahead of `after`."""
    sequence = (before or after or "sq010_sh0000").split("_")[0]
    low = int(before.split("_sh")[1]) if before else 0
    if after.startswith(sequence):
        high = int(after.split("_sh")[1])
        middle = low + (high - low) // 2
        for step in range(high - low):
            for number in (middle + step, middle - step):
                name = f"{sequence}_sh{number:04d}"
                if low < number < high and name not in used:
                    return name
    # At the end, or with no number left between the neighbours: order lives in the list.
    number = low // 10 * 10 + 10
    while f"{sequence}_sh{number:04d}" in used:
        number += 10
    return f"{sequence}_sh{number:04d}"

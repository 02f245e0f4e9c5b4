"""Stale: takes that no longer count because what they were made from has changed."""

from __future__ import annotations

from greenlight.production.facts import Facts
from greenlight.production.names import TakeId, story_order
from greenlight.production.shots import clip_hash
from greenlight.production.state import State, fold


def stale(facts: Facts, state: State) -> set[TakeId]:
    """Every take of a kept shot, animatic and cut that was made for something else than holds.

    A take that was not chosen is not stale: it was made for what holds, and may be chosen yet.
    """
    if facts.production is None:
        return set()
    wanted: dict[tuple[str, str], str] = {}
    for sheet in state.sheets:
        wanted["sheet", sheet.slug] = sheet.spec_hash
    for found in state.shots:
        if found.stage == "omitted":
            continue
        shot = found.shot
        wanted["frame", shot.id] = found.frame_hash  # none while a sheet of it is made again
        if found.frame is not None:
            wanted["clip", shot.id] = clip_hash(shot, found.frame.sha256)
        elif any(t.kind == "clip" and t.shot == shot.id for t in facts.takes):
            wanted["clip", shot.id] = ""  # no frame is approved, so that no clip is of it
    if any(t.kind == "cut" for t in facts.takes):
        wanted["cut", ""] = state.cut.spec_hash if state.cut else ""
    if any(t.kind == "animatic" for t in facts.takes):
        wanted["animatic", ""] = state.animatic.spec_hash if state.animatic else ""
    return {
        take
        for take, record in facts.takes.items()
        if wanted.get((take.kind, take.shot), record.spec_hash) != record.spec_hash
    }


def turned_stale(before: Facts, after: Facts) -> list[TakeId]:
    """What counted by the facts of `before` and does not by those of `after`, in story order."""
    turned = stale(after, fold(after)) - stale(before, fold(before))
    return sorted(turned, key=story_order)

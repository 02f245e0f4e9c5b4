"""Stale: takes that no longer count because what they were made from has changed."""

from __future__ import annotations

from collections.abc import Iterator

from greenlight.production.facts import Facts
from greenlight.production.names import TakeId
from greenlight.production.shots import clip_hash, frame_hash
from greenlight.production.state import State


def stale(facts: Facts, state: State) -> set[TakeId]:
    """Every take of a kept shot, and every cut, that was made for something else than holds now.

    A take that was not chosen is not stale: it was made for what holds, and may be chosen yet.
    """
    if facts.production is None:
        return set()
    wanted: dict[tuple[str, str], str] = {}
    brief = facts.production.brief
    for found in state.shots:
        shot = found.shot
        wanted["frame", shot.id] = frame_hash(
            shot, brief.look, brief.aspect_ratio, brief.references
        )
        if found.frame is not None:
            wanted["clip", shot.id] = clip_hash(shot, found.frame.sha256)
        elif any(t.kind == "clip" and t.shot == shot.id for t in facts.takes):
            wanted["clip", shot.id] = ""  # no frame is approved, so that no clip is of it
    if any(t.kind == "cut" for t in facts.takes):
        wanted["cut", ""] = state.cut.spec_hash if state.cut else ""
    return {
        take
        for take, record in facts.takes.items()
        if wanted.get((take.kind, take.shot), record.spec_hash) != record.spec_hash
    }


def turned_stale(before: State, after: State) -> Iterator[TakeId]:
    """What counted in `before` and does not in `after`, though nobody rejected it: story order.

    A frame or clip that a verdict itself replaces or rejects is not told: whoever gave it knows.
    """
    now = {s.shot.id: s for s in after.shots}
    for shot in before.shots:
        left = now.get(shot.shot.id)
        if left is None or left.stage == "omitted":
            continue
        same_frame = _of(shot.frame) == _of(left.frame)
        if shot.frame is not None and left.frame is None and left.shot != shot.shot:
            yield shot.frame.id
        if shot.clip is not None and left.clip is None and not same_frame:
            yield shot.clip.id
        elif shot.stage == "clip waiting" and not same_frame:
            yield from shot.offered
    if before.cut is not None and _of(before.cut) != _of(after.cut):
        yield before.cut.id


def _of(take: object) -> object:
    return getattr(take, "take", None)

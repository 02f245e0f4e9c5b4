"""The fold: a production's records → what each shot needs next. Pure, and cheap enough to repeat.

Nothing here remembers anything: the same records always give the same state, so that replaying a
flow from its first line, or running two of them, changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from greenlight.production.facts import Facts
from greenlight.production.folding import Fold, Work, advance_round
from greenlight.production.names import TakeId
from greenlight.production.records import (
    Attempt,
    Cause,
    ShotListRecord,
    TakeRecord,
    WaitingTake,
)
from greenlight.production.shots import Shot, clip_hash, cut_hash, frame_hash

Stage = Literal[
    "specified", "frame waiting", "shooting", "clip waiting", "approved", "omitted", "held"
]


@dataclass(frozen=True)
class ShotState:
    """Where one shot stands; `frame` and `clip` are the approved takes, `offered` what waits."""

    shot: Shot
    stage: Stage
    frame: TakeRecord | None = None
    clip: TakeRecord | None = None
    offered: tuple[TakeId, ...] = ()
    held: str = ""
    note: str = ""


@dataclass(frozen=True)
class State:
    """Where a production stands, what is ready to be done and what waits for people."""

    shot_list: ShotListRecord | None
    shots: tuple[ShotState, ...] = ()
    work: tuple[Work, ...] = ()
    waiting: tuple[WaitingTake, ...] = ()
    cut: TakeRecord | None = None
    delivered: bool = False
    cancelled: bool = False


def _advance_shot(fold: Fold, shot: Shot, at: Attempt) -> ShotState:
    """One shot through the state table; `at` carries the fields that all attempts share."""
    facts, brief = fold.facts, fold.production.brief
    if shot.id in fold.omitted:
        return ShotState(shot, "omitted")
    wanted = frame_hash(shot, brief.look, brief.aspect_ratio, brief.references)
    frame = fold.approved_take("frame", shot.id, wanted)
    if frame is None:
        template = at.model_copy(
            update={"kind": "frame", "shot": shot.id, "spec": shot, "spec_hash": wanted}
        )
        return _outcome(fold, shot, template, brief.candidates, "specified", "frame waiting")

    wanted = clip_hash(shot, frame.sha256)
    clip = fold.approved_take("clip", shot.id, wanted)
    if clip is None:
        template = at.model_copy(
            update={
                "kind": "clip",
                "shot": shot.id,
                "spec": shot,
                "spec_hash": wanted,
                "frame": frame.take,
                "frame_sha256": frame.sha256,
            }
        )
        state = _outcome(fold, shot, template, 1, "shooting", "clip waiting")
        return ShotState(shot, state.stage, frame, None, state.offered, state.held, state.note)
    assert clip.id in facts.takes
    return ShotState(shot, "approved", frame, clip)


def _outcome(
    fold: Fold, shot: Shot, template: Attempt, candidates: int, making: Stage, waiting: Stage
) -> ShotState:
    result = advance_round(fold, template, candidates)
    retake = fold.of(template.kind, shot.id).retake
    note = retake.note if retake else ""
    if result.offered:
        for take in result.offered:
            fold.offer(take)
        return ShotState(shot, waiting, offered=result.offered, note=note)
    if result.held:
        take = TakeId(template.kind, fold.facts.newest(template.kind, shot.id), shot.id)
        fold.hold(take, result.held)
        return ShotState(shot, "held", offered=(take,), held=result.held, note=note)
    return ShotState(shot, making, note=note)


def _advance_shot_list(fold: Fold, at: Attempt) -> ShotListRecord | None:
    """The approved shot list, if any; asks for a breakdown or offers a newer list otherwise."""
    facts, said = fold.facts, fold.of("shotlist")
    active: ShotListRecord | None = None
    for number in sorted(facts.decisions):
        for verdict in facts.decisions[number].verdicts:
            listed = facts.shot_lists.get(verdict.id.version)
            if verdict.id.kind == "shotlist" and verdict.verdict == "approve" and listed:
                active = listed if listed.sha256 == verdict.sha256 else active

    newest = max(facts.shot_lists, default=0)
    settled = max(said.boundary, active.version if active else 0)
    attempts = facts.attempts_of("shotlist")
    open_attempts = [
        a
        for a in attempts
        if a.version > settled
        and not any(s.attempt == a.version for s in facts.shot_lists.values())
    ]
    if newest > settled:
        record = facts.shot_lists[newest]
        fold.waiting.append(WaitingTake(take=str(record.take), sha256=record.sha256))
    elif open_attempts:
        take = open_attempts[-1].take
        if miss := fold.missed(take):
            fold.hold(take, miss.reason)
        else:
            fold.work.append(fold.wanted("breakdown", take))
    elif active is None or said.retake is not None:
        cause: Cause = "retake" if said.retake else "first"
        update = {
            "kind": "shotlist",
            "version": facts.newest("shotlist") + 1,
            "cause": cause,
            "note": said.retake.note if said.retake else "",
            "spec_hash": "",
            "previous": newest or None,
        }
        fold.open(at.model_copy(update=update), "breakdown")
    return active


def _advance_cut(fold: Fold, shots: list[ShotState], at: Attempt) -> tuple[TakeRecord | None, bool]:
    """The cut that waits or was signed off, and whether it is delivered."""
    facts, brief = fold.facts, fold.production.brief
    kept = [s for s in shots if s.stage != "omitted"]
    clips = [(s.shot.id, s.clip, s.shot.seconds) for s in kept if s.clip is not None]
    if len(clips) < len(kept) or not kept:
        if shots and not kept:
            newest = max(facts.shot_lists)
            fold.hold(TakeId("shotlist", newest), "every shot was omitted: nothing to cut")
        return None, False
    wanted = cut_hash([(s, c.sha256, t) for s, c, t in clips], brief.fps, brief.aspect_ratio)
    attempt = next((a for a in facts.attempts_of("cut") if a.spec_hash == wanted), None)
    if attempt is None:
        update = {
            "kind": "cut",
            "version": facts.newest("cut") + 1,
            "cause": "first" if not facts.attempts_of("cut") else "spec",
            "spec_hash": wanted,
            "clips": tuple(c.take for _, c, _ in clips),
        }
        fold.open(at.model_copy(update=update), "cut")
        return None, False
    record = facts.takes.get(attempt.take)
    if record is None:
        fold.work.append(Work("cut", attempt.take))
        return None, False
    if fold.approved_take("cut", "", wanted) is None:
        fold.offer(attempt.take)
        return record, False
    if any(d.cut_sha256 == record.sha256 for d in facts.deliveries.values()):
        return record, True
    fold.work.append(Work("deliver", attempt.take))
    return record, False


def fold(facts: Facts) -> State:
    """What a production needs next, from its records alone."""
    if facts.production is None:
        return State(None)
    if facts.cancelled is not None:
        return State(None, cancelled=True)
    folding = Fold(facts, facts.production)
    folding.hear()
    at = Attempt(at=facts.production.at, kind="shotlist", version=1, cause="first", spec_hash="")
    active = _advance_shot_list(folding, at)
    if active is None:
        return State(None, work=tuple(folding.work), waiting=tuple(folding.waiting))
    shots = [_advance_shot(folding, shot, at) for shot in active.shots]
    cut, delivered = _advance_cut(folding, shots, at)
    if folding.work:
        delivered = False
    return State(
        shot_list=active,
        shots=tuple(shots),
        work=tuple(folding.work),
        waiting=tuple(folding.waiting),
        cut=cut,
        delivered=delivered,
    )

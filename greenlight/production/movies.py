"""What is made of all shots together: the animatic of the frames, and the cut of the clips."""

from __future__ import annotations

from greenlight.production.folding import Fold, Work
from greenlight.production.names import TakeId
from greenlight.production.records import Attempt, TakeRecord
from greenlight.production.shots import animatic_hash, clip_hash, cut_hash
from greenlight.production.standing import ShotState


def advance_animatic(fold: Fold, shots: list[ShotState], at: Attempt) -> TakeRecord | None:
    """The animatic of the frames and timing as they are; made as soon as a shot waits for it.

    It needs a frame of every shot. Shots that an earlier one released go on meanwhile.
    """
    facts, brief = fold.facts, fold.production.brief
    kept = [s for s in shots if s.stage != "omitted"]
    framed = [(s.shot, s.frame) for s in kept if s.frame is not None]
    if brief.release != "animatic" or not framed or len(framed) < len(kept):
        return None
    clips = [(shot.id, clip_hash(shot, frame.sha256)) for shot, frame in framed]
    wanted = animatic_hash(clips, brief.fps, brief.aspect_ratio)
    attempt = next((a for a in facts.attempts_of("animatic") if a.spec_hash == wanted), None)
    record = facts.takes.get(attempt.take) if attempt else None
    if all(s.stage != "framed" for s in kept):
        return record
    if attempt is None:
        update = {
            "kind": "animatic",
            "version": facts.newest("animatic") + 1,
            "cause": "first" if not facts.attempts_of("animatic") else "spec",
            "spec_hash": wanted,
            "frames": tuple(frame.take for _, frame in framed),
            "releases": tuple(clip for _, clip in clips),
        }
        fold.open(at.model_copy(update=update), "animatic")
    elif record is None:
        fold.work.append(Work("animatic", attempt.take))
    else:
        fold.offer(attempt.take)
    return record


def advance_cut(fold: Fold, shots: list[ShotState], at: Attempt) -> tuple[TakeRecord | None, bool]:
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

"""The fold: a production's records → what each shot needs next. Pure, and cheap enough to repeat.

Nothing here remembers anything: the same records always give the same state, so that replaying a
flow from its first line, or running two of them, changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from greenlight.production.brief import Reference
from greenlight.production.cast import cast_of, sheet_hash, sheets_wanted, shown
from greenlight.production.facts import Facts
from greenlight.production.folding import (
    Fold,
    SheetState,
    ShotState,
    Stage,
    State,
    Work,
    advance_round,
)
from greenlight.production.names import TakeId, story_order, subject_slug
from greenlight.production.records import Attempt, Cause, ShotListRecord, TakeRecord, WaitingTake
from greenlight.production.shots import Shot, animatic_hash, clip_hash, cut_hash, frame_hash

__all__ = ["SheetState", "ShotState", "Stage", "State", "fold"]


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


def _advance_sheets(
    fold: Fold, cast: Sequence[Reference], shots: Sequence[Shot], at: Attempt
) -> list[SheetState]:
    """The sheets of all subjects that need one, each through its own rounds."""
    brief = fold.production.brief
    found = []
    for slug, subject in sheets_wanted(brief, cast, shots).items():
        wanted = sheet_hash(subject, brief.look)
        if slug in fold.omitted:
            found.append(SheetState(slug, subject, wanted, omitted=True))
            continue
        take = fold.approved_take("sheet", slug, wanted)
        state = SheetState(slug, subject, wanted, take)
        if take is None:
            template = at.model_copy(
                update={"kind": "sheet", "shot": slug, "sheet": subject, "spec_hash": wanted}
            )
            result = advance_round(fold, template, brief.candidates)
            for offered in result.offered:
                fold.offer(offered)
            if result.held:
                fold.hold(TakeId("sheet", fold.facts.newest("sheet", slug), slug), result.held)
            state = replace(state, offered=result.offered, held=result.held)
        found.append(state)
    return found


def _pictured(subject: Reference, sheets: Mapping[str, SheetState]) -> Reference:
    """The subject with its approved sheet as its picture."""
    sheet = sheets.get(subject_slug(subject.name))
    if sheet is None or sheet.take is None or subject.kind == "style":
        return subject
    update = {"image_sha256": sheet.take.sha256, "image_mime": sheet.take.mime}
    return subject.model_copy(update=update)


def _advance_shot(
    fold: Fold,
    shot: Shot,
    cast: Sequence[Reference],
    sheets: Mapping[str, SheetState],
    at: Attempt,
) -> ShotState:
    """One shot through the state table; `at` carries the fields that all attempts share."""
    brief = fold.production.brief
    if shot.id in fold.omitted:
        return ShotState(shot, "omitted")
    references = shown(shot, cast)
    slugs = [subject_slug(r.name) for r in references if r.kind != "style"]
    if any(s in sheets and not sheets[s].take and not sheets[s].omitted for s in slugs):
        return ShotState(shot, "sheet waiting", references)
    references = tuple(_pictured(r, sheets) for r in references)
    wanted = frame_hash(shot, brief.look, fold.production.framing.source, references)
    known = ShotState(shot, "specified", references, wanted)
    frame = fold.approved_take("frame", shot.id, wanted)
    update: dict[str, object] = {"shot": shot.id, "spec": shot, "references": references}
    if frame is None:
        update |= {"kind": "frame", "spec_hash": wanted}
        template = at.model_copy(update=update)
        return _outcome(fold, known, template, brief.candidates, "specified", "frame waiting")

    known = replace(known, frame=frame)
    wanted = clip_hash(shot, frame.sha256)
    clip = fold.approved_take("clip", shot.id, wanted)
    if clip is None:
        if brief.release == "animatic" and wanted not in fold.released:
            return replace(known, stage="framed")
        update |= {"kind": "clip", "spec_hash": wanted}
        update |= {"frame": frame.take, "frame_sha256": frame.sha256}
        return _outcome(fold, known, at.model_copy(update=update), 1, "shooting", "clip waiting")
    return replace(known, stage="approved", clip=clip)


def _outcome(
    fold: Fold,
    known: ShotState,
    template: Attempt,
    candidates: int,
    making: Stage,
    waiting: Stage,
) -> ShotState:
    result = advance_round(fold, template, candidates)
    retake = fold.of(template.kind, template.shot).retake
    known = replace(known, note=retake.note if retake else "")
    if result.offered:
        for take in result.offered:
            fold.offer(take)
        return replace(known, stage=waiting, offered=result.offered)
    if result.held:
        newest = fold.facts.newest(template.kind, template.shot)
        take = TakeId(template.kind, newest, template.shot)
        fold.hold(take, result.held)
        return replace(known, stage="held", offered=(take,), held=result.held)
    return replace(known, stage=making)


def _advance_shot_list(fold: Fold, at: Attempt) -> ShotListRecord | None:
    """The approved shot list, if any; asks for a breakdown or offers a newer list otherwise."""
    facts, said = fold.facts, fold.of("shotlist")
    active: ShotListRecord | None = None
    for _, verdict in facts.decided:
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
    cast = cast_of(folding.production.brief, active)
    kept = [shot for shot in active.shots if shot.id not in folding.omitted]
    sheets = _advance_sheets(folding, cast, kept, at)
    by_slug = {sheet.slug: sheet for sheet in sheets}
    shots = [_advance_shot(folding, shot, cast, by_slug, at) for shot in active.shots]
    animatic = advance_animatic(folding, shots, at)
    cut, delivered = advance_cut(folding, shots, at)
    if folding.work:
        delivered = False
    return State(
        shot_list=active,
        shots=tuple(shots),
        sheets=tuple(sheets),
        work=tuple(folding.work),
        waiting=tuple(folding.waiting),
        animatic=animatic,
        cut=cut,
        delivered=delivered,
    )


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

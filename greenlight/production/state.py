"""The fold: a production's records → what each shot needs next. Pure, and cheap enough to repeat.

Nothing here remembers anything: the same records always give the same state, so that replaying a
flow from its first line, or running two of them, changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import dropwhile
from typing import Literal

from greenlight.production.facts import Facts
from greenlight.production.names import TakeId
from greenlight.production.records import (
    Attempt,
    Cause,
    MissRecord,
    ProductionRecord,
    ShotListRecord,
    TakeRecord,
    Verdict,
    WaitingTake,
)
from greenlight.production.shots import Shot, clip_hash, cut_hash, frame_hash

AUTOMATIC_RETAKES = 1
"""How often a take that fails its rules is made again without asking, per round."""

Stage = Literal[
    "specified", "frame waiting", "shooting", "clip waiting", "approved", "omitted", "held"
]
WorkKind = Literal["breakdown", "frame", "clip", "check", "cut", "deliver"]


@dataclass(frozen=True)
class Work:
    """One piece of work that is ready; `opening` is the attempt to claim when it is a new one.

    `ask` tells a piece that people allowed to be asked again from the one of unknown outcome.
    """

    kind: WorkKind
    take: TakeId
    opening: Attempt | None = None
    ask: int = 1

    @property
    def key(self) -> str:
        again = f" ask {self.ask}" if self.ask > 1 else ""
        return f"{self.kind}/{self.take}{again}"


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


@dataclass
class _Said:
    """What people have said of one subject so far, the newest word counting."""

    approved: Verdict | None = None
    retake: Verdict | None = None
    boundary: int = 0


@dataclass
class _Fold:
    facts: Facts
    production: ProductionRecord
    said: dict[tuple[str, str], _Said] = field(default_factory=dict)
    omitted: set[str] = field(default_factory=set)
    work: list[Work] = field(default_factory=list)
    waiting: list[WaitingTake] = field(default_factory=list)
    shares: dict[str, Decimal] = field(default_factory=dict)
    again: set[tuple[str, int]] = field(default_factory=set)

    def of(self, kind: str, shot: str = "") -> _Said:
        return self.said.setdefault((kind, shot), _Said())

    def hear(self) -> None:
        """Runs through the decisions in their order; a later word replaces an earlier one."""
        self.again = self.facts.asked_again
        for number in sorted(self.facts.decisions):
            for verdict in self.facts.decisions[number].verdicts:
                take = verdict.id
                self.shares |= verdict.shares
                said = self.of(take.kind, take.shot)
                if verdict.verdict == "omit":
                    self.omitted.add(take.shot)
                    continue
                self.omitted.discard(take.shot)
                if verdict.verdict == "approve":
                    said.approved, said.retake = verdict, None
                else:
                    said.approved, said.retake = None, verdict
                    said.boundary = max(said.boundary, verdict.supersedes, take.version)

    def approved_take(self, kind: str, shot: str, spec_hash: str) -> TakeRecord | None:
        """The take that was approved, if it is still exactly what the approval was given for."""
        verdict = self.of(kind, shot).approved
        if verdict is None or verdict.spec_hash != spec_hash:
            return None
        take = self.facts.takes.get(verdict.id)
        return take if take and take.sha256 == verdict.sha256 else None

    def missed(self, take: TakeId) -> MissRecord | None:
        """Why there is no take, unless people allowed it to be asked for again."""
        miss = self.facts.misses.get(take)
        return None if miss and (miss.take, miss.ask) in self.again else miss

    def wanted(self, work: WorkKind, take: TakeId) -> Work:
        """The work for a take that is not there yet."""
        miss = self.facts.misses.get(take)
        return Work(work, take, ask=miss.ask + 1 if miss else 1)

    def open(self, like: Attempt, work: WorkKind) -> None:
        if like.cause != "check":  # an automatic retake draws from what its round was given
            share = self.shares.get(f"{like.shot}/{like.kind}" if like.shot else like.kind)
            like = like.model_copy(update={"ceiling_usd": share})
        for take in like.takes():
            self.work.append(Work(work, take, opening=like))

    def offer(self, take: TakeId) -> None:
        record, check = self.facts.takes[take], self.facts.checks.get(take)
        self.waiting.append(
            WaitingTake(
                take=str(take),
                sha256=record.sha256,
                spec_hash=record.spec_hash,
                flagged=check.complaint if check and check.flagged else "",
                score=check.score if check else None,
            )
        )

    def hold(self, take: TakeId, reason: str) -> None:
        self.waiting.append(WaitingTake(take=str(take), held=reason, cause="miss"))


@dataclass(frozen=True)
class _Round:
    """What one round of takes of a shot came to: offered for choice, held, or still being made."""

    offered: tuple[TakeId, ...] = ()
    held: str = ""


def _round(fold: _Fold, template: Attempt, candidates: int) -> _Round:
    """Advances one shot's frames or clips: opens attempts, completes them, checks, offers.

    `template` is what a new attempt would freeze; a round is all attempts since a person last asked
    for a new one, as long as they were made for the spec as it is now.
    """
    facts, kind, shot = fold.facts, template.kind, template.shot
    said = fold.of(kind, shot)
    everything = facts.attempts_of(kind, shot)
    newest = everything[-1].version if everything else 0
    attempts = [
        a for a in everything if a.version > said.boundary and a.spec_hash == template.spec_hash
    ]
    # An automatic retake that was opened before the person's word was heard goes with its round.
    attempts = list(dropwhile(lambda a: a.cause == "check", attempts))
    work: WorkKind = "clip" if kind == "clip" else "frame"
    numbers = (0,) if kind == "clip" else tuple(range(1, candidates + 1))

    if not attempts:
        cause: Cause = "first" if not everything else "spec"
        update: dict[str, object] = {"version": newest + 1, "candidates": numbers}
        if said.retake is not None:
            cause = "retake"
            update |= {"note": said.retake.note, "reason": said.retake.reason}
            update |= {"rejected": (said.retake.take,)}
        if newest:
            update["previous"] = newest
        fold.open(template.model_copy(update=update | {"cause": cause}), work)
        return _Round()

    takes: list[TakeId] = []
    misses: list[TakeId] = []
    busy = False
    for attempt in attempts:
        for take in attempt.takes():
            if fold.missed(take):
                misses.append(take)
            elif take not in facts.takes:
                fold.work.append(fold.wanted(work, take))
                busy = True
            elif take not in facts.checks:
                fold.work.append(Work("check", take))
                busy = True
            else:
                takes.append(take)
    if busy:
        return _Round()

    last = attempts[-1]
    broken = [t for t in takes if t.version == last.version and facts.checks[t].failed]
    retaken = sum(a.cause == "check" for a in attempts)
    if broken and retaken < AUTOMATIC_RETAKES:
        again = numbers[: len(broken)]
        complaint = facts.checks[broken[0]].complaint
        update = {"version": newest + 1, "candidates": again, "cause": "check", "note": ""}
        update |= {"rejected": tuple(str(t) for t in broken), "previous": last.version}
        update |= {"reason": None, "note": last.note if last.cause == "retake" else ""}
        assert complaint
        fold.open(template.model_copy(update=update), work)
        return _Round()
    if takes:
        return _Round(offered=tuple(takes))
    reasons = {facts.misses[t].reason for t in misses}
    return _Round(offered=(), held="; ".join(sorted(reasons)))


def _advance_shot(fold: _Fold, shot: Shot, at: Attempt) -> ShotState:
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
    fold: _Fold, shot: Shot, template: Attempt, candidates: int, making: Stage, waiting: Stage
) -> ShotState:
    result = _round(fold, template, candidates)
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


def _advance_shot_list(fold: _Fold, at: Attempt) -> ShotListRecord | None:
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


def _advance_cut(
    fold: _Fold, shots: list[ShotState], at: Attempt
) -> tuple[TakeRecord | None, bool]:
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
    folding = _Fold(facts, facts.production)
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

"""One subject's round of takes, and where subjects and shots stand after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import dropwhile
from typing import Literal

from greenlight.production.brief import Reference
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
from greenlight.production.shots import Shot

AUTOMATIC_RETAKES = 1
"""How often a take that fails its rules is made again without asking, per round."""

WorkKind = Literal["breakdown", "sheet", "frame", "animatic", "clip", "check", "cut", "deliver"]


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


@dataclass
class Said:
    """What people have said of one subject so far, the newest word counting."""

    approved: Verdict | None = None
    retake: Verdict | None = None
    boundary: int = 0


@dataclass
class Fold:
    facts: Facts
    production: ProductionRecord
    said: dict[tuple[str, str], Said] = field(default_factory=dict)
    omitted: set[str] = field(default_factory=set)
    released: set[str] = field(default_factory=set)
    work: list[Work] = field(default_factory=list)
    waiting: list[WaitingTake] = field(default_factory=list)
    shares: dict[str, Decimal] = field(default_factory=dict)
    again: set[tuple[str, int]] = field(default_factory=set)

    def of(self, kind: str, shot: str = "") -> Said:
        return self.said.setdefault((kind, shot), Said())

    def hear(self) -> None:
        """Runs through the decisions in their order; a later word replaces an earlier one."""
        self.again = self.facts.asked_again
        for _, verdict in self.facts.decided:
            take = verdict.id
            self.shares |= verdict.shares
            said = self.of(take.kind, take.shot)
            if verdict.verdict == "omit":
                self.omitted.add(take.shot)
                continue
            self.omitted.discard(take.shot)
            if verdict.verdict == "approve":
                said.approved, said.retake = verdict, None
                self._release(verdict)
            else:
                said.approved, said.retake = None, verdict
                said.boundary = max(said.boundary, verdict.supersedes, take.version)

    def _release(self, verdict: Verdict) -> None:
        """An approved animatic lets exactly those clips be made whose frames and timing it has."""
        made = self.facts.takes.get(verdict.id)
        attempt = self.facts.attempts.get(verdict.id)
        if verdict.id.kind == "animatic" and made and attempt and made.sha256 == verdict.sha256:
            self.released.update(attempt.releases)

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
            share = self.shares.get(like.take.subject)
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
class Round:
    """What one round of takes of a shot came to: offered for choice, held, or still being made."""

    offered: tuple[TakeId, ...] = ()
    held: str = ""


def advance_round(fold: Fold, template: Attempt, candidates: int) -> Round:
    """Advances one subject's sheets, frames or clips: opens attempts, makes, checks, offers.

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
    work: WorkKind = kind if kind in ("sheet", "clip") else "frame"
    numbers = (0,) if kind == "clip" else tuple(range(1, candidates + 1))

    if all(a.cause == "human" and a.takes()[0] not in facts.takes for a in attempts):
        cause: Cause = "first" if not everything else "spec"
        update: dict[str, object] = {"version": newest + 1, "candidates": numbers}
        if said.retake is not None:
            cause = "retake"
            update |= {"note": said.retake.note, "reason": said.retake.reason}
            update |= {"drawn_over": said.retake.drawn_over}
            update |= {"rejected": (said.retake.take,)}
        if newest:
            update["previous"] = newest
        fold.open(template.model_copy(update=update | {"cause": cause}), work)
        return Round()

    takes: list[TakeId] = []
    misses: list[TakeId] = []
    busy = False
    for attempt in attempts:
        for take in attempt.takes():
            if fold.missed(take):
                misses.append(take)
            elif take not in facts.takes and attempt.cause == "human":
                continue  # on its way from a person, or never to come
            elif take not in facts.takes:
                fold.work.append(fold.wanted(work, take))
                busy = True
            elif take not in facts.checks:
                fold.work.append(Work("check", take))
                busy = True
            else:
                takes.append(take)
    if busy:
        return Round()

    last = attempts[-1]
    broken = [t for t in takes if t.version == last.version and facts.checks[t].failed]
    broken = [] if last.cause == "human" else broken
    retaken = sum(a.cause == "check" for a in attempts)
    if broken and retaken < AUTOMATIC_RETAKES:
        again = numbers[: len(broken)]
        complaint = facts.checks[broken[0]].complaint
        update = {"version": newest + 1, "candidates": again, "cause": "check", "note": ""}
        update |= {"rejected": tuple(str(t) for t in broken), "previous": last.version}
        update |= {"reason": None, "note": last.note if last.cause == "retake" else ""}
        update |= {"drawn_over": last.drawn_over if last.cause == "retake" else None}
        assert complaint
        fold.open(template.model_copy(update=update), work)
        return Round()
    if takes:
        return Round(offered=tuple(takes))
    reasons = {facts.misses[t].reason for t in misses}
    return Round(offered=(), held="; ".join(sorted(reasons)))


Stage = Literal[
    "specified",
    "sheet waiting",
    "frame waiting",
    "framed",
    "shooting",
    "clip waiting",
    "approved",
    "omitted",
    "held",
]


@dataclass(frozen=True)
class SheetState:
    """Where the sheet of one subject stands; `take` is the approved one, `offered` what waits."""

    slug: str
    subject: Reference
    spec_hash: str
    take: TakeRecord | None = None
    offered: tuple[TakeId, ...] = ()
    held: str = ""
    omitted: bool = False


@dataclass(frozen=True)
class ShotState:
    """Where one shot stands; `frame` and `clip` are the approved takes, `offered` what waits.

    `references` is what it shows, with approved sheets as pictures, and `frame_hash` what its frame
    must have been made for: empty while a sheet of it is not signed off.
    """

    shot: Shot
    stage: Stage
    references: tuple[Reference, ...] = ()
    frame_hash: str = ""
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
    sheets: tuple[SheetState, ...] = ()
    work: tuple[Work, ...] = ()
    waiting: tuple[WaitingTake, ...] = ()
    animatic: TakeRecord | None = None
    cut: TakeRecord | None = None
    delivered: bool = False
    cancelled: bool = False

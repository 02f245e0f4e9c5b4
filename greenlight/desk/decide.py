"""Deciding: verdicts become one record, bound to exactly what was shown."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from greenlight.errors import InvalidInput, Refused
from greenlight.money.ceilings import (
    breakdown_ceiling,
    clip_ceiling,
    frame_ceiling,
    frames_ceiling,
)
from greenlight.production.facts import Facts
from greenlight.production.names import TakeId, is_shot, parse_take
from greenlight.production.records import (
    REASONS,
    DecisionRecord,
    Door,
    Reason,
    Verdict,
    VerdictKind,
    WaitingTake,
)
from greenlight.production.shots import clip_hash, frame_hash
from greenlight.production.state import State, fold
from greenlight.store.records import now
from greenlight.studio import Studio

NOTE_LIMIT = 2000
NAME_LIMIT = 80
_TRIES = 20


class Wish(BaseModel):
    """What a person wants done with one take or shot, before it is bound to what is there.

    `sha256` is that of what they were shown, where the door knows it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: str = Field(max_length=60)
    verdict: VerdictKind
    reason: Reason | None = None
    note: str = Field(default="", max_length=NOTE_LIMIT)
    sha256: str = ""


class Signature(NamedTuple):
    """Who says it, and through which door; `verified` when the door knows who that is."""

    who: str
    principal: str
    door: Door
    verified: bool


class Decided(NamedTuple):
    """A decision that stands; `repeated` when this very Send had been recorded before."""

    number: int
    verdicts: tuple[Verdict, ...]
    releases_usd: Decimal
    repeated: bool


def retake_wish(text: str) -> Wish:
    """`TAKE:REASON[:NOTE]` as a wish; raises InvalidInput naming the reasons."""
    target, _, rest = text.partition(":")
    reason, _, note = rest.partition(":")
    if reason not in REASONS:
        raise InvalidInput(
            f"{text!r}: {reason!r} is not a reason (write TAKE:REASON[:NOTE] with one of "
            f"{', '.join(REASONS)})"
        )
    if len(note) > NOTE_LIMIT:
        raise InvalidInput(f"the note has {len(note)} characters (at most {NOTE_LIMIT})")
    return Wish(target=target, verdict="retake", reason=reason, note=note)


def choose_all(waiting: Sequence[WaitingTake]) -> tuple[list[Wish], list[WaitingTake]]:
    """Approvals for everything that waits, one candidate a shot, and what is left for people.

    Of several candidates the best graded one is chosen. Flagged and held takes stay outside: they
    are approved by name or not at all.
    """
    groups: dict[tuple[str, str], list[WaitingTake]] = {}
    for item in waiting:
        take = parse_take(item.take)
        groups.setdefault((take.kind, take.shot), []).append(item)
    wishes: list[Wish] = []
    left: list[WaitingTake] = []
    for items in groups.values():
        good = [w for w in items if not w.flagged and not w.held]
        if not good:
            left += items
            continue
        best = max(good, key=lambda w: w.score if w.score is not None else -1.0)
        wishes.append(Wish(target=best.take, verdict="approve", sha256=best.sha256))
    return wishes, left


def decide(
    studio: Studio, wishes: Sequence[Wish], signature: Signature, request: str = ""
) -> Decided:
    """Records the wishes together or, if any cannot stand, none of them.

    Raises InvalidInput for what makes no sense and Refused for what is no longer as it was shown.
    Between looking and writing somebody else may have decided: then everything is looked at anew.
    """
    if not wishes:
        raise InvalidInput("no verdict was given")
    name = " ".join(signature.who.split())
    if not name or len(name) > NAME_LIMIT:
        raise InvalidInput(f"{signature.who!r} is no name (1 to {NAME_LIMIT} characters)")
    request = request or secrets.token_hex(8)
    for _ in range(_TRIES):
        facts = studio.records.facts()
        for record in facts.decisions.values():
            if record.request == request:
                return Decided(record.number, record.verdicts, _released(record.verdicts), True)
        verdicts = bind(studio, facts, wishes)
        record = DecisionRecord(
            at=now(),
            number=facts.watermark + 1,
            request=request,
            who=name,
            principal=signature.principal,
            verified=signature.verified,
            door=signature.door,
            verdicts=verdicts,
        )
        if studio.records.write_new(record):
            return Decided(record.number, verdicts, _released(verdicts), False)
    raise Refused("others are deciding on this production at this very moment: try again")


def _released(verdicts: Sequence[Verdict]) -> Decimal:
    return sum((v.ceiling_usd for v in verdicts), Decimal(0))


def bind(studio: Studio, facts: Facts, wishes: Sequence[Wish]) -> tuple[Verdict, ...]:
    """The verdicts that the wishes come to as things stand."""
    state = fold(facts)
    if state.cancelled:
        raise Refused(f"{studio.keys.production} was cancelled")
    binder = _Binder(studio, facts, state)
    verdicts = tuple(binder.bind(w) for w in wishes)
    seen: dict[tuple[str, str], str] = {}
    for verdict in verdicts:
        take = verdict.id
        subject = (take.shot or take.kind, "" if verdict.verdict == "omit" else take.kind)
        if subject in seen:
            raise InvalidInput(
                f"{verdict.take} and {seen[subject]} are about the same thing: give one verdict"
            )
        seen[subject] = verdict.take
    return verdicts


class _Binder:
    """Binds wishes to one state of the records."""

    def __init__(self, studio: Studio, facts: Facts, state: State) -> None:
        self.studio, self.facts, self.state = studio, facts, state
        self.shots = {s.shot.id: s for s in state.shots}

    def bind(self, wish: Wish) -> Verdict:
        if wish.verdict == "omit":
            return self._omit(wish)
        take = self._take(wish)
        return self._approve(take, wish) if wish.verdict == "approve" else self._retake(take, wish)

    def _omit(self, wish: Wish) -> Verdict:
        shot = wish.target if is_shot(wish.target) else parse_take(wish.target).shot
        if shot not in self.shots:
            raise Refused(f"{wish.target!r} is not a shot of the approved list{self._known()}")
        newest = self.facts.newest("frame", shot)
        take = TakeId("frame", max(newest, 1), shot)
        return Verdict(take=str(take), verdict="omit", reason=wish.reason, note=wish.note)

    def _known(self) -> str:
        return f" (shots: {', '.join(self.shots)})" if self.shots else ""

    def _take(self, wish: Wish) -> TakeId:
        """The take that is meant; a shot id alone means what waits of it, for a retake."""
        if is_shot(wish.target) and wish.verdict == "retake":
            offered = self.shots[wish.target].offered if wish.target in self.shots else ()
            if not offered:
                raise Refused(f"nothing of {wish.target} waits for a verdict")
            return offered[-1].attempt
        return parse_take(wish.target)

    def _approve(self, take: TakeId, wish: Wish) -> Verdict:
        sha256, spec_hash = self._shown(take)
        if wish.sha256 and wish.sha256 != sha256:
            raise Refused(f"{take} is no longer what was shown: look again before approving")
        return Verdict(
            take=str(take),
            verdict="approve",
            note=wish.note,
            sha256=sha256,
            spec_hash=spec_hash,
            ceiling_usd=self.ceiling(take),
        )

    def ceiling(self, take: TakeId) -> Decimal:
        """The most that approving this take releases in USD."""
        production = self.studio.production
        if take.kind == "shotlist":
            return frames_ceiling(production, self.facts.shot_lists[take.version].shots)
        if take.kind == "frame" and take.shot in self.shots:
            return clip_ceiling(production, self.shots[take.shot].shot)
        return Decimal(0)

    def _shown(self, take: TakeId) -> tuple[str, str]:
        """sha256 and spec hash of what is approved, if it can be approved as things stand."""
        if take.kind == "shotlist":
            listed = self.facts.shot_lists.get(take.version)
            if listed is None:
                raise Refused(f"there is no {take}")
            newest = max(self.facts.shot_lists)
            if take.version < newest:
                raise Refused(f"{take} is not the newest: shotlist/v{newest:03d} is")
            return listed.sha256, ""
        record = self.facts.takes.get(take)
        if record is None:
            hint = self._candidates(take)
            raise Refused(f"there is no take {take}{hint}")
        if take.kind in ("frame", "clip") and take not in self.facts.checks:
            raise Refused(f"{take} has not been checked yet: wait a moment")
        wanted = self._wanted(take)
        if record.spec_hash != wanted:
            raise Refused(f"{take} was made for a spec or frame that has changed since")
        return record.sha256, record.spec_hash

    def _candidates(self, take: TakeId) -> str:
        found = [str(t) for t in self.facts.takes if t.shot == take.shot and t.kind == take.kind]
        return f" (there are {', '.join(sorted(found))})" if found else ""

    def _wanted(self, take: TakeId) -> str:
        """The spec hash that a take must have been made for to be approved now."""
        if take.kind == "cut":
            waiting = {w.take: w.spec_hash for w in self.state.waiting}
            return waiting.get(str(take), "")
        shot = self.shots.get(take.shot)
        if shot is None:
            raise Refused(f"{take.shot} is not in the approved shot list{self._known()}")
        if take.kind == "clip":
            return clip_hash(shot.shot, shot.frame.sha256) if shot.frame else ""
        brief = self.studio.production.brief
        return frame_hash(shot.shot, brief.look, brief.aspect_ratio, brief.references)

    def _retake(self, take: TakeId, wish: Wish) -> Verdict:
        if take.kind == "cut":
            raise Refused(
                f"{take} follows from its clips: send back the shots instead, for example "
                "--retake sq010_sh0010/clip/v001:story:…"
            )
        known = take in self.facts.takes or take.attempt in self.facts.attempts
        if not known and not (take.kind == "shotlist" and take.version in self.facts.shot_lists):
            raise Refused(f"there is no {take}{self._candidates(take)}")
        if take.shot and take.shot not in self.shots:
            raise Refused(f"{take.shot} is not in the approved shot list{self._known()}")
        production = self.studio.production
        ceiling = Decimal(0)
        if take.kind == "shotlist":
            ceiling = breakdown_ceiling(production)
        elif take.kind == "frame":
            ceiling = frame_ceiling(production, self.shots[take.shot].shot)
        elif take.kind == "clip":
            ceiling = clip_ceiling(production, self.shots[take.shot].shot)
        record = self.facts.takes.get(take)
        return Verdict(
            take=str(take),
            verdict="retake",
            reason=wish.reason or "other",
            note=wish.note,
            sha256=record.sha256 if record else "",
            spec_hash=record.spec_hash if record else "",
            ceiling_usd=ceiling,
            supersedes=self.facts.newest(take.kind, take.shot),
        )


def priced(studio: Studio, facts: Facts, state: State) -> Mapping[str, Decimal]:
    """What approving each waiting take would release, in USD."""
    binder = _Binder(studio, facts, state)
    return {
        w.take: Decimal(0) if w.held else binder.ceiling(parse_take(w.take)) for w in state.waiting
    }

"""One production as rows: what was paid, what was made, what people said and how long it waited.

Everything that a report counts is one of these rows, so that a figure can be traced to records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from greenlight.money.ledger import Entry
from greenlight.production.facts import Facts
from greenlight.production.names import Kind, TakeId, parse_take, story_order
from greenlight.production.records import HUMAN, DecisionRecord, Verdict
from greenlight.reports.material import Material

Money = Literal["simulated", "real"]
GateName = Literal["shot list", "sheet", "frame", "animatic", "clip", "final review"]
GATES: tuple[GateName, ...] = ("shot list", "sheet", "frame", "animatic", "clip", "final review")
ROBOT = "robot"
_GATE: dict[Kind, GateName] = {
    "shotlist": "shot list",
    "sheet": "sheet",
    "frame": "frame",
    "animatic": "animatic",
    "clip": "clip",
    "cut": "final review",
}
_MOVIES: Mapping[GateName, Kind] = {"animatic": "animatic", "final review": "cut"}
"""Gates at which a movie of all shots is looked at: it passes, or shots are sent back."""

_FRESH = ("first", "spec", "frame")
"""Causes of attempts that no rejection led to."""

RoleOf = Callable[[str], str]
"""What role a principal such as `person:dana` has."""


@dataclass(frozen=True, slots=True)
class Row:
    """Of which production a row is, and when what it tells was so."""

    production: str
    show: str
    money: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class SpendRow(Row):
    """One row of the ledger; `usd` is what it counts at, `day` (UTC) when that became so."""

    day: date
    role: str
    model: str
    purpose: str
    state: Literal["spent", "reserved", "unknown"]
    outcome: str
    usd: Decimal
    posts: int
    not_sent: int
    slot: str


@dataclass(frozen=True, slots=True)
class TakeRow(Row):
    """One take, or one that was never made; `usable` says whether it passed its rules."""

    take: str
    kind: str
    cause: str
    made_by: str
    outcome: str
    reused: bool
    usable: bool | None
    flagged: bool | None
    score: float | None
    usd: Decimal | None


@dataclass(frozen=True, slots=True)
class AnswerRow(Row):
    """One verdict; `waited_seconds` since it could be given, None where nothing had waited."""

    gate: GateName
    take: str
    verdict: str
    reason: str
    who: str
    role: str
    waited_seconds: float | None


@dataclass(frozen=True, slots=True)
class FirstRow(Row):
    """The first word on one thing that was asked for once: whether it passed as first made."""

    gate: GateName
    subject: str
    passed: bool
    role: str


@dataclass(frozen=True, slots=True)
class ApprovedRow(Row):
    """A shot whose clip is approved as things stand, and its seconds in the cut."""

    shot: str
    seconds: Decimal


@dataclass(frozen=True, slots=True)
class PendingRow(Row):
    """What waits for people now, and since when."""

    gate: GateName
    take: str


def money_of(*, simulated: bool) -> Money:
    """What an amount is: the stand-in's, or money."""
    return "simulated" if simulated else "real"


def _place(material: Material) -> tuple[str, str, Money]:
    record = material.submitted
    return record.production, record.show, money_of(simulated=record.simulated)


def spend_rows(material: Material) -> Iterator[SpendRow]:
    """The whole ledger of a production; its rows add up to what `greenlight spend` says."""
    production, show, _ = _place(material)
    for entry in sorted(material.entries, key=lambda e: e.slot.path):
        at = (entry.resolved or entry.closed or entry.reserved).at
        request = entry.reserved.request
        yield SpendRow(
            production=production,
            show=show,
            money=money_of(simulated=entry.reserved.simulated),
            at=at,
            day=at.date(),
            role=request.role,
            model=request.model,
            purpose=entry.slot.kind,
            state=_state(entry),
            outcome=entry.closed.outcome if entry.closed else "",
            usd=entry.counted_usd,
            posts=len(entry.sending) - len(entry.not_sent),
            not_sent=len(entry.not_sent),
            slot=entry.slot.path,
        )


def _state(entry: Entry) -> Literal["spent", "reserved", "unknown"]:
    if entry.closed is None:
        return "reserved"
    return "unknown" if entry.unknown else "spent"


def take_rows(material: Material) -> Iterator[TakeRow]:
    """Everything that was made or was to be made, rejects included, in story order."""
    facts, place = material.facts, _place(material)
    for take in sorted({*facts.takes, *facts.misses}, key=story_order):
        record, miss = facts.takes.get(take), facts.misses.get(take)
        attempt, check = facts.attempts.get(take.attempt), facts.checks.get(take)
        found = record or miss
        assert found is not None
        yield TakeRow(
            *place,
            at=found.at,
            take=str(take),
            kind=take.kind,
            cause=attempt.cause if attempt else "",
            made_by=record.model if record else "",
            outcome="made" if record else miss.outcome if miss else "",
            reused=bool(record and record.reused_from),
            usable=not check.failed if check and record else None,
            flagged=check.flagged if check and record else None,
            score=check.score if check and record else None,
            usd=found.cost_usd,
        )


def answer_rows(material: Material, role_of: RoleOf) -> Iterator[AnswerRow]:
    """Every verdict in its order; of several words on one attempt only the first had waited."""
    facts, place = material.facts, _place(material)
    heard: set[TakeId] = set()
    for decision, verdict, gate in _words(facts):
        take = verdict.id
        movie = _MOVIES.get(gate)
        since = _movie_at(facts, movie, decision.at) if movie else offered(facts, take)
        first = take.attempt not in heard or movie is not None
        heard.add(take.attempt)
        waited = None if since is None or not first else (decision.at - since).total_seconds()
        yield AnswerRow(
            *place,
            at=decision.at,
            gate=gate,
            take=verdict.take,
            verdict=verdict.verdict,
            reason=verdict.reason or "",
            who=decision.who,
            role=role_of(decision.principal),
            waited_seconds=None if waited is None else max(0.0, waited),
        )


def first_rows(material: Material, role_of: RoleOf) -> list[FirstRow]:
    """The first word on each shot list, sheet, frame, clip and cut, per spec that it was made for.

    It passes where that word approves what was first made of it: no retake, no automatic one, no
    picture or list that a person made in its place. An omission says nothing of it.
    """
    facts, place = material.facts, _place(material)
    found: dict[tuple[GateName, str, str], FirstRow] = {}

    def say(key: tuple[GateName, str, str], decision: DecisionRecord, *, passed: bool) -> None:
        gate, subject, _ = key
        role = role_of(decision.principal)
        row = FirstRow(*place, at=decision.at, gate=gate, subject=subject, passed=passed, role=role)
        found.setdefault(key, row)

    for decision, verdict, gate in _words(facts):
        take, approved = verdict.id, verdict.verdict == "approve"
        if verdict.verdict == "omit":
            continue
        if movie := _MOVIES.get(gate):
            made = (t.version for t in facts.takes if t.kind == movie)
            first = min(made, default=take.version)
            whole = approved and take.kind == movie and take.version == first
            say((gate, movie, ""), decision, passed=whole)
        elif take.kind == "shotlist":
            listed = facts.shot_lists.get(take.version)
            own = listed is not None and listed.attempt is not None
            passed = approved and own and take.version == min(facts.shot_lists)
            say(("shot list", "shotlist", ""), decision, passed=passed)
        if take.kind in ("sheet", "frame", "clip"):
            attempt = facts.attempts.get(take.attempt)
            spec = attempt.spec_hash if attempt else verdict.spec_hash
            fresh = attempt is not None and attempt.cause in _FRESH
            say((_GATE[take.kind], take.subject, spec), decision, passed=approved and fresh)
        if take.kind == "frame" and not approved:
            # Sent back to its frame: the clip that was made of it did not pass either.
            for clip in _clips_of(facts, take, decision.at):
                spec = facts.attempts[clip.attempt].spec_hash
                say(("clip", clip.subject, spec), decision, passed=False)
    return list(found.values())


def approved_rows(material: Material) -> Iterator[ApprovedRow]:
    """The shots whose clips count as approved now; a cancelled production has none."""
    said: dict[str, datetime] = {}
    for decision, verdict, _ in _words(material.facts):
        if verdict.verdict == "approve":
            said[verdict.take] = decision.at
    for shot in material.state.shots:
        if shot.stage == "approved" and shot.clip is not None and shot.clip.take in said:
            at, seconds = said[shot.clip.take], shot.shot.seconds
            yield ApprovedRow(*_place(material), at=at, shot=shot.shot.id, seconds=seconds)


def pending_rows(material: Material) -> Iterator[PendingRow]:
    """What people could decide on at this moment; what money or the service holds is left out."""
    seen: set[str] = set()
    for waiting in material.state.waiting:
        take = parse_take(waiting.take)
        since = offered(material.facts, take)
        if waiting.held or since is None or take.subject in seen:
            continue
        seen.add(take.subject)
        gate = _GATE[take.kind]
        yield PendingRow(*_place(material), at=since, gate=gate, take=waiting.take)


def offered(facts: Facts, take: TakeId) -> datetime | None:
    """When people could first decide on a take: its attempt was made and checked; None before."""
    if take.kind == "shotlist":
        listed = facts.shot_lists.get(take.version)
        return listed.at if listed else None
    if take.kind in ("animatic", "cut"):
        return facts.takes[take].at if take in facts.takes else None
    attempt = facts.attempts.get(take.attempt)
    mates = attempt.takes() if attempt else (take,)
    checked = [facts.checks[t].at for t in mates if t in facts.checks]
    return max(checked, default=None)


def _words(facts: Facts) -> Iterator[tuple[DecisionRecord, Verdict, GateName]]:
    """All verdicts in their order, each with the gate that it was given at.

    What sends an approved shot back while a movie of all waits was said at that movie's gate.
    """
    approved: set[str] = set()
    signed: set[Kind] = set()
    for _, decision in sorted(facts.decisions.items()):
        for verdict in decision.verdicts:
            take = verdict.id
            gate = _GATE[take.kind]
            back = verdict.verdict != "approve" and take.subject in approved
            if back:
                unsigned = (g for g, movie in _MOVIES.items() if movie not in signed)
                shown = [g for g in unsigned if _movie_at(facts, _MOVIES[g], decision.at)]
                gate = shown[-1] if shown else gate
            if verdict.verdict == "approve":
                approved.add(take.subject)
                signed.add(take.kind)
            else:
                approved.discard(take.subject)
            yield decision, verdict, gate


def _movie_at(facts: Facts, kind: Kind, before: datetime) -> datetime | None:
    """When the newest animatic or cut was made that was there at a moment."""
    made = [t.at for take, t in facts.takes.items() if take.kind == kind and t.at <= before]
    return max(made, default=None)


def _clips_of(facts: Facts, frame: TakeId, before: datetime) -> Iterator[TakeId]:
    """The clips that had been made of any candidate of this attempt at a frame."""
    for take, record in facts.takes.items():
        attempt = facts.attempts.get(take.attempt)
        if take.kind == "clip" and attempt and attempt.frame and record.at <= before:
            source = parse_take(attempt.frame)
            if source.attempt == frame.attempt:
                yield take


def by_model(row: TakeRow) -> bool:
    """Whether a model was asked for it, here and now: neither a person's own nor served again."""
    return row.made_by != HUMAN and not row.reused

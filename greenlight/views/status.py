"""Looking: where productions stand, what waits for people, and what it has cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict

from greenlight.errors import NotFound, ServiceUnavailable
from greenlight.money.spend import unknowns
from greenlight.production.facts import Facts
from greenlight.production.names import parse_take
from greenlight.production.records import RemarkRecord, VerdictKind, WaitingTake
from greenlight.production.state import State, fold
from greenlight.runs import FlowRun
from greenlight.upkeep.lifecycle import meaning_of, rest_of
from greenlight.views.held import Hold, by_subject, holds_of
from greenlight.workspace import Workspace

Standing = Literal["working", "waiting", "stalled", "delivered", "cancelled"]
"""`stalled` is told with its reason, and goes on at its time or by `greenlight resume`."""
Gate = Literal["shotlist", "takes", "animatic", "final"]

AWAY = "Prefect does not answer: what is decided now is recorded, and work goes on later"


_STAGES = {
    "specified": "making frame",
    "drawing": "making frame",
    "sheet waiting": "needs reference sheet",
    "frame waiting": "frame to review",
    "framed": "frame approved",
    "shooting": "making clip",
    "clip waiting": "clip to review",
}


def stage_words(stage: str) -> str:
    """A shot's stage as people read it."""
    return _STAGES.get(stage, stage)


class FlowRuns(Protocol):
    """Where flow runs are looked at."""

    def look(self, flow_run: str) -> FlowRun:
        """The run as it stands; raises NotFound when Prefect has forgotten it."""


class Proposal(BaseModel):
    """A verdict that somebody proposes; it releases nothing by itself."""

    model_config = ConfigDict(frozen=True)

    number: int
    take: str
    verdict: VerdictKind
    reason: str = ""
    text: str = ""
    who: str


class Status(BaseModel):
    """Where one production stands; `waiting_takes` can be decided on now, also while it works.

    `until` is when a production that has stalled is tried again, None where only people go on.
    """

    model_config = ConfigDict(frozen=True)

    production: str
    title: str
    show: str
    state: Standing
    gate: Gate | None
    waiting_takes: tuple[str, ...]
    simulated: bool
    shots: dict[str, str]
    format: str = ""
    """The aspect ratio of the cut, and what of the drawn pictures it shows."""
    problem: str = ""
    until: datetime | None = None
    resumable: bool = False
    """Whether `greenlight resume` makes it go on at once, all of it or the part that stalls."""
    unknown: tuple[str, ...] = ()
    """Ledger slots of unknown outcome or cost."""
    unknown_usd: Decimal | None = Decimal(0)
    """None for readers who may not see money, like every amount of a view."""
    held_by_money: bool = False
    """Whether nothing is left to be done or decided before there is more money."""
    held: tuple[Hold, ...] = ()
    """What does not go on by itself: a cause each, with its sentence and the ways out."""
    proposals: tuple[Proposal, ...] = ()
    """Verdicts that somebody proposed on what waits: a person confirms them, or does not."""
    flow_run: str = ""
    run_state: str = ""

    @property
    def to_decide(self) -> tuple[str, ...]:
        """The takes that wait and can be approved: what is held has none."""
        held = {take for hold in self.held for take in hold.takes}
        return tuple(t for t in self.waiting_takes if str(parse_take(t).attempt) not in held)

    @property
    def headline(self) -> str:
        """Where it stands in a word or two; what holds it, where nothing else can be done."""
        if self.held and self.state == "waiting" and not self.to_decide:
            return self.held[0].label
        return self.state


def status_or_away(workspace: Workspace, facts: Facts, state: State, runs: FlowRuns) -> Status:
    """One production's status, from its records alone while Prefect is away."""
    try:
        return status_of(workspace, facts, state, runs)
    except ServiceUnavailable:
        return status_of(workspace, facts, state, None)


def gate_of(waiting: Sequence[WaitingTake]) -> Gate | None:
    """Which gate is open, by what waits."""
    kinds = {parse_take(w.take).kind for w in waiting}
    if not kinds:
        return None
    if "shotlist" in kinds:
        return "shotlist"
    if kinds == {"animatic"}:
        return "animatic"
    return "final" if kinds == {"cut"} else "takes"


def status_of(workspace: Workspace, facts: Facts, state: State, runs: FlowRuns | None) -> Status:
    """One production's status; asks Prefect only where the records leave it open.

    Without `runs`, while Prefect is away, the records alone say it.
    """
    newest = max(facts.runs, default=0)
    flow_run = facts.runs[newest].flow_run if newest else ""
    live = _Live("working")
    if state.cancelled:
        said = facts.cancelled
        by = f"by {said.who}{f': {said.note}' if said.note else ''}" if said else ""
        live = _Live("cancelled", by)
    elif state.delivered:
        live = _Live("delivered")
    else:
        live = _live(workspace, facts, state, runs)
    standing, problem, until = live.standing, live.problem, live.until
    waiting = list(state.waiting)
    told: list[WaitingTake] = []
    if live.asking:
        # Work held by a budget or a service has no take: only the gate that was opened knows of it.
        gate = facts.gates[max(facts.gates)] if facts.gates else None
        told = [w for w in (gate.waiting if gate else ()) if w.held]
    entries = workspace.ledger.entries()
    held = holds_of(workspace, facts, state, told, entries)
    if live.asking:
        known, holding = {w.take for w in waiting}, {take for hold in held for take in hold.takes}
        waiting += [
            w
            for w in told
            if w.take not in known
            and w.until is None
            and str(parse_take(w.take).attempt) in holding
        ]
        standing = "waiting" if waiting else "working"
    problems = [hold.sentence for hold in held]
    away = [w for w in told if w.cause == "service"]
    if stalled := [w.until for w in away if w.until is not None]:
        standing, until = ("waiting" if waiting else "stalled"), min(stalled)
        problems += [w.held for w in away]
        problems.append(f"`greenlight resume {workspace.keys.production}` tries at once")
    stages = {s.shot.id: s.stage for s in state.shots}
    labels = {name: hold.label for name, hold in by_subject(held).items() if name in stages}
    unknown = unknowns(entries)
    return Status(
        production=workspace.production.production,
        title=workspace.production.brief.title,
        show=workspace.production.show,
        state=standing,
        gate=gate_of(waiting),
        waiting_takes=tuple(w.take for w in waiting),
        simulated=workspace.production.simulated,
        shots=stages | labels,
        format=workspace.production.framing.sentence,
        problem=problem or "; ".join(dict.fromkeys(problems)),
        until=until,
        resumable=standing == "stalled" or until is not None,
        unknown=tuple(u.slot for u in unknown),
        unknown_usd=sum((u.ceiling_usd for u in unknown), Decimal(0)),
        held_by_money=bool(waiting) and all(w.cause == "money" for w in waiting),
        held=held,
        proposals=tuple(
            Proposal(
                number=p.number,
                take=p.subject,
                verdict=p.proposes,
                reason=p.reason or "",
                text=p.text,
                who=p.who,
            )
            for p in proposals(facts)
            if p.proposes
        ),
        flow_run=flow_run,
        run_state=live.run_state,
    )


class _Live(NamedTuple):
    """What the run of a production says of it; `asking` is suspended at its own gate."""

    standing: Standing
    problem: str = ""
    run_state: str = ""
    until: datetime | None = None
    asking: bool = False


def _live(workspace: Workspace, facts: Facts, state: State, runs: FlowRuns | None) -> _Live:
    usual: Standing = "waiting" if state.waiting and not state.work else "working"
    if runs is None:
        return _Live(usual, AWAY)
    if not facts.runs:
        return _Live("working", "its run is not there yet: recovery starts one within a minute")
    try:
        run = runs.look(facts.runs[max(facts.runs)].flow_run)
    except NotFound:
        run = None
    meaning = meaning_of(run, facts)
    run_state = run.state if run is not None else ""
    rest = rest_of(facts, run, meaning)
    if rest is not None:
        verb = f"`greenlight resume {workspace.keys.production}`"
        again = f"a decision or {verb} goes on with it"
        if rest.until is not None:
            again = f"it is tried again at {rest.until:%H:%M} UTC, at once by {verb}"
        return _Live("stalled", f"stalled: {rest.why}; {again}", run_state, rest.until)
    if meaning.course in ("stopped", "lost"):
        return _Live(usual, f"{meaning.why}; another starts within a minute", run_state)
    return _Live(usual, meaning.why, run_state, asking=meaning.course == "asking")


def proposals(facts: Facts) -> list[RemarkRecord]:
    """Proposals about what still waits, exactly as it was when they were made; oldest first."""
    waiting = {w.take: w.sha256 for w in fold(facts).waiting}
    return [
        r
        for _, r in sorted(facts.remarks.items())
        if r.proposes and waiting.get(r.subject) == r.sha256
    ]


def state_of(workspace: Workspace) -> tuple[Facts, State]:
    """The records as they are now and what follows from them."""
    facts = workspace.records.facts()
    return facts, fold(facts)

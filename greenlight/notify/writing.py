"""Writing notices: what happened in a production becomes a sentence with its figures."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256

from greenlight.access.dashboard import page, run_path
from greenlight.errors import GreenlightError
from greenlight.money.amounts import at_most
from greenlight.notify.notice import (
    TAKES_LIMIT,
    Event,
    Notice,
    notice_id,
    one_line,
    trial_id,
)
from greenlight.production.facts import Facts
from greenlight.production.names import Kind, parse_take
from greenlight.production.records import DecisionRecord, GateRecord, RemarkRecord, WaitingTake
from greenlight.settings import Profile
from greenlight.store.records import now
from greenlight.views.foresee import effects_of_any
from greenlight.workspace import Workspace

TITLE_LIMIT = 120
_NAMES: dict[Kind, str] = {
    "shotlist": "shot list",
    "sheet": "reference sheet",
    "frame": "frame",
    "animatic": "animatic",
    "clip": "clip",
    "cut": "cut",
}
_CAUSES = {"money": "for want of money", "service": "until a service answers again"}
_DEEDS = {"approve": "approved", "retake": "sent back", "omit": "omitted"}


class Writer:
    """Writes the notices of one production as it stands in these facts."""

    def __init__(self, workspace: Workspace, facts: Facts, waiting: Sequence[WaitingTake]) -> None:
        self._workspace, self._facts, self._waiting = workspace, facts, waiting

    def gate_opened(self, fresh: Sequence[WaitingTake]) -> Notice:
        """People are needed; `fresh` is what they were not told of before."""
        key = "\n".join(sorted(f"{w.take} {w.sha256}" for w in fresh))
        return self._notice("gate.opened", key, f"{self._what_waits()}{self._price()}")

    def gate_overdue(self, gate: GateRecord, hours: float) -> Notice:
        """A gate has been open for that many hours without a decision."""
        said = f"no decision for {hours:g} h: {self._what_waits()}{self._price()}"
        notice = self._notice("gate.overdue", f"{gate.number} {hours:g}", said)
        return notice.model_copy(update={"gate": gate.number, "hours": hours})

    def decided(self, decision: DecisionRecord) -> Notice:
        """Somebody decided, through whichever door."""
        said = f"{one_line(decision.who, 80)} {_deeds(decision)}; {self._what_waits()}"
        notice = self._notice("decided", str(decision.number), said)
        return notice.model_copy(update={"who": one_line(decision.who, 80)})

    def held(self, items: Sequence[WaitingTake], key: str) -> Notice:
        """Work does not go on: no take came, money is used up, or a service is away."""
        count = len(items)
        said = f"{count} {'piece of work is' if count == 1 else 'pieces of work are'} held"
        cause = _CAUSES.get(items[0].cause, "without a take")
        notice = self._notice("held", key, f"{said} {cause}; {self._what_waits()}")
        return notice.model_copy(update={"reason": one_line(items[0].held)})

    def asked(self, remark: RemarkRecord) -> Notice:
        """Somebody who may not free what is held asks a producer to."""
        said = f"{one_line(remark.who, 80)} asks a producer: {one_line(remark.text)}"
        notice = self._notice("held", f"asked {remark.number}", said)
        return notice.model_copy(update={"who": one_line(remark.who, 80)})

    def delivered(self) -> Notice:
        """The delivery is there."""
        version = max(self._facts.deliveries)
        seconds = self._facts.deliveries[version].seconds
        said = f"delivery v{version:03d} is there: {seconds:.1f} s of cut, signed off"
        return self._notice("delivered", str(version), said)

    def failed(self, reason: str) -> Notice:
        """A run failed; the same failure at the same point is one and the same notice."""
        key = f"{self._facts.watermark} {sha256(reason.encode()).hexdigest()}"
        notice = self._notice("failed", key, "its run failed; recovery tries again within minutes")
        return notice.model_copy(update={"reason": one_line(reason)})

    def stalled(self, reason: str) -> Notice:
        """No run is at work: somebody stopped it in Prefect, or several brought nothing."""
        key = f"stalled after run {max(self._facts.runs, default=0)}"
        verb = f"greenlight resume {self._workspace.keys.production}"
        notice = self._notice("failed", key, f"it has stalled; `{verb}` goes on with it at once")
        return notice.model_copy(update={"reason": one_line(reason)})

    def _notice(self, event: Event, key: str, summary: str) -> Notice:
        production = self._workspace.production
        facts = self._facts
        run = facts.runs[max(facts.runs)].flow_run if facts.runs else ""
        return Notice(
            at=now(),
            id=notice_id(production.production, event, key),
            event=event,
            summary=summary,
            production=production.production,
            show=production.show,
            title=one_line(production.brief.title, TITLE_LIMIT),
            simulated=production.simulated,
            waiting=len(self._waiting),
            takes=tuple(w.take for w in self._waiting[:TAKES_LIMIT]),
            ceiling_usd=self._ceiling,
            gate=max(facts.gates, default=None),
            flow_run=run,
            link=page(self._workspace.profile, run_path(run)),
        )

    def _what_waits(self) -> str:
        count = len(self._waiting)
        if not count:
            return "nothing to review"
        kinds = Counter(_NAMES[parse_take(w.take).kind] for w in self._waiting)
        listed = ", ".join(f"{n} {kind}{'s' if n > 1 else ''}" for kind, n in kinds.items())
        return f"{count} {'take waits' if count == 1 else 'takes wait'} ({listed})"

    def _price(self) -> str:
        ceiling = self._ceiling
        if ceiling is None:
            return "; the price of approving is unknown"
        if not ceiling:
            return "; approving costs nothing more"
        most = at_most(ceiling, simulated=self._workspace.production.simulated)
        return f"; approving one take of each: {most}"

    @functools.cached_property
    def _ceiling(self) -> Decimal | None:
        """The most that approving one take of everything that waits releases."""
        try:
            effects = effects_of_any(self._workspace, self._facts, self._waiting)
        except GreenlightError:
            return None  # said in the notice: a model without a price, a list that has changed
        return sum((e.usd for e in effects), Decimal(0))


def _deeds(decision: DecisionRecord) -> str:
    counts = Counter(_DEEDS[v.verdict] for v in decision.verdicts)
    parts = [f"{deed} {count}" for deed, count in counts.items()]
    if decision.terms is not None:
        parts.append("changed the terms")
    if decision.resolutions:
        parts.append(f"said what became of {len(decision.resolutions)} requests")
    return ", ".join(parts) or "wrote a note"


def trial_notice(profile: Profile, subscriber: str) -> Notice:
    """A test for one subscriber."""
    return Notice(
        at=now(),
        id=trial_id(),
        event="test",
        summary="this is a test: messages from Greenlight reach you",
        simulated=profile.simulated,
        link=page(profile, run_path(None)),
        for_subscriber=subscriber,
    )

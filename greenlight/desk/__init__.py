"""The desk: the one set of verbs that every door (command line, dashboard form, …) calls."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from greenlight.access.audit import Audit
from greenlight.access.links import media_url
from greenlight.access.people import People
from greenlight.access.sessions import Sessions
from greenlight.access.signature import Signature, robot, this_person
from greenlight.briefs.intake import Intake, gather
from greenlight.briefs.places import Reach
from greenlight.desk import orders, shots
from greenlight.desk.ask import ask_producer
from greenlight.desk.cancel import cancel
from greenlight.desk.changes import Change, Split
from greenlight.desk.decide import Decided, decide, hold_to
from greenlight.desk.impact import Plan
from greenlight.desk.orders import Outcome
from greenlight.desk.remarks import Saying, remark
from greenlight.desk.shot_list import write
from greenlight.desk.submit import Confirm, Submitted, draft, submit
from greenlight.desk.verb import verb
from greenlight.errors import NotFound, Refused, ServiceUnavailable
from greenlight.generate.request import Role
from greenlight.money.quote import Quote
from greenlight.money.show_budget import LimitRecord, ShowBudget
from greenlight.production.brief import Brief
from greenlight.production.records import (
    DecisionRecord,
    RemarkRecord,
    ShotListRecord,
    TakeRecord,
    Terms,
)
from greenlight.runs import Runs
from greenlight.settings import Profile
from greenlight.store.keys import OPEN
from greenlight.store.objects import ObjectStore
from greenlight.store.records import Clock, now
from greenlight.upkeep.waking import resume, wake
from greenlight.views.held import Cause
from greenlight.views.reader import Reader
from greenlight.views.status import state_of
from greenlight.views.wishes import Wish, choose_all

if TYPE_CHECKING:
    from greenlight.media.framing import Fit

__all__ = [
    "Change",
    "Desk",
    "Plan",
    "Saying",
    "Signature",
    "Split",
    "Wish",
    "choose_all",
    "robot",
    "this_person",
]


class Desk(Reader):
    """Everything that is done to productions, on one profile's services, and all their views."""

    def __init__(
        self,
        profile: Profile,
        store: ObjectStore | None = None,
        runs: Runs | None = None,
        clock: Clock = now,
        cache: Path | None = None,
    ) -> None:
        super().__init__(profile, store, runs, clock, cache)
        self.people = People(self.store, profile.media_secret, clock)
        self.sessions = Sessions(self.store, self.people, clock)
        self.audit = Audit(self.store, clock)

    # Productions begin, go on and end.

    def quote(self, brief: Brief) -> Quote:
        """What a brief is expected to cost at most; raises InvalidInput for unusable models."""
        return draft(self.profile, brief, "quote", "quote").quote

    @verb("submit", "submit")
    def submit(
        self,
        brief: Brief,
        folder: Path,
        who: Signature,
        key: str = "",
        *,
        confirm: Confirm | None = None,
        most_usd: Decimal | None = None,
        reach: Reach | None = None,
        batch: str = "",
        flow_run: str = "",
    ) -> Submitted:
        """Makes a production of a brief and starts its run; the same `key` is the same submit.

        `confirm` hears the quote first, and raises where it is declined: real money takes it, or
        a token's ceiling. `most_usd` is a ceiling for this submit. `reach` is what the brief's
        author may name; a row of `batch` was read, and its pictures stored, when it was planned.
        `flow_run` is a run that is at work already. Raises DecisionNeeded, Refused and Forbidden.
        """
        intake = Intake(brief, {}) if batch else gather(brief, folder, self.profile, reach)
        return submit(
            self.profile,
            self.store,
            self.runs,
            intake,
            who,
            key=key,
            confirm=confirm,
            most_usd=most_usd,
            batch=batch,
            flow_run=flow_run,
            clock=self.clock,
        )

    def wake(self, production: str) -> bool:
        """Makes the production's run hear what was done; recovery does it where Prefect is away."""
        try:
            return wake(self.workspace(production), self.runs)
        except (ServiceUnavailable, NotFound):
            return False

    @verb("resume", "decide")
    def resume(self, production: str, who: Signature) -> str:
        """Goes on at once with a production that has stalled; see `upkeep.waking.resume`."""
        return resume(self.workspace(production), self.runs, who)

    @verb("cancel", "money")
    def cancel(self, production: str, who: Signature, note: str = "") -> None:
        """Stops a production for good; what was made stays."""
        cancel(self.workspace(production), self.runs, who, note)

    # Verdicts, remarks and pictures of people's own.

    @verb("decide", wakes=True)
    def decide(
        self,
        production: str,
        wishes: Sequence[Wish],
        who: Signature,
        request: str = "",
        at_most: Decimal | None = None,
    ) -> Decided:
        """Records verdicts, all or none, and wakes the run; robots may on simulated money only.

        Refused where they cost more than `at_most`, the total in USD that was shown.
        """
        workspace = self.workspace(production)
        if who.principal.startswith("robot:") and not workspace.production.simulated:
            raise Refused(f"{who.who} is a robot and decides on simulated productions only")
        return decide(workspace, wishes, who, request or secrets.token_hex(8), at_most)

    @verb("remark")
    def remark(
        self, production: str, who: Signature, saying: Saying, request: str = ""
    ) -> RemarkRecord:
        """Records a comment on a take, shot or production, or a proposed verdict."""
        return remark(self.workspace(production), who, saying, request)

    @verb("ask a producer")
    def ask_producer(
        self, production: str, cause: Cause, who: Signature, note: str = "", request: str = ""
    ) -> RemarkRecord:
        """Asks people who may to free what is held: a remark, and a notice of it.

        Raises Refused where that cause holds nothing now.
        """
        workspace, status = self.workspace(production), self.standing(production)
        return ask_producer(workspace, self.runs, status, cause, who, note, request)

    @verb("add a take", "decide", wakes=True)
    def add_take(
        self,
        production: str,
        target: str,
        path: Path,
        who: Signature,
        note: str = "",
        fit: Fit = "",
    ) -> TakeRecord:
        """Makes a person's own picture a take of a shot or subject; it waits for approval."""
        from greenlight.desk.boards import add_board

        workspace = self.workspace(production)
        return add_board(workspace, *state_of(workspace), target, path, who, note, fit)

    def contact_sheet(self, production: str) -> tuple[str, str]:
        """Key and stable link of the contact sheet as things stand; drawn if it is not there."""
        from greenlight.stages.sheet import contact_sheet

        workspace = self.workspace(production)
        key = contact_sheet(workspace, *state_of(workspace))
        return key, media_url(self.profile.media_url, self.profile.media_secret, key)

    # Money.

    @verb("order", "money", wakes=True)
    def order(
        self, production: str, terms: Terms, who: Signature, note: str = "", request: str = ""
    ) -> int:
        """Changes a production's limit, models or standing permission, and wakes its run."""
        return orders.order(self.workspace(production), terms, who, note, request)

    def change_model(
        self, production: str, role: Role, model: str, who: Signature, request: str = ""
    ) -> int:
        """Chooses another model for what is not yet paid for; returns the decision's number."""
        terms = Terms.model_validate({f"{role}_model": model})
        return self.order(production, terms, who, "", request)

    @verb("raise the budget", "money")
    def raise_budget(
        self,
        production: str,
        limit_usd: Decimal,
        who: Signature,
        *,
        whose: Literal["production", "show"] = "production",
        note: str = "",
        request: str = "",
    ) -> int:
        """Raises the limit of a production or of its show; returns the number of the record.

        Raises InvalidInput for a limit that is not higher than the one in force, and Refused
        without one. The same `request` again raises nothing more.
        """
        workspace = self.workspace(production)
        if repeated := orders.ordered(workspace, request):
            return repeated
        orders.check_raise(workspace, limit_usd, whose)
        if whose == "show":
            return self.limit_show(workspace.keys.show, limit_usd, who, note).number
        return self.order(production, Terms(budget_usd=limit_usd), who, note, request)

    @verb("limit", "money")
    def limit_show(
        self, show: str, limit: Decimal | None, who: Signature, note: str = ""
    ) -> LimitRecord:
        """Gives a show a limit or takes it away, and wakes those of its productions that wait."""
        record = orders.limit_show(ShowBudget(self.store, show), limit, who, note)
        for key in list(self.store.keys(OPEN)):
            production = key[len(OPEN) : -len(".json")]
            with contextlib.suppress(NotFound):
                if self.show_of(production) == show:
                    self.wake(production)
        return record

    @verb("resolve", "money", wakes=True)
    def resolve(
        self,
        production: str,
        slots: Mapping[str, Outcome],
        again: bool,
        who: Signature,
        *,
        cost_usd: Decimal | None = None,
        note: str = "",
        request: str = "",
    ) -> DecisionRecord:
        """Says what became of requests of unknown outcome, and wakes the production's run."""
        workspace = self.workspace(production)
        return orders.resolve(
            workspace, slots, again, who, cost_usd=cost_usd, note=note, request=request
        )

    # Shots.

    def plan_shots(
        self,
        production: str,
        rows: Sequence[Mapping[str, Any]],
        who: Signature,
        note: str = "",
        seen: int | None = None,
    ) -> Plan:
        """The version that complete rows come to; see `shots.plan_rows`."""
        return shots.plan_rows(self.workspace(production), rows, who, note, seen)

    def plan_timing(
        self, production: str, seconds: Mapping[str, Decimal], who: Signature, note: str = ""
    ) -> Plan:
        """The approved list with other lengths; see `shots.plan_timing`."""
        return shots.plan_timing(self.workspace(production), seconds, who, note)

    @verb("change shots", "edit", wakes=True)
    def write_shots(self, production: str, plan: Plan, who: Signature) -> ShotListRecord:
        """Writes what was planned; it waits for approval. Refused if another was written since."""
        write(self.workspace(production), plan.record)
        return plan.record

    def change_shots(
        self, production: str, change: Change, who: Signature, note: str = ""
    ) -> ShotListRecord:
        """A new version of the shot list with these changes; it waits for approval."""
        plan = shots.plan_change(self.workspace(production), change, who, note)
        return self.write_shots(production, plan, who)

    def replace_shots(
        self, production: str, rows: Sequence[Mapping[str, Any]], who: Signature, note: str = ""
    ) -> ShotListRecord:
        """A new version of the shot list from complete rows; it waits for approval."""
        return self.write_shots(production, self.plan_shots(production, rows, who, note), who)

    def retime(
        self, production: str, plan: Plan, who: Signature, at_most: Decimal | None = None
    ) -> Decided:
        """Writes other lengths and approves them, as a changed timing is meant to hold.

        The approval is bound to exactly this version, and releases what the plan said: Refused,
        with nothing written, where that is more than `at_most`, the total that was shown.
        """
        follows = plan.impact.consequences
        if at_most is not None:
            hold_to(at_most, follows)
        record = self.write_shots(production, plan, who)
        wish = Wish(target=str(record.take), verdict="approve", sha256=record.sha256)
        return self.decide(production, [wish], who, at_most=follows.total_usd)

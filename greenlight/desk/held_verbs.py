"""The desk's verbs for what is held: say what it is, free it, or ask somebody who may."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from decimal import Decimal
from typing import Literal

from greenlight.access.audit import Audit
from greenlight.access.discretion import words
from greenlight.access.signature import Signature
from greenlight.desk.remarks import Saying, remark
from greenlight.errors import InvalidInput, NotFound, Refused, ServiceUnavailable
from greenlight.generate.request import Role
from greenlight.money.show_budget import LimitRecord
from greenlight.notify.outbox import announce
from greenlight.notify.writing import Writer
from greenlight.production.records import RemarkRecord, Terms
from greenlight.runs import Runs
from greenlight.views.held import Cause, Hold
from greenlight.views.status import Status, state_of
from greenlight.workspace import Workspace


class HeldVerbs(ABC):
    """What a desk does about work that does not go on by itself."""

    runs: Runs
    audit: Audit

    @abstractmethod
    def workspace(self, production: str) -> Workspace: ...

    @abstractmethod
    def standing(self, production: str) -> Status: ...

    @abstractmethod
    def order(
        self, production: str, terms: Terms, who: Signature, note: str = "", request: str = ""
    ) -> int: ...

    @abstractmethod
    def limit_show(
        self, show: str, limit: Decimal | None, who: Signature, note: str = ""
    ) -> LimitRecord: ...

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
        with self.audit.refusals(who, "raise the budget", production):
            who.demand("money", production, workspace.keys.show)
        facts = workspace.records.facts()
        repeated = [d.number for d in facts.decisions.values() if request and d.request == request]
        if repeated:
            return repeated[0]
        of_show = whose == "show"
        now = workspace.show_budget.limit() if of_show else workspace.production.brief.budget_usd
        if now is None:
            raise Refused(f"the {whose} has no limit: there is nothing to raise")
        if limit_usd <= now:
            raise InvalidInput(f"invalid limit ${limit_usd} (more than the ${now:.2f} in force)")
        if of_show:
            return self.limit_show(workspace.keys.show, limit_usd, who, note).number
        return self.order(production, Terms(budget_usd=limit_usd), who, note, request)

    def change_model(
        self, production: str, role: Role, model: str, who: Signature, request: str = ""
    ) -> int:
        """Chooses another model for what is not yet paid for; returns the decision's number."""
        terms = Terms.model_validate({f"{role}_model": model})
        return self.order(production, terms, who, "", request)

    def ask_producer(
        self, production: str, cause: Cause, who: Signature, note: str = "", request: str = ""
    ) -> RemarkRecord:
        """Asks whoever may to free what is held: a remark, and a notice to who is told of holds.

        Raises Refused where that cause holds nothing now.
        """
        hold = self._hold(production, cause)
        workspace = self.workspace(production)
        asked = f"{words(hold.sentence)}: please help"
        text = f"{asked}. {note.strip()}" if note.strip() else asked
        with self.audit.refusals(who, "ask a producer", production):
            made = remark(workspace, who, Saying(text=text, asks=cause), request)
        facts, state = state_of(workspace)
        notice = Writer(workspace, facts, state.waiting).asked(made)
        if announce(workspace.store, notice).wanted:
            # Recovery tells it within minutes where no run can be started now.
            with contextlib.suppress(ServiceUnavailable, NotFound):
                self.runs.notify(notice.id)
        return made

    def _hold(self, production: str, cause: Cause) -> Hold:
        held = self.standing(production).held
        for hold in held:
            if hold.cause == cause:
                return hold
        known = ", ".join(hold.label for hold in held) or "nothing is held"
        raise Refused(f"{production} is not held by {cause!r} now ({known})")

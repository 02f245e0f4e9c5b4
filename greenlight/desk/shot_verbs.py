"""The desk's verbs for the shot list: look at it, plan a change, write it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from greenlight.access.audit import Audit
from greenlight.access.signature import Signature
from greenlight.desk.changes import Change, apply
from greenlight.desk.decide import Decided, hold_to
from greenlight.desk.impact import Plan, impact_of
from greenlight.desk.shot_list import demand_open, edited, newest_list, write
from greenlight.errors import Refused
from greenlight.money.amounts import usd
from greenlight.money.quote import Quote
from greenlight.money.quoting import list_quote
from greenlight.production.brief import Reference
from greenlight.production.cast import unshown
from greenlight.production.records import ShotListRecord
from greenlight.production.state import fold
from greenlight.views.foresee import purse_of
from greenlight.views.wishes import Wish
from greenlight.workspace import Workspace


class ShotListVerbs(ABC):
    """What a desk does with shot lists; the desk itself has workspaces, audit and runs."""

    audit: Audit

    @abstractmethod
    def workspace(self, production: str) -> Workspace: ...

    @abstractmethod
    def wake(self, production: str) -> bool: ...

    @abstractmethod
    def decide(
        self,
        production: str,
        wishes: Sequence[Wish],
        who: Signature,
        request: str = "",
        at_most: Decimal | None = None,
    ) -> Decided: ...

    def shot_list(self, production: str) -> ShotListRecord:
        """The newest shot list, approved or not."""
        return newest_list(self.workspace(production).records.facts())

    def list_quote(self, production: str, shots: ShotListRecord) -> Quote:
        """What the production is expected to cost at most with these shots."""
        return list_quote(
            self.workspace(production).production, shots.shots, subjects=shots.subjects
        )

    def above_estimate(self, production: str, quote: Quote) -> str:
        """That a list costs more than its brief was quoted at; empty where it does not."""
        before = self.workspace(production).submitted.quote_usd
        if quote.total <= before:
            return ""
        return f"more than the {usd(before, quote.simulated)} that the brief was estimated at"

    def unshown(self, production: str, shots: ShotListRecord) -> tuple[Reference, ...]:
        """Whom and what the brief or the breakdown names, and no shot shows."""
        return unshown(self.workspace(production).production.brief, shots)

    def change_shots(
        self, production: str, change: Change, who: Signature, note: str = ""
    ) -> ShotListRecord:
        """A new version of the shot list with these changes; it waits for approval."""
        base = self.shot_list(production)
        plan = self.plan_shots(production, apply(base, change), who, note, base.version)
        return self.write_shots(production, plan, who)

    def plan_shots(
        self,
        production: str,
        rows: Sequence[Mapping[str, Any]],
        who: Signature,
        note: str = "",
        seen: int | None = None,
    ) -> Plan:
        """The version that complete rows come to, and what approving it voids; nothing is written.

        `seen` is the version that they were made from, 0 for none; Refused if there is a newer one.
        """
        workspace = self.workspace(production)
        facts, brief = workspace.records.facts(), workspace.production.brief
        demand_open(production, facts)
        record = edited(facts, rows, brief, who.who, note, seen)
        impact = impact_of(workspace.production, facts, record, purse_of(workspace, facts))
        return Plan(record, impact)

    def write_shots(self, production: str, plan: Plan, who: Signature) -> ShotListRecord:
        """Writes what was planned; it waits for approval. Refused if another was written since."""
        workspace = self.workspace(production)
        with self.audit.refusals(who, "change shots", production):
            who.demand("edit", production, workspace.keys.show)
        write(workspace, plan.record)
        self.wake(production)
        return plan.record

    def plan_timing(
        self, production: str, seconds: Mapping[str, Decimal], who: Signature, note: str = ""
    ) -> Plan:
        """The approved list with other lengths, in seconds by shot; nothing is written.

        Raises Refused while another version waits: its approval would go along unseen.
        """
        workspace = self.workspace(production)
        facts = workspace.records.facts()
        demand_open(production, facts)
        base, active = newest_list(facts), fold(facts).shot_list
        if active is None or active.version != base.version:
            raise Refused(
                f"{base.take} waits for approval: decide on it first, or change the seconds in it "
                "with `greenlight shots`"
            )
        fields = {shot: {"seconds": str(value)} for shot, value in seconds.items()}
        rows = apply(base, Change(fields=fields))
        return self.plan_shots(production, rows, who, note, base.version)

    def retime(
        self, production: str, plan: Plan, who: Signature, at_most: Decimal | None = None
    ) -> Decided:
        """Writes other lengths and approves them, as whoever changes a timing means it to hold.

        The approval is bound to exactly this version, and releases what the plan said: Refused,
        with nothing written, where that is more than `at_most`, the total that was shown.
        """
        follows = plan.impact.consequences
        if at_most is not None:
            hold_to(at_most, follows)
        record = self.write_shots(production, plan, who)
        wish = Wish(target=str(record.take), verdict="approve", sha256=record.sha256)
        return self.decide(production, [wish], who, at_most=follows.total_usd)

    def replace_shots(
        self, production: str, rows: Sequence[Mapping[str, Any]], who: Signature, note: str = ""
    ) -> ShotListRecord:
        """A new version of the shot list from complete rows; it waits for approval."""
        return self.write_shots(production, self.plan_shots(production, rows, who, note), who)

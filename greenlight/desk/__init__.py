"""The desk: the one set of verbs that every door (command line, dashboard form, …) calls."""

from __future__ import annotations

import contextlib
import getpass
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from greenlight.access.audit import Audit
from greenlight.access.links import media_url
from greenlight.access.people import People
from greenlight.access.rights import EVERYTHING, Right
from greenlight.access.sessions import Sessions
from greenlight.access.signature import Signature
from greenlight.briefs.intake import gather, with_scenes
from greenlight.desk.changes import Change, Split
from greenlight.desk.decide import Decided, decide
from greenlight.desk.held_verbs import HeldVerbs
from greenlight.desk.impact import Plan
from greenlight.desk.knowing import KnowingVerbs
from greenlight.desk.orders import (
    Outcome,
    limit_show,
    order,
    resolve,
)
from greenlight.desk.remarks import Saying, remark
from greenlight.desk.room_verbs import RoomVerbs
from greenlight.desk.shot_verbs import ShotListVerbs
from greenlight.desk.submit import (
    Submitted,
    draft,
    free_id,
    new_id,
    register,
    with_allowance,
    within,
)
from greenlight.errors import NotFound, Refused, ServiceUnavailable
from greenlight.money.ledger import Entry
from greenlight.money.quote import Quote
from greenlight.money.quoting import brief_quote
from greenlight.money.show_budget import LimitRecord, ShowBudget
from greenlight.money.spend import Spend, rejected, spend_of
from greenlight.production.brief import Brief
from greenlight.production.facts import Facts
from greenlight.production.records import (
    CancelRecord,
    DecisionRecord,
    RemarkRecord,
    TakeRecord,
    Terms,
)
from greenlight.production.state import State
from greenlight.runs import Runs
from greenlight.settings import Profile
from greenlight.store.folders import Folder
from greenlight.store.keys import OPEN
from greenlight.store.records import find_show, now, productions
from greenlight.upkeep.waking import resume, start, wake
from greenlight.views.binding import priced
from greenlight.views.files import Pulled, pull_file, wanted
from greenlight.views.standings import Standings
from greenlight.views.status import Status, state_of, status_of
from greenlight.views.takes import TakeView, takes_of
from greenlight.views.terms import Account, account_of, show_account
from greenlight.views.wishes import Wish, choose_all
from greenlight.workspace import Workspace, open_store, open_workspace

if TYPE_CHECKING:
    from greenlight.media.board import Fit

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


def this_person(name: str = "") -> Signature:
    """Whoever is logged in here, under the display name that they gave.

    Whoever runs a command line here holds the keys to everything it could be kept from.
    """
    try:
        login = getpass.getuser()
    except (KeyError, OSError):
        login = str(os.getuid())
    return Signature(name or login, f"login:{login}", "cli", verified=True, rights=EVERYTHING)


def robot(name: str) -> Signature:
    """A robot that answers gates of simulated productions, and says so in every record."""
    rights: frozenset[Right] = frozenset(
        {"look", "costs", "decide", "edit", "release", "sign-off", "submit"}
    )
    return Signature(name, f"robot:{name}", "demo", verified=True, rights=rights)


class Desk(ShotListVerbs, KnowingVerbs, RoomVerbs, HeldVerbs):
    """The verbs, on one profile's services. Methods block; safe to share between threads."""

    def __init__(self, profile: Profile, cache: Path | None = None) -> None:
        """`cache` is a folder in which the index of standings is kept for the next process."""
        self.profile = profile
        self.store = open_store(profile)
        self.runs = Runs(profile)
        self.people = People(self.store, profile.media_secret)
        self.sessions = Sessions(self.store, self.people)
        self.audit = Audit(self.store)
        self._workspaces: dict[str, Workspace] = {}
        self.standings = Standings(
            self.store, self.runs, self.workspace, self.let_go, profile.s3, cache
        )

    def workspace(self, production: str) -> Workspace:
        """The workspace of a production; raises NotFound."""
        if production not in self._workspaces:
            self._workspaces[production] = open_workspace(production, self.profile, self.store)
        return self._workspaces[production]

    def let_go(self, production: str) -> None:
        """Forgets what was read of a production: of thousands that have ended nobody asks again."""
        self._workspaces.pop(production, None)

    def quote(self, brief: Brief) -> Quote:
        """What a brief is expected to cost at most; raises InvalidInput for unusable models."""
        return brief_quote(draft(self.profile, brief, "quote", "quote"))

    def submit(self, brief: Brief, folder: Path, who: Signature, key: str = "") -> Submitted:
        """Makes a production of a brief and starts its run; the same `key` is the same submit."""
        with self.audit.refusals(who, "submit", brief.title):
            who.demand("submit", show=brief.show)
        brief = with_scenes(brief, folder)
        quote = self.quote(brief)
        brief = within(brief, quote, who)
        intake = gather(brief, folder, self.profile)
        production = new_id(brief, key) if key else free_id(self.store, brief)
        allowed = with_allowance(self.store, intake.brief, quote, who, production)
        intake = intake._replace(brief=allowed)
        record = register(self.profile, self.store, intake, who.who, production)
        try:
            flow_run = start(self.store, self.runs, record, "submit", 1)
        except ServiceUnavailable as error:
            raise ServiceUnavailable(
                f"{production} is recorded, and recovery starts it once Prefect answers: {error}"
            ) from error
        return Submitted(production, flow_run, quote, record.brief.budget_usd)

    def productions(self) -> list[str]:
        """The ids of all productions."""
        return productions(self.store)

    def show_of(self, production: str) -> str:
        """The show that a production belongs to, by its id alone; raises NotFound."""
        return find_show(self.store, production)

    def look(self, production: str) -> tuple[Facts, State]:
        """The records of a production and the state that follows from them."""
        return state_of(self.workspace(production))

    def status(self, production: str) -> Status:
        """Where one production stands."""
        facts, state = self.look(production)
        return status_of(self.workspace(production), facts, state, self.runs)

    def statuses(self) -> list[Status]:
        """Where all productions stand; half-made submits are left to recovery."""
        found = self.standings.look()
        if self.standings.away is not None:
            raise self.standings.away
        return [standing.status for standing in found.values()]

    def takes(self, production: str) -> list[TakeView]:
        """All takes in story order, rejects included."""
        workspace = self.workspace(production)
        return takes_of(workspace, *state_of(workspace))

    def survey(self, production: str) -> tuple[Status, list[TakeView]]:
        """Where one production stands, with all its takes, from a single look at the records."""
        workspace = self.workspace(production)
        facts, state = state_of(workspace)
        return status_of(workspace, facts, state, self.runs), takes_of(workspace, facts, state)

    def spend(self, production: str) -> Spend:
        """What it has cost so far."""
        workspace = self.workspace(production)
        return spend_of(workspace.production, workspace.ledger, workspace.records.facts())

    def rejected(self, production: str) -> list[tuple[str, Decimal]]:
        """Rejected frame takes with the price of the clip that was never made."""
        workspace = self.workspace(production)
        return rejected(workspace.production, workspace.records.facts())

    def ceilings(self, production: str) -> Mapping[str, Decimal]:
        """What approving each waiting take would release at most, in USD."""
        workspace = self.workspace(production)
        return priced(workspace, *state_of(workspace))

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
        with self.audit.refusals(who, "decide", production):
            decided = decide(workspace, wishes, who, request or secrets.token_hex(8), at_most)
        self.wake(production)
        return decided

    def remark(
        self, production: str, who: Signature, saying: Saying, request: str = ""
    ) -> RemarkRecord:
        """Records a comment on a take, shot or production, or a proposed verdict."""
        with self.audit.refusals(who, "propose" if saying.proposes else "comment", production):
            return remark(self.workspace(production), who, saying, request)

    def wake(self, production: str) -> bool:
        """Makes the production's run hear what was done; recovery does it where Prefect is away."""
        try:
            return wake(self.workspace(production), self.runs)
        except (ServiceUnavailable, NotFound):
            return False

    def resume(self, production: str, who: Signature) -> str:
        """Goes on at once with a production that has stalled; see `upkeep.waking.resume`."""
        workspace = self.workspace(production)
        with self.audit.refusals(who, "resume", production):
            who.demand("decide", production, workspace.keys.show)
        return resume(workspace, self.runs, who)

    def account(self, production: str) -> tuple[Account, Account]:
        """How the budget of a production stands, and that of its show."""
        workspace = self.workspace(production)
        workspace.records.facts()
        show = show_account(ShowBudget(self.store, workspace.keys.show))
        return account_of(production, workspace.budget), show

    def show_account(self, show: str) -> Account:
        """How a show's budget stands; raises NotFound for a show without productions or limit."""
        account = show_account(ShowBudget(self.store, show))
        if account.limit_usd is None and not account.open:
            raise NotFound(f"there is no show {show!r}, or nothing was spent on it yet")
        return account

    def order(
        self, production: str, terms: Terms, who: Signature, note: str = "", request: str = ""
    ) -> int:
        """Changes a production's limit, models or standing permission, and wakes its run."""
        workspace = self.workspace(production)
        with self.audit.refusals(who, "order", production):
            who.demand("money", production, workspace.keys.show)
        number = order(workspace, terms, who, note, request)
        self.wake(production)
        return number

    def limit_show(
        self, show: str, limit: Decimal | None, who: Signature, note: str = ""
    ) -> LimitRecord:
        """Gives a show a limit or takes it away, and wakes those of its productions that wait."""
        with self.audit.refusals(who, "limit", show):
            who.demand("money", show=show)
        record = limit_show(ShowBudget(self.store, show), limit, who, note)
        for key in list(self.store.keys(OPEN)):
            production = key[len(OPEN) : -len(".json")]
            with contextlib.suppress(NotFound):
                if self.show_of(production) == show:
                    self.wake(production)
        return record

    def ledger(self, production: str) -> list[Entry]:
        """Every row of a production's ledger, in the order of its paths."""
        return sorted(self.workspace(production).ledger.entries(), key=lambda e: e.slot.path)

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
        with self.audit.refusals(who, "resolve", production):
            who.demand("money", production, workspace.keys.show)
        record = resolve(
            workspace,
            slots,
            again,
            who,
            cost_usd=cost_usd,
            note=note,
            request=request,
        )
        self.wake(production)
        return record

    def contact_sheet(self, production: str) -> tuple[str, str]:
        """Key and stable link of the contact sheet as things stand; drawn if it is not there."""
        from greenlight.stages.sheet import contact_sheet

        workspace = self.workspace(production)
        key = contact_sheet(workspace, *state_of(workspace))
        return key, media_url(self.profile.media_url, self.profile.media_secret, key)

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
        with self.audit.refusals(who, "add a take", production):
            who.demand("decide", production, workspace.keys.show)
        record = add_board(workspace, *state_of(workspace), target, path, who, note, fit)
        self.wake(production)
        return record

    def pull(self, production: str, folder: Path, *, takes: bool = False) -> Iterator[Pulled]:
        """Fetches the newest delivery (and all takes), file by file."""
        workspace = self.workspace(production)
        facts = workspace.records.facts()
        known = {t.key: t.sha256 for t in facts.takes.values()}
        for delivery in facts.deliveries.values():
            known |= delivery.files
        place = Folder(folder, private=True)
        for name, key in wanted(workspace, facts, takes).items():
            yield pull_file(workspace, key, place, name, known.get(key, ""))

    def cancel(self, production: str, who: Signature, note: str = "") -> None:
        """Stops a production for good; what was made stays."""
        workspace = self.workspace(production)
        with self.audit.refusals(who, "cancel", production):
            who.demand("money", production, workspace.keys.show)
        facts, state = state_of(workspace)
        if state.delivered:
            raise Refused(f"{production} is delivered: there is nothing to cancel")
        workspace.records.claim(CancelRecord(at=now(), who=who.who, note=note))
        for run in facts.runs.values():
            with contextlib.suppress(NotFound):
                self.runs.cancel(run.flow_run)
        # What approvals kept ready is free again. The marker stays until what is in flight has
        # ended: recovery sees to that, and takes it away.
        workspace.budget.close()

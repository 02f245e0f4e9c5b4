"""Reading productions: every view that doors show, from one profile's services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from greenlight.access.signature import Signature
from greenlight.errors import NotFound, Refused
from greenlight.money.amounts import usd
from greenlight.money.consequences import Consequences
from greenlight.money.ledger import Entry
from greenlight.money.prices import UnpricedModel
from greenlight.money.quote import Quote
from greenlight.money.quoting import list_quote
from greenlight.money.show_budget import ShowBudget
from greenlight.money.spend import Balance, Spend, rejected, spend_of
from greenlight.production.brief import Reference
from greenlight.production.cast import unshown
from greenlight.production.facts import Facts, newest_list
from greenlight.production.names import TakeId, parse_take
from greenlight.production.records import RemarkRecord, ShotListRecord
from greenlight.production.state import State
from greenlight.runs import Runs
from greenlight.settings import Profile
from greenlight.store.folders import Folder
from greenlight.store.objects import ObjectStore
from greenlight.store.records import Clock, find_show, now, productions
from greenlight.views.binding import priced
from greenlight.views.context import ShotContext, context_of
from greenlight.views.decisions import DecisionRow, history
from greenlight.views.files import Pulled, pull_file, wanted
from greenlight.views.foresee import balance, foresee, foresee_limit
from greenlight.views.likeness import Likeness, comparison_of, likeness_of
from greenlight.views.packs import Changed, Known, compared, known_of
from greenlight.views.reel import Mark, marks_of
from greenlight.views.standings import Standings
from greenlight.views.status import Status, state_of, status_of, status_or_away
from greenlight.views.takes import TakeView, takes_of
from greenlight.views.terms import Account, account_of, show_account
from greenlight.views.wall import Wall, wall_of
from greenlight.views.wishes import Wish
from greenlight.workspace import Workspace, open_store, open_workspace


class Ways(NamedTuple):
    """The two ways of sending a shot's clip back: a new clip, or back to its frame."""

    clip: Consequences
    frame: Consequences

    @property
    def more_usd(self) -> Decimal:
        """What going back to the frame costs more than a new clip, in USD."""
        return self.frame.sum_usd - self.clip.sum_usd


class Reader:
    """Views of every production of one profile; methods block and are safe between threads."""

    def __init__(
        self,
        profile: Profile,
        store: ObjectStore | None = None,
        runs: Runs | None = None,
        clock: Clock = now,
        cache: Path | None = None,
    ) -> None:
        """`cache` is a folder in which the index of standings is kept for the next process."""
        self.profile = profile
        self.store = store or open_store(profile)
        self.runs = runs or Runs(profile)
        self.clock = clock
        self._workspaces: dict[str, Workspace] = {}
        self.standings = Standings(
            self.store, self.runs, self.workspace, self.let_go, profile.s3, cache
        )

    def workspace(self, production: str) -> Workspace:
        """The workspace of a production, opened once; raises NotFound."""
        if production not in self._workspaces:
            self._workspaces[production] = self.open(production)
        return self._workspaces[production]

    def open(self, production: str) -> Workspace:
        """A workspace with nothing read yet; raises NotFound."""
        return open_workspace(production, self.profile, self.store, self.clock)

    def let_go(self, production: str) -> None:
        """Forgets what was read of a production, such as one of thousands that have ended."""
        self._workspaces.pop(production, None)

    # Productions.

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
        """The state of one production and of its run."""
        facts, state = self.look(production)
        return status_of(self.workspace(production), facts, state, self.runs)

    def standing(self, production: str) -> Status:
        """The status, from the records alone while Prefect is away."""
        workspace = self.workspace(production)
        return status_or_away(workspace, *state_of(workspace), self.runs)

    def statuses(self) -> list[Status]:
        """The status of all productions; half-made submits are left to recovery."""
        found = self.standings.look()
        if self.standings.away is not None:
            raise self.standings.away
        return [standing.status for standing in found.values()]

    def visible(self, who: Signature, show: str = "", after: str = "") -> Iterator[Status]:
        """Where each production stands that somebody may look at, in alphabetical order.

        With `show` those of that show alone; `after` is the last one that was seen.
        """
        for name, standing in sorted(self.standings.look().items()):
            status = standing.status
            if name > after and show in ("", status.show) and who.may("look", name, status.show):
                yield status

    def takes(self, production: str) -> list[TakeView]:
        """All takes in story order, rejects included."""
        workspace = self.workspace(production)
        return takes_of(workspace, *state_of(workspace))

    def survey(self, production: str) -> tuple[Status, list[TakeView]]:
        """The status of one production and all its takes, from a single look at the records."""
        workspace = self.workspace(production)
        facts, state = state_of(workspace)
        return status_of(workspace, facts, state, self.runs), takes_of(workspace, facts, state)

    def wall(self, production: str) -> Wall:
        """The whole of a production from one look; it stands too while Prefect is away."""
        workspace = self.workspace(production)
        facts, state = state_of(workspace)
        return wall_of(workspace, facts, state, status_or_away(workspace, facts, state, self.runs))

    def history(self, production: str) -> list[DecisionRow]:
        """Every decision on a production, oldest first."""
        return history(production, self.workspace(production).records.facts())

    def remarks(self, production: str) -> list[RemarkRecord]:
        """What was said without deciding anything, oldest first."""
        facts = self.workspace(production).records.facts()
        return [record for _, record in sorted(facts.remarks.items())]

    def marks(self, production: str, movie: str) -> tuple[Mark, ...]:
        """Where each shot lies in an animatic or cut."""
        return marks_of(self.workspace(production).records.facts(), parse_take(movie))

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

    # Shots.

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
        """The references of the brief or the breakdown that no shot shows."""
        return unshown(self.workspace(production).production.brief, shots)

    def context(self, production: str, shot: str) -> ShotContext:
        """What is known of one shot: spec, look, verdicts, remarks, what was rejected and why."""
        workspace = self.workspace(production)
        return context_of(workspace, *state_of(workspace), shot)

    def known(self, production: str, take: str) -> Known:
        """What the model knew that made a take; raises NotFound where no pack was kept."""
        workspace = self.workspace(production)
        return known_of(workspace, workspace.records.facts(), parse_take(take))

    def knew_else(self, production: str, one: str, other: str) -> tuple[Changed, ...]:
        """The differences between what was known for two takes."""
        return compared(self.known(production, one).pack, self.known(production, other).pack)

    def cast(self, production: str) -> Likeness:
        """Whether characters and props look the same in all shots that are of them."""
        workspace = self.workspace(production)
        return likeness_of(workspace, *state_of(workspace))

    def comparison(self, production: str, *, everyone: bool = False) -> bytes | None:
        """The pictures of those that drift, or of everyone, side by side; None without any."""
        workspace = self.workspace(production)
        return comparison_of(workspace, *state_of(workspace), everyone=everyone)

    # Money.

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

    def account(self, production: str) -> tuple[Account, Account]:
        """The budget of a production and that of its show, as they are now."""
        workspace = self.workspace(production)
        workspace.records.facts()
        show = show_account(ShowBudget(self.store, workspace.keys.show))
        return account_of(production, workspace.budget), show

    def show_account(self, show: str) -> Account:
        """The budget of a show; raises NotFound for one without productions or limit."""
        account = show_account(ShowBudget(self.store, show))
        if account.limit_usd is None and not account.open:
            raise NotFound(f"show {show!r} not found, or nothing was spent on it yet")
        return account

    def ledger(self, production: str) -> list[Entry]:
        """Every row of a production's ledger, in the order of its paths."""
        return sorted(self.workspace(production).ledger.entries(), key=lambda e: e.slot.path)

    def balance(self, production: str) -> Balance:
        """Where a production's limit has gone, in whole cents that add up to it."""
        workspace = self.workspace(production)
        return balance(workspace, workspace.records.facts())

    def foresee(self, production: str, wishes: Sequence[Wish], who: Signature) -> Consequences:
        """What follows from deciding this; raises what deciding it would raise."""
        workspace = self.workspace(production)
        who.demand("decide", production, workspace.keys.show)
        return foresee(workspace, workspace.records.facts(), wishes)

    def foresee_limit(self, production: str, limit: Decimal | None) -> Consequences:
        """What goes on under another limit of all that was approved and has drawn nothing yet."""
        workspace = self.workspace(production)
        return foresee_limit(workspace, workspace.records.facts(), limit)

    def ways(self, production: str, shot: str) -> Ways | None:
        """What sending a shot's clip back comes to, either way; None while it has none."""
        workspace = self.workspace(production)
        facts, state = state_of(workspace)
        found = next((s for s in state.shots if s.shot.id == shot), None)
        newest = facts.newest("clip", shot)
        if found is None or found.frame is None or not newest:
            return None
        clip = TakeId("clip", newest, shot)

        def follows(take: str) -> Consequences:
            return foresee(workspace, facts, [Wish(target=take, verdict="retake")])

        try:
            return Ways(follows(str(clip)), follows(found.frame.take))
        except (Refused, UnpricedModel):
            return None

"""The desk's verbs for the review room: a whole production at once, and what a Send would do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from greenlight.access.signature import Signature
from greenlight.errors import Refused
from greenlight.money.consequences import Consequences
from greenlight.money.prices import UnpricedModel
from greenlight.money.spend import Balance
from greenlight.production.names import TakeId, parse_take
from greenlight.production.records import RemarkRecord
from greenlight.runs import Runs
from greenlight.views.decisions import DecisionRow, history
from greenlight.views.foresee import balance, foresee, foresee_limit
from greenlight.views.reel import Mark, marks_of
from greenlight.views.status import Status, state_of, status_or_away
from greenlight.views.wall import Wall, wall_of
from greenlight.views.wishes import Wish
from greenlight.workspace import Workspace


class Ways(NamedTuple):
    """The two ways of sending a shot's clip back: a new clip, or back to its frame."""

    clip: Consequences
    frame: Consequences

    @property
    def more_usd(self) -> Decimal:
        """What going back to the frame costs more than a new clip, in USD."""
        return self.frame.sum_usd - self.clip.sum_usd


class RoomVerbs(ABC):
    """What a desk does for people who look at a production and decide on many takes at once."""

    runs: Runs

    @abstractmethod
    def workspace(self, production: str) -> Workspace: ...

    def wall(self, production: str) -> Wall:
        """The whole of a production from one look; it stands too while Prefect is away."""
        workspace = self.workspace(production)
        facts, state = state_of(workspace)
        return wall_of(workspace, facts, state, status_or_away(workspace, facts, state, self.runs))

    def standing(self, production: str) -> Status:
        """Where a production stands, told from its records alone while Prefect is away."""
        workspace = self.workspace(production)
        return status_or_away(workspace, *state_of(workspace), self.runs)

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

    def balance(self, production: str) -> Balance:
        """Where a production's limit has gone, in whole cents that add up to it."""
        workspace = self.workspace(production)
        return balance(workspace, workspace.records.facts())

    def history(self, production: str) -> list[DecisionRow]:
        """Every decision on a production, oldest first."""
        return history(production, self.workspace(production).records.facts())

    def marks(self, production: str, movie: str) -> tuple[Mark, ...]:
        """Where each shot lies in an animatic or cut."""
        return marks_of(self.workspace(production).records.facts(), parse_take(movie))

    def remarks(self, production: str) -> list[RemarkRecord]:
        """What was said without deciding anything, oldest first."""
        facts = self.workspace(production).records.facts()
        return [record for _, record in sorted(facts.remarks.items())]

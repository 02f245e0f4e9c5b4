"""A stage's assignment: which take to make of which facts, read once for the whole step."""

from __future__ import annotations

from dataclasses import dataclass, replace

from greenlight.money.purchase import Asked
from greenlight.money.superseded import Wanted
from greenlight.production.facts import Facts
from greenlight.production.folding import WorkKind
from greenlight.production.names import TakeId
from greenlight.production.records import Attempt, ProductionRecord
from greenlight.workspace import Workspace


@dataclass(frozen=True)
class Assignment:
    """One take to make, check or deliver; `wanted` tells whether it is still asked for."""

    workspace: Workspace
    facts: Facts
    take: TakeId
    wanted: Asked | None = None

    @property
    def production(self) -> ProductionRecord:
        return self.workspace.production

    @property
    def attempt(self) -> Attempt:
        return self.facts.attempts[self.take.attempt]

    def refreshed(self) -> Assignment:
        """The same with the facts of now; blocks."""
        return replace(self, facts=self.workspace.records.facts())


def assign(workspace: Workspace, kind: WorkKind, take: TakeId) -> Assignment:
    """The assignment of a piece of work; blocks."""
    facts = workspace.records.facts()
    return Assignment(workspace, facts, take, Wanted(workspace, kind, take, facts))

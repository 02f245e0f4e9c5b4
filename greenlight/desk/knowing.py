"""The desk's verbs for what is known: of a shot, by a model, and of how alike the cast is."""

from __future__ import annotations

from abc import ABC, abstractmethod

from greenlight.production.names import parse_take
from greenlight.views.context import ShotContext, context_of
from greenlight.views.likeness import Likeness, comparison_of, likeness_of
from greenlight.views.packs import Changed, Known, compared, known_of
from greenlight.views.status import state_of
from greenlight.workspace import Workspace


class KnowingVerbs(ABC):
    """What a desk tells without changing anything; the desk itself knows workspaces."""

    @abstractmethod
    def workspace(self, production: str) -> Workspace: ...

    def context(self, production: str, shot: str) -> ShotContext:
        """What is known of one shot: spec, look, verdicts, remarks, what was rejected and why."""
        workspace = self.workspace(production)
        return context_of(workspace, *state_of(workspace), shot)

    def known(self, production: str, take: str) -> Known:
        """What the model knew that made a take; raises NotFound where no pack was kept."""
        workspace = self.workspace(production)
        return known_of(workspace, workspace.records.facts(), parse_take(take))

    def knew_else(self, production: str, one: str, other: str) -> tuple[Changed, ...]:
        """What differs between what was known for two takes."""
        return compared(self.known(production, one).pack, self.known(production, other).pack)

    def cast(self, production: str) -> Likeness:
        """Whether characters and props look the same in all shots that are of them."""
        workspace = self.workspace(production)
        return likeness_of(workspace, *state_of(workspace))

    def comparison(self, production: str, *, everyone: bool = False) -> bytes | None:
        """The pictures of those that drift, or of everyone, side by side; None without any."""
        workspace = self.workspace(production)
        return comparison_of(workspace, *state_of(workspace), everyone=everyone)

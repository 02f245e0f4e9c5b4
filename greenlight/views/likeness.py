"""The cast as people look at it: who drifts, with both pictures side by side."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from greenlight.production.consistency import FAR_APART, Appearance, Kept, consistency, drifting
from greenlight.production.facts import Facts
from greenlight.production.state import State
from greenlight.stages.consistency import comparison, kept_comparison
from greenlight.views.dashboard import link_to
from greenlight.workspace import Workspace


class Likeness(BaseModel):
    """Every subject through its shots; `link` is of the pictures of those that drift, if any."""

    model_config = ConfigDict(frozen=True)

    kept: tuple[Kept, ...]
    far_apart: float = FAR_APART
    link: str = ""

    @property
    def drifting(self) -> list[tuple[Kept, Appearance]]:
        """What somebody should look at."""
        return drifting(self.kept)


def likeness_of(workspace: Workspace, facts: Facts, state: State) -> Likeness:
    """How alike the cast is as things stand."""
    kept = consistency(facts, state)
    rows = drifting(kept)
    link = link_to(workspace, kept_comparison(workspace, facts, rows)[0]) if rows else ""
    return Likeness(kept=kept, link=link)


def comparison_of(
    workspace: Workspace, facts: Facts, state: State, *, everyone: bool = False
) -> bytes | None:
    """The pictures of those that drift, or of everyone, as a JPEG; None if there are none."""
    kept = consistency(facts, state)
    rows = [(k, one) for k in kept for one in k.shots] if everyone else drifting(kept)
    return comparison(workspace, facts, rows) if rows else None


def drift_of(workspace: Workspace, facts: Facts, state: State) -> tuple[str, str] | None:
    """The link to the pictures of those that drift, and their names; None while none drifts."""
    found = likeness_of(workspace, facts, state)
    if not found.link:
        return None
    names = dict.fromkeys(f"{kept.name} in {one.shot}" for kept, one in found.drifting)
    return found.link, ", ".join(names)

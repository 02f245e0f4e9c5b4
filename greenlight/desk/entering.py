"""Entering: the production that somebody names, if they may; the same refusal at every door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenlight.access.rights import Right
from greenlight.access.signature import Signature
from greenlight.errors import InvalidInput, NotFound
from greenlight.production.own_keys import PRODUCTION
from greenlight.workspace import Workspace

if TYPE_CHECKING:
    from greenlight.desk import Desk


def enter(desk: Desk, production: str, who: Signature, right: Right = "look") -> Workspace:
    """The production's workspace, if this right is there for it.

    Raises NotFound, or Forbidden: somebody whose rights end at a show or production is not told
    what there is outside.
    """
    if not PRODUCTION.fullmatch(production):
        raise InvalidInput(f"{production!r} is not a production (as `productions` lists them)")
    try:
        workspace = desk.workspace(production)
    except NotFound:
        if who.show or who.production:
            who.demand(right, production)
        raise
    if not who.may(right, production, workspace.keys.show):
        # Without the show both refusals read the same to a person with limited rights.
        who.demand(right, production, "" if who.show or who.production else workspace.keys.show)
    return workspace

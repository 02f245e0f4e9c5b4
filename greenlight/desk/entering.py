"""Entering: the production that somebody names, if they may; the same refusal at every door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenlight.access.rights import Right
from greenlight.access.signature import Signature
from greenlight.errors import InvalidInput, NotFound
from greenlight.production.own_keys import PRODUCTION
from greenlight.studio import Studio

if TYPE_CHECKING:
    from greenlight.desk import Desk


def enter(desk: Desk, production: str, who: Signature, right: Right = "look") -> Studio:
    """The production's studio, if this right is there for it.

    Raises NotFound, or Forbidden: somebody whose rights end at a show or production is not told
    what there is outside.
    """
    if not PRODUCTION.fullmatch(production):
        raise InvalidInput(f"{production!r} is not a production (as `productions` lists them)")
    try:
        studio = desk.studio(production)
    except NotFound:
        if who.show or who.production:
            who.demand(right, production)
        raise
    if not who.may(right, production, studio.keys.show):
        # Without the show both refusals read the same to whoever's rights end somewhere.
        who.demand(right, production, "" if who.show or who.production else studio.keys.show)
    return studio

"""Who says it: the principal that a door has made sure of, with what it may do here."""

from __future__ import annotations

import getpass
import os
from decimal import Decimal
from typing import NamedTuple

from greenlight.access.rights import EVERYTHING, Right
from greenlight.errors import Forbidden
from greenlight.production.records import Door


class Signature(NamedTuple):
    """Who says it, and through which door; `verified` when the door knows who that is.

    `who` is a display name and gives no right. `show` and `production` narrow the rights to one
    show or production where they are not empty. `most_usd` is the most that one submit may quote,
    and `day_usd` the most that all submits with the token of that id may come to in 24 hours.
    """

    who: str
    principal: str
    door: Door
    verified: bool
    rights: frozenset[Right] = frozenset()
    show: str = ""
    production: str = ""
    most_usd: Decimal | None = None
    token: str = ""
    day_usd: Decimal | None = None

    def may(self, right: Right, production: str = "", show: str = "") -> bool:
        """Whether this right is there, for this production of this show where they are named."""
        if right not in self.rights:
            return False
        if self.production and production != self.production:
            return False
        return not self.show or show == self.show

    def demand(self, right: Right, production: str = "", show: str = "") -> None:
        """Raises Forbidden, saying what is missing, unless the right is there."""
        if self.may(right, production, show):
            return
        where = f" on {production or show}" if production or show else ""
        limits = [f"production {self.production}"] if self.production else []
        limits += [f"show {self.show}"] if self.show else []
        held = ", ".join(sorted(self.rights)) or "nothing"
        within = f", on {' of '.join(limits)} only" if limits else ""
        raise Forbidden(f"{self.who} may not {VERBS[right]}{where} (may: {held}{within})")


VERBS: dict[Right, str] = {
    "look": "look",
    "comment": "comment",
    "propose": "propose verdicts",
    "decide": "decide",
    "edit": "change the shot list or its timing",
    "release": "release video",
    "sign-off": "give the final sign-off",
    "submit": "submit briefs",
    "costs": "see money",
    "money": "change budgets, models or the ledger, or cancel",
    "people": "give and take access",
}


def this_person(name: str = "") -> Signature:
    """The person who is logged in here, under the display name that they gave.

    A command line holds the keys to everything that it could be kept from, so it may do all.
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

"""Who calls: what a token, a link or nobody's token comes to behind this door."""

from __future__ import annotations

from collections.abc import Callable

from greenlight.access.rights import RIGHTS, Right
from greenlight.access.signature import Signature
from greenlight.access.strangers import stranger
from greenlight.desk import Desk, this_person

Caller = Callable[[], Signature]
"""Says who calls at this very moment; raises Forbidden. Blocks."""

TOKEN_VARIABLE = "GREENLIGHT_TOKEN"  # noqa: S105 - a name, not a token
STRANGER = stranger("mcp")

_HERE: frozenset[Right] = frozenset({"look", "costs", "comment", "propose", "submit"})


def behind_this_door(who: Signature) -> Signature:
    """Whoever it is, without the rights that nobody has here: deciding is done by people elsewhere.

    Whoever may decide may propose.
    """
    rights = who.rights & _HERE
    if "decide" in who.rights:
        rights |= {"propose"}
    return who._replace(rights=rights)


def by_token(desk: Desk, text: str) -> Caller:
    """Whoever has that token; looked up for each call, so that what was revoked ends at once."""
    return lambda: behind_this_door(desk.people.enter(text, "mcp"))


def local_agent() -> Signature:
    """An agent without a token, started by whoever is logged in here: it submits nothing."""
    login = this_person().who
    rights = RIGHTS["agent"] - {"submit"}
    name = f"an agent of {login}"
    return Signature(name, f"agent:local-{login}", "mcp", verified=True, rights=rights)

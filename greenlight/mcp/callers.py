"""Callers: the rights that a token, a link, or neither gives behind this door."""

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
    """The caller with the rights that exist here: people decide elsewhere, and may propose here."""
    rights = who.rights & _HERE
    if "decide" in who.rights:
        rights |= {"propose"}
    return who._replace(rights=rights)


def by_token(desk: Desk, text: str) -> Caller:
    """The holder of that token, looked up for each call: a revoked one ends at once."""
    return lambda: behind_this_door(desk.people.enter(text, "mcp"))


def local_agent() -> Signature:
    """An agent without a token, of the person who is logged in here: it submits nothing."""
    login = this_person().who
    rights = RIGHTS["agent"] - {"submit"}
    name = f"an agent of {login}"
    return Signature(name, f"agent:local-{login}", "mcp", verified=True, rights=rights)

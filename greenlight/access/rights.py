"""Roles and the rights that come with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from greenlight.errors import InvalidInput

Right = Literal[
    "look", "comment", "propose", "decide", "release", "sign-off", "submit", "money", "people"
]
"""`release`: approve what releases video. `money`: budgets, models, unknown outcomes, cancelling.
`people`: give and take roles and share links. `sign-off`: the final review."""

Role = Literal["viewer", "reviewer", "final", "producer", "agent"]

_LOOK: frozenset[Right] = frozenset({"look"})
_REVIEW: frozenset[Right] = _LOOK | {"comment", "decide", "release"}

RIGHTS: dict[Role, frozenset[Right]] = {
    "viewer": _LOOK,
    "reviewer": _REVIEW,
    "final": _REVIEW | {"sign-off"},
    "producer": _REVIEW | {"submit", "money", "people"},
    "agent": _LOOK | {"comment", "propose", "submit"},
}
ROLES: tuple[Role, ...] = tuple(RIGHTS)
EVERYTHING: frozenset[Right] = frozenset().union(*RIGHTS.values())
"""Whoever holds a profile's keys to the object store: nothing could be kept from them."""

SHARED: tuple[Role, ...] = ("viewer", "reviewer", "final")
"""Roles that a share link may give: no money, no people, no robots."""


def role_of(text: str, among: Iterable[Role] = ROLES) -> Role:
    """The role of that name; raises InvalidInput naming those there are."""
    for role in among:
        if role == text:
            return role
    raise InvalidInput(f"{text!r} is not a role (allowed: {', '.join(among)})")


def rights_of(roles: Iterable[Role]) -> frozenset[Right]:
    """All rights of these roles together.

    An agent is never a person: whatever other roles it was given, it proposes and does not decide.
    """
    roles = tuple(roles)
    if "agent" in roles:
        return RIGHTS["agent"]
    return frozenset().union(*(RIGHTS[role] for role in roles))

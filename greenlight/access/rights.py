"""Roles and the rights that come with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from greenlight.errors import InvalidInput

Right = Literal[
    "look",
    "comment",
    "propose",
    "decide",
    "edit",
    "release",
    "sign-off",
    "submit",
    "costs",
    "money",
    "people",
]
"""`edit`: change the shot list or its timing, and order a new breakdown. `release`: approve what
releases video. `sign-off`: the final review. `costs`: see amounts, the ledger and commands.
`money`: change budgets and models, resolve unknown outcomes, cancel. `people`: give and take roles
and share links."""

Role = Literal["viewer", "comment", "reviewer", "final", "producer", "agent"]

_LOOK: frozenset[Right] = frozenset({"look", "costs"})
_REVIEW: frozenset[Right] = _LOOK | {"comment", "decide", "edit", "release"}

RIGHTS: dict[Role, frozenset[Right]] = {
    "viewer": _LOOK,
    "comment": _LOOK | {"comment"},
    "reviewer": _REVIEW,
    "final": _REVIEW | {"sign-off"},
    "producer": _REVIEW | {"submit", "money", "people"},
    "agent": _LOOK | {"comment", "propose", "submit"},
}
ROLES: tuple[Role, ...] = tuple(RIGHTS)
EVERYTHING: frozenset[Right] = frozenset().union(*RIGHTS.values())
"""Rights of a holder of the profile's keys, from whom nothing in the store could be kept."""

SHARED: tuple[Role, ...] = ("viewer", "comment", "reviewer", "final")
"""Roles that a share link may give: no budgets, no people, no robots."""


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


def rights_of_link(role: Role, *, money: bool) -> frozenset[Right]:
    """What a share link of that role may: it never edits, and sees `money` only if that was said.

    Links of releases that did not ask are read the same way: their authors never ticked it.
    """
    return RIGHTS[role] - {"edit"} - (frozenset() if money else {"costs"})

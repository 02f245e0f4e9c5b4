"""What every command shares: the chosen profile, the desk on it, and who is giving the answers."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from greenlight.desk import Desk
    from greenlight.settings import Profile

CHOSEN: ContextVar[str] = ContextVar("profile", default="")
"""The profile named before the command, as in `greenlight --profile workspace status`."""

ProfileOption = Annotated[
    str,
    typer.Option(
        "--profile",
        metavar="NAME",
        show_default=False,
        help="Services to use: a profile that you added, env, or embedded (the default).",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
AsOption = Annotated[
    str,
    typer.Option("--as", metavar="NAME", show_default=False, help="Your name in the record."),
]
Production = Annotated[
    str, typer.Argument(metavar="PRODUCTION", help="Its id, as submit and status print it.")
]


def open_profile(name: str = "") -> Profile:
    """The profile that is meant: the command's own, the one named before it, or the default."""
    from greenlight.settings import load_profile

    return load_profile(name or CHOSEN.get())


def open_desk(name: str = "") -> Desk:
    """The desk on the profile that is meant."""
    from greenlight.desk import Desk
    from greenlight.settings import home

    return Desk(open_profile(name), cache=home() / "cache")

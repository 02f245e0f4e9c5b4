"""Declares options and arguments in a line each, and those that many commands share."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from greenlight.errors import InvalidInput


def option(metavar: str, about: str, names: str = "", **more: Any) -> Any:
    """An option that takes a value; `names` as typed, the parameter's own if not given."""
    return typer.Option(*names.split(), metavar=metavar, help=about, show_default=False, **more)


def preset(metavar: str, about: str, names: str = "", **more: Any) -> Any:
    """An option with a default that is worth showing."""
    return typer.Option(*names.split(), metavar=metavar, help=about, **more)


def options(metavar: str, about: str, names: str) -> Any:
    """An option that can be repeated; its parameter is a list and precedes those with defaults."""
    return option(metavar, about, names, default_factory=list)


def flag(names: str, about: str) -> Any:
    """An option without a value."""
    return typer.Option(*names.split(), help=about)


def argument(metavar: str, about: str, **more: Any) -> Any:
    """A positional argument."""
    return typer.Argument(metavar=metavar, show_default=False, help=about, **more)


ProductionArgument = Annotated[
    str, argument("PRODUCTION", "Its id, as submit and status print it.")
]
AnyProduction = Annotated[str, argument("[PRODUCTION]", "All of them if not given.")]
ProfileOption = Annotated[
    str, option("NAME", "Profile to use: one you added, env, or embedded (the default).")
]
JsonOption = Annotated[bool, flag("--json", "Print JSON for programs.")]
AsOption = Annotated[str, option("NAME", "Your name in the record.", "--as")]
NoteOption = Annotated[str, option("NOTE", "Why.", "--note")]
ShowOption = Annotated[str, option("SHOW", "One show only.", "--show")]
YesOption = Annotated[bool, flag("--yes", "Do not ask.")]
WatchOption = Annotated[bool, flag("--watch -w", "Go on showing it until Ctrl-C or its end.")]
PRIVATE = "127.0.0.1"
"""The address that a server listens on unless told otherwise."""
HostOption = Annotated[str, preset("ADDRESS", "The address to listen on.", "--host")]
PortOption = Annotated[int, preset("N", "The port to listen on.", "--port", min=1, max=65535)]


def day_option(text: str, name: str) -> date | None:
    """The day that an option names, None if it was not given; raises InvalidInput."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInput(f"invalid {name} {text!r} (a day, such as 2026-11-23)") from None

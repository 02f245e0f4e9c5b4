"""`demo`: the whole of Greenlight in five minutes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    brief: Annotated[
        Path | None,
        typer.Argument(
            metavar="[BRIEF]", show_default=False, help="Your own brief; a liminal hallway if not."
        ),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="A robot called demo answers the gates.")
    ] = False,
    stay: Annotated[
        bool | None,
        typer.Option(
            "--keep/--stop",
            show_default=False,
            help="Keep the stack up at the end until Ctrl-C, or stop it (the default with --yes).",
        ),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="In a show of its own: nothing is reused.")
    ] = False,
) -> None:
    """Take a brief to a signed-off cut on this machine: no account, no money, you decide.

    Starts the embedded stack, or uses the one that is up. Always on the embedded profile.
    """
    from greenlight.cli.demo import Choices, run

    run(Choices(brief=brief, yes=yes, keep=(not yes) if stay is None else stay, fresh=fresh))

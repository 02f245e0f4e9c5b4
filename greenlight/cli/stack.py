"""`up`, `down`, `standin`: the services on this machine."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from greenlight import settings
from greenlight.cli.options import flag
from greenlight.cli.services import open_stack
from greenlight.cli.show import out, say
from greenlight.errors import StackError
from greenlight.local import background
from greenlight.local.standin import MISSING, command_of, is_installed


def up(
    detach: Annotated[bool, flag("--detach -d", "Leave it running in the background.")] = False,
) -> None:
    """Start the embedded stack: database, S3, Prefect, stand-in models, media, worker.

    Everything listens on this machine only; the data are in GREENLIGHT_HOME
    (.greenlight in this folder if it is not set).
    """
    with open_stack(settings.home(), detached=detach) as opened:
        opened.stay()


def down() -> None:
    """Stop the embedded stack; its data stay."""
    home = settings.home()
    with out().status("stopping …"):
        was_up = background.down(home)
    say(f"stopped; the data are in {home}" if was_up else f"not running in {home}", whole=True)


def standin(context: typer.Context) -> None:
    """Run the stand-in for the model service alone; its options follow (`standin --help`)."""
    if not is_installed():
        raise StackError(MISSING)
    sys.stdout.flush()
    run = command_of(context.args)
    os.execv(run[0], run)  # noqa: S606  # a list, no shell

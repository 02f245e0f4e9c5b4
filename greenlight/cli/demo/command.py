"""`demo`: the embedded stack, one brief, every gate, and a cut at the end."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import Annotated

import typer

from greenlight.briefs.intake import read_brief
from greenlight.cli.demo.drive import Drive
from greenlight.cli.demo.ending import say_ending
from greenlight.cli.hints import approve_all
from greenlight.cli.options import argument, flag
from greenlight.cli.services import BRIEFS, OpenStack, open_stack, shipped
from greenlight.cli.show import at_terminal, facts, say
from greenlight.desk import Desk, robot, this_person
from greenlight.production.brief import Brief
from greenlight.settings import EMBEDDED, load_profile
from greenlight.settings import home as default_home

EXAMPLE = BRIEFS / "liminal-hallway.yaml"


def demo(
    brief: Annotated[
        Path | None, argument("[BRIEF]", "Your own brief; default: a liminal hallway.")
    ] = None,
    yes: Annotated[bool, flag("--yes", "A robot called demo answers the gates.")] = False,
    stay: Annotated[
        bool | None,
        typer.Option(
            "--keep/--stop",
            show_default=False,
            help="Keep the stack up at the end until Ctrl-C, or stop it (the default with --yes).",
        ),
    ] = None,
    fresh: Annotated[bool, flag("--fresh", "In a show of its own: nothing is reused.")] = False,
) -> None:
    """Take a brief to a signed-off cut on this machine: no account, no money, you decide.

    Starts the embedded stack, or uses the one that is up. Always on the embedded profile.
    """
    path = shipped(brief or EXAMPLE)
    # Read before anything is started: a slip in one's own brief should cost no waiting.
    wanted = read_brief(path)
    if fresh:
        wanted = wanted.model_copy(update={"show": f"demo-{secrets.token_hex(3)}"})
    keep = not yes if stay is None else stay
    # Without a terminal somebody answers from another process, so the stack must outlive this one.
    with open_stack(default_home(), detached=not yes and not at_terminal()) as opened:
        again = [str(brief)] if brief else []
        _produce(wanted, path, opened, again, yes=yes, staying=keep or opened.stack is None)
        if keep and opened.stack:
            say("\nThe stack stays up until Ctrl-C.", style="bold")
            opened.stay()


def _produce(
    brief: Brief, path: Path, opened: OpenStack, again: list[str], *, yes: bool, staying: bool
) -> None:
    desk = Desk(load_profile(EMBEDDED))
    who = robot("demo") if yes else this_person()
    began = time.monotonic()
    submitted = desk.submit(brief, path.parent, who)
    folder = opened.info.home / "demo" / submitted.production
    drive = Drive(desk, submitted.production, who, folder, robot=yes)
    say(f"\n{brief.title}", style="bold")
    say(" ".join(brief.vision.split()), style="italic")
    facts(
        [
            ("production", submitted.production),
            ("dashboard", drive.dashboard()),
            ("quote", submitted.quote.most),
        ]
    )
    status = drive.run()
    if status.state != "delivered":
        answer = approve_all(status.production)
        say(f"\nLeft waiting. Answer from any terminal with `{answer}`", whole=True)
        return
    movie = drive.fetch()
    run_seconds = time.monotonic() - began
    say_ending(drive, movie, again, up=opened.seconds, run=run_seconds, staying=staying)

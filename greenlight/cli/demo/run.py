"""The demo from its first line to its last."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from greenlight.cli.demo.drive import Drive
from greenlight.cli.demo.house import House, open_house
from greenlight.cli.hints import command
from greenlight.cli.services import BRIEFS, project_root, shipped
from greenlight.cli.show import at_terminal, facts, say

if TYPE_CHECKING:
    from greenlight.production.brief import Brief

EXAMPLE = BRIEFS / "liminal-hallway.yaml"


@dataclass(frozen=True)
class Choices:
    """What was asked for; `keep` leaves a stack that the demo started up until Ctrl-C."""

    brief: Path | None = None
    yes: bool = False
    keep: bool = True
    fresh: bool = False


def run(choices: Choices) -> None:
    """Runs the demo; raises ProductionFailed, or DecisionNeeded where nobody can answer."""
    from greenlight.briefs.intake import read_brief
    from greenlight.local import default_home

    root = project_root()
    path = shipped(choices.brief or EXAMPLE)
    # Read before anything is started: a slip in one's own brief should cost no waiting.
    brief = read_brief(path)
    if choices.fresh:
        brief = brief.model_copy(update={"show": f"demo-{secrets.token_hex(3)}"})
    detached = not choices.yes and not at_terminal()
    with open_house(default_home(), root, detached=detached) as house:
        _produce(choices, brief, path, house)
        if choices.keep:
            house.stay()


def _produce(choices: Choices, brief: Brief, path: Path, house: House) -> None:
    from greenlight.cli.demo.ending import fetch, say_ending
    from greenlight.desk import Desk, robot, this_person
    from greenlight.settings import EMBEDDED, load_profile

    desk = Desk(load_profile(EMBEDDED))
    who = robot("demo") if choices.yes else this_person()
    began = time.monotonic()
    submitted = desk.submit(brief, path.parent, who)
    folder = house.info.home / "demo" / submitted.production
    drive = Drive(desk, submitted.production, who, folder, robot=choices.yes)
    say(f"\n{brief.title}", style="bold")
    say(" ".join(brief.vision.split()), style="italic")
    quote = submitted.quote
    facts(
        [
            ("production", submitted.production),
            ("dashboard", drive.dashboard()),
            ("quote", quote.most),
        ]
    )
    status = drive.run()
    if status.state != "delivered":
        answer = command("decide", status.production, "--approve", "all")
        say(f"\nLeft waiting. Answer from any terminal with `{answer}`", whole=True)
        return
    movie = fetch(drive)
    run_seconds = time.monotonic() - began
    staying = choices.keep or house.stack is None
    say_ending(drive, movie, choices.brief, up=house.seconds, run=run_seconds, staying=staying)

"""The exact command to type next."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from decimal import ROUND_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from greenlight.cli.show import say
from greenlight.settings import EMBEDDED, Profile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from greenlight.views.held import Hold


def command(*words: str, profile: Profile | None = None) -> str:
    """A `greenlight` command as it can be typed here, in this folder and with this profile."""
    named = os.environ.get("GREENLIGHT_PROFILE") or EMBEDDED
    chosen = ["--profile", profile.name] if profile and profile.name != named else []
    return f"{program()} {shlex.join([*chosen, *words])}"


def program() -> str:
    """How `greenlight` is called from here: by name, or by its path if it is not on the PATH."""
    own = Path(sys.executable).parent / "greenlight"
    found = shutil.which("greenlight")
    if not own.exists() or (found and Path(found).absolute() == own.absolute()):
        return "greenlight"
    return shlex.quote(os.path.relpath(own)) if own.is_relative_to(Path.cwd()) else str(own)


def approve_all(production: str, profile: Profile | None = None) -> str:
    """The command that answers an open gate."""
    return command("decide", production, "--approve", "all", profile=profile)


def say_held(held: Iterable[Hold], production: str, show: str, profile: Profile) -> None:
    """Prints what is held, a sentence for each cause, with the commands that free it."""
    for hold in held:
        say(f"  ! {hold.sentence}", style="yellow", whole=True)
        for label, words in ways_out(production, show, hold):
            say(f"    {label + ':':<15}{command(*words, profile=profile)}", whole=True)


def ways_out(production: str, show: str, hold: Hold) -> list[tuple[str, tuple[str, ...]]]:
    """Label and command of each way to free it, the likeliest first."""
    found: list[tuple[str, tuple[str, ...]]] = []
    if "raise" in hold.ways and hold.enough_usd is not None:
        enough = str(hold.enough_usd.quantize(Decimal("0.01"), rounding=ROUND_UP))
        of = ("--show", show) if hold.whose == "show" else (production,)
        found.append(("raise it", ("budget", *of, "--limit", enough)))
    if hold.models:
        best = hold.models[0]
        found.append(("cheaper", ("models", production, f"--{best.role}", best.model)))
    if "resolve" in hold.ways:
        found.append(("charges", ("ledger", "show", production, "--unknown")))
    if "retake" in hold.ways:
        reason = "policy:NOTE" if hold.cause == "refused" else "other"
        options = [w for take in hold.takes for w in ("--retake", f"{take}:{reason}")]
        found.append(("try again", ("decide", production, *options)))
    if "omit" in hold.ways:
        options = [w for name in hold.subjects for w in ("--omit", name)]
        found.append(("go on without", ("decide", production, *options)))
    return found

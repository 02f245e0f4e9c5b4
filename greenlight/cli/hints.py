"""The exact command that answers, so that nobody has to put it together."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenlight.settings import Profile


def command(*words: str, profile: Profile | None = None) -> str:
    """A `greenlight` command as it can be typed here, in this folder and with this profile."""
    chosen = ["--profile", profile.name] if profile is not None and _named(profile) else []
    return f"{program()} {shlex.join([*chosen, *words])}"


def program() -> str:
    """How `greenlight` is called from here: by name, or by its path if it is not on the PATH."""
    own = Path(sys.executable).parent / "greenlight"
    found = shutil.which("greenlight")
    if not own.exists() or (found and Path(found).absolute() == own.absolute()):
        return "greenlight"
    return shlex.quote(os.path.relpath(own)) if own.is_relative_to(Path.cwd()) else str(own)


def _named(profile: Profile) -> bool:
    from greenlight.settings import EMBEDDED

    return profile.name != (os.environ.get("GREENLIGHT_PROFILE") or EMBEDDED)

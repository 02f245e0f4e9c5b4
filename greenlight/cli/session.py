"""The chosen profile, the desk on it, and the person who gives the answers.

The desk brings boto3 and httpx: it is imported when a command runs, so that help stays quick.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

from greenlight.settings import Profile, load_profile

if TYPE_CHECKING:
    from greenlight.desk import Desk, Signature

CHOSEN: ContextVar[str] = ContextVar("profile", default="")
"""The profile named before the command, as in `greenlight --profile studio status`."""


def open_profile(name: str = "") -> Profile:
    """The command's own profile, the one named before the command, or the default."""
    return load_profile(name or CHOSEN.get())


def open_desk(name: str = "") -> Desk:
    """The desk on the chosen profile."""
    from greenlight.desk import Desk
    from greenlight.settings import home

    return Desk(open_profile(name), cache=home() / "cache")


def person(name: str = "") -> Signature:
    """The person at this machine, under the name they choose."""
    from greenlight.desk import this_person

    return this_person(name)

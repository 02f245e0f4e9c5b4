"""What all pages share: one desk, walls that are looked at once a second at most, templates."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from greenlight.access.strangers import Strangers
from greenlight.desk import Desk
from greenlight.money.amounts import at_most, usd
from greenlight.review.identity import Attempts, Proxy
from greenlight.settings import Profile
from greenlight.views.status import stage_words
from greenlight.views.wall import Wall, sentence_of

FRESH_SECONDS = 1.0
"""Twenty people on one production look at it as often as one does."""


_CHARGED = {
    "frame-rubric": "frame checks",
    "clip-rubric": "clip checks",
    "sheet": "reference sheet",
}


class Room:
    """The review room on one profile's services."""

    def __init__(self, profile: Profile, proxy: Proxy | None, folder: Path | None) -> None:
        self.desk = Desk(profile, cache=folder)
        self.strangers = Strangers(self.desk.audit, "review")
        self.proxy = proxy
        self.attempts = Attempts()
        self._lock = threading.Lock()
        self._looks: dict[str, tuple[float, Wall]] = {}
        self._looking: dict[str, threading.Lock] = {}
        self._templates = Environment(
            loader=PackageLoader("greenlight.review"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {
            "usd": usd,
            "most": lambda amount, simulated: at_most(amount, simulated=simulated),
            "clock": clock,
            "initials": initials,
            "told": sentence_of,
            "whole": lambda amount: usd(amount).removeprefix("$").replace(",", ""),
            "charged": charged,
            "stage": stage_words,
        }
        self._templates.globals["media"] = self.media

    def wall(self, production: str, *, fresh: bool = False) -> Wall:
        """The production, at most FRESH_SECONDS old; `fresh` looks again."""
        with self._lock:
            looking = self._looking.setdefault(production, threading.Lock())
        with looking:
            last = self._looks.get(production)
            if not fresh and last and time.monotonic() - last[0] < FRESH_SECONDS:
                return last[1]
            wall = self.desk.wall(production)
            self._looks[production] = time.monotonic(), wall
        if fresh:
            self.desk.standings.touch(production)
        return wall

    def media(self, key: str, width: int = 0, seen: str = "") -> str:
        """The address of a stored picture or clip for signed-in people who may look at it.

        With a width it is a JPEG, and with `seen` that has frame lines at the production's ratio.
        """
        _, _, production, name = key.split("/", 3)
        url = f"/p/{production}/media/{quote(name)}"
        lines = "&lines=1" if seen else ""
        return f"{url}?width={width}{lines}" if width else url

    def render(self, name: str, **values: Any) -> str:
        """A template's text."""
        return self._templates.get_template(name).render(**values)


def charged(slot: str) -> str:
    """What a charge is for: `frame of 0010, version 1, candidate 2`, from its ledger's path."""
    subject, kind, version, _ = slot.split("/")
    number, _, candidate = version.removeprefix("v").partition("_c")
    made = f"{_CHARGED.get(kind, kind)} of {subject.rpartition('_sh')[2]}, version {int(number)}"
    return f"{made}, candidate {candidate}" if candidate != "0" else made


def clock(seconds: float) -> str:
    """A time on a reel: 0:04.2."""
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"


def initials(shot: str, wall: Wall) -> str:
    """A shot's number as it is spoken of: `0020`, or `sq010 0020` where there are sequences."""
    sequence, _, number = shot.rpartition("_sh")
    if not sequence:
        return shot
    return f"{sequence} {number}" if wall.sequences > 1 else number

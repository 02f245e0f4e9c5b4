"""The cases of a run: which victim dies at which point, or when."""

from __future__ import annotations

import random
from dataclasses import dataclass
from fnmatch import fnmatch

from tests.chaos.points import POINTS, Point

SERVICES = ("worker", "prefect", "postgres", "s3", "models")
VICTIMS = ("flow", "desk", *SERVICES)
RANDOM_SECONDS = 12.0
"""A production of one shot takes about this long: random kills come within it."""


@dataclass(frozen=True)
class Case:
    """One production, and one kill of `victim`: at `point`, or `after` so many seconds."""

    number: int
    victim: str
    point: Point | None = None
    after: float = 0.0

    @property
    def name(self) -> str:
        where = self.point.name if self.point else f"random-{self.after:.1f}s"
        return f"{where}:{self.victim}"


def planned(only: str = "") -> list[Case]:
    """The whole matrix, or what `only` selects (`POINT:VICTIM,…`, with * and ?)."""
    patterns = [p if ":" in p else f"{p}:*" for p in only.split(",") if p]
    pairs = [
        pair
        for pair in _matrix()
        if not patterns or any(_selects(p, pair[0].name, pair[1]) for p in patterns)
    ]
    return [Case(n, victim, point) for n, (point, victim) in enumerate(_spread(pairs), start=1)]


def at_random(count: int, seed: int) -> list[Case]:
    """Kills of random victims at random times; the same seed gives the same cases."""
    dice = random.Random(seed)
    victims = ("flow", *SERVICES)
    return [
        Case(n, dice.choice(victims), after=round(dice.uniform(0.2, RANDOM_SECONDS), 1))
        for n in range(1, count + 1)
    ]


def _matrix() -> list[tuple[Point, str]]:
    pairs = []
    for point in POINTS:
        victims = (point.process, *SERVICES) if point.services else (point.process,)
        pairs += [(point, victim) for victim in victims]
    return pairs


def _selects(pattern: str, point: str, victim: str) -> bool:
    wanted, _, who = pattern.partition(":")
    return fnmatch(victim, who) and (fnmatch(point, wanted) or fnmatch(point, f"{wanted}-*"))


def _spread(pairs: list[tuple[Point, str]]) -> list[tuple[Point, str]]:
    """The same pairs, those of one victim far apart.

    A service that dies within a minute of its start is started again later each time.
    """
    places = []
    for victim in VICTIMS:
        mine = [pair for pair in pairs if pair[1] == victim]
        places += [((n + 0.5) / len(mine), pair) for n, pair in enumerate(mine)]
    return [pair for _, pair in sorted(places, key=lambda place: place[0])]

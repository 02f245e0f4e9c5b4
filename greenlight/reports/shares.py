"""Shares with the interval that few cases leave open, and figures as people read them."""

from __future__ import annotations

import math

from pydantic import BaseModel, ConfigDict, computed_field

from greenlight.money.amounts import UNKNOWN

Z = 1.959963984540054
"""The normal deviate of a 95 % interval."""


class Figures(BaseModel):
    """What reports are made of: frozen, and strict about its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Share(Figures):
    """`hits` of `total`; without any case neither share nor interval can be known."""

    hits: int
    total: int

    @computed_field  # type: ignore[prop-decorator]
    @property
    def share(self) -> float | None:
        return self.hits / self.total if self.total else None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % score interval (Wilson 1927, JASA 22, 209–212)."""
        return wilson(self.hits, self.total) if self.total else None


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Wilson's 95 % score interval of `hits` in `total`, both ends within 0 and 1."""
    share = hits / total
    z2 = Z * Z / total
    middle = (share + z2 / 2) / (1 + z2)
    half = Z * math.sqrt(share * (1 - share) / total + z2 / (4 * total)) / (1 + z2)
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    high = 1.0 if hits == total else min(1.0, middle + half)
    return low, high


def percent(share: float | None) -> str:
    """A share as whole per cent; finer near the ends, where a rounded 100 would be untrue."""
    if share is None:
        return UNKNOWN
    near = 0 < share < 0.01 or 0.99 < share < 1
    return f"{share:.1%}" if near else f"{share:.0%}"


def counted(share: Share) -> str:
    """A share with its counts and interval: `80% (4 of 5; 38 to 96%)`."""
    if share.interval is None:
        return UNKNOWN
    low, high = share.interval
    counts = f"{share.hits} of {share.total}"
    return f"{percent(share.share)} ({counts}; {low * 100:.0f} to {high * 100:.0f}%)"


def duration(seconds: float | None) -> str:
    """Seconds in the two units that tell most: `4 s`, `3 min 20 s`, `5 h 10 min`, `2 d 4 h`."""
    if seconds is None:
        return UNKNOWN
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    for size, unit, small, name in (
        (86400, "d", 3600, "h"),
        (3600, "h", 60, "min"),
        (60, "min", 1, "s"),
    ):
        if whole >= size:
            rest = whole % size // small
            return f"{whole // size} {unit}" + (f" {rest} {name}" if rest else "")
    return f"{whole} s"

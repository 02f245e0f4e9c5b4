"""Figures as people read them: money, shares, times; what is not known says so."""

from __future__ import annotations

from greenlight.money.amounts import UNKNOWN
from greenlight.reports.shares import Share


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

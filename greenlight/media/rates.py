"""Frame rates, frame counts and timecode: the arithmetic that cut and timeline share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from greenlight.media.errors import InvalidCut

Rate = Fraction | float | Decimal
Seconds = Fraction | float | Decimal

_SUPPORTED = {
    label: Fraction(rate) if "." not in label else Fraction(round(float(label)) * 1000, 1001)
    for label, rate in {
        "23.976": 24,
        "24": 24,
        "25": 25,
        "29.97": 30,
        "30": 30,
        "48": 48,
        "50": 50,
        "59.94": 60,
        "60": 60,
    }.items()
}
_TIMECODE = re.compile(r"(\d\d):([0-5]\d):([0-5]\d)([:;])(\d\d)")


def exact_rate(fps: Rate) -> Fraction:
    """The exact rate that `fps` (frames per second) stands for: 23.976 is 24000/1001."""
    for rate in _SUPPORTED.values():
        if abs(float(fps) - float(rate)) < 0.005:
            return rate
    raise InvalidCut(f"unsupported frame rate {fps} (supported: {', '.join(_SUPPORTED)})")


def exact_seconds(seconds: Seconds) -> Fraction:
    """The decimal number that people wrote, not its nearest binary neighbour (0.1 is 1/10)."""
    return Fraction(str(seconds)) if isinstance(seconds, float) else Fraction(seconds)


def frame_spans(seconds: Sequence[Seconds], fps: Rate) -> tuple[tuple[int, int], ...]:
    """(first frame, frames) of shots of these lengths one after the other.

    Edges are rounded, not lengths, so a cut of any number of shots ends within half a frame of
    the sum of its seconds. Every shot has at least one frame.
    """
    rate = exact_rate(fps)
    spans: list[tuple[int, int]] = []
    elapsed, first = Fraction(0), 0
    for length in seconds:
        if length <= 0:
            raise InvalidCut(f"invalid shot length {length} s (more than 0)")
        elapsed += exact_seconds(length)
        # floor(x + 1/2), because round() sends 0.5 to the even neighbour
        edge = max(first + 1, int(elapsed * rate + Fraction(1, 2)))
        spans.append((first, edge - first))
        first = edge
    return tuple(spans)


def parse_timecode(timecode: str, fps: Rate) -> tuple[int, bool]:
    """(frame number, drop-frame) of `hh:mm:ss:ff`, or of `hh:mm:ss;ff` where frames are dropped."""
    rate = exact_rate(fps)
    nominal = round(rate)
    match = _TIMECODE.fullmatch(timecode)
    if match is None or int(match[5]) >= nominal:
        raise InvalidCut(
            f"timecode {timecode!r} is not hh:mm:ss:ff with fewer than {nominal} frames a second"
        )
    drop = match[4] == ";"
    if drop and rate not in (Fraction(30000, 1001), Fraction(60000, 1001)):
        raise InvalidCut(f"drop-frame timecode {timecode!r} exists at 29.97 and 59.94 only")
    hours, minutes, seconds, frames = (int(match[i]) for i in (1, 2, 3, 5))
    number = ((hours * 60 + minutes) * 60 + seconds) * nominal + frames
    if drop:
        dropped = nominal // 15
        if minutes % 10 and seconds == 0 and frames < dropped:
            raise InvalidCut(f"timecode {timecode!r} is one of those that drop-frame leaves out")
        total_minutes = hours * 60 + minutes
        number -= dropped * (total_minutes - total_minutes // 10)
    return number, drop


def format_timecode(frame: int, fps: Rate, *, drop: bool = False) -> str:
    """Timecode of a frame number counted from midnight; it wraps after 24 hours."""
    rate = exact_rate(fps)
    nominal = round(rate)
    if drop:
        dropped = nominal // 15
        per_minute = nominal * 60 - dropped
        per_ten = per_minute * 10 + dropped
        frame %= per_ten * 144
        tens, rest = divmod(frame, per_ten)
        frame += dropped * 9 * tens
        if rest >= dropped:
            frame += dropped * ((rest - dropped) // per_minute)
    frame %= nominal * 86400
    seconds, frames = divmod(frame, nominal)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{';' if drop else ':'}{frames:02d}"

"""A clip to render, whichever wire it was ordered by."""

from __future__ import annotations

from dataclasses import dataclass, replace

from greenlight_standin.drawing.shot import ShotRequest, read_shot
from greenlight_standin.faults import Fault


@dataclass(frozen=True)
class ClipOrder:
    """What one clip is to show: its words, pictures, size in pixels and length in seconds.

    `index` tells the clips of one request apart. `sound` asks for a track beside the pictures.
    """

    text: str
    size: tuple[int, int]
    seconds: float
    seed: int
    first: bytes | None = None
    last: bytes | None = None
    references: tuple[bytes, ...] = ()
    index: int = 0
    sound: bool = False


@dataclass(frozen=True)
class Film:
    """A clip as it is drawn: its shot, size in pixels, length in seconds and pictures."""

    shot: ShotRequest
    size: tuple[int, int]
    seconds: float
    first: bytes | None
    last: bytes | None
    sound: bool


def film_of(order: ClipOrder, fault: Fault | None) -> Film:
    """What an order asks for, and what a fault makes of it."""
    first = (order.first,) if order.first is not None else ()
    # The first frame has its own colours, which are those of the whole shot, not of one reference.
    shot = read_shot(order.text, images=order.references or first, seed=order.seed + order.index)
    shot = replace(shot, candidate=shot.candidate + order.index)
    start = order.first
    if fault and fault.redraw:
        shot, start = fault.redraw(shot), None
    seconds = fault.length(order.seconds) if fault and fault.length else order.seconds
    size = fault.resize(order.size) if fault and fault.resize else order.size
    return Film(shot, size, seconds, start, order.last, order.sound)


def draw_film(film: Film) -> bytes:
    """The MP4 of a film; raises OSError for a picture that cannot be decoded."""
    from greenlight_standin.drawing.clip import draw_clip

    data = draw_clip(
        film.shot, film.size, film.seconds, first_frame=film.first, last_frame=film.last
    )
    if film.sound:
        from greenlight_standin.drawing.tone import with_tone

        data = with_tone(data)
    return data

"""A picture with somebody's strokes on it, as people and models are shown what a note means."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw

from greenlight.media.stills import decode_still, encode_jpeg
from greenlight.production.drawover import Ink, Stroke

INKS: dict[Ink, tuple[int, int, int]] = {
    "red": (255, 72, 58),
    "yellow": (255, 209, 64),
    "blue": (92, 170, 255),
    "white": (250, 248, 242),
}
_DARK = (8, 8, 10)
_PARTS = 150
"""A stroke is one of so many parts of the picture's shorter side."""
_MOST_PIXELS = 2048 * 2048
_SMOOTH = 2
"""Drawn larger and reduced: Pillow's lines have no soft edges."""


def drawn_over(data: bytes, strokes: Sequence[Stroke]) -> bytes:
    """The picture as a JPEG with the strokes on it, each with a dark edge; raises UnreadableMedia.

    The edge keeps a stroke visible on a ground of its own colour.
    """
    _, picture = decode_still(data, most=_MOST_PIXELS)
    size = picture.width * _SMOOTH, picture.height * _SMOOTH
    ink, mask = Image.new("RGB", size, _DARK), Image.new("L", size, 0)
    wide = max(2, round(min(size) / _PARTS))
    edge = wide + 2 * max(1, wide // 3)
    onto, through = ImageDraw.Draw(ink), ImageDraw.Draw(mask)
    for stroke in strokes:
        points = [(x * (size[0] - 1), y * (size[1] - 1)) for x, y in stroke.points]
        _line(through, points, edge, 255)
        _line(onto, points, edge, _DARK)
        _line(onto, points, wide, INKS[stroke.ink])
    small = picture.size, Image.Resampling.LANCZOS
    picture.paste(ink.resize(*small), (0, 0), mask.resize(*small))
    return encode_jpeg(picture, quality=92)


def _line(
    onto: ImageDraw.ImageDraw,
    points: Sequence[tuple[float, float]],
    wide: int,
    fill: int | tuple[int, int, int],
) -> None:
    """A line with round ends and joints."""
    if len(points) > 1:
        onto.line(points, fill=fill, width=wide, joint="curve")
    for x, y in (points[0], points[-1]):
        onto.ellipse((x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2), fill=fill)

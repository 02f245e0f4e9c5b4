"""The appearance of a subject: a colour measure for comparison, and comparison pictures.

The measure is of colours alone, with the cast of the light taken out: it says that somebody wears
something else in another shot, and knows nothing of faces. Graders judge those against the sheet.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from greenlight.media.lettering import elide, face_for
from greenlight.media.stills import decode_still, encode_jpeg
from greenlight.production.checks import Box
from greenlight.production.model import Strict

_BINS = 7
"""An odd number, so that grey lies within one of them."""

_REACH = 1.5
"""Ratios of colours are told apart from e^-1.5 to e^1.5; what is beyond is as red as can be."""

_LIGHT = 0.7
"""How much of the picture's mean colour is taken for its light. Over six unseen characters in six
places each, 0.7 told the same from others best (area under the curve 0.89)."""

_AT_ONCE = 320
_HIGH = 360
_GAP = 12
_TEXT = 17
_GROUND, _INK, _DIM = (18, 19, 22), (226, 224, 218), (150, 150, 152)


def appearance_of(data: bytes, box: Box) -> tuple[int, ...]:
    """49 numbers from 0 to 255 for what is in a box of a still; raises UnreadableMedia.

    They are the square roots of a histogram of red and blue against green, so that the cosine of
    two is how much of their colours they share.
    """
    picture = decode_still(data)[1].convert("RGB")
    picture.thumbnail((_AT_ONCE, _AT_ONCE))
    light = (np.asarray(picture, dtype=np.float64) / 255) ** 2.2
    mean = light.reshape(-1, 3).mean(axis=0) + 1e-4
    light = light / (mean / mean.mean()) ** _LIGHT
    high, wide = light.shape[:2]
    top, left, bottom, right = box
    # Of a body's box the outer fifths are mostly what is behind it.
    inset = (right - left) * 0.2
    rows = slice(*_span(top, bottom, high))
    columns = slice(*_span(left + inset, right - inset, wide))
    pixels = light[rows, columns].reshape(-1, 3) + 0.01
    red, blue = np.log(pixels[:, 0] / pixels[:, 1]), np.log(pixels[:, 2] / pixels[:, 1])
    counts, _, _ = np.histogram2d(
        np.clip(red, -_REACH, _REACH),
        np.clip(blue, -_REACH, _REACH),
        bins=_BINS,
        range=[[-_REACH, _REACH]] * 2,
    )
    padded = np.pad(counts / counts.sum(), 1, mode="edge")
    soft = padded[:-2] * 0.25 + padded[1:-1] * 0.5 + padded[2:] * 0.25
    soft = soft[:, :-2] * 0.25 + soft[:, 1:-1] * 0.5 + soft[:, 2:] * 0.25
    return tuple(int(n) for n in np.round(np.sqrt(soft / soft.sum()) * 255).ravel())


def _span(start: float, end: float, whole: int) -> tuple[int, int]:
    first = min(whole - 1, int(start * whole / 1000))
    return first, max(first + 1, round(end * whole / 1000))


class Seen(Strict):
    """One picture of a comparison: its bytes, the part that matters, and what is said below it."""

    still: bytes
    box: Box | None = None
    title: str
    note: str = ""


def side_by_side(rows: Sequence[Sequence[Seen]]) -> bytes:
    """A JPEG with a row for each comparison; raises UnreadableMedia, ValueError without any."""
    drawn = [[_cell(seen) for seen in row] for row in rows]
    if not drawn:
        raise ValueError("nothing to compare (at least one row)")
    wide = max(sum(c.width + _GAP for c in row) for row in drawn) + _GAP
    high = sum(row[0].height + _GAP for row in drawn) + _GAP
    board = Image.new("RGB", (wide, high), _GROUND)
    y = _GAP
    for row in drawn:
        x = _GAP
        for cell in row:
            board.paste(cell, (x, y))
            x += cell.width + _GAP
        y += row[0].height + _GAP
    return encode_jpeg(board, quality=90)


def _cell(seen: Seen) -> Image.Image:
    picture = decode_still(seen.still)[1].convert("RGB")
    if seen.box is not None:
        picture = picture.crop(_around(seen.box, picture.width, picture.height))
    wide = max(1, min(round(picture.width * _HIGH / picture.height), _HIGH * 2))
    picture = picture.resize((wide, _HIGH), Image.Resampling.LANCZOS)
    cell = Image.new("RGB", (max(wide, 260), _HIGH + round(_TEXT * 3.4)), _GROUND)
    cell.paste(picture, (0, 0))
    draw = ImageDraw.Draw(cell)
    for line, (text, ink) in enumerate(((seen.title, _INK), (seen.note, _DIM))):
        face = face_for(text, _TEXT)
        at = (0, _HIGH + 8 + round(line * _TEXT * 1.4))
        draw.text(at, elide(text, face, cell.width), font=face, fill=ink)
    return cell


def _around(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """The box in pixels with a little of what is around it."""
    top, left, bottom, right = box
    down, across = (bottom - top) * 0.12, (right - left) * 0.25
    x0, x1 = (max(0, left - across) * width / 1000, min(1000, right + across) * width / 1000)
    y0, y1 = (max(0, top - down) * height / 1000, min(1000, bottom + down) * height / 1000)
    return int(x0), int(y0), max(int(x0) + 1, round(x1)), max(int(y0) + 1, round(y1))

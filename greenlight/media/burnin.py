"""Burn-ins and slates: who, which take and when, drawn into the picture.

Burn-ins are blended into the YUV planes in place: converting whole frames to RGB and back for a
line of text would halve the speed of a cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from greenlight.media.lettering import Font, clean, elide, face_for, font

# Video levels (16 to 235). Grey, never 100 % white: it must not pull the eye or the histogram.
_TEXT_LUMA = 180.0
_PLATE_LUMA = 16.0
_PLATE_OPACITY = 0.55
_NEUTRAL = 128.0
# Action-safe share of the picture that displays may crop at each side.
_SAFE = 0.035

Plane = NDArray[np.uint8]


def planes(frame: VideoFrame) -> list[Plane]:
    """Writable views of a yuv420p frame's three planes, (rows, columns), without their padding."""
    views: list[Plane] = []
    for plane in frame.planes:
        buffer: Any = plane  # PyAV's planes speak the buffer protocol, its type stubs do not
        rows: Plane = np.frombuffer(buffer, dtype=np.uint8).reshape(-1, plane.line_size)
        views.append(rows[: plane.height, : plane.width])
    return views


class BurnIn:
    """Draws a label at the upper left and a running timecode at the upper right of a raster."""

    def __init__(self, width: int, height: int) -> None:
        size = max(12, min(width, height) // 26)
        self._face = font(size, "semibold")
        self._pad = max(2, size // 3)
        self._row_height = (size + 2 * self._pad + 1) // 2 * 2
        self._left = round(width * _SAFE / 2) * 2
        self._width = width
        # At the top: subtitles and what models letter into a picture stand at the bottom.
        self._top = round(height * _SAFE / 2) * 2
        # One advance for all digits, so that the clock does not wobble.
        self._digit = max(round(self._face.getlength(d)) for d in "0123456789:;") + 1
        self._glyphs = {c: self._mask(c, self._digit) for c in "0123456789:;"}
        self._labels: dict[str, NDArray[np.float32]] = {}

    def draw(self, frame: VideoFrame, label: str, timecode: str) -> None:
        """Blend both texts into a yuv420p frame of the raster's size, in place."""
        views = planes(frame)
        if label:
            self._blend(views, self._label(label), self._left)
        clock = np.concatenate([self._glyphs[c] for c in timecode], axis=1)
        clock = self._padded(clock)
        right = (self._width - self._left - clock.shape[1]) // 2 * 2
        self._blend(views, clock, right)

    def _label(self, label: str) -> NDArray[np.float32]:
        if label not in self._labels:
            text = elide(label, self._face, self._width // 2)
            self._labels = {label: self._padded(self._mask(text, None))}
        return self._labels[label]

    def _mask(self, text: str, advance: int | None) -> NDArray[np.float32]:
        length = round(self._face.getlength(text)) + 1
        cell = Image.new("L", (advance or length, self._row_height), 0)
        position = ((advance - length) / 2 if advance else 0, self._row_height / 2)
        ImageDraw.Draw(cell).text(position, text, font=self._face, fill=255, anchor="lm")
        return np.asarray(cell, dtype=np.float32) / np.float32(255)

    def _padded(self, mask: NDArray[np.float32]) -> NDArray[np.float32]:
        right = self._pad + (mask.shape[1] + 2 * self._pad) % 2
        return np.pad(mask, ((0, 0), (self._pad, right)))

    def _blend(self, views: list[Plane], mask: NDArray[np.float32], left: int) -> None:
        high, wide = mask.shape
        rows, columns = slice(self._top, self._top + high), slice(left, left + wide)
        under = views[0][rows, columns].astype(np.float32)
        plate = under + (_PLATE_LUMA - under) * _PLATE_OPACITY
        views[0][rows, columns] = plate + (_TEXT_LUMA - plate) * mask
        for chroma in views[1:]:
            rows = slice(self._top // 2, (self._top + high) // 2)
            columns = slice(left // 2, (left + wide) // 2)
            under = chroma[rows, columns].astype(np.float32)
            # Text is grey on a darkened plate: colour only shines through where the plate does.
            opacity = np.maximum(mask[::2, ::2], _PLATE_OPACITY)
            chroma[rows, columns] = under + (_NEUTRAL - under) * opacity


def draw_slate(width: int, height: int, title: str, lines: Mapping[str, str]) -> Image.Image:
    """A quiet title card: the title, what is to know about the cut, and a grey scale."""
    card = Image.new("RGB", (width, height), (18, 19, 22))
    draw = ImageDraw.Draw(card)
    unit = min(width, height) / 36
    left, right = round(width * 0.09), round(width * 0.91)
    top = round(height * 0.16)
    heading = face_for(title, round(unit * 3.2), "light")
    draw.text((left, top), elide(title, heading, right - left), font=heading, fill=(222, 220, 214))
    rule = top + round(unit * 5)
    draw.line((left, rule, right, rule), fill=(196, 150, 74), width=max(1, round(unit / 9)))
    name_face, value_face = font(round(unit * 1.35)), font(round(unit * 1.35), "semibold")
    value_left = left + round(unit * 9)
    for row, (name, value) in enumerate(list(lines.items())[:8]):
        y = rule + round(unit * (1.8 + 2.15 * row))
        _line(draw, (left, y), name, name_face, value_left - left - 8, (128, 128, 132))
        _line(draw, (value_left, y), value, value_face, right - value_left, (204, 202, 198))
    foot, steps = round(height * 0.9), 11
    step = (right - left) / steps
    for number in range(steps):
        shade = round(16 + number * (204 - 16) / (steps - 1))
        box = (left + number * step, foot, left + (number + 1) * step - 1, foot + round(unit))
        draw.rectangle(box, fill=(shade, shade, shade))
    return card


def _line(
    draw: ImageDraw.ImageDraw,
    at: tuple[int, int],
    text: str,
    face: Font,
    width: int,
    colour: tuple[int, int, int],
) -> None:
    draw.text(at, elide(clean(text), face, width), font=face, fill=colour)

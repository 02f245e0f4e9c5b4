"""A picture that somebody drew on: where the lines are says where the subject is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image

from greenlight_standin.drawing.caption import has_caption, strip_height

_INKS = ((255, 72, 58), (255, 209, 64), (92, 170, 255), (250, 248, 242))
"""The inks that are drawn with: pure, and rare in a picture."""
_NEAR = 24
_DARK = 72
"""As light as the edge of a stroke is at most; every stroke has one."""
_FEW = 0.0001
"""Of all points of a picture: fewer are no stroke."""
_PARTS = 150
"""A stroke is as wide as one of so many parts of the shorter side."""


def wanted_side(image: bytes) -> int | None:
    """The side on which most of the lines are: -1 left, 0 middle, 1 right; None without lines.

    Raises OSError for an image that cannot be decoded.
    """
    picture = Image.open(BytesIO(image)).convert("RGB")
    wide = max(1, round(min(picture.size) / _PARTS))
    if has_caption(picture):
        # Its letters are thin and light too.
        picture = picture.crop((0, 0, picture.width, picture.height - strip_height(picture.height)))
    pixels = np.asarray(picture, dtype=np.int16)
    edged = ~_everywhere(pixels.max(axis=2) >= _DARK, 2 * wide)
    few = _FEW * pixels.shape[0] * pixels.shape[1]
    coloured = [_strokes(pixels, ink, wide, edged) for ink in _INKS[:3]]
    for found in (np.concatenate(coloured), _strokes(pixels, _INKS[3], wide, edged)):
        if len(found) > few:
            middle = float(np.median(found)) / pixels.shape[1]
            return -1 if middle < 0.4 else 1 if middle > 0.6 else 0
    return None


def _strokes(
    pixels: npt.NDArray[np.int16], ink: Sequence[int], wide: int, edged: npt.NDArray[np.bool_]
) -> npt.NDArray[np.intp]:
    """The columns of all points of this colour that are thin, and dark at their edge."""
    near = np.abs(pixels - np.asarray(ink, dtype=np.int16)).max(axis=2) < _NEAR
    # What is left of a stroke where all within its width has to be ink is nothing.
    thick = _everywhere(near, wide)
    return np.nonzero(near & edged & _everywhere(~thick, 2 * wide))[1]


def _everywhere(true: npt.NDArray[np.bool_], reach: int) -> npt.NDArray[np.bool_]:
    """Whether it is true at a point and at all within `reach` of it, along both axes."""
    found = true.copy()
    for axis in (0, 1):
        seen = found.swapaxes(0, axis)
        lines = seen.copy()
        for step in range(1, reach + 1):
            lines[step:] &= seen[:-step]
            lines[:-step] &= seen[step:]
        found = lines.swapaxes(0, axis)
    return found

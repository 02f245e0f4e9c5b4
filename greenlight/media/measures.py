"""Measures of pictures on a coarse grid, where coding noise and small marks have no weight.

A grid is the mean luma of 64 × 36 cells or the mean colour of 32 × 18, 0 to 255, as float32.
Colour is coarser because coding halves its resolution.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image

from greenlight.media.decoding import matrix_of

Grid: TypeAlias = NDArray[np.float32]

_LUMA_GRID = (64, 36)
_COLOUR_GRID = (32, 18)
_STEP = 8.0


def colour_grid(picture: Image.Image) -> Grid:
    """(18, 32, 3) mean colours of a still."""
    small = picture.convert("RGB").resize(_COLOUR_GRID, Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float32)


def luma_grid(picture: Image.Image) -> Grid:
    """(36, 64) mean lumas of a still."""
    small = picture.convert("L").resize(_LUMA_GRID, Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float32)


def frame_luma_grid(frame: VideoFrame) -> Grid:
    """(36, 64) mean lumas of a clip's frame."""
    return _scaled(frame, _LUMA_GRID, "gray")


def frame_colour_grid(frame: VideoFrame) -> Grid:
    """(18, 32, 3) mean colours of a clip's frame."""
    return _scaled(frame, _COLOUR_GRID, "rgb24")


def _scaled(frame: VideoFrame, grid: tuple[int, int], layout: str) -> Grid:
    small = frame.reformat(
        width=grid[0],
        height=grid[1],
        format=layout,
        src_colorspace=matrix_of(frame),
        interpolation="AREA",
    )
    return np.asarray(small.to_ndarray(), dtype=np.float32)


def inner(grid: Grid) -> Grid:
    """The grid without a tenth at each side: captions and marks are there."""
    rows, columns = grid.shape[0] // 10, grid.shape[1] // 10
    return grid[rows : grid.shape[0] - rows, columns : grid.shape[1] - columns]


def picture_share(lumas: Grid) -> float:
    """Share (0 to 1) of the inner picture that differs from its middle tone by more than 8."""
    middle = inner(lumas)
    return float(np.mean(np.abs(middle - np.median(middle)) > _STEP))


def difference(one: Grid, other: Grid) -> tuple[float, float]:
    """(mean, largest) absolute difference of two grids of the same kind."""
    apart = np.abs(one - other)
    return float(apart.mean()), float(apart.max())


def likeness(one: Grid, other: Grid) -> float:
    """Correlation of two grids, −1 to 1; 1.0 where either has no structure to compare."""
    a, b = one - one.mean(), other - other.mean()
    scale = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / scale if scale > 1.0 else 1.0


def neighbour_likeness(lumas: NDArray[np.uint8]) -> float:
    """Correlation of each pixel with its right neighbour: near 1 in pictures, near 0 in noise."""
    full = lumas.astype(np.float32)
    return likeness(full[:, :-1], full[:, 1:])


def changed(before: Grid, after: Grid) -> float:
    """Largest change of one inner cell between two luma grids."""
    return float(np.abs(inner(before) - inner(after)).max())

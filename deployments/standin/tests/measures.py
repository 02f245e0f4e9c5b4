"""What is measured in pictures and clips, for the tests and for `make bench ARGS=drawing`."""

from __future__ import annotations

import io
import itertools
from collections.abc import Mapping, Sequence

import av
import numpy as np
import numpy.typing as npt
from PIL import Image

Grey = npt.NDArray[np.float64]
Box = tuple[int, int, int, int]

# How tall a standing body is in frame heights, and a head, by shot size; None is not measured.
HEIGHTS = {
    "extreme wide": ((0.06, 0.11), None),
    "wide": ((0.15, 0.21), None),
    "medium wide": ((0.72, 0.88), (0.08, 0.15)),
    "medium": ((0.80, 0.95), (0.19, 0.30)),
    "medium close-up": ((0.80, 0.95), (0.33, 0.48)),
    "close-up": ((0.85, 1.0), (0.50, 0.75)),
    "extreme close-up": ((0.90, 1.0), (0.90, 1.0)),
}


def greys(clip: bytes) -> tuple[Grey, ...]:
    """The frames of a clip in grey."""
    with av.open(io.BytesIO(clip)) as film:
        return tuple(f.to_ndarray(format="gray").astype(float) for f in film.decode(video=0))


def shift(a: Grey, b: Grey, box: Box) -> tuple[float, float]:
    """How far (pixels right, down) what is in a box of `a` has moved in `b`: phase correlation."""
    x0, y0, x1, y1 = box
    window = np.outer(np.hanning(y1 - y0), np.hanning(x1 - x0))
    first, second = ((f[y0:y1, x0:x1] - f[y0:y1, x0:x1].mean()) * window for f in (a, b))
    cross = np.fft.rfft2(second) * np.conj(np.fft.rfft2(first))
    peak = np.fft.irfft2(cross / (np.abs(cross) ** 0.7 + 1e-9), s=first.shape)
    y, x = np.unravel_index(int(np.argmax(peak)), peak.shape)
    high, wide = first.shape
    return float(x - wide if x > wide / 2 else x), float(y - high if y > high / 2 else y)


def height_of(mask: Image.Image) -> float:
    """How tall what is covered is, in frame heights."""
    rows = np.flatnonzero((np.asarray(mask) > 128).sum(axis=1) > 1)
    return float(rows[-1] - rows[0] + 1) / mask.size[1] if rows.size else 0.0


def head_height(mask: Image.Image) -> float:
    """From the crown to the narrowest row below it, the neck, in frame heights."""
    widths = (np.asarray(mask) > 128).sum(axis=1)
    rows = np.flatnonzero(widths)
    top, bottom = int(rows[0]), int(rows[-1])
    ears = top + int(np.argmax(widths[top : top + max(4, (bottom - top) * 2 // 3)] > 1))
    for row in range(ears + 2, bottom):
        below = widths[row : row + max(2, (bottom - top) // 12)]
        if widths[row] < 0.75 * widths[top:row].max() and widths[row] <= below.min():
            return float(row - top) / mask.size[1]
    return float(bottom + 1 - top) / mask.size[1]


def colours_in(image: Image.Image, mask: Image.Image) -> Grey:
    """How often each of 125 colours is in what a mask covers."""
    where = np.asarray(mask) > 128
    bins = (np.asarray(image, float)[where] / 256 * 5).astype(int) @ np.array([25, 5, 1])
    return np.bincount(bins, minlength=125) / max(1, len(bins))


def mean_colour(image: Image.Image) -> Grey:
    """The mean colour above the caption."""
    pixels = np.asarray(image, float)[: round(image.size[1] * 0.93)]
    return np.asarray(pixels.reshape(-1, 3).mean(axis=0))


def apart(seen: Mapping[str, Sequence[Grey]]) -> tuple[list[float], list[float]]:
    """How far mean colours are from each other between groups, and within each."""
    between = [
        float(np.linalg.norm(np.mean(seen[a], axis=0) - np.mean(seen[b], axis=0)))
        for a, b in itertools.combinations(seen, 2)
    ]
    within = [
        float(np.linalg.norm(a - b))
        for group in seen.values()
        for a, b in itertools.combinations(group, 2)
    ]
    return between, within

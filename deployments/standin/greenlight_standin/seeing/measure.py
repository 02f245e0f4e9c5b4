"""What can be measured in a picture."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from greenlight_standin.drawing.caption import STRIP

Floats = npt.NDArray[np.float32]
HEIGHT = 144
_FINE = 360
"""The height at which loss of quality shows."""


@dataclass(frozen=True)
class Picture:
    """A decoded picture at judging size: colours 0 to 255, without the caption strip.

    `detail` is the mean strength of fine edges; about 0 for a blank picture.
    """

    colours: Floats
    detail: float

    @property
    def light(self) -> Floats:
        """Luminance, 0 to 255."""
        c = self.colours
        light: Floats = c[..., 0] * 0.2126 + c[..., 1] * 0.7152 + c[..., 2] * 0.0722
        return light

    @property
    def level(self) -> float:
        """Mean luminance, 0 to 255."""
        return float(self.light.mean())

    @property
    def contrast(self) -> float:
        """Spread of luminance between the darkest and the lightest twentieth."""
        low, high = np.percentile(self.light, (5, 95))
        return float(high - low)

    @property
    def alike(self) -> float:
        """Correlation of neighbouring pixels at judging size: near 0 in noise."""
        return agreement(self.light[:, :-1], self.light[:, 1:])

    @property
    def blank(self) -> bool:
        """Whether there is nothing to see."""
        return self.contrast < 6 or self.level < 3


def decode(data: bytes) -> Picture:
    """Read a picture; raises OSError if it is broken, also when its end is missing."""
    with Image.open(io.BytesIO(data)) as given:
        given.load()
        image = given.convert("RGB")
    return of_image(image)


def of_image(image: Image.Image) -> Picture:
    """A picture at judging size without the rows of a caption."""
    aspect = image.size[0] / image.size[1]
    small = image.resize((round(HEIGHT * aspect), HEIGHT), Image.Resampling.BOX)
    rows = round(HEIGHT * (1 - STRIP)) - 1
    fine = image.convert("L").resize((round(_FINE * aspect), _FINE), Image.Resampling.BOX)
    down, across = np.gradient(np.asarray(fine, np.float32)[: round(_FINE * (1 - STRIP)) - 1])
    return Picture(np.asarray(small, np.float32)[:rows], float(np.hypot(down, across).mean()))


def agreement(a: Floats, b: Floats) -> float:
    """Correlation of two fields of one size, -1 to 1; 0 if either is flat."""
    x, y = a - a.mean(), b - b.mean()
    norm = float(np.sqrt((x * x).sum() * (y * y).sum()))
    return float((x * y).sum()) / norm if norm > 1e-6 else 0.0

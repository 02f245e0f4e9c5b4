"""What can be measured in a picture, and how far two pictures agree."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from greenlight_standin.drawing.caption import STRIP

Floats = npt.NDArray[np.float32]
HEIGHT = 144
# Grain and coding move a softened pixel by about this much.
_GRAIN = 2.0


@dataclass(frozen=True)
class Picture:
    """A decoded picture at judging size: colours 0 to 255, without the caption strip."""

    colours: Floats
    aspect: float

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
    def detail(self) -> float:
        """Mean edge strength; about 0 for a blank picture."""
        down, across = np.gradient(self.light)
        return float(np.hypot(down, across).mean())

    @property
    def alike(self) -> float:
        """Correlation of neighbouring pixels at judging size: near 0 in noise."""
        return agreement(self.light[:, :-1], self.light[:, 1:])

    def shrunk(self, shape: tuple[int, ...]) -> Picture:
        """The same picture in so many rows and columns."""
        image = Image.fromarray(self.colours.clip(0, 255).astype(np.uint8), "RGB")
        small = image.resize((shape[1], shape[0]), Image.Resampling.BOX)
        return Picture(np.asarray(small, np.float32), self.aspect)

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


def of_image(image: Image.Image, height: int = HEIGHT) -> Picture:
    """A picture at judging size (or of another height) without the rows of a caption."""
    aspect = image.size[0] / image.size[1]
    small = image.resize((round(height * aspect), height), Image.Resampling.BOX)
    rows = round(height * (1 - STRIP)) - 1
    return Picture(np.asarray(small, np.float32)[:rows], aspect)


def soften(field: Floats, radius: float) -> Floats:
    """A blurred copy."""
    image = Image.fromarray(field.clip(0, 255).astype(np.uint8))
    soft: Floats = np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), np.float32)
    return soft


def agreement(a: Floats, b: Floats) -> float:
    """Correlation of two fields of one size, -1 to 1; 0 if either is flat."""
    x, y = a - a.mean(), b - b.mean()
    norm = float(np.sqrt((x * x).sum() * (y * y).sum()))
    return float((x * y).sum()) / norm if norm > 1e-6 else 0.0


def structure(a: Picture, b: Picture) -> float:
    """How alike two pictures are laid out: light, and edges, with small shifts forgiven."""
    if a.colours.shape != b.colours.shape:
        return 0.0
    light = agreement(soften(a.light, 3), soften(b.light, 3))
    edges = agreement(_edges(a), _edges(b))
    return 0.5 * light + 0.5 * edges


def histogram(picture: Picture, where: Floats | None = None) -> Floats:
    """Share of pixels in 6×6×6 colours, `where` (0 to 1) weighting them."""
    bins = (picture.colours / 256 * 6).astype(int)
    flat = (bins[..., 0] * 36 + bins[..., 1] * 6 + bins[..., 2]).ravel()
    weights = None if where is None else where.ravel()
    counts = np.bincount(flat, weights=weights, minlength=216).astype(np.float32).reshape(6, 6, 6)
    # Neighbouring colours count as near, so that grain and haze do not look like another palette.
    for axis in range(3):
        counts = counts + 0.5 * (np.roll(counts, 1, axis) + np.roll(counts, -1, axis))
    share: Floats = counts / max(1e-6, float(counts.sum()))
    return share


def palette_match(a: Picture, b: Picture, where: Floats | None = None) -> float:
    """Overlap of two pictures' colours, 0 to 1."""
    return float(np.minimum(histogram(a, where), histogram(b, where)).sum())


def _edges(picture: Picture) -> Floats:
    down, across = np.gradient(soften(picture.light, 1.2))
    return soften(np.hypot(down, across).astype(np.float32) * 6, 2.2)


def presence(picture: Picture, full: Picture, empty: Picture, where: Floats) -> tuple[float, float]:
    """Whether what fills `where` in a picture is that of `full`, and how far it stands out at all.

    1 where it is, 0.5 and less where it is as far from it as the `empty` set is; the second is in
    steps of 255, 0 where nothing is to be seen.
    """
    weight = np.maximum(where, soften(where * 255, 2.5) / 255)
    total = float(weight.sum())
    if total < 1:
        return 1.0, 0.0
    off = np.clip(_apart(picture, full) - _GRAIN, 0, None)
    off_mean = float((off * weight).sum()) / total
    stands_out = float((_apart(full, empty) * weight).sum()) / total
    return stands_out / (off_mean + stands_out + 1e-6), stands_out


def _apart(a: Picture, b: Picture) -> Floats:
    """Mean difference of colour of each pixel, a little softened."""
    apart: Floats = np.abs(_softened(a) - _softened(b)).mean(axis=2)
    return apart


def _softened(picture: Picture) -> Floats:
    image = Image.fromarray(picture.colours.clip(0, 255).astype(np.uint8), "RGB")
    soft: Floats = np.asarray(image.filter(ImageFilter.GaussianBlur(1)), np.float32)
    return soft

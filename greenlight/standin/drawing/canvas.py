"""A surface to paint on, in units of the frame's height.

Edges are drawn at twice the size and reduced; light and shade come from relief: each part is drawn
as a height, blurred, and lit from one side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from greenlight.standin.drawing.shapes import Part, Rgb, Shape, bounds

Floats = npt.NDArray[np.float32]
SUPER = 2


@dataclass(frozen=True)
class Light:
    """Where light comes from (-1 left, 1 right; up is negative y) and what it does."""

    x: float
    y: float
    key: Rgb
    ambient: Rgb
    rim: float = 0.35


class Canvas:
    """Paints in frame units: x from 0 to `aspect`, y from 0 (top) to 1; `margin` around it."""

    def __init__(self, size: tuple[int, int], margin: float = 0.0) -> None:
        self.frame = size
        self.unit = size[1]
        self.margin = margin
        self.aspect = size[0] / size[1]
        pad = round(margin * size[1])
        self.size = (size[0] + 2 * pad, size[1] + 2 * pad)
        self.image = Image.new("RGB", self.size)
        self.subject = Image.new("L", self.size)
        self._big: Image.Image | None = None

    def _pixels(self, shape: Shape, factor: float, dx: float, dy: float) -> list[list[float]]:
        scale = self.unit * factor
        out = []
        for points in shape:
            xy = (points + self.margin) * scale - np.array([dx, dy])
            out.append(np.clip(xy, -30000, 30000).ravel().tolist())
        return out

    @property
    def big(self) -> Image.Image:
        """The surface at double size; `settle` brings it back."""
        if self._big is None:
            self._big = self.image.resize((self.size[0] * SUPER, self.size[1] * SUPER))
        return self._big

    def flat(self, shape: Shape, colour: Rgb) -> None:
        """Fill a shape with one colour."""
        draw = ImageDraw.Draw(self.big)
        for xy in self._pixels(shape, SUPER, 0, 0):
            draw.polygon(xy, fill=_ints(colour))

    def settle(self, blur: float = 0.0) -> None:
        """Reduce what was painted flat to the real size; `blur` is in frame heights."""
        if self._big is not None:
            self.image = self._big.reduce(SUPER)
            self._big = None
        if blur > 0:
            radius = blur * self.unit
            if radius > 4:
                small = self.image.reduce(4).filter(ImageFilter.GaussianBlur(radius / 4))
                self.image = small.resize(self.size, Image.Resampling.BICUBIC)
            else:
                self.image = self.image.filter(ImageFilter.GaussianBlur(radius))

    def gradient(self, stops: Sequence[tuple[float, Rgb]], top: float, bottom: float) -> None:
        """Fill the rows from `top` to `bottom` with colours at heights given in frame units."""
        height = self.big.size[1]
        scale = self.unit * SUPER
        y0 = max(0, round((top + self.margin) * scale))
        y1 = min(height, round((bottom + self.margin) * scale))
        if y1 <= y0:
            return
        ys = (np.arange(y0, y1) + 0.5) / scale - self.margin
        where = [stop[0] for stop in stops]
        rows = np.stack(
            [np.interp(ys, where, [stop[1][i] for stop in stops]) for i in range(3)], axis=1
        )
        strip = Image.fromarray(rows.clip(0, 255).astype(np.uint8)[:, None, :], "RGB")
        self.big.paste(strip.resize((self.big.size[0], y1 - y0), Image.Resampling.NEAREST), (0, y0))

    def mask(self, shape: Shape, blur: float = 0.0) -> tuple[Image.Image, tuple[int, int]] | None:
        """Coverage of a shape and the pixel where it begins; None if it is out of sight."""
        x0, y0, x1, y1 = bounds([shape])
        pad = 3 * blur + 2 / self.unit
        left, top = self._pixel(x0 - pad, y0 - pad)
        right, bottom = self._pixel(x1 + pad, y1 + pad)
        left, top = max(0, left), max(0, top)
        right, bottom = min(self.size[0], right + 1), min(self.size[1], bottom + 1)
        if right <= left or bottom <= top:
            return None
        image = Image.new("L", ((right - left) * SUPER, (bottom - top) * SUPER))
        draw = ImageDraw.Draw(image)
        for xy in self._pixels(shape, SUPER, left * SUPER, top * SUPER):
            draw.polygon(xy, fill=255)
        image = image.reduce(SUPER)
        if blur > 0:
            image = image.filter(ImageFilter.GaussianBlur(blur * self.unit))
        return image, (left, top)

    def paint(self, shape: Shape, colour: Rgb, alpha: float = 1.0, blur: float = 0.0) -> None:
        """Lay a colour over a shape, softly if `blur` (frame heights) is given."""
        found = self.mask(shape, blur)
        if found is None:
            return
        image, at = found
        if alpha < 1:
            image = image.point(lambda value: value * alpha)
        self.image.paste(_ints(colour), (*at, at[0] + image.size[0], at[1] + image.size[1]), image)

    def glow(self, x: float, y: float, radius: float, colour: Rgb, strength: float) -> None:
        """Add light that falls off around a point."""
        left, top = self._pixel(x - radius, y - radius)
        right, bottom = self._pixel(x + radius, y + radius)
        left, top = max(0, left), max(0, top)
        right, bottom = min(self.size[0], right), min(self.size[1], bottom)
        if right <= left or bottom <= top:
            return
        xs = (np.arange(left, right, dtype=np.float32) / self.unit - self.margin - x) / radius
        ys = (np.arange(top, bottom, dtype=np.float32) / self.unit - self.margin - y) / radius
        fall = np.clip(1 - (xs[None, :] ** 2 + ys[:, None] ** 2), 0, 1) ** 2 * strength
        area = np.asarray(self.image.crop((left, top, right, bottom)), dtype=np.float32)
        light = np.array(colour, dtype=np.float32)
        lit = 255 - (255 - area) * (1 - fall[..., None] * light / 255)
        self.image.paste(Image.fromarray(lit.astype(np.uint8), "RGB"), (left, top))

    def actor(
        self, parts: Sequence[Part], light: Light, *, subject: bool, blur: float = 0.0
    ) -> None:
        """Draw parts with light and relief; `subject` marks them as what the shot is about."""
        if not parts:
            return
        x0, y0, x1, y1 = bounds([part.shape for part in parts])
        pad = 0.01 + 3 * blur
        left, top = self._pixel(x0 - pad, y0 - pad)
        right, bottom = self._pixel(x1 + pad, y1 + pad)
        left, top = max(-8, left), max(-8, top)
        right, bottom = min(self.size[0] + 8, right), min(self.size[1] + 8, bottom)
        if right - left < 2 or bottom - top < 2:
            return
        wide, high = right - left, bottom - top
        base = Image.new("RGB", (wide * SUPER, high * SUPER), _ints(parts[0].colour))
        cover = Image.new("L", base.size)
        relief = Image.new("L", (wide, high))
        lamp = Image.new("L", (wide, high))
        on_base, on_cover = ImageDraw.Draw(base), ImageDraw.Draw(cover)
        on_relief, on_lamp = ImageDraw.Draw(relief), ImageDraw.Draw(lamp)
        step = 70 / len(parts)
        for index, part in enumerate(parts):
            for xy in self._pixels(part.shape, SUPER, left * SUPER, top * SUPER):
                on_base.polygon(xy, fill=_ints(part.colour))
                on_cover.polygon(xy, fill=255)
            for xy in self._pixels(part.shape, 1, left, top):
                on_relief.polygon(xy, fill=int(150 + index * step))
                on_lamp.polygon(xy, fill=255 if part.glow else 0)
        cover = cover.reduce(SUPER)
        lit = _lit(base.reduce(SUPER), relief, lamp, light, (y1 - y0) * self.unit)
        if blur > 0:
            cover = cover.filter(ImageFilter.GaussianBlur(blur * self.unit))
        self.image.paste(lit, (left, top), cover)
        if subject:
            self.subject.paste(255, (left, top, right, bottom), cover)

    def mark(self, shape: Shape) -> None:
        """Count a shape as what the shot is about, without painting it."""
        found = self.mask(shape)
        if found is not None:
            image, at = found
            self.subject.paste(255, (*at, at[0] + image.size[0], at[1] + image.size[1]), image)

    def array(self) -> Floats:
        """The pixels as floats, 0 to 255."""
        return np.asarray(self.image, dtype=np.float32)

    def replace(self, pixels: Floats) -> None:
        """Put pixels (0 to 255) in place of what was painted."""
        self.image = Image.fromarray(pixels.clip(0, 255).astype(np.uint8), "RGB")

    def _pixel(self, x: float, y: float) -> tuple[int, int]:
        unit, margin = self.unit, self.margin
        return (
            int(np.clip((x + margin) * unit, -20000, 20000)),
            int(np.clip((y + margin) * unit, -20000, 20000)),
        )


def _lit(
    base: Image.Image, relief: Image.Image, lamp: Image.Image, light: Light, height: float
) -> Image.Image:
    """Shade a sprite by its relief; worked out small, because light is smooth."""
    wide, high = relief.size
    shrink = max(1, min(6, max(wide, high) // 160))
    small = relief.reduce(shrink) if shrink > 1 else relief
    broad = min(height, 900) / shrink
    heights = np.asarray(small, np.float32)
    form = _blurred(heights, max(1.2, broad * 0.045))
    fine = _blurred(heights, max(0.8, broad * 0.012))
    slope_y, slope_x = np.gradient(form)
    fine_y, fine_x = np.gradient(fine)
    gain = max(1.2, broad * 0.045) / 34
    facing = -(slope_x * light.x + slope_y * light.y) * gain * 1.1
    facing -= (fine_x * light.x + fine_y * light.y) * gain * 0.16
    key = np.clip(0.52 + facing * 0.62, 0.06, 1.25)
    edge = np.clip(-(fine_x * light.x) * gain * 0.5 - 0.28, 0, 1) * light.rim
    tone = np.stack(
        [light.ambient[i] / 255 + (key + edge) * light.key[i] / 255 for i in range(3)], axis=-1
    )
    packed = Image.fromarray((tone * 110).clip(0, 255).astype(np.uint8), "RGB")
    shade = np.asarray(packed.resize((wide, high), Image.Resampling.BICUBIC), np.float32) / 110
    colours = np.asarray(base, np.float32)
    own = np.asarray(lamp, np.float32)[..., None] / 255
    lit = colours * (shade * (1 - own) + own)
    return Image.fromarray(lit.clip(0, 255).astype(np.uint8), "RGB")


def _blurred(field: Floats, radius: float) -> Floats:
    """Three box blurs in floats: eight bits would show as steps on smooth forms."""
    half = max(1, round(radius * 0.9))
    out = field
    for axis in (0, 1):
        for _ in range(3):
            pad = [(half + 1, half) if at == axis else (0, 0) for at in (0, 1)]
            total = np.cumsum(np.pad(out, pad), axis=axis, dtype=np.float64)
            size = out.shape[axis]
            low, high = np.arange(size), np.arange(size) + 2 * half + 1
            window = total.take(high, axis=axis) - total.take(low, axis=axis)
            out = (window / (2 * half + 1)).astype(np.float32)
    return out


def _ints(colour: Rgb) -> tuple[int, int, int]:
    r, g, b = (max(0, min(255, round(value))) for value in colour)
    return r, g, b

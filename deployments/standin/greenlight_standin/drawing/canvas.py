"""A surface to paint on, in units of the frame's height; Skia does the painting.

Light on actors is a gradient along the light's direction over each of their parts, with a line
around it. A canvas of a set also keeps how near everything on it is, for the camera to move by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from greenlight_standin.drawing.caption import font_path
from greenlight_standin.drawing.shapes import Pair, Part, Points, Rgb, Shape, bounds, mix
from greenlight_standin.drawing.skia_loading import skia

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
# Nearness (the lead's distance by that of a point) that a depth map can hold, and its coarseness.
NEAREST = 2.5
DEPTH_STEP = 4
# Flat faces overlap by this many pixels, so that no seam shows between neighbours.
_SEAM = 0.7


@dataclass(frozen=True)
class Light:
    """Where light comes from (-1 left, 1 right; up is negative y) and what it does."""

    x: float
    y: float
    key: Rgb
    ambient: Rgb
    rim: float = 0.35


class Canvas:
    """Paints in frame units: x from 0 to `aspect`, y from 0 (top) to 1; `margin` around it.

    `roll` (degrees) leans the camera.
    """

    def __init__(
        self, size: tuple[int, int], margin: float = 0.0, *, roll: float = 0.0, depth: bool = False
    ) -> None:
        self.frame = size
        self._look: skia.ColorFilter | None = None
        self.unit = float(size[1])
        self.margin = margin
        self.aspect = size[0] / size[1]
        pad = round(margin * size[1])
        self.size = (size[0] + 2 * pad, size[1] + 2 * pad)
        self.surface = skia.Surface.MakeRasterN32Premul(*self.size)
        self._mask: skia.Surface | None = _grey_surface(self.size)
        coarse = (self.size[0] // DEPTH_STEP, self.size[1] // DEPTH_STEP)
        self._near = _grey_surface(coarse) if depth else None
        for surface in filter(None, (self.surface, self._mask, self._near)):
            on = surface.getCanvas()
            on.scale(surface.width() / self.size[0], surface.height() / self.size[1])
            on.translate(pad, pad)
            self._measured(on, roll)
        self.on = self.surface.getCanvas()

    @classmethod
    def recording(
        cls,
        recorder: skia.PictureRecorder,
        width: int,
        unit: float,
        roll: float,
        look: skia.ColorFilter | None = None,
    ) -> Canvas:
        """A canvas that notes down what is painted; `width` and `unit` (the height) in pixels.

        `look` is laid over every colour as it is taken: much cheaper than over every pixel.
        """
        self = cls.__new__(cls)
        self._look = look
        self.unit, self.aspect, self.margin = unit, width / unit, 0.0
        self._mask = self._near = None
        self.on = recorder.beginRecording(skia.Rect.MakeLTRB(-9000, -9000, 9000, 9000))
        self._measured(self.on, roll)
        return self

    def _measured(self, on: skia.Canvas, roll: float) -> None:
        on.scale(self.unit, self.unit)
        if roll:
            on.rotate(-roll, self.aspect / 2, 0.5)

    @property
    def pixel(self) -> float:
        """The side of a pixel in frame heights."""
        return 1 / self.unit

    @property
    def image(self) -> Image.Image:
        """What is painted, margin and all; what is transparent is black."""
        return Image.fromarray(np.ascontiguousarray(self.pixels()[..., 2::-1]))

    @property
    def subject(self) -> Image.Image:
        """The coverage (L) of what the shot is about."""
        assert self._mask is not None, "a recording keeps no coverage"
        return Image.fromarray(_grey(self._mask))

    @property
    def near(self) -> Floats:
        """Nearness of what is painted, a DEPTH_STEP-th of the size."""
        assert self._near is not None, "this canvas keeps no depth"
        near: Floats = _grey(self._near).astype(np.float32) / np.float32(255 / NEAREST)
        return near

    def pixels(self) -> Bytes:
        """The pixels as they lie: blue, green, red, alpha; colours multiplied by alpha."""
        found: Bytes = self.surface.makeImageSnapshot().toarray(
            colorType=skia.kBGRA_8888_ColorType, alphaType=skia.kPremul_AlphaType
        )
        return found

    def lettering(self, text: str, at: Pair, high: float, colour: Rgb) -> None:
        """Write a line centred at a point, its letters `high` frame heights tall."""
        face = skia.Font(skia.Typeface.MakeFromFile(font_path(bold=True)), 100)
        face.setHinting(skia.FontHinting.kNone)
        self.on.save()
        self.on.translate(*at)
        self.on.scale(high / 70, high / 70)
        self.on.drawString(text, -face.measureText(text) / 2, 35, face, _fill(colour))
        self.on.restore()

    def clip(self, within: tuple[float, float, float, float]) -> None:
        """Paint only inside left, top, right, bottom from here on."""
        self.on.clipRect(skia.Rect.MakeLTRB(*within), True)

    def flat(self, shape: Shape, colour: Rgb, near: float | None = None) -> None:
        """Fill a shape with one colour; `near` is its nearness, unchanged if None."""
        outline = path_of(shape)
        paint = _fill(colour)
        paint.setStyle(skia.Paint.kStrokeAndFill_Style)
        paint.setStrokeWidth(_SEAM * self.pixel)
        self.on.drawPath(outline, paint)
        if near is not None:
            self.lie(outline, near)

    def shade(self, shape: Shape, colours: Sequence[Rgb], start: Pair, end: Pair) -> None:
        """Fill a shape with a run of colours from one point to another."""
        paint = _fill(colours[0])
        paint.setShader(_run(colours, start, end))
        paint.setStyle(skia.Paint.kStrokeAndFill_Style)
        paint.setStrokeWidth(_SEAM * self.pixel)
        self.on.drawPath(path_of(shape), paint)

    def lie(self, outline: skia.Path, near: float) -> None:
        """Say how near an outline's inside is."""
        if self._near is not None:
            level = round(255 * min(1.0, max(0.0, near / NEAREST)))
            self._near.getCanvas().drawPath(outline, skia.Paint(Color=skia.Color(*[level] * 3)))

    def recede(self, corners: Sequence[Pair], near: Sequence[float]) -> None:
        """Say how near the corners of a flat convex face are; between them it is linear."""
        if self._near is None:
            return
        points = [skia.Point(*corner) for corner in corners]
        # A pair of coordinates far outside would make the fan lose its precision.
        if any(abs(v) > 60 for corner in corners for v in corner):
            points = [skia.Point(*(min(60.0, max(-60.0, v)) for v in c)) for c in corners]
        levels = [round(255 * min(1.0, max(0.0, value / NEAREST))) for value in near]
        fan = skia.Vertices(
            skia.Vertices.VertexMode.kTriangleFan_VertexMode,
            points,
            None,
            [skia.Color(level, level, level) for level in levels],
        )
        self._near.getCanvas().drawVertices(fan, skia.Paint(), skia.BlendMode.kDst)

    def gradient(self, stops: Sequence[tuple[float, Rgb]], top: float, bottom: float) -> None:
        """Fill the rows from `top` to `bottom` with colours at heights given in frame units."""
        if bottom <= top:
            return
        low, high = stops[0][0], stops[-1][0]
        span = max(1e-6, high - low)
        paint = skia.Paint(Dither=True)
        paint.setShader(
            skia.GradientShader.MakeLinear(
                [skia.Point(0, low), skia.Point(0, high)],
                [_colour(stop[1]) for stop in stops],
                [(stop[0] - low) / span for stop in stops],
            )
        )
        left = -self.margin - 1
        self.on.drawRect(skia.Rect.MakeLTRB(left, top, self.aspect - left, bottom), paint)

    def veil(self, stops: Sequence[tuple[float, Rgb, float]]) -> None:
        """Lay a mist over everything: height, colour and density, from the top down."""
        low, span = stops[0][0], stops[-1][0] - stops[0][0]
        shader = skia.GradientShader.MakeLinear(
            [skia.Point(0, low), skia.Point(0, low + span)],
            [_colour(colour, density) for _, colour, density in stops],
            [(height - low) / span for height, _, _ in stops],
        )
        self.on.drawPaint(skia.Paint(Shader=shader, Dither=True))

    def settle(self, blur: float) -> None:
        """Throw what is painted out of focus; `blur` is in frame heights."""
        if blur * self.unit < 0.3:
            return
        image = self.surface.makeImageSnapshot()
        radius, smooth = blur * self.unit, skia.SamplingOptions(skia.FilterMode.kLinear)
        # What is soft needs no more pixels than half, which take a quarter of the time.
        step = 2 if radius > 2 else 1
        small = skia.Surface.MakeRasterN32Premul(image.width() // step, image.height() // step)
        soft = skia.ImageFilters.Blur(radius / step, radius / step, skia.TileMode.kClamp, None)
        if step > 1:
            image = image.resize(small.width(), small.height(), smooth)
        small.getCanvas().drawImage(image, 0, 0, smooth, skia.Paint(ImageFilter=soft))
        self.on.save()
        self.on.resetMatrix()
        whole = skia.Rect.MakeWH(self.surface.width(), self.surface.height())
        self.on.drawImageRect(small.makeImageSnapshot(), whole, smooth)
        self.on.restore()

    def paint(self, shape: Shape, colour: Rgb, alpha: float = 1.0, blur: float = 0.0) -> None:
        """Lay a colour over a shape, softly if `blur` (frame heights) is given."""
        paint = self._fill(colour, alpha)
        if blur * self.unit > 0.4:
            paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
        self.on.drawPath(path_of(shape), paint)

    def glow(self, x: float, y: float, radius: float, colour: Rgb, strength: float) -> None:
        """Add light that falls off around a point."""
        strength = min(1.0, strength)
        steps = [_colour(colour, strength * (1 - t * t) ** 2) for t in (0, 0.25, 0.5, 0.75, 1)]
        paint = skia.Paint(BlendMode=skia.BlendMode.kScreen, Dither=True)
        paint.setShader(skia.GradientShader.MakeRadial((x, y), radius, steps))
        self.on.drawCircle(x, y, radius, paint)

    def actor(
        self, parts: Sequence[Part], light: Light, *, subject: bool, blur: float = 0.0
    ) -> None:
        """Draw parts with light on them; `subject` marks them as what the shot is about."""
        if not parts:
            return
        x0, y0, x1, y1 = bounds([part.shape for part in parts])
        if x1 < -0.5 or x0 > self.aspect + 0.5 or y0 > 1.5 or y1 < -1:
            return
        if blur * self.unit > 0.4:
            layer = skia.Paint(ImageFilter=skia.ImageFilters.Blur(blur, blur))
            edge = 3 * blur
            box = skia.Rect.MakeLTRB(x0 - edge, y0 - edge, x1 + edge, y1 + edge)
            self.on.saveLayer(box, layer)
        line = min(0.0022, (y1 - y0) * 0.006)
        for part in parts:
            self._lit(part, light, line)
        if blur * self.unit > 0.4:
            self.on.restore()
        if subject:
            self.mark([points for part in parts for points in part.shape])

    def _lit(self, part: Part, light: Light, line: float) -> None:
        outline = path_of(part.shape)
        if len(part.shape) > 1 and part.line:
            outline = skia.Simplify(outline)
        if part.glow:
            self.on.drawPath(outline, self._fill(part.colour))
            return
        box = outline.getBounds()
        lit, middle, shade = lit_tones(part.colour, light)
        paint = self._fill(middle)
        cx, cy = box.centerX(), box.centerY()
        # Light falls over the narrow side of a limb, over the whole of what is round.
        reach = 0.5 * min(box.width(), box.height() * 1.6) + 0.15 * box.height()
        along, down = light.x * reach, light.y * reach * 0.8
        paint.setShader(
            skia.GradientShader.MakeLinear(
                [skia.Point(cx + along, cy + down), skia.Point(cx - along, cy - down)],
                [self._colour(tone) for tone in (lit, middle, shade)],
                [0.0, 0.46, 1.0],
            )
        )
        self.on.drawPath(outline, paint)
        if line > 0.35 * self.pixel and part.line:
            edge = self._fill(mix(shade, (8, 8, 14), 0.55), 0.5)
            edge.setStyle(skia.Paint.kStroke_Style)
            edge.setStrokeWidth(line)
            self.on.drawPath(outline, edge)

    def _fill(self, colour: Rgb, alpha: float = 1.0) -> skia.Paint:
        return skia.Paint(AntiAlias=True, Color=self._colour(colour, alpha), Dither=True)

    def _colour(self, colour: Rgb, alpha: float = 1.0) -> int:
        found = _colour(colour, alpha)
        return found if self._look is None else int(self._look.filterColor(found))

    def mark(self, shape: Shape) -> None:
        """Count a shape as what the shot is about, without painting it."""
        if self._mask is not None:
            white = skia.Paint(AntiAlias=True, Color=skia.ColorWHITE)
            self._mask.getCanvas().drawPath(path_of(shape), white)


def lit_tones(colour: Rgb, light: Light) -> tuple[Rgb, Rgb, Rgb]:
    """A colour towards the light, half turned away, and in its own shadow."""

    def under(key: float, ambient: float) -> Rgb:
        r, g, b = (
            min(255.0, c * (key * k + ambient * a) / 255)
            for c, k, a in zip(colour, light.key, light.ambient, strict=True)
        )
        return r, g, b

    lit = mix(under(0.86, 0.4), light.key, 0.03 + 0.08 * light.rim)
    return lit, under(0.62, 0.5), under(0.2, 0.62)


def path_of(shape: Shape) -> skia.Path:
    """A shape as Skia's outline; polygons that overlap are filled as one."""
    outline = skia.Path()
    for points in shape:
        if len(shape) > 1 and _turns_left(points):
            points = points[::-1]
        # Point by point is twice as fast as a list of Skia's points.
        corners = iter(points.tolist())
        outline.moveTo(*next(corners))
        for x, y in corners:
            outline.lineTo(x, y)
        outline.close()
    return outline


def _turns_left(points: Points) -> bool:
    """Which way round a polygon goes: those that overlap must go the same way."""
    x, y = points[:, 0], points[:, 1]
    return bool(x[:-1] @ y[1:] - x[1:] @ y[:-1] + x[-1] * y[0] - x[0] * y[-1] < 0)


def _fill(colour: Rgb, alpha: float = 1.0) -> skia.Paint:
    return skia.Paint(AntiAlias=True, Color=_colour(colour, alpha), Dither=True)


def _run(colours: Sequence[Rgb], start: Pair, end: Pair) -> skia.Shader:
    return skia.GradientShader.MakeLinear(
        [skia.Point(*start), skia.Point(*end)], [_colour(c) for c in colours]
    )


def _colour(colour: Rgb, alpha: float = 1.0) -> int:
    red, green, blue = (0 if v < 0 else 255 if v > 255 else int(v + 0.5) for v in colour)
    return (int(min(1.0, alpha) * 255 + 0.5) << 24) | (red << 16) | (green << 8) | blue


def _grey_surface(size: tuple[int, int]) -> skia.Surface:
    surface = skia.Surface.MakeRaster(
        skia.ImageInfo.Make(*size, skia.kGray_8_ColorType, skia.kOpaque_AlphaType)
    )
    surface.getCanvas().clear(skia.ColorBLACK)
    return surface


def _grey(surface: skia.Surface) -> Bytes:
    found: Bytes = surface.makeImageSnapshot().toarray(
        colorType=skia.kGray_8_ColorType, alphaType=skia.kOpaque_AlphaType
    )
    return found.reshape(surface.height(), surface.width())

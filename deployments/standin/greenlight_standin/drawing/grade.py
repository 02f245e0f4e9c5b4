"""The last look of a picture: pulled to its palette, lit from one side, darker at the edges."""

from __future__ import annotations

import numpy as np
from PIL import Image

from greenlight_standin.drawing.canvas import Canvas
from greenlight_standin.drawing.colour import Scheme, luminance
from greenlight_standin.drawing.shot import ShotRequest, stable_hash
from greenlight_standin.drawing.skia_loading import skia
from greenlight_standin.drawing.staging import Staging

_LUMA = (0.2126, 0.7152, 0.0722, 0.0, 0.0)
_GRAIN = 4


def finish(canvas: Canvas, staging: Staging, scheme: Scheme) -> None:
    """Grade what is painted."""
    pull = pulled(scheme)
    if pull is not None:
        picture = canvas.surface.makeImageSnapshot()
        paint = skia.Paint(ColorFilter=pull, BlendMode=skia.BlendMode.kSrc)
        canvas.on.save()
        canvas.on.resetMatrix()
        canvas.on.drawImage(picture, 0, 0, skia.SamplingOptions(), paint)
        canvas.on.restore()
    shade_edges(canvas, staging, scheme)


def pulled(scheme: Scheme) -> skia.ColorFilter | None:
    """What pulls colours towards the palette: light to light, dark to dark."""
    if not scheme.grade:
        return None
    same = skia.ColorFilters.Matrix(
        [float(row == column) for row in range(4) for column in range(5)]
    )
    return skia.ColorFilters.Lerp(scheme.pull, same, _ramp(scheme))


def shade_edges(canvas: Canvas, staging: Staging, scheme: Scheme) -> None:
    """Darken the side away from the light and the corners of the frame."""
    on = canvas.on
    wide, away = canvas.aspect, canvas.aspect if staging.light.x < 0 else 0.0
    black = [skia.Color(0, 0, 0, round(255 * share)) for share in (0.17, 0.07, 0.0)]
    side = skia.GradientShader.MakeLinear(
        [skia.Point(away, 0.9), skia.Point(wide - away, 0.1)], black
    )
    on.drawPaint(skia.Paint(Dither=True, Shader=side))
    edge = [
        skia.Color(0, 0, 0, round(255 * scheme.vignette * share)) for share in (0, 0, 0.3, 0.72)
    ]
    on.save()
    on.translate(wide / 2, 0.5)
    on.scale(wide / 2 * 1.42, 0.5 * 1.42)
    corners = skia.GradientShader.MakeRadial((0, 0), 1.0, edge, [0, 0.42, 0.75, 1.0])
    on.drawPaint(skia.Paint(Dither=True, Shader=corners))
    on.restore()


def with_grain(image: Image.Image, request: ShotRequest, staging: Staging) -> Image.Image:
    """A little grain, so that no two candidates are the same file, even in one staging."""
    seed = stable_hash(staging.seed, request.shot, request.seed, request.version, request.candidate)
    rng = np.random.default_rng(seed % 2**32)
    width, height = image.size
    tile = rng.integers(
        -_GRAIN // 2, _GRAIN // 2 + 1, (height // 2 + 1, width // 2 + 1), dtype=np.int16
    )
    grain = tile.repeat(2, 0).repeat(2, 1)[:height, :width]
    pixels = np.asarray(image, np.int16) + grain[..., None]
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def _ramp(scheme: Scheme) -> skia.ColorFilter:
    """Light to the palette's light colours, dark to its dark ones."""
    levels = np.array([0.0, *(luminance(c) for c in scheme.grade), 255.0])
    points = np.array([(6, 6, 10), *scheme.grade, (252, 250, 246)], dtype=np.float64)
    order = np.argsort(levels, kind="stable")
    tables = [
        np.interp(np.arange(256), levels[order], points[order, i]).clip(0, 255).astype(np.uint8)
        for i in range(3)
    ]
    grey = skia.ColorFilters.Matrix([*_LUMA, *_LUMA, *_LUMA, 0.0, 0.0, 0.0, 1.0, 0.0])
    alpha = list(range(256))
    table = skia.TableColorFilter.MakeARGB(alpha, *(row.tolist() for row in tables))
    return table.makeComposed(grey)

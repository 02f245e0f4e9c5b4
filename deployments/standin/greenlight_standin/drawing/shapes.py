"""Outlines: every shape is a list of closed polygons, N×2 arrays in units of the frame's height."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Shape = list[Points]
Rgb = tuple[float, float, float]
Pair = tuple[float, float]


@dataclass(frozen=True)
class Part:
    """A shape in one colour (0 to 255 each); later parts lie in front.

    `glow` is a part that gives light; a part without `line` has no edge of its own.
    """

    shape: Shape
    colour: Rgb
    glow: bool = False
    line: bool = True


def polygon(points: Iterable[Pair]) -> Shape:
    """A polygon with straight sides."""
    return [np.array(list(points), dtype=np.float64)]


def box(x0: float, y0: float, x1: float, y1: float) -> Shape:
    """An upright rectangle."""
    return polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])


def ellipse(cx: float, cy: float, rx: float, ry: float, turn: float = 0.0, n: int = 40) -> Shape:
    """An ellipse; `turn` in degrees."""
    return [_turned(circle(n) * (rx, ry), turn) + np.array([cx, cy])]


def limb(a: Pair, ra: float, b: Pair, rb: float, n: int = 10) -> Shape:
    """A tapered capsule from `a` to `b`."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = math.hypot(dx, dy)
    if length < 1e-9:
        return ellipse(a[0], a[1], max(ra, rb), max(ra, rb))
    angle = math.atan2(dy, dx)
    lean = math.asin(min(0.99, max(-0.99, (ra - rb) / length)))
    steps = _steps(n)
    first = angle + math.pi / 2 - lean + (math.pi + 2 * lean) * steps
    second = angle - math.pi / 2 + lean + (math.pi - 2 * lean) * steps
    turns = np.concatenate([first, second])
    points = np.empty((2 * n, 2))
    points[:, 0], points[:, 1] = np.cos(turns), np.sin(turns)
    points[:n] = points[:n] * ra + a
    points[n:] = points[n:] * rb + b
    return [points]


@functools.cache
def circle(n: int) -> Points:
    """`n` points around the origin, at a distance of 1."""
    turns = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return np.stack([np.cos(turns), np.sin(turns)], axis=1)


@functools.cache
def _steps(n: int) -> npt.NDArray[np.float64]:
    return np.linspace(0.0, 1.0, n)


def smooth(points: Sequence[Pair], steps: int = 8) -> Shape:
    """A closed curve through `points` (Catmull-Rom)."""
    p = np.array(points, dtype=np.float64)
    around = np.concatenate([p[-1:], p, p[:2]])
    found: Points = np.einsum(
        "sk,knd->nsd", _spline(steps), np.stack([around[i : i + len(p)] for i in range(4)])
    )
    return [found.reshape(-1, 2)]


@functools.cache
def _spline(steps: int) -> npt.NDArray[np.float64]:
    """What the point before, the two around and the one after count at each step between."""
    t = np.linspace(0, 1, steps, endpoint=False)
    return 0.5 * np.stack(
        [2 * t**2 - t - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2], axis=1
    )


def curve(points: Sequence[Pair], widths: Sequence[float], steps: int = 8) -> Shape:
    """A ribbon along an open curve through `points`, with a half-width at each of them."""
    p = np.array(points, dtype=np.float64)
    dense = np.linspace(0, len(p) - 1, (len(p) - 1) * steps + 1)
    index = np.arange(len(p))
    xs, ys = np.interp(dense, index, p[:, 0]), np.interp(dense, index, p[:, 1])
    kernel = np.ones(steps // 2 * 2 + 1) / (steps // 2 * 2 + 1)
    pad = len(kernel) // 2
    xs = np.convolve(np.pad(xs, pad, "reflect", reflect_type="odd"), kernel, "valid")
    ys = np.convolve(np.pad(ys, pad, "reflect", reflect_type="odd"), kernel, "valid")
    half = np.interp(dense, index, np.array(widths, dtype=np.float64))
    dx, dy = np.gradient(xs), np.gradient(ys)
    norm = np.hypot(dx, dy) + 1e-9
    nx, ny = -dy / norm * half, dx / norm * half
    left = np.stack([xs + nx, ys + ny], axis=1)
    right = np.stack([xs - nx, ys - ny], axis=1)[::-1]
    return [np.concatenate([left, right])]


def moved(
    shape: Shape,
    dx: float = 0,
    dy: float = 0,
    scale: float = 1,
    flip: bool = False,
    turn: float = 0,
) -> Shape:
    """`shape` flipped, turned (degrees), scaled about the origin, then shifted."""
    sign = np.array([-scale if flip else scale, scale])
    return [_turned(points * sign, turn) + np.array([dx, dy]) for points in shape]


def placed(
    parts: Iterable[Part], x: float, y: float, scale: float, flip: bool = False, taper: float = 0.0
) -> list[Part]:
    """Parts drawn with feet at the origin and up positive, put on the frame (down positive).

    `taper` narrows (positive) or widens (negative) what is higher, as a low or high camera sees it.
    """
    out = []
    for part in parts:
        shape = []
        for points in part.shape:
            width = 1 - taper * (points[:, 1] - 0.5)
            px = points[:, 0] * (-1 if flip else 1) * width * scale + x
            py = y - points[:, 1] * scale
            shape.append(np.stack([px, py], axis=1))
        out.append(Part(shape, part.colour, part.glow, part.line))
    return out


def bounds(shapes: Iterable[Shape]) -> tuple[float, float, float, float]:
    """Smallest x, smallest y, largest x, largest y over all shapes."""
    points = np.concatenate([item for shape in shapes for item in shape])
    low, high = points.min(axis=0), points.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def mix(a: Rgb, b: Rgb, t: float) -> Rgb:
    """Colour between `a` (t=0) and `b` (t=1)."""
    t = min(1.0, max(0.0, t))
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t)


def scaled(colour: Rgb, factor: float) -> Rgb:
    """A colour made lighter or darker."""
    return (
        min(255.0, colour[0] * factor),
        min(255.0, colour[1] * factor),
        min(255.0, colour[2] * factor),
    )


def _turned(points: Points, degrees: float) -> Points:
    if not degrees:
        return points
    angle = np.deg2rad(degrees)
    cos, sin = np.cos(angle), np.sin(angle)
    turned: Points = points @ np.array([[cos, sin], [-sin, cos]])
    return turned

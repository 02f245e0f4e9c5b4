"""Hair: a shell on the skull that ends at a hairline, and what hangs from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from greenlight_standin.drawing.shapes import (
    Pair,
    Part,
    Points,
    Rgb,
    circle,
    curve,
    mix,
    polygon,
    scaled,
    smooth,
)  # fmt: skip
from greenlight_standin.drawing.skull import SKULL, Head, Vector, hull

Flags = npt.NDArray[np.bool_]
# How high hair ends (in body heights above the middle of the skull) at degrees round the head,
# from the forehead over temple, sideburn, ear and the back of it to the nape.
_DEGREES = (0, 22, 40, 52, 66, 76, 84, 92, 106, 118, 140, 180)
_LINES: dict[str, tuple[float, ...]] = {
    "short": (.046, .046, .043, .034, .014, -.006, -.003, .012, .006, -.026, -.043, -.05),
    "parted": (.048, .044, .038, .028, .012, -.006, -.003, .012, .006, -.026, -.043, -.05),
    "receding": (.052, .055, .058, .042, .008, -.012, -.01, .012, .004, -.026, -.04, -.046),
    "buzz": (.044, .044, .044, .03, .006, -.008, -.006, .014, .008, -.02, -.036, -.042),
    "fringe": (.026, .027, .026, .014, -.01, -.03, -.036, -.04, -.046, -.05, -.055, -.058),
    "long": (.05, .045, .036, .02, -.004, -.026, -.04, -.046, -.05, -.054, -.058, -.06),
    "up": (.05, .048, .043, .03, .008, -.01, .0, .014, .006, -.02, -.034, -.04),
    "hood": (.06, .058, .052, .042, .014, -.02, -.05, -.07, -.08, -.08, -.08, -.08),
}  # fmt: skip
# How much thicker than the skull it is: to the side, up, to the front and back.
_THICK: dict[str, Vector] = {
    "buzz": (0.0015, 0.002, 0.001),
    "receding": (0.005, 0.005, 0.002),
    "curly": (0.013, 0.018, 0.01),
    "afro": (0.02, 0.028, 0.018),
    "hood": (0.021, 0.026, 0.018),
    "up": (0.004, 0.009, 0.003),
    "long": (0.0095, 0.0115, 0.005),
}
_SHAPE_OF = {"curly": "short", "afro": "buzz", "bob": "fringe", "braids": "long", "wavy": "long",
             "bun": "up", "ponytail": "up"}  # fmt: skip
CUTS = ("short", "parted", "buzz", "receding", "curly", "afro", "fringe", "bob", "long", "wavy",
        "bun", "ponytail", "braids")  # fmt: skip
# Cuts under which the ears are not seen.
OVER_EARS = frozenset({"long", "wavy", "bob", "fringe", "braids"})
# From this height of a head on screen (frame heights) single strands are worth drawing.
_STRANDS_FROM = 0.1


def shell(head: Head, cut: str, colour: Rgb) -> list[Part]:
    """The hair on the skull itself (or the cloth of a hood), with its strands."""
    line = _LINES[_SHAPE_OF.get(cut, cut)]
    cap = _Cap(head, _THICK.get(cut, _THICK.get(_SHAPE_OF.get(cut, ""), (0.006, 0.0105, 0.003))),
               line, 0.006 if cut == "parted" else 0.0)  # fmt: skip
    ragged = {"curly": 0.0055, "afro": 0.006, "fringe": 0.0, "hood": 0.0}.get(cut, 0.0)
    outline = cap.outline(ragged, 34 if cut in ("curly", "afro") else 60)
    if len(outline) < 3:
        return []
    parts = [Part(polygon(outline), colour)]
    if head.height > _STRANDS_FROM and cut not in ("buzz", "hood", "curly", "afro"):
        parts += cap.strands(colour)
    return parts


def lining(head: Head, colour: Rgb) -> list[Part]:
    """The inside of a hood, and where it lies on the shoulders."""
    return [
        Part(head.ball((0, -0.085, -0.012), (0.07, 0.03, 0.058)), colour),
        Part(head.ball((0, -0.004, -0.016), (0.07, 0.09, 0.064)), colour),
    ]


def behind(head: Head, cut: str, colour: Rgb) -> list[Part]:
    """What hangs or sticks out at the back of the head."""
    deep = scaled(colour, 0.8)
    if cut in ("long", "wavy"):
        balls: tuple[tuple[Vector, Vector], ...] = (
            ((0, 0.0, -0.014), (0.061, 0.07, 0.058)),
            ((0, -0.075, -0.026), (0.066, 0.05, 0.036)),
            ((0, -0.135, -0.03), (0.052, 0.03, 0.026)),
        )
        return [Part(_around(head, balls), deep)]
    if cut in ("bob", "fringe"):
        balls = (
            ((0, 0.0, -0.012), (0.061, 0.07, 0.058)),
            ((0, -0.052, -0.018), (0.062, 0.028, 0.044)),
        )
        return [Part(_around(head, balls), deep)]
    if cut == "bun":
        return [Part(head.ball((0, 0.042, -0.066), (0.027, 0.026, 0.024)), colour)]
    if cut == "ponytail":
        way = ((0, 0.035, -0.06), (0, 0.03, -0.092), (0, -0.03, -0.1), (0, -0.11, -0.082))
        return [Part(_lock(head, way, (0.012, 0.02, 0.021, 0.003)), deep)]
    return []


def in_front(head: Head, cut: str, colour: Rgb) -> list[Part]:
    """The locks that fall beside the face, and plaits."""
    parts: list[Part] = []
    for hand in (-1, 1):
        if head.faces(hand * 0.05, 0, 0.012) < -0.35:
            continue
        if cut in ("long", "wavy"):
            swing = 0.007 if cut == "wavy" else 0.0
            way: tuple[Vector, ...] = ((hand * 0.012, 0.066, 0.036), (hand * 0.043, 0.045, 0.034),
                   (hand * 0.055, 0.004, 0.016), (hand * (0.055 + swing), -0.045, 0.01),
                   (hand * (0.056 - swing), -0.09, 0.018), (hand * 0.05, -0.14, 0.024))  # fmt: skip
            parts.append(Part(_lock(head, way, (0.006, 0.011, 0.011, 0.014, 0.015, 0.003)), colour))
        elif cut == "bob":
            way = ((hand * 0.03, 0.052, 0.036), (hand * 0.052, 0.02, 0.02),
                   (hand * 0.056, -0.03, 0.01), (hand * 0.046, -0.066, 0.02))  # fmt: skip
            parts.append(Part(_lock(head, way, (0.006, 0.011, 0.013, 0.005)), colour))
        elif cut == "braids":
            rope = [(hand * 0.053, -0.03 - 0.021 * i, 0.0 + 0.006 * i) for i in range(6)]
            for index, at in enumerate(rope):
                size = 0.0155 - 0.0012 * index
                tone = scaled(colour, 1.06 if index % 2 else 0.92)
                parts.append(Part(head.ball(at, (size, 0.0145, size)), tone))
    return parts


@dataclass(frozen=True)
class _Cap:
    """A shell around the skull down to a line; `aside` raises it on one side and lowers it on the
    other."""

    head: Head
    thick: Vector
    line: Sequence[float]
    aside: float = 0.0

    @property
    def axes(self) -> Vector:
        return (
            SKULL[0] + self.thick[0],
            SKULL[1] + self.thick[1],
            SKULL[2] + self.thick[2],
        )

    def level(self, degrees: Points) -> Points:
        """How high the hair ends there."""
        ends = np.interp(np.abs(degrees), _DEGREES, self.line)
        side: Points = self.aside * np.sin(np.radians(degrees)) * (ends > 0.02)
        return ends + side

    def on_shell(self, degrees: Points, up: Points) -> Points:
        """Points of the shell at those heights; any shape, one axis more."""
        a, b, c = self.axes
        around = np.sqrt(np.maximum(0.0, 1 - (up / b) ** 2))
        turn = np.radians(degrees)
        return np.stack([a * around * np.sin(turn), up, c * around * np.cos(turn) - 0.004], axis=-1)

    def outline(self, ragged: float, teeth: int) -> list[Pair]:
        """The edge of what is seen of it: along the hairline, and back over the top."""
        head, axes = self.head, np.array(self.axes)
        edge = self.on_shell(_AROUND, self.level(_AROUND))
        seen = head.all_faces(edge) > 0.02
        view = np.array((head.side, head.up, head.front)) @ np.array(head.centre)
        across = axes * view
        across /= np.linalg.norm(across)
        first = np.cross(across, (0.0, 1.0, 0.0) if abs(across[1]) < 0.9 else (1.0, 0.0, 0.0))
        first /= np.linalg.norm(first)
        second = np.cross(across, first)
        rim = (circle(120) @ np.stack([first, second])) * axes
        rim[:, 2] -= 0.004
        hairy = rim[:, 1] > self.level(np.degrees(np.arctan2(rim[:, 0], rim[:, 2])))
        if ragged:
            turns = np.linspace(0, np.pi * teeth, 120, endpoint=False)
            rim = rim * (1 + ragged / 0.06 * np.abs(np.sin(turns)))[:, None]
        low = head.all_on(edge[_longest_run(seen)])
        high = head.all_on(rim[_longest_run(hairy)])
        if len(low) and len(high):
            end = low[-1]
            if np.linalg.norm(end - high[0]) > np.linalg.norm(end - high[-1]):
                high = high[::-1]
        return [(x, y) for x, y in np.concatenate([low, high]).tolist()]

    def strands(self, colour: Rgb) -> list[Part]:
        """A few lines from the crown to the hairline."""
        degrees = np.arange(-165.0, 180, 22)
        steps = np.array([0.18, 0.45, 0.72, 0.95])
        top = self.axes[1] * 0.97
        up = top + (self.level(degrees)[:, None] - top) * steps
        lean = 14.0 if self.aside else 0.0
        ways = self.on_shell(degrees[:, None] * (0.55 + 0.45 * steps) + lean * (1 - steps), up)
        tones = (mix(colour, (255, 236, 214), 0.1), scaled(colour, 0.82))
        return self._lines(ways, np.arange(len(ways)) % 2 == 1, tones, 0.0013, 0.12)

    def _lines(
        self, ways: Points, second: Flags, tones: tuple[Rgb, Rgb], width: float, least: float
    ) -> list[Part]:
        """Those of N×4×3 ways that face the lens, as tapered lines in one of two tones."""
        count = len(ways)
        faces = self.head.all_faces(ways.reshape(-1, 3)).reshape(count, 4).min(axis=1) > least
        on = self.head.all_on(ways.reshape(-1, 3)).reshape(count, 4, 2)
        ribs = np.einsum("sk,nkd->nsd", _BEND, on)
        along = np.gradient(ribs, axis=1)
        along /= np.linalg.norm(along, axis=2, keepdims=True) + 1e-9
        across = np.stack([-along[..., 1], along[..., 0]], axis=2)
        across *= (_TAPER * width * self.head.unit)[:, None]
        whole = np.concatenate([ribs + across, (ribs - across)[:, ::-1]], axis=1)
        parts = []
        for index, tone in enumerate(tones):
            shape = list(whole[faces & (second == bool(index))])
            if shape:
                parts.append(Part(shape, tone, line=False))
        return parts


# A cubic through the ends of four points, pulled towards the other two; and how thick it is.
_T = np.linspace(0, 1, 8)[:, None]
_BEND = np.hstack([(1 - _T) ** 3, 3 * _T * (1 - _T) ** 2, 3 * _T**2 * (1 - _T), _T**3])
_TAPER = np.sin(np.pi * (0.1 + 0.8 * _T[:, 0]))
_AROUND = np.linspace(-180, 180, 90, endpoint=False)


def _longest_run(flags: Flags) -> list[int]:
    """Indices of the longest run of true flags on a ring."""
    count = len(flags)
    if flags.all():
        return list(range(count))
    best: list[int] = []
    run: list[int] = []
    begin = int(np.argmin(flags))
    for step in range(1, count + 1):
        index = (begin + step) % count
        if flags[index]:
            run.append(index)
        else:
            best, run = max(best, run, key=len), []
    return max(best, run, key=len)


def _around(head: Head, balls: Sequence[tuple[Vector, Vector]]) -> list[Points]:
    points: list[Pair] = []
    for at, axes in balls:
        points += [(x, y) for x, y in head.ball(at, axes)[0].tolist()]
    return smooth(hull(points), 2)


def _lock(head: Head, way: Sequence[Vector], widths: Sequence[float]) -> list[Points]:
    """A tapered lock along points of the head; widths in body heights."""
    return curve([head.on(*point) for point in way], [w * head.unit for w in widths], 5)

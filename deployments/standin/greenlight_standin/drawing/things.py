"""Things as simple silhouettes, drawn as data (things.toml): one unit tall, facing right."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Callable
from importlib import resources

from greenlight_standin.drawing.shapes import (
    Part,
    Rgb,
    Shape,
    box,
    curve,
    ellipse,
    limb,
    polygon,
    smooth,
)

_PART = re.compile(
    r"(?:own(?:\*(?P<share>[\d.]+))?)?\+?(?:#(?P<base>[0-9a-f]{6}))?"
    r"(?P<glow> glow)?(?P<plain> plain)? (?P<shape>[a-z]+) (?P<numbers>.+)"
)
_GREY = 60
"""How far apart the channels of a colour are that counts as one; less is no colour of its own."""

_Made = tuple[Shape, float, Rgb, bool, bool]


def things() -> frozenset[str]:
    """The names of all silhouettes."""
    return frozenset(_drawn())


def thing(name: str, colour: Rgb | None) -> list[Part]:
    """A thing in a colour; a name that is not drawn is a plain crate."""
    default, parts = _drawn().get(name) or _drawn()["thing"]
    own = colour
    if default and (own is None or max(own) - min(own) <= _GREY):
        own = default
    own = own or (170.0, 168.0, 164.0)
    return [
        Part(shape, _tinted(own, share, base), glow, line)
        for shape, share, base, glow, line in parts
    ]


def _tinted(own: Rgb, share: float, base: Rgb) -> Rgb:
    r, g, b = (min(255.0, o * share + c) for o, c in zip(own, base, strict=True))
    return r, g, b


@functools.cache
def _drawn() -> dict[str, tuple[Rgb | None, list[_Made]]]:
    text = resources.files(__package__).joinpath("things.toml").read_text(encoding="utf-8")
    return {
        name: (
            _rgb(kept["own"][1:]) if "own" in kept else None,
            [_part(line) for line in kept["parts"].splitlines() if line],
        )
        for name, kept in tomllib.loads(text).items()
    }


def _part(line: str) -> _Made:
    found = _PART.fullmatch(line)
    assert found, line
    share = float(found["share"] or 1) if line.startswith("own") else 0.0
    base = _rgb(found["base"] or "000000")
    rows = [[float(n) for n in group.split(",")] for group in found["numbers"].split(" ")]
    return _shape(found["shape"], rows), share, base, bool(found["glow"]), not found["plain"]


def _shape(kind: str, rows: list[list[float]]) -> Shape:
    if kind == "curve":
        return curve([(x, y) for x, y, _ in rows], [width for *_, width in rows])
    if kind in ("polygon", "smooth"):
        drawn = polygon if kind == "polygon" else smooth
        return drawn([(x, y) for x, y in rows])
    flat = [row[0] for row in rows]
    if kind == "limb":
        ax, ay, ra, bx, by, rb = flat
        return limb((ax, ay), ra, (bx, by), rb)
    plain: dict[str, Callable[..., Shape]] = {"box": box, "ellipse": ellipse}
    return plain[kind](*flat)


def _rgb(text: str) -> Rgb:
    r, g, b = bytes.fromhex(text)
    return float(r), float(g), float(b)

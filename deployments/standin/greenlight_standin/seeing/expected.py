"""What a request would look like: drawn again, small, in each of its stagings.

A picture is compared with all of them; the one that it agrees with best says where the subject
should be, and what the set looks like without it.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from greenlight_standin.drawing.frame import compose
from greenlight_standin.drawing.preview import previews
from greenlight_standin.drawing.shot import SIZES, VARIANTS, ShotRequest
from greenlight_standin.seeing.measure import (
    HEIGHT,
    Floats,
    Picture,
    of_image,
    presence,
    structure,
)

SURE = 0.93
_AS_WELL = 0.02
# Drawn small, thin things are drawn otherwise; between these a full-sized drawing decides.
_DOUBT = (0.62, 0.9)
_CLOSE_LOOK = 5
_FINE = 3
_GLANCE = HEIGHT // 2
# Three stagings stand for all: the subject at the left, in the middle, at the right.
_COLUMNS = range(3)


@dataclass(frozen=True)
class Expected:
    """One staging of the request as it would look, the subject's coverage, and the bare set."""

    picture: Picture
    subject: Floats
    empty: Picture


@dataclass(frozen=True)
class Match:
    """The staging nearest to a picture, as the camera sees it then, and how far they agree."""

    expected: Expected
    seen: Picture
    layout: float


def closest(request: ShotRequest, picture: Picture, *, later: bool = False) -> Match:
    """The staging that agrees best; `later` also looks where the camera may have gone since.

    Of stagings that agree as well, as those of a speck on a plain do, it is the one whose subject
    is where it should be.
    """
    width = picture.colours.shape[1]
    found: list[tuple[float, ShotRequest, Picture]] = []
    for variant in range(VARIANTS):
        staged = replace(request, variant=variant)
        still = _still(staged, width, HEIGHT)
        views = _views(staged, still) if later else (still,)
        value, seen = max(
            ((structure(picture, view), view) for view in views), key=lambda one: one[0]
        )
        found.append((value, staged, seen))
        if later and value > SURE:
            break
    layout, staged, seen = max(found, key=lambda one: one[0])
    alike = [one for one in found if one[0] > layout - _AS_WELL]
    if not later and len(alike) > 1:
        layout, staged, seen = max(alike, key=lambda one: _there(picture, one[1], width))
    if not later and _DOUBT[0] < layout < _DOUBT[1]:
        near = _drawn(staged, width * _CLOSE_LOOK, HEIGHT * _CLOSE_LOOK)
        layout = max(layout, structure(picture, near.shrunk(picture.colours.shape)))
    return Match(_expected(staged, width), seen, layout)


def _there(picture: Picture, request: ShotRequest, width: int) -> float:
    expected = _expected(request, width)
    return presence(picture, expected.picture, expected.empty, expected.subject)[0]


def size_of(request: ShotRequest, picture: Picture) -> tuple[str, float]:
    """The shot size that a picture of this subject and set looks most like, and how much so."""
    width = picture.colours.shape[1] // 2
    best, glance = (request.size, -1.0), None
    for size, variant in itertools.product(SIZES, _COLUMNS):
        still = _still(replace(request, size=size, variant=variant), width, _GLANCE)
        glance = glance or picture.shrunk(still.colours.shape)
        best = max(best, (size, structure(glance, still)), key=lambda found: found[1])
    return best


def _drawn(request: ShotRequest, width: int, height: int) -> Picture:
    return of_image(compose(request, (width, height)).image, height)


_still = functools.lru_cache(maxsize=256)(_drawn)


def _views(request: ShotRequest, still: Picture) -> Iterable[Picture]:
    """The composition, and what the camera may see of it while it moves."""
    return (still, *_on_the_way(request, still.colours.shape[1]))


@functools.lru_cache(maxsize=VARIANTS)
def _on_the_way(request: ShotRequest, width: int) -> tuple[Picture, ...]:
    times = (0.3, 0.5, 0.7, 1.0)
    return tuple(of_image(seen) for seen in previews(request, (width, HEIGHT), times, 4.0))


@functools.lru_cache(maxsize=64)
def _expected(request: ShotRequest, width: int) -> Expected:
    """Drawn larger and reduced, as pictures are: a far figure is a few pixels either way."""
    size = (width * _FINE, HEIGHT * _FINE)
    full = compose(request, size)
    shape = _still(request, width, HEIGHT).colours.shape
    picture = of_image(full.image, size[1]).shrunk(shape)
    empty = of_image(compose(request, size, empty=True).image, size[1]).shrunk(shape)
    coverage = full.subject.resize((width, HEIGHT), Image.Resampling.BOX)
    subject: Floats = np.asarray(coverage, np.float32)[: shape[0]] / np.float32(255)
    return Expected(picture, subject, empty)

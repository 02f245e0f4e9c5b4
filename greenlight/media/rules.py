"""Automatic checks of stills by rule, before a person looks.

A rule never raises for bad media: unreadable media fails the rule "decodes", and rules that
need its pixels are left out. Every detail is a sentence with the measured number and what is
allowed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from greenlight.errors import InvalidInput
from greenlight.media.errors import UnreadableMedia
from greenlight.media.measures import (
    colour_grid,
    difference,
    inner,
    luma_grid,
    neighbour_likeness,
    picture_share,
)
from greenlight.media.stills import decode_still, middle_box
from greenlight.production.checks import RuleRow

# Models answer "4:5" with 896 × 1152, 2.8 % off; the nearest pair of ratios in use (5:4 and 4:3)
# is 6.7 % apart.
_ASPECT_TOLERANCE = 0.04
LEAST_PICTURE = 0.02
LEAST_NEIGHBOUR_LIKENESS = 0.5
# A copy saved again at JPEG quality 40 stays below both (1.4 and 9.0 measured at worst); a spot
# of 3 % of the picture's width that is elsewhere is above (25).
_DUPLICATE_MEAN = 2.0
_DUPLICATE_CELL = 12.0


def rule(name: str, passed: bool, detail: str) -> RuleRow:
    """The result of one rule; `detail` has the measured number and the allowed range."""
    return RuleRow(name=name, passed=passed, detail=detail)


def check_still(
    data: bytes, *, aspect: str, min_width: int, siblings: Sequence[bytes] = ()
) -> tuple[RuleRow, ...]:
    """Rules for a frame candidate; `siblings` are the bytes of the shot's other candidates.

    `aspect` is "16:9" or "2.39:1", `min_width` pixels. A sibling that cannot be read fails its
    own check and duplicates only its own bytes.
    """
    wanted = parse_aspect(aspect)
    try:
        info, picture = decode_still(data)
    except UnreadableMedia as error:
        return (rule("decodes", False, f"The {error}."),)
    facts = f"{info.format}, {info.width}×{info.height}"
    return (
        rule("decodes", True, f"All of it decodes ({facts})."),
        check_width(info.width, min_width),
        check_aspect(info.width, info.height, aspect, wanted),
        _not_blank(picture),
        _not_noise(picture),
        _not_duplicate(data, picture, siblings),
    )


def parse_aspect(aspect: str) -> float:
    """Width over height of "16:9", "2.39:1" or "2.39"; raises InvalidInput."""
    width, _, height = aspect.partition(":")
    try:
        ratio = float(width) / float(height or 1)
    except (ValueError, ZeroDivisionError):
        ratio = 0.0
    if not 0.1 <= ratio <= 10:
        raise InvalidInput(f"aspect ratio {aspect!r} is not one like '16:9' or '2.39:1'")
    return ratio


def check_width(width: int, min_width: int) -> RuleRow:
    """Rule "size"."""
    return rule("size", width >= min_width, f"{width} pixels wide (at least {min_width}).")


def check_aspect(width: int, height: int, aspect: str, wanted: float) -> RuleRow:
    """Rule "aspect": `wanted` is the ratio that `aspect` names."""
    off = abs(width / height / wanted - 1)
    return rule(
        "aspect",
        off <= _ASPECT_TOLERANCE,
        f"{width}×{height} is {off:.1%} off {aspect} (at most {_ASPECT_TOLERANCE:.0%}).",
    )


def _not_blank(picture: Image.Image) -> RuleRow:
    share = picture_share(luma_grid(picture))
    return rule(
        "not blank",
        share >= LEAST_PICTURE,
        f"{share:.1%} of the picture stands out from its middle tone "
        f"(at least {LEAST_PICTURE:.0%}).",
    )


def _not_noise(picture: Image.Image) -> RuleRow:
    # Whole pixels, not a scaled copy: scaling would smooth away just what is measured.
    # The middle is enough to know, and bounded in time.
    window = min(picture.width, 1024), min(picture.height, 1024)
    middle = picture.crop(middle_box(picture.size, window)).convert("L")
    return not_noise(neighbour_likeness(np.asarray(middle)))


def not_noise(alike: float) -> RuleRow:
    """Rule "not noise": `alike` is the correlation of neighbouring pixels."""
    return rule(
        "not noise",
        alike >= LEAST_NEIGHBOUR_LIKENESS,
        f"Neighbouring pixels correlate by {alike:.2f} (at least {LEAST_NEIGHBOUR_LIKENESS:.2f}).",
    )


def _not_duplicate(data: bytes, picture: Image.Image, siblings: Sequence[bytes]) -> RuleRow:
    if data in siblings:
        detail = f"It has the very bytes of sibling {siblings.index(data) + 1}."
        return rule("not a duplicate", False, detail)
    own = inner(colour_grid(picture))
    nearest, least = "Compared with 0 siblings.", float("inf")
    for number, sibling in enumerate(siblings, start=1):
        try:
            _, other = decode_still(sibling)
        except UnreadableMedia:
            continue
        mean, largest = difference(own, inner(colour_grid(other)))
        closeness = max(mean / _DUPLICATE_MEAN, largest / _DUPLICATE_CELL)
        if closeness < least:
            least = closeness
            nearest = (
                f"The nearest is sibling {number}, {mean:.1f} of 255 away on average and "
                f"{largest:.1f} where it differs most (more than {_DUPLICATE_MEAN:.0f} "
                f"or {_DUPLICATE_CELL:.0f})."
            )
    return rule("not a duplicate", least > 1, nearest)

"""Framing: what is delivered, what models draw for it, and what of that is seen.

Models draw few shapes. Any other is drawn in the one of theirs that loses least, composed for the
part of it that will be seen, and cropped there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from typing import Annotated

from pydantic import BeforeValidator, Field

from greenlight.errors import InvalidInput

WIDEST = Fraction(3)
"""Wider than Ultra Panavision (2.76:1); of a wider one little is left of any model's picture."""

LONG_SIDE = 1280
"""Pixels along the longer side of a cut in a model's own shape: that of 720p."""

_RASTER_STEP = 4
_LARGEST_TERM = 40
_WRITTEN = re.compile(r"^(\d{1,5}(?:[.,]\d{1,6})?)(?: ?[:x×/] ?(\d{1,5}(?:[.,]\d{1,6})?))?$")
_NAMES = (
    *("16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "4:5", "5:4", "21:9", "9:21", "2:1"),
    *("1:2", "16:10", "10:16", "1.37:1", "1.66:1", "1.85:1", "2.2:1", "2.35:1", "2.39:1"),
    *("2.4:1", "2.76:1"),
)
_WORDS = {
    "square": "1:1",
    "vertical": "9:16",
    "portrait": "9:16",
    "landscape": "16:9",
    "widescreen": "16:9",
    "wide": "16:9",
    "hd": "16:9",
    "flat": "1.85:1",
    "scope": "2.39:1",
    "cinemascope": "2.39:1",
    "anamorphic": "2.39:1",
    "academy": "1.37:1",
    "ultrawide": "21:9",
}


def ratio_of(aspect: str) -> Fraction:
    """Width over height of an aspect ratio in its canonical form."""
    width, _, height = aspect.partition(":")
    return Fraction(width) / Fraction(height)


_BY_RATIO = {ratio_of(name): name for name in _NAMES}


def canonical(value: object) -> str:
    """One way of writing an aspect ratio: 1.85, "1.85" and "37:20" are "1.85:1", 1.78 is "16:9".

    Raises ValueError, with a suggestion where there is one, unless it is between 1:3 and 3:1.
    """
    # A bool is an int to Python, and a file of briefs may say `aspect_ratio: yes`.
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e6
    text = f"{value:g}" if number else value
    if not isinstance(text, str):
        raise ValueError(_not_one(""))
    plain = " ".join(text.casefold().split())
    found = _WRITTEN.match(plain)
    if not found:
        raise ValueError(_not_one(plain))
    width, height = (Fraction((part or "1").replace(",", ".")) for part in found.groups())
    if not width or not height or not 1 / WIDEST <= width / height <= WIDEST:
        raise ValueError(_not_one(plain))
    return _named(width, height)


AspectRatio = Annotated[
    str,
    BeforeValidator(canonical),
    Field(json_schema_extra={"examples": ["16:9", "9:16", "1:1", "1.85:1", "2.39:1"]}),
]


def _named(width: Fraction, height: Fraction) -> str:
    ratio = width / height
    if ratio in _BY_RATIO:
        return _BY_RATIO[ratio]
    terms = ratio.as_integer_ratio()
    whole = width.denominator == height.denominator == 1
    if whole and max(terms) <= _LARGEST_TERM:
        return f"{terms[0]}:{terms[1]}"
    wide = max(ratio, 1 / ratio)
    for known, name in _BY_RATIO.items():
        upright = known < 1
        same = upright == (ratio < 1) and _hundredths(1 / known if upright else known, wide)
        # 0.56 is how 9:16 looks where ratios are written as one number.
        if same or (upright and height == 1 and ratio == Fraction(round(known * 100), 100)):
            return name
    written = f"{float(wide):.2f}".rstrip("0").rstrip(".")
    return f"{written}:1" if ratio > 1 else f"1:{written}"


def _hundredths(known: Fraction, given: Fraction) -> bool:
    """Whether `given` is `known` to two places, rounded or cut off: 1.77 and 1.78 are 16:9."""
    rounded = Fraction(round(given * 100), 100)
    return rounded in (Fraction(round(known * 100), 100), Fraction(int(known * 100), 100))


def _not_one(text: str) -> str:
    meant = _WORDS.get(text, "")
    if not meant and (hundreds := re.match(r"^([1-9])(\d\d)(?::1)?$", text)):
        meant = f"{hundreds[1]}.{hundreds[2]}:1"
    if not meant:
        near = get_close_matches(text, [*_NAMES, *_WORDS], n=1, cutoff=0.6)
        meant = _WORDS.get(near[0], near[0]) if near else ""
    hint = f"; did you mean {meant!r}?" if meant else ""
    return f"no aspect ratio between 1:3 and 3:1, such as '16:9', '1:1', '1.85' or '2.39:1'{hint}"


def source_for(delivery: str, drawn: Sequence[str]) -> str:
    """The one of the ratios that models draw of which a crop to `delivery` keeps most.

    Of two that keep as much it is the first. Raises InvalidInput where there is none to choose.
    """
    if not drawn:
        raise InvalidInput(f"no aspect ratio is drawn by both models, so {delivery!r} is not")
    return max(drawn, key=lambda ratio: Framing(delivery, ratio).kept)


@dataclass(frozen=True)
class Framing:
    """What is delivered and what is drawn for it, both as canonical aspect ratios."""

    delivery: str
    source: str

    @property
    def cropped(self) -> bool:
        return self.delivery != self.source

    @property
    def across(self) -> float:
        """Share of the drawn width that is seen, at most 1."""
        return float(min(Fraction(1), ratio_of(self.delivery) / ratio_of(self.source)))

    @property
    def down(self) -> float:
        """Share of the drawn height that is seen, at most 1."""
        return float(min(Fraction(1), ratio_of(self.source) / ratio_of(self.delivery)))

    @property
    def kept(self) -> float:
        """Share of the drawn picture that is seen."""
        return self.across * self.down

    @property
    def safe_area(self) -> str:
        """The part that is seen in words; empty where that is all of it."""
        if not self.cropped:
            return ""
        side, share = ("height", self.down) if self.down < 1 else ("width", self.across)
        return f"the middle {share:.0%} of the {side}".replace("%", " %")

    @property
    def sentence(self) -> str:
        """Such as "2.39:1, cropped from 16:9: the middle 74 % of the height is seen"."""
        if not self.cropped:
            return self.delivery
        return f"{self.delivery}, cropped from {self.source}: {self.safe_area} is seen"

    @property
    def drawn_raster(self) -> tuple[int, int]:
        """Width and height in pixels to which clips are brought before they are cropped."""
        ratio = ratio_of(self.source)
        if ratio >= 1:
            return LONG_SIDE, _stepped(LONG_SIDE / ratio)
        return _stepped(LONG_SIDE * ratio), LONG_SIDE

    @property
    def raster(self) -> tuple[int, int]:
        """Width and height of the cut in pixels, even and cropped from the drawn raster alone."""
        width, height = self.drawn_raster
        if not self.cropped:
            return width, height
        ratio = ratio_of(self.delivery)
        if self.down < 1:
            return width, _stepped(width / ratio)
        return _stepped(height * ratio), height


def _stepped(pixels: Fraction) -> int:
    """Divisible by 4, so that what is cut away at either side is even, as video wants it."""
    return round(pixels / _RASTER_STEP) * _RASTER_STEP

"""The paragraphs of a screenplay in any format, and their length in pages."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

ElementKind = Literal["heading", "action", "cue", "manner", "dialogue", "transition", "omitted"]

OMITTED = "OMITTED"
_SCENE_NUMBER = r"[^\W\d]{0,3}\d[\w.–-]{0,10}"
_OMITTED = re.compile(
    rf"(?:scenes? )?(?:{_SCENE_NUMBER} )?"
    r"(?:omitted|omit|entfällt|gestrichen|supprimée?|suprimida)"
    rf"(?: {_SCENE_NUMBER})?"
)
_MARKS = dict.fromkeys(
    [0xFEFF, 0x200B, 0x200E, 0x200F, 0x061C, 0x2060, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)


LINES_PER_PAGE = 55
"""In 12-point Courier; action is 61 characters wide, dialogue 35."""

_WIDTHS: dict[ElementKind, int] = {
    "heading": 61,
    "action": 61,
    "cue": 38,
    "manner": 25,
    "dialogue": 35,
    "transition": 61,
}
_WITHOUT_BLANK = ("cue", "manner")


class Element(NamedTuple):
    """One paragraph; headings may have a `number` and a length in `eighths` of a page.

    An omitted scene is one element, with its number if it has one.
    """

    kind: ElementKind
    text: str
    number: str = ""
    eighths: int = 0


class Script(NamedTuple):
    """A screenplay as it was read: its title, if it has one, and its paragraphs in order."""

    title: str
    elements: list[Element]


def is_omitted(text: str) -> bool:
    """Whether a heading or line only keeps a cut scene's place: `OMITTED`, `21 OMITTED`."""
    return len(text) <= 40 and bool(_OMITTED.fullmatch(text.casefold().strip(" .()[]*-")))


def unmarked(text: str) -> str:
    """The text without marks of direction and byte order, which hide a line's first word."""
    return text.translate(_MARKS)


def eighths_of(elements: Iterable[Element]) -> int:
    """The length of a scene in eighths of a page, at least one."""
    lines = 0
    for element in elements:
        lines += math.ceil(len(element.text) / _WIDTHS[element.kind])
        lines += 0 if element.kind in _WITHOUT_BLANK else 1
    return max(1, round(lines * 8 / LINES_PER_PAGE))


def in_pages(eighths: int) -> str:
    """A length in words: 6/8 page, 1 page, 1 3/8 pages."""
    return f"{pages(eighths)} page{'s' * (eighths > 8)}"


def pages(eighths: int) -> str:
    """A length as breakdown sheets have it: 1 3/8."""
    whole, rest = divmod(eighths, 8)
    return " ".join(([str(whole)] if whole or not rest else []) + ([f"{rest}/8"] if rest else []))

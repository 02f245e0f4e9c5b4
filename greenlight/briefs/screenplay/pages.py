"""Pages: how long a scene is, in eighths of a page as the trade counts.

A page of a screenplay has 55 lines in 12-point Courier; action is 61 characters wide, dialogue 35.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from greenlight.briefs.screenplay.elements import Element, ElementKind

LINES_PER_PAGE = 55
_WIDTHS: dict[ElementKind, int] = {
    "heading": 61,
    "action": 61,
    "cue": 38,
    "manner": 25,
    "dialogue": 35,
    "transition": 61,
}
_WITHOUT_BLANK = ("cue", "manner")


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

"""What a screenplay is made of, whatever format it was written in."""

from __future__ import annotations

import re
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

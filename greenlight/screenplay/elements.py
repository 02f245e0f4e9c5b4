"""What a screenplay is made of, whatever format it was written in."""

from __future__ import annotations

from typing import Literal, NamedTuple

ElementKind = Literal["heading", "action", "cue", "manner", "dialogue", "transition"]


class Element(NamedTuple):
    """One paragraph; headings may have a `number` and a length in `eighths` of a page."""

    kind: ElementKind
    text: str
    number: str = ""
    eighths: int = 0


class Script(NamedTuple):
    """A screenplay as it was read: its title, if it has one, and its paragraphs in order."""

    title: str
    elements: list[Element]

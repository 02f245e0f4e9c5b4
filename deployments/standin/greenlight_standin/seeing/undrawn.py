"""Words of a request that no picture of the stand-in shows: they are named, and lower the score."""

from __future__ import annotations

import re

from greenlight_standin.drawing.cast import shapeless
from greenlight_standin.drawing.colour import COLOURS, GARMENTS
from greenlight_standin.drawing.nouns import acts_like_a_person, known_word
from greenlight_standin.drawing.place_words import named_place
from greenlight_standin.drawing.shot import ShotRequest

_HEAD = re.compile(
    r"\b(?:an?|the|his|her|their|its|one|two|three|four|several)\s+"
    r"((?:(?!(?:of|in|on|at|with|and|to|from|by|who|that|as)\b)[a-z'-]+\s+){0,3}?[a-z'-]+)"
    r"(?=[.,;:]|$|\s+(?:of|in|on|at|with|and|to|from|by|who|that|as|over|under|into|onto|for)\b)"
)
# Parts, pieces and directions that every body and every place has.
_IMPLIED = re.compile(
    r"hand|finger|eye|face|head|back|side|edge|end|corner|middle|top|bottom|frame|lens|camera|way|"
    r"one|other|rest|piece|part|light|shadow|air|ground|floor|wall|sky|rain|snow|wind|fog|sun|moon|"
    r"distance|foreground|background|moment|time|shoulder|arm|leg|hair|voice|step|look|view"
)


def undrawn(request: ShotRequest) -> tuple[str, ...]:
    """The nouns of a subject that are neither drawn nor implied by what is drawn."""
    known = {word for sheet in request.sheets for word in sheet.name.lower().split()}
    found = []
    for match in _HEAD.finditer(request.subject.lower()):
        noun = match[1].split()[-1].removesuffix("'s")
        if noun not in known and not _shown(noun):
            found.append(noun)
    return tuple(dict.fromkeys(found))


def _shown(noun: str) -> bool:
    return bool(
        known_word(noun)
        or named_place(noun)
        or shapeless(noun)
        or noun in COLOURS
        or re.fullmatch(GARMENTS, noun)
        or re.fullmatch(rf"(?:{_IMPLIED.pattern})s?", noun)
        or acts_like_a_person(noun)
    )

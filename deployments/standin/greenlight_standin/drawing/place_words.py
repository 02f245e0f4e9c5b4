"""Kinds of place, and the words that mean them."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

PLACES: dict[str, str] = tomllib.loads(
    resources.files(__package__).joinpath("places.toml").read_text(encoding="utf-8")
)
"""The first twelve outrank the others: a street seen from a cockpit is a cockpit."""

INDOORS = frozenset({"interior", "corridor", "cockpit", "church", "stairs", "vehicle"})
_STRONG = tuple(PLACES)[:12]
# A thing that is said to be there tells roughly where we are.
_CUES = (
    ("harbour", r"\bdockers?\b|dockworkers?|tugboat|trawler|gangway"),
    ("interior", r"indoors|\btable|\bdesk|\bbed\b|\bwalls?\b|\bceiling|\bcurtain|\bsofa|\bstove|"
     r"\boven|\bshelf|\bshelves|\blamp\b|window|interior light|blackboard|\bdoor\b|chair|mirror"),
    ("street", r"\bcars?\b|traffic|\bbus\b|taxi|pavement|street ?lamp|headlights|siren"),
    ("field", r"outdoors|\bwind\b|\brain|\bsky\b|\bsun\b|\bgrass|\btrees?\b|\bfog|moonlight|"
     r"sunlight|\bclouds?|stars"),
)  # fmt: skip


_OUTSIDE = re.compile(
    r"\boutside (?:of )?(?:the|an?|his|her|their) [\w' -]+?"
    r"(?= (?:on|in|at|by|near|beside|under|above)\b|[^\w' -]|$)"
)


def cued_place(text: str) -> str:
    """The kind of place that things in a text suggest, or ``""``."""
    low = text.lower()
    return next((name for name, words in _CUES if re.search(words, low)), "")


def named_place(text: str) -> str:
    """The kind of place a text names, or ``""``; outside of a house it is the open."""
    low = text.lower()
    outside = _OUTSIDE.search(low)
    if outside:
        low = low.replace(outside[0], "")
        return named_place(low) or "field"
    found = {name: m.start() for name, words in PLACES.items() if (m := re.search(words, low))}
    if not found and re.search(r"\bsnow|\bice\b", low):
        return "mountain"
    return min(found, key=lambda name: (name not in _STRONG, found[name])) if found else ""

"""What the breakdown knows of English: word lists (words.toml) and the forms of verbs."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

_TEXT = resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
_WORDS = {name: frozenset(words.split()) for name, words in tomllib.loads(_TEXT)["words"].items()}

DETERMINERS = _WORDS["determiners"]
PREPOSITIONS = _WORDS["prepositions"]
SPATIAL = _WORDS["spatial"]
PRONOUNS = _WORDS["pronouns"]
CONJUNCTIONS = _WORDS["conjunctions"]
AUXILIARIES = _WORDS["auxiliaries"]
ADVERBS = _WORDS["adverbs"]
MOSTLY_NOUNS = _WORDS["mostly_nouns"]
LOCALES = _WORDS["locales"]
BASE = _WORDS["verbs"]
NAMED: dict[str, dict[str, str]] = tomllib.loads(_TEXT)["patterns"]
"""Patterns by what they mean: times of day, moods, sounds, weather."""


def _third(verb: str) -> str:
    if re.search(r"(s|x|z|ch|sh|o)$", verb):
        return verb + "es"
    return verb[:-1] + "ies" if re.search(r"[^aeiou]y$", verb) else verb + "s"


THIRD = frozenset(_third(verb) for verb in BASE) | {"has", "does", "goes"}
PAST = _WORDS["pasts"]
LIGHT_NOUNS = "|".join(sorted(_WORDS["lights"], key=len, reverse=True))


def is_adjective(word: str) -> bool:
    """Whether a word reads as an adjective."""
    ending = r"(?:ous|ful|less|ish|able|ible|ical|ent|ant|ive|ed|en)$"
    return word in _WORDS["adjectives"] or re.search(ending, word) is not None


def named(table: str, text: str) -> list[str]:
    """What a text names of a table of patterns, in the table's order."""
    low = text.lower()
    return [name for name, pattern in NAMED[table].items() if re.search(pattern, low)]

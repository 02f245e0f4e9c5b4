"""When and how a text says it looks: time of day, light, mood, colours and sounds."""

from __future__ import annotations

import re

from greenlight_standin.drawing.colour import COLOURS, GARMENTS
from greenlight_standin.writing import lexicon as lex

_WORD = r"[^\W\d_][\w'-]*"
_LIT_BY = frozenset("overhead street desk stage neon sodium emergency dawn morning evening".split())  # noqa: SIM905


def time_of_day(text: str) -> str:
    """The time of day that a text names first, or ``""``."""
    low = text.lower()
    found = {
        match.start(): name
        for name, pattern in reversed(lex.NAMED["times"].items())
        if (match := re.search(pattern, low))
    }
    return found[min(found)] if found else ""


def mood(text: str) -> str:
    """The mood most of a text's words speak for, or ``""``."""
    low = text.lower()
    counts = {name: len(re.findall(words, low)) for name, words in lex.NAMED["moods"].items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else ""


def light(text: str) -> str:
    """The fullest phrase about light ("flickering fluorescent lights"), or ``""``."""
    pattern = rf"((?:{_WORD}\s+){{0,3}})\b({lex.LIGHT_NOUNS})\b(?!\s+(?:{lex.LIGHT_NOUNS})\b)"
    found = [_described(m) for m in re.finditer(pattern, text, re.IGNORECASE)]
    return max(found, key=lambda phrase: len(phrase.split()), default="")


def _described(match: re.Match[str]) -> str:
    kept: list[str] = []
    for word in reversed(match[1].lower().split()):
        describes = (
            lex.is_adjective(word)
            or word in COLOURS
            or word in _LIT_BY
            or re.fullmatch(rf"\w+(?:y|al|ing)|{lex.LIGHT_NOUNS}", word)
        )
        if not describes or word in lex.DETERMINERS:
            break
        kept.insert(0, word)
    return (
        " ".join([*kept, match[2].lower()])
        if kept or match[2].lower() in ("lightning", "torch")
        else ""
    )


def colours(text: str) -> list[str]:
    """Hex codes and colour words of a text, each once, in order; without those of clothes."""
    bare = re.sub(rf"(?i)\b[^\W\d_]+\s+(?:[\w-]+\s+)?{GARMENTS}\b", " ", text)
    found = re.findall(r"#[0-9a-fA-F]{6}\b|[^\W\d_]+", bare)
    named = [word for word in found if word.startswith("#") or word.lower() in COLOURS]
    return list(dict.fromkeys(word if word.startswith("#") else word.lower() for word in named))


def sounds(text: str) -> list[str]:
    """What would be heard, at most two sounds."""
    return lex.named("sounds", text)[:2]


def weather(text: str) -> str:
    """The weather a text speaks of: rain, snow, fog or ``""``."""
    return next(iter(lex.named("weather", text)), "")

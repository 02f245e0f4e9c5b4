"""The words of the trade: column heads and what stands in their cells, as `words.toml` has them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path


def plain_word(text: str) -> str:
    """Lower case, one space between words, without dots, hyphens, brackets and a final "shot"."""
    text = unicodedata.normalize("NFKC", text).casefold().strip()
    if text != "#":
        text = re.sub(r"[\s._\-–—()\[\]/'’*:]+", " ", text).strip()
        # E.C.U. is ECU.
        text = re.sub(r"\b\w(?: \w\b)+", lambda letters: letters[0].replace(" ", ""), text)
    return text.removesuffix(" shot") if text not in ("two shot", "2 shot") else text


@cache
def _read() -> Mapping[str, Mapping[str, list[str]]]:
    text = Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def longest(of: str) -> int:
    """The number of words in the longest alias of a table of `words.toml`."""
    return max(len(alias.split()) for alias in aliases(of))


@cache
def aliases(of: str) -> Mapping[str, str]:
    """Every plain word of a table of `words.toml` ("columns", "size", …) with what it means."""
    found: dict[str, str] = {}
    for meaning, words in _read()[of].items():
        for word in (*words, meaning):
            found[plain_word(word)] = meaning
    return found

"""Scene headings: `INT. HOTEL LOBBY - NIGHT` says where and when, in the words of `times.toml`."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path
from typing import NamedTuple

from greenlight.production.scenes import Inside

LONGEST = 300
"""Characters; a longer line is never a heading."""

_IN, _OUT = r"INT|INTERIOR(?=\.)|ИНТ", r"EXT|EXTERIOR(?=\.)|НАТ|ЭКСТ"
_JOINT = r"\.?\ {0,3}[/\\&+–—-]\ {0,3}"
_END = r"(?:\.|(?=\s))"
_PREFIX = re.compile(
    rf"(?:(?P<both>(?:{_IN}){_JOINT}(?:{_OUT})|(?:{_OUT}){_JOINT}(?:{_IN})"
    rf"|I\.?\ ?/\ ?E|E\.?\ ?/\ ?I)"
    rf"|(?P<int>{_IN})|(?P<ext>{_OUT})|(?P<est>EST)){_END}",
    re.IGNORECASE,
)
_NATIVE: dict[str, Inside] = {
    **dict.fromkeys(
        ("内景", "內景", "室内", "室內", "屋内", "실내", "داخلي", "פנים", "ภายใน"), "INT"
    ),
    **dict.fromkeys(("外景", "室外", "屋外", "실외", "야외", "خارجي", "חוץ", "ภายนอก"), "EXT"),
    **dict.fromkeys(("内外景", "內外景"), "INT/EXT"),
}
_SLUGS = ("内景", "內景", "外景", "内外景", "內外景")
_PARTS = re.compile(r"\s+[-‐‑–—―－]+\s+|\s*[–—―－]+\s*")


class Heading(NamedTuple):
    """Where and when a scene plays; `time` is empty where the heading leaves it open."""

    inside: Inside
    place: str
    time: str


def is_heading(line: str) -> bool:
    """Whether a line begins as headings do: `INT.`, `EXT `, `INT. / EXT.`, `I/E`, `EST.`."""
    if len(line) > LONGEST:
        return False
    if line.split(maxsplit=1)[:1] and line.split(maxsplit=1)[0] in _SLUGS:
        return True
    found = _PREFIX.match(line)
    # In prose of other languages `Est` begins a sentence.
    return found is not None and (found.lastgroup != "est" or found[0] in ("EST", "EST.", "Est."))


def read_heading(text: str, before: str = "") -> Heading:
    """What a heading says; "CONTINUOUS" and "LATER" mean the time of the scene `before`."""
    inside: Inside = ""
    rest = " ".join(text[:LONGEST].split())
    if prefix := _PREFIX.match(rest):
        kinds: dict[str | None, Inside] = {"both": "INT/EXT", "int": "INT", "ext": "EXT"}
        inside, rest = kinds.get(prefix.lastgroup, ""), rest[prefix.end() :]
    else:
        first = re.split(r"[ .。:：/]", rest, maxsplit=1)
        if len(first) == 2 and first[0] in _NATIVE:
            inside, rest = _NATIVE[first[0]], first[1]
    parts = [p.strip(" .") for p in _PARTS.split(rest.lstrip(" .-–—/")) if p.strip(" .")]
    time = parts.pop() if len(parts) > 1 and _is_time(parts[-1]) else ""
    if time and _goes_on(time):
        time = before or time
    return Heading(inside, _calm(", ".join(parts)), _calm(time))


def _calm(text: str) -> str:
    """Capitals shout only in headings."""
    return text.lower() if text.isupper() else text


def _folded(text: str) -> str:
    """Without case and accents, which are left out of capitals as often as not."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in split if not unicodedata.combining(c))


def _set(words: str) -> frozenset[str]:
    exact = unicodedata.normalize("NFC", words.casefold()).split()
    return frozenset(exact) | (frozenset(_folded(words).split()) - _MEANS_ANOTHER)


_MEANS_ANOTHER = frozenset(("gun", "den", "yo", "toi", "sang"))
"""What is left of gün, deň, yö, tối and sáng without their accents."""

_WORDS = {
    kind: _set(words)
    for kind, words in tomllib.loads(
        Path(__file__).with_name("times.toml").read_text(encoding="utf-8")
    ).items()
}
_DAY, _AFTER, _OTHER = _WORDS["daytimes"], _WORDS["after_the_last"], _WORDS["other_times"]
_KNOWN = frozenset().union(*_WORDS.values())
_SEPARATORS = re.compile(r"[\s/,.:;()\[\]–—~・、，。（）「」'’-]+")


def _is_time(text: str) -> bool:
    """Whether a part of a heading says when: `LATE AFTERNOON`, `НОЧЬ`, `夜`, `TWO DAYS LATER`."""
    words = _words(text)
    return all(word in _KNOWN or word.isdecimal() for word in words) and any(
        word in _DAY or word in _AFTER or word in _OTHER for word in words
    )


def _goes_on(text: str) -> bool:
    """Whether it says only how long after the scene before: `CONTINUOUS`, `MOMENTS LATER`."""
    words = _words(text)
    return any(word in _AFTER for word in words) and not any(word in _DAY for word in words)


def _words(text: str) -> list[str]:
    """The words of the text, each as it stands or, where only that is known, without accents."""
    exact = _SEPARATORS.split(unicodedata.normalize("NFC", text.casefold()))
    return [w if w in _KNOWN else _folded(w) for w in exact if w]

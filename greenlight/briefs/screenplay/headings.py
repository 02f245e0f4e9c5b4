"""Scene headings: `INT. HOTEL LOBBY - NIGHT` says where and when."""

from __future__ import annotations

import re
from typing import NamedTuple

from greenlight.briefs.screenplay.times import goes_on, is_time
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
    time = parts.pop() if len(parts) > 1 and is_time(parts[-1]) else ""
    if time and goes_on(time):
        time = before or time
    return Heading(inside, _calm(", ".join(parts)), _calm(time))


def _calm(text: str) -> str:
    """Capitals shout only in headings."""
    return text.lower() if text.isupper() else text

"""Scene headings: `INT. HOTEL LOBBY - NIGHT` says where and when."""

from __future__ import annotations

import re
from typing import NamedTuple

from greenlight.production.scenes import Inside

_PREFIX = re.compile(
    r"(?P<both>INT\.?/EXT|EXT\.?/INT|I/E|E/I)|(?P<int>INT)|(?P<ext>EXT)|(?P<est>EST)",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"(?:early|late|mid|next|same|that|the|previous|one|two|pre|magic|golden|blue|a|few|moments?|"
    r"minutes?|hours?|days?|seconds?|afternoon|day|night|dawn|dusk|morning|evening|noon|midday|"
    r"midnight|sunset|sunrise|twilight|hour|later|continuous|time|present|past|flashback|"
    r"tag|nacht|abend|morgen|jour|nuit|soir|matin|aube|d[ií]a|noche|tarde|\W|\d)+",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"(?i)\b(continuous|later|same|moments?|minutes?|seconds?)\b")


class Heading(NamedTuple):
    """Where and when a scene plays; `time` is empty where the heading leaves it open."""

    inside: Inside
    place: str
    time: str


def read_heading(text: str, before: str = "") -> Heading:
    """What a heading says; "CONTINUOUS" and "LATER" mean the time of the scene `before`."""
    inside: Inside = ""
    rest = text.strip()
    if prefix := _PREFIX.match(rest):
        bare = rest[prefix.end() :]
        if bare[:1] in (".", " ", "\t", ""):
            kinds: dict[str | None, Inside] = {"both": "INT/EXT", "int": "INT", "ext": "EXT"}
            inside = kinds.get(prefix.lastgroup, "")
            rest = bare.lstrip(". \t")
    parts = [p.strip(" .") for p in re.split(r"\s+[-–—]+\s+|\s*[–—]+\s*", rest) if p.strip(" .")]
    time = ""
    if len(parts) > 1 and _TIMES.fullmatch(parts[-1]) and re.search(r"[^\W\d]", parts[-1]):
        time = parts.pop()
    if time and _GOES_ON.search(time):
        time = before or time
    return Heading(inside, _calm(", ".join(parts)), _calm(time))


def _calm(text: str) -> str:
    """Capitals shout only in headings."""
    return text.lower() if text.isupper() else text

"""Words of the trade in a vision: "Insert: …", "Over the shoulder of Ruth, …", "…, low angle"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SIZES: tuple[tuple[str, str], ...] = (
    ("extreme close-up", r"(?:extreme|very) close[- ]?ups?|ecus?|inserts?|macro"),
    ("medium close-up", r"medium close[- ]?ups?|mcus?"),
    ("close-up", r"close[- ]?ups?|tight|close|cus?"),
    ("extreme wide", r"(?:extreme|very) (?:wide|long)|establishing|aerial|ews"),
    ("medium wide", r"medium (?:wide|long)|full|cowboy|mws"),
    ("wide", r"wide|long|ws"),
    ("medium", r"(?:two|three|2|3)-?[ -]?shot|medium|mid|ms"),
)
_ANGLES: tuple[tuple[str, str], ...] = (
    ("overhead", r"(?:seen )?(?:straight )?from (?:high |right )?above|overhead|bird'?s[- ]eye"),
    ("low", r"low[- ]angled?|(?:seen )?from below|worm'?s[- ]eye"),
    ("high", r"high[- ]angled?"),
    ("dutch", r"dutch|canted|tilted frame"),
)
_SHOT = r"(?: (?:shot|view|angle|frame))?"
_JOINT = r"\s*(?::|,|\bof\b|\bon\b|\bfrom\b)\s+"
# Set-ups whose name is an everyday word: "full of joy", "a long, dark road" are none.
_EVERYDAY = re.compile(
    r"(?i)(?:tight|close|full|wide|long|medium|mid)(?!\s+(?:shot|view|angle|frame))"
)
_OVER = re.compile(
    r"(?i)^(?:ots|over(?: the)? shoulder)(?: shot)?(?:\s*:\s*|,\s+|"
    r"\s+(?:of|from)\s+(?P<of>[^,:]{2,60}?)(?:,|:|\s+(?=we\s|(?:the|an?)\s))\s*)|"
    r"^over (?P<whose>(?:(?:the|his|her|an?) )?[\w -]{2,40}?)['’]s? (?:\w+ )?shoulder\s*[,:]?\s+"
)
_VIEW = re.compile(
    r"(?i)^(?:the )?(?:pov|point[- ]of[- ]view)(?: shot)?"
    r"(?:\s*:\s*|\s+(?:of|from)\s+(?P<who>[^,:]{2,80})(?:[,:]\s*|$)|,\s+)"
)
_WE_SEE = re.compile(r"(?i)^we (?:see|watch|follow|find)\s+")


@dataclass(frozen=True)
class Directed:
    """A sentence without its camera, and what was said of that; empty where nothing was."""

    text: str
    size: str = ""
    angle: str = ""
    over: str = ""

    @property
    def said(self) -> bool:
        """Whether the sentence says anything of the camera."""
        return bool(self.size or self.angle)


def directed(sentence: str) -> Directed:
    """What a sentence says of size and angle, and the rest of it."""
    text, size, angle, over = sentence, "", "", ""
    if found := _OVER.match(text):
        angle, over = "over the shoulder", (found["of"] or found["whose"] or "").strip()
        text = _WE_SEE.sub("", text[found.end() :])
    elif found := _VIEW.match(text):
        angle, text = "point of view", _WE_SEE.sub("", text[found.end() :])
        text = text or _seen_by(found["who"] or "")
    for name, pattern in _SIZES:
        lead = re.match(rf"(?i)^(?:an? |in )?(?P<what>(?:{pattern}){_SHOT}){_JOINT}", text)
        if lead and _EVERYDAY.fullmatch(lead["what"]) and not re.search(r":|\bon\b", lead[0]):
            lead = None
        if lead and not size:
            size, text = name, text[lead.end() :]
        tail = re.search(rf"(?i),?\s+(?:in|seen in)\s+(?:an?\s+)?(?:{pattern})(?: shot)?$", text)
        if tail and not size and not tail[0].endswith(("close", "tight", "full", "long", "wide")):
            size, text = name, text[: tail.start()]
    for name, pattern in _ANGLES:
        lead = re.match(rf"(?i)^(?:an? )?(?:{pattern}){_SHOT}{_JOINT}", text)
        tail = re.search(
            rf"(?i),\s+(?:in |from )?(?:an? )?(?:{pattern}){_SHOT}(?:\s+on\s[^,]+)?$", text
        )
        if lead and not angle:
            angle, text = name, text[lead.end() :]
        elif tail and not angle:
            angle, text = name, text[: tail.start()]
    text = text.strip(" ,:")
    if not re.search(r"\w", text):
        return Directed(sentence)
    return Directed(text[0].upper() + text[1:], size, angle, over)


def _seen_by(who: str) -> str:
    """What somebody sees of whom only a way is told ("the girl running between the stalls")."""
    way = re.search(r"\b(?:between|through|along|across|down|over|at|into)\s+(.+)$", who)
    return way[1] if way else who

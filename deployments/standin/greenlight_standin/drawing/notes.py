"""A retake's note: the few things every director says, read as changes to the picture."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """What a note asks for: size steps, stops of light, side (-1 left, 1 right), head count."""

    closer: int = 0
    stops: float = 0.0
    side: int | None = None
    light_side: int | None = None
    count: int | None = None
    angle: str | None = None
    away: tuple[str, ...] = ()


NO_CHANGE = Change()

_CLOSER = {
    r"much closer|a lot closer|way closer|far too (?:wide|far)": 2,
    r"clos(?:er|e in)|tighter|bigger|larger|nearer|too (?:wide|far|small)|fills? (?:more|the)": 1,
    r"much wider|a lot wider|far too (?:close|tight)": -2,
    r"wider|looser|smaller|further|farther|back up|pull back|too (?:close|tight|big|large)": -1,
}
_STOPS = {
    r"much darker|far too bright": -1.6,
    r"darker|dimmer|too bright|less light|gloomier|underexpose": -0.9,
    r"much brighter|far too dark": 1.4,
    r"brighter|lighter|too dark|more light": 0.8,
}
_COUNT = {
    r"no (?:one|body|people|person|figures?)|empty frame|without (?:people|anyone)": 0,
    r"(?:only|just) (?:one|a single|1)\b|\ba single\b|one (?:figure|person) only|alone": 1,
    r"(?:only|just) (?:two|2)\b|two (?:figures|people|persons)\b": 2,
    r"(?:three|3) (?:figures|people|persons)\b": 3,
    r"more people|a crowd|crowded": 7,
}
_ANGLE = {
    r"\blow(?:er)? angle|from below|looking up at": "low",
    r"\bhigh(?:er)? angle|from above|looking down": "high",
    r"overhead|top[- ]down|bird'?s[- ]eye": "overhead",
    r"eye[- ]level": "eye level",
    r"dutch|tilt(?:ed)? (?:frame|horizon)|canted": "dutch",
    r"over (?:the|his|her|their) shoulder": "over the shoulder",
    r"point of view|\bpov\b": "point of view",
}


SIDES = re.compile(r"(?:(?:from|on|to) the|frame|screen|camera)[ -](?:left|right)", re.IGNORECASE)
"""Where in the picture a note wants its subject; "screen left" shows no screen."""


def read_note(note: str) -> Change:
    """What the note asks for; what is not understood still changes the staging elsewhere."""
    text = note.lower()
    if not text:
        return NO_CHANGE
    sides = SIDES.findall(text)
    side = None if not sides else -1 if "left" in sides[0] else 1
    lit = re.search(r"\blight|\blit\b|\bkey\b|\bsun\b|\blamp", text)
    if re.search(r"\bcent(?:er|re)d?\b", text):
        side = 0
    return Change(
        closer=int(_first(_CLOSER, text) or 0),
        stops=float(_first(_STOPS, text) or 0.0),
        side=None if lit else side,
        light_side=side if lit and side else None,
        count=None if (found := _first(_COUNT, text)) is None else int(found),
        angle=next((value for key, value in _ANGLE.items() if re.search(key, text)), None),
        away=tuple(re.findall(r"(?:\bno|without|remove|lose) (?:the |any |a )?(\w+)", text)),
    )


def _first(table: dict[str, int] | dict[str, float], text: str) -> float | None:
    return next((value for key, value in table.items() if re.search(key, text)), None)

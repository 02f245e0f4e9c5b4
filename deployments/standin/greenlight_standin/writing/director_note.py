"""What a director asks of the next breakdown, read from a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Wish:
    """A note as changes to the plan; `rest` is what was not understood and becomes a beat."""

    fewer_wides: bool = False
    more_wides: bool = False
    more_closes: bool = False
    closer: int = 0
    opening: str = ""
    ending: str = ""
    movement: str = ""
    angle: str = ""
    pace: float = 1.0
    shots: int = 0
    silent: bool = False
    time: str = ""
    mood: str = ""
    rest: str = ""


_MOVES = {
    r"handheld|hand-held|shaky": "handheld",
    r"no (?:camera )?mov\w+|static|locked[- ]off|tripod|less movement|still camera": "static",
    r"\borbit|camera circl": "orbit",
    r"dolly (?:in|forward)|push(?:es)? in": "dolly in",
    r"dolly out|pull(?:s)? (?:back|out)": "dolly out",
    r"\bcrane (?:shot|up|move)": "crane up",
    r"\bpans?\b(?! of)": "pan left",
    r"\btracking\b|\btrucking\b": "truck left",
    r"zoom": "zoom in",
}
_ANGLES = {
    r"low(?:er)? angles?|from below": "low",
    r"high(?:er)? angles?|from above": "high",
    r"overheads?|top[- ]down|bird'?s[- ]eye": "overhead",
    r"dutch|canted": "dutch",
    r"over[- ]the[- ]shoulder": "over the shoulder",
    r"\bpov\b|point of view|subjective": "point of view",
    r"eye level": "eye level",
}


def read_note(note: str) -> Wish:
    """The wishes in a note; an empty note wishes nothing."""
    text = " ".join(note.split())
    low = text.lower()
    if not low:
        return Wish()
    opening = re.search(
        r"(?i)\b(?:start|open|begin)(?:s|ing)?\s+(?:on|with|in|at|from)\s+([^,.;]+)", text
    )
    ending = re.search(
        r"(?i)\b(?:end|finish|close)(?:s|ing)?\s+(?:on|with|in|at)\s+([^,.;]+)", text
    )
    fewer_wides = (
        re.search(r"(?:fewer|less|no|not so many|too many) (?:extreme )?wides?", low) is not None
    )
    shots = re.search(r"\b(\d+) (?:more )?shots?\b", low)
    count = 0
    if shots is None:
        count = -2 if re.search(r"fewer shots|less shots|too many shots|simpler", low) else 0
        count = 2 if re.search(r"more shots|more coverage|more cuts", low) else count
    known = bool(opening or ending or fewer_wides or count)
    wish = Wish(
        fewer_wides=fewer_wides,
        more_wides=not fewer_wides
        and re.search(
            r"more wides?|wider|more of the (?:place|"
            r"landscape)|more space",
            low,
        )
        is not None,
        more_closes=re.search(
            r"more (?:extreme )?close|more faces|more details?|more inserts?", low
        )
        is not None,
        closer=1
        if re.search(r"\b(?:closer|tighter|more intimate)\b", low)
        else -1
        if "looser" in low
        else 0,
        opening=opening[1].strip() if opening else "",
        ending=ending[1].strip() if ending else "",
        movement=next((v for k, v in _MOVES.items() if re.search(k, low)), ""),
        angle=next((v for k, v in _ANGLES.items() if re.search(k, low)), ""),
        pace=0.75
        if re.search(r"faster|quicker|snappier|more energy|tighter cut|shorter", low)
        else 1.3
        if re.search(r"slower|longer|more time|let it breathe|breathe|calmer", low)
        else 1.0,
        shots=count,
        silent=re.search(r"no dialogue|without dialogue|silent|no talking|no speech", low)
        is not None,
        time=_time(low),
        mood=_mood(low),
    )
    understood = known or wish != Wish()
    return wish if understood else Wish(rest=text)


def wanted_shots(note: str) -> int:
    """A number of shots that the note names, or 0."""
    match = re.search(r"\b(\d+) shots?\b", note.lower())
    return int(match[1]) if match and "more" not in note.lower() else 0


def _time(low: str) -> str:
    match = re.search(
        r"(?:at|by|set at|make it|into) (?:a )?(night|dawn|dusk|sunset|noon|morning|evening|day)",
        low,
    )
    return {"sunset": "golden hour"}.get(match[1], match[1]) if match else ""


def _mood(low: str) -> str:
    match = re.search(
        r"(?:more|make it|feel|should be) (?:\w+ )?(tense|scary|scarier|eerie|uneasy|joyful|"
        r"happy|playful|"
        r"sad|melancholic|calm|tender|romantic|funny|epic|mysterious|dreamy|dark|hopeful)",
        low,
    )
    return (
        {"scary": "uneasy", "scarier": "uneasy", "happy": "joyful"}.get(match[1], match[1])
        if match
        else ""
    )

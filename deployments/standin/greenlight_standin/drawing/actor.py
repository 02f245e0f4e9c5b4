"""One kind of body or thing in the picture, and the pose that an action asks of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from greenlight_standin.drawing.shapes import Rgb

_POSES = {
    "lie": r"\bl(?:ie|ies|ying|ay)\b|sleep|asleep|collapse|unconscious",
    "fly": r"\bfl(?:y|ies|ying|oat|oats|oating)\b|\bdrift|weightless|hover|soar|swim|dive",
    "fight": r"\bfight|\bpunch|\bbox(?:es|ing)\b|wrestl|brawl|\bstruggl\w+ with|\battack|\bduel|"
    r"\bhits?\b|\bslap|\bstab",
    "throw": r"\bthrow|\bhurl|\btoss|\bfling|\bpitch(?:es|ing)\b",
    "hide": r"\bhid(?:e|es|ing)\b|\bcower|\bcrawl|\bducks?\b",
    "drink": r"\bdrink|\bsip|\bgulp|\beat(?:s|ing)?\b|\bbit(?:e|es|ing)\b|\bpeel|"
    r"\bsmok(?:es|ing)\b|\btast|\blicks?\b",
    "weep": r"\bweep|\bsob|\bcr(?:y|ies|ying)\b|wip\w+ (?:his|her|their) (?:eyes|face|tears)|"
    r"cover\w* (?:his|her|their) (?:face|eyes)|\bprays?\b|\bmourn",
    "draw": r"\bdraws?\b(?! (?:level|near|close|a (?!gun|pistol|sword|knife)))|\baims?\b|"
    r"\bbrandish",
    "jump": r"\bjump|\bleap|\bdive[sd]? for|save",
    "run": r"\brun|\bsprint|\bchas|\bflee|\bdash|\brush|\brac(?:e|es|ing)\b|bolt|charge|gallop|"
    r"hurr",
    "sit": r"\bsit|\bsat\b|\bseated|\bdriv|\bsteer|perch",
    "kneel": r"\bkneel|\bknelt|crouch|\bsquat|bends? down|stoop|pick(?:s|ing)? up",
    "dance": r"\bdanc|twirl|\bspin|pirouette|celebrat|\bcheer",
    "point": r"\bpoint(?:s|ing)? |\baim|gestur",
    "wave": r"\bwav(?:e|es|ing)\b(?! of)|greet|hail|raise[sd]? (?:a|his|her|their) (?:hand|arm)",
    "kick": r"\bkick|\bshoot|\bstrik(?:e|es|ing)\b|volley",
    "reach": r"\breach|\bgrab|\bopen|\btouch|\bpush|\bpull|\bpress|\bhand(?:s|ing)? |\bgive|\btake|"
    r"\bhold|\blift|\bpour|\bturn(?:s|ing)? (?:a|the) |knock|unlock|cut|chop|stir|\bcatch|carry",
    "look_up": r"looks? up|gaze[sd]? (?:up|at the (?:sky|stars))|stares? up|head tilts",
    "walk": r"\bwalk|\btiptoe|\bstep|\bstroll|\bcross|\bapproach|\benter|\bleav|\bwander|\bcreep|"
    r"\bmarch|\bstamp|\bslip|\bsneak|\bsteal|\bmov(?:e|es|ing)|\bcome|\bgo(?:es|ing)?\b|\bfollow|\bpace|\btrudg|\bstagger|geht|marche|"
    r"\breturn|\bpass",
}


@dataclass(frozen=True)
class Actor:
    """One kind of thing in the picture, `count` times; `metres` is its real height.

    `worn` is the colour that its own reference sheet shows it in, `headgear` that of a hat.
    """

    kind: str
    name: str
    count: int = 1
    metres: float = 1.7
    pose: str = "stand"
    wear: frozenset[str] = field(default_factory=frozenset)
    tint: Rgb | None = None
    mount: Actor | None = None
    worn: Rgb | None = None
    headgear: Rgb | None = None

    @property
    def human(self) -> bool:
        """Whether it is drawn as a person or a part of one."""
        return self.kind in ("person", "hands", "eyes", "face", "feet")


def pose_of(text: str) -> str:
    """The pose that the words of an action ask for."""
    first = re.split(r"[,:;]|\bas\b|\bwhile\b", text.lower())[0]
    return next((p for p, pattern in _POSES.items() if re.search(pattern, first)), "stand")

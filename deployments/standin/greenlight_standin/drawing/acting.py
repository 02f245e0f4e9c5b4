"""What an action means for a body: which way it turns, where it looks, what it feels."""

from __future__ import annotations

import re

from greenlight_standin.drawing.head import Mien
from greenlight_standin.drawing.shot import ShotRequest, stable_hash
from greenlight_standin.drawing.staging import Staging

_AWAY = re.compile(
    r"\baway\b|\bleav|\bfrom behind\b(?! (?:an?|the|his|her|their)\b)|\bback to (?:us|camera)|"
    r"turns? (?:his|her|their) back|"
    r"into the (?:distance|fog|dark|night|light|mist|snow|woods|forest)|disappear|recede|exits?\b"
)
_TOWARDS = re.compile(
    r"\btowards? (?:us|(?:the )?(?:camera|lens))|approach|\benters?\b|"
    r"comes? (?:in|out|forward|closer)|"
    r"forward|emerge|arriv|step(?:s|ping)? out"
)
_LOOKS_BACK = re.compile(
    r"looks? back|glanc\w* back|over (?:his|her|their|one) shoulder|turns? around"
)
_LOOKS_OUT = re.compile(
    r"(?:looks?|gaz\w+|star\w+|watch\w*|peers?)\s+(?:\w+\s+)?(?:out|over|across|"
    r"into the distance|"
    r"at the (?:sea|ocean|horizon|view|city|valley|sunset|sunrise|storm|window|stars|sky|moon|lake|"
    r"harbour))"
)
_LOOKS_DOWN = re.compile(
    r"looks? down|reads?\b|writ|bows?\b|head down|studies|examin|inspect|counts?\b|prays?|mourn|"
    r"weep|"
    r"knits?|types?\b|sews?|paints?\b|draws?\b|kneads?|chops?|stirs?|pours?|washes|repairs?|mends?|"
    r"plays? (?:chess|cards|the piano)"
)
_HALTED = re.compile(r"freeze|froze|stop|halt|rais\w+ (?:his|her|their) hands|surrender")
_TO_LENS = re.compile(r"(?:to|into|at|toward) (?:the )?(?:camera|lens)|at us\b|straight at")
_MEETS = re.compile(
    r"argu|talk|speak|says?\b|ask|answer|whisper|shout|face|fight|kiss|hug|embrac|danc|greet|"
    r"shak\w+ hands|meet|confront|teach|duel|stare|look|laugh|negotiat|toast|play|give|hand|tell|"
    r"wait|sit|sip|share|facing|each other|one another|punch|tug|lick|point|threat|hold|pull|"
    r"arrest|freeze|beg|"
    r"with (?:an? |his |her |the |their )?(?:\w+ ){0,2}(?:dog|child|son|daughter)"
)
_MIENS: tuple[tuple[str, Mien], ...] = (
    (r"scream|shriek|terror|horrif|gasp|shout|yell|roar", Mien(-0.4, 0.9, 0.0, 0.9)),
    (r"laugh|giggl|cheer|celebrat|delight|triumph", Mien(1.0, 0.55, 0.2, -0.4)),
    (r"smil|grin|happy|joy|proud|playful|wink|fond", Mien(1.0, 0.0, 0.1, -0.3)),
    (r"sing|says?\b|speak|talk|ask|answer|tell|call|argu|explain|lectur", Mien(0.0, 0.4, 0.0, 0.1)),
    (r"whisper|murmur|mutter", Mien(0.0, 0.18, 0.15, 0.0)),
    (r"weep|sob|cry|cries|tears|mourn|griev|\bsad", Mien(-1.0, 0.1, 0.45, -0.9)),
    (r"asleep|sleep|eyes closed|closes? (?:his|her|their) eyes|medit|prays?|faint",
     Mien(0.1, 0.0, 1.0)),
    (r"angr|furi|rage|glare|threat|snarl|grit", Mien(-0.7, 0.1, 0.2, 1.3)),
    (r"fear|afraid|scared|nervous|worr|anxious|shiver|trembl|uneas|dread",
     Mien(-0.5, 0.12, 0.0, -0.9)),
    (r"tired|weary|exhaust|bored|yawn|old", Mien(-0.3, 0.0, 0.45, -0.2)),
)  # fmt: skip


def mien_of(request: ShotRequest, shut: float = 0.0) -> Mien:
    """The face that action and mood ask for; `shut` closes the eyes beyond it."""
    for text in (request.action, request.mood, request.dialogue and "says"):
        for pattern, mien in _MIENS:
            if text and re.search(pattern, text.lower()):
                return Mien(mien.smile, mien.open, max(mien.lids, shut), mien.brow, mien.gaze)
    return Mien(lids=shut)


def bearing(
    request: ShotRequest,
    staging: Staging,
    pose: str,
    *,
    met: int = 0,
    index: int = 0,
    lead: bool = True,
) -> tuple[float, float]:
    """Which way a body is turned (0 to the lens, 90 to the right) and its head against it, degrees.

    `met` is the side on which somebody is whom it deals with, 0 for nobody.
    """
    words = request.action.lower()
    side = staging.facing
    close = request.size in ("close-up", "extreme close-up", "medium close-up")
    more = staging.turn
    if met:
        yaw = met * ((52 if close else 62) + 0.3 * more)
        if request.angle == "over the shoulder":
            yaw = met * 24
        return yaw, met * 8.0
    if _HALTED.search(words) and request.angle == "over the shoulder":
        return side * 10.0 + (index * 37) % 23, 0.0
    if not lead:
        away = stable_hash(staging.seed, index, "turn") % 70 - 35
        return side * 30 + away, 0.0
    if request.angle in ("over the shoulder", "point of view") or _TO_LENS.search(words):
        return side * (14 + 0.3 * more), -side * 8.0
    jitter = (index * 37) % 23 - 11 if index else 0
    if _LOOKS_BACK.search(words):
        return side * (142 - 0.3 * more) + jitter, -side * 78.0
    if _AWAY.search(words) and request.size != "extreme close-up":
        return side * (158 - 0.6 * more) + jitter, 0.0
    if _LOOKS_OUT.search(words):
        if close:
            return side * (62 + 0.3 * more) + jitter, side * 6.0
        return side * (146 - 0.5 * more) + jitter, 0.0
    if _TOWARDS.search(words):
        return side * (16 + 0.7 * more) + jitter, 0.0
    if pose in ("run", "walk", "kick", "ride", "jump", "fly", "reach", "point"):
        base = {"reach": 48, "point": 52}.get(pose, 58)
        return side * (min(base, 40) if close else base + 0.5 * more) + jitter, -side * 6.0
    if pose in ("fight", "draw", "throw", "hide"):
        return side * (40 if close else 62) + jitter, -side * 4.0
    if close:
        return side * (24 + 0.8 * more) + jitter, -side * 4.0
    return side * (26 + 0.7 * more) + jitter, 0.0


def meets(request: ShotRequest) -> bool:
    """Whether two who are in the picture deal with each other."""
    return _MEETS.search(f"{request.action} {request.dialogue and 'says'}".lower()) is not None


def pose_name(request: ShotRequest, pose: str, variant: int) -> str:
    """The pose of an action, told apart by how it is done; standing has several ways."""
    words = request.action.lower()
    if pose == "walk" and re.search(r"waits?|stands? still|stops", words):
        pose = "stand"
    if re.search(r"\bhug|embrac|\bkiss|cradl", words):
        return "hug"
    if pose in ("wave", "stand") and re.search(
        r"rais\w+ (?:a|an|the|his|her|their) |\btoast|salut|hail|cheer", words
    ):
        return "raise"
    if pose != "stand":
        return pose
    if _LOOKS_DOWN.search(words):
        return "look_down"
    if (
        re.search(r"says?\b|speak|talk|argu|explain|tell|ask|shout|teach|lectur|sing", words)
        or request.dialogue
    ):
        return "talk"
    return (
        ("stand", "fold")[variant // 6 % 2]
        if re.search(r"wait|watch|listen|stare", words)
        else "stand"
    )

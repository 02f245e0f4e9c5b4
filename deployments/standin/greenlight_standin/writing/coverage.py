"""A director's choice of set-ups: how big, from where, moving how."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace

from greenlight_standin.drawing.nouns import known_word
from greenlight_standin.drawing.shot import SIZES
from greenlight_standin.writing import scene
from greenlight_standin.writing.beats import Beat, definite, thing_in
from greenlight_standin.writing.choosing import chosen_beats, weight
from greenlight_standin.writing.director_note import Wish
from greenlight_standin.writing.memory import is_person, is_plural, short_name


@dataclass(frozen=True)
class Setup:
    """One shot to be: a beat, seen in one way."""

    beat: Beat
    subject: str
    action: str
    size: str = "medium"
    angle: str = "eye level"
    movement: str = "static"
    kind: str = "beat"

    @property
    def asked(self) -> bool:
        """Whether the brief itself says how this is seen."""
        return self.kind == "beat" and bool(self.beat.size or self.beat.angle)


_HANDS = (
    r"\b(hands?|fingers?|eyes?|face|feet|foot|boots?|lips|tear|letter|key|ring|photo\w*|button|note|"
    r"knife|phone|screen)\b"
)
_MOVES: tuple[tuple[str, str], ...] = (
    (
        r"\b(run|runs|running|chas|race|races|racing|sprint|flee|bolt|gallop|speed|swerv)",
        "truck right",
    ),
    (
        r"\b(approach|enter|walks? (?:to|towards?|up)|leans? in|comes? closer|draws? near|creep)",
        "dolly in",
    ),
    (
        r"\b(leave|leaves|vanish|disappear|retreat|recede|alone|walks? (?:away|out|off)|exits?)",
        "dolly out",
    ),
    (
        r"\b(rise|rises|climb|stand(?:s)? up|looks? up|soar|lift|launch|flies|fly|takes? off|"
        r"tower)",
        "tilt up",
    ),
    (r"\b(fall|falls|drop|drops|sink|sinks|descend|collapse|looks? down|pours?|rain)", "tilt down"),
    (
        r"\b(look|looks|see|sees|notice|spot|watch|stare|gaze|discover|realis|realiz|turns?)\b",
        "zoom in",
    ),
    (
        r"\b(fight|attack|struggle|crash|explode|tackle|shake|tremble|stumble|panic|crowd)",
        "handheld",
    ),
    (r"\b(dance|spin|twirl|whirl|surround|circle|embrace|kiss)", "orbit"),
    (r"\b(drift|float|glide|stretch|spread|wander|stroll|walk|cross)", "pan right"),
)
_ANGLES: tuple[tuple[str, str], ...] = (
    (r"\b(tower|looms?|giant|hero|stands? over|rears?|roar|victor|triumph|raise|lifts?)", "low"),
    (r"\b(small|tiny|alone|lost|collapse|lies|lying|sleeps?|city|crowd|swarm|maze|herd)", "high"),
    (r"\b(wrong|dizzy|stumble|twist|flicker|panic|scream|crash|drunk|swerv)", "dutch"),
    (r"\b(plate|map|lies|lying|asleep|sleeps|pattern|from above)\b", "overhead"),
    (
        r"\b(talks? to|speaks? to|asks?|answers?|argue|listens?|faces|opposite|across from)",
        "over the shoulder",
    ),
    (
        r"\b(sees|looks (?:at|through|into)|peers?|peeks?|notices|through (?:the|a) (?:window|"
        r"keyhole|door|lens))",
        "point of view",
    ),
)


def plan(beats: list[Beat], wanted: int, wish: Wish, seed: int) -> list[Setup]:
    """Exactly `wanted` set-ups for the beats, in story order."""
    rng = random.Random(seed)
    chosen = chosen_beats(beats, wanted)
    setups = [Setup(beat, beat.subject, beat.action or _shown(beat.subject)) for beat in chosen]
    setups = _covered(setups, wanted)
    setups = _framed(setups, rng)
    setups = _wished(setups, wish)
    return _varied(setups, wish)


def _covered(setups: list[Setup], wanted: int) -> list[Setup]:
    """Add set-ups to beats until there are enough, the richest beats first."""
    lists = [[setup] for setup in setups]
    rounds = 0
    while sum(len(group) for group in lists) < wanted and rounds < 40:
        order = sorted(
            range(len(lists)), key=lambda i: (len(lists[i]), -weight(lists[i][0].beat), i)
        )
        lists[order[0]].append(_another(lists[order[0]]))
        rounds += 1
    return [setup for group in lists for setup in _ordered(group)]


def _another(group: list[Setup]) -> Setup:
    """A further view of a beat: its place, a face, a detail, from behind, from afar."""
    first = group[0]
    beat = first.beat
    used = {setup.kind for setup in group}
    short = short_name(beat.subject)
    doing = first.action.split(", ")[0]
    thing = _object(beat)
    many = is_plural(beat.subject, beat.action)
    if beat.still:
        return _another_still(group)
    options: list[Setup] = []
    if thing:
        options.append(Setup(beat, thing, f"fills the frame as {short} {doing}", kind="insert"))
    if _alive(beat.subject):
        close = "faces" if many else "face"
        options.append(Setup(beat, beat.subject, f"{doing}, close on the {close}", kind="face"))
    where = beat.place
    small = "small in" if where else "small in the frame"
    options.append(Setup(beat, beat.subject, f"{doing}, {small} {where}".strip(), kind="far"))
    options.append(Setup(beat, beat.subject, f"{doing}, seen from behind", kind="behind"))
    options.append(Setup(beat, beat.subject, f"{doing}, in profile", kind="profile"))
    options.append(Setup(beat, beat.subject, f"{doing}, seen from above", kind="above"))
    options.append(Setup(beat, beat.subject, f"{doing}, in detail", kind="detail"))
    fresh = [option for option in options if option.kind not in used]
    return fresh[0] if fresh else replace(options[-1], kind=f"again {len(group)}")


def _another_still(group: list[Setup]) -> Setup:
    """A further view of something that only is there."""
    beat = group[0].beat
    used = {setup.kind for setup in group}
    views = [
        ("far", "small in the frame"),
        ("behind", "turned away from the lens"),
        ("detail", "in close detail"),
        ("profile", "in profile"),
        ("above", "seen from above"),
    ]
    if _alive(beat.subject):
        views.insert(2, ("face", "facing the lens"))
    if scene.is_place(beat.subject):
        views = [
            ("detail", "in close detail"),
            ("above", "seen from above"),
            ("far", "from far away"),
            ("profile", "along its length"),
        ]
    kind, action = next(
        (v for v in views if v[0] not in used), (f"again {len(group)}", "held in the frame")
    )
    return Setup(beat, beat.subject, action, kind=kind)


def _ordered(group: list[Setup]) -> list[Setup]:
    rank = {
        "far": 0,
        "beat": 1,
        "behind": 2,
        "profile": 3,
        "above": 4,
        "face": 5,
        "insert": 6,
        "detail": 7,
    }
    return sorted(group, key=lambda setup: rank.get(setup.kind, 8))


def _object(beat: Beat) -> str:
    """What the action is done to, unless the subject already names it."""
    phrase = thing_in(beat.action)
    head = scene.head_noun(phrase) if phrase else ""
    return "" if not head or head in beat.subject.lower() else definite(phrase)


def _alive(subject: str) -> bool:
    named = known_word(scene.head_noun(subject))
    if is_person(subject):
        return True
    living = ("quadruped", "octopus", "fish", "bird")
    return named is not None and named[0].partition(":")[0] in living


def _shown(subject: str) -> str:
    return "come into view" if is_plural(subject) else "comes into view"


def _framed(setups: list[Setup], rng: random.Random) -> list[Setup]:
    """Give every set-up its size, angle and movement."""
    ladder = ["medium wide", "medium", "medium close-up", "close-up"]
    out: list[Setup] = []
    last_place, step = "\x00", 0
    for index, setup in enumerate(setups):
        words = f"{setup.subject} {setup.action}".lower()
        fresh = scene.place_key(setup.beat.place) != last_place
        last_place = scene.place_key(setup.beat.place)
        step = 0 if fresh else step + 1
        size = ladder[(step - 1 + rng.randrange(2)) % len(ladder)] if step else "wide"
        if setup.beat.place.startswith("inside ") and SIZES.index(size) < SIZES.index("medium"):
            size = "medium"
        if fresh and re.search(
            r"desert|space|sea|ocean|mountain|field|stadium|city|valley|vast|"
            r"endless|"
            r"forest|orbit|planet|reef|dunes|savann",
            f"{setup.beat.place} {words}",
        ):
            size = "extreme wide" if index == 0 else "wide"
        if setup.beat.dialogue:
            size = "medium close-up"
        shown = re.sub(
            r"\b(?:in|with|on|over|under) (?:his|her|their|its|one|both) [\w ]*", "", words
        )
        if re.search(_HANDS, shown) and not fresh:
            size = (
                "extreme close-up"
                if re.search(r"\b(eyes?|ring|key|tear|lips|fingers?)\b", words)
                else "close-up"
            )
        size = _farther(size, _closest(setup))
        size = {
            "far": "extreme wide" if index else "wide",
            "face": "close-up",
            "insert": "extreme close-up",
            "detail": "close-up",
            "behind": "medium wide",
            "above": "wide",
            "profile": "medium close-up",
        }.get(setup.kind, size)
        angle = next((name for pattern, name in _ANGLES if re.search(pattern, words)), "eye level")
        if angle == "point of view" and _alive(setup.subject):
            # Who looks is in the picture; what somebody sees would be the picture.
            angle = "eye level"
        if setup.kind == "beat":
            size, angle = setup.beat.size or size, setup.beat.angle or angle
        if angle == "over the shoulder" and not setup.beat.size:
            size = _farther(size, "medium close-up")
        if setup.kind == "above":
            angle = "overhead"
        elif setup.kind == "behind":
            angle = "over the shoulder" if is_person(setup.subject) else "eye level"
        movement = next((name for pattern, name in _MOVES if re.search(pattern, words)), "static")
        if index == 0 and movement == "static":
            movement = "dolly in"
        if setup.beat.camera:
            movement = _camera_words(setup.beat.camera) or movement
        out.append(replace(setup, size=size, angle=angle, movement=movement))
    if len(out) > 3 and out[-1].size in ("medium", "medium wide"):
        wide = (
            re.search(r"away|leave|vanish|alone|horizon|distance|out\b", out[-1].action) is not None
        )
        size = "wide" if wide else _farther("close-up", _closest(out[-1]))
        out[-1] = out[-1] if out[-1].asked else replace(out[-1], size=size)
    return out


# What takes a whole body, or room around it.
_WHOLE = re.compile(
    r"\b(?:run|walk|race|rac(?:es|ing)|chas|sprint|flee|fight|punch|kick|tackl|wrestl|jump|leap|"
    r"danc|climb|fall|kneel|crawl|crash|dive|throw|rush|slip|hid(?:e|es|ing)|steal|stamps? through|"
    r"stumbl|swing|march|rid(?:e|es|ing)|gallop|push|drag|carr|chase|lies?\b|hug)"
)
_TOGETHER = re.compile(
    r"\b(?:each other|one another|punch\w*|tugs?|hugs?|kiss\w*|hands?|gives?|licks?|grabs?|"
    r"sits? at|talks? to|teach\w*|fac(?:es|ing)|attacks?)\b"
)
_VEHICLES = frozenset(
    "car convertible truck bike motorbike spaceship boat steamer train plane tower house".split()  # noqa: SIM905
)


def _closest(setup: Setup) -> str:
    """The closest size that still shows what is done, and to whom."""
    subject, action = setup.subject.lower(), setup.action.lower()
    if setup.kind != "beat" or re.search(_HANDS, subject):
        return "extreme close-up"
    if _WHOLE.search(action) and not setup.beat.place.startswith("inside "):
        return "medium wide"
    named = known_word(scene.head_noun(setup.subject))
    if named is not None and named[1] >= 1.2 and named[0] in _VEHICLES:
        return "medium wide"
    if is_plural(setup.subject, action) or _TOGETHER.search(action):
        return "medium"
    return "extreme close-up"


def _farther(size: str, limit: str) -> str:
    return SIZES[min(SIZES.index(size), SIZES.index(limit))]


def _camera_words(text: str) -> str:
    low = text.lower()
    table = (
        (r"pull|back|retreat|dolly out", "dolly out"),
        (r"push|in on|toward|closer|dolly|approach", "dolly in"),
        (r"pan\w*.*left", "pan left"),
        (r"pan|sweep", "pan right"),
        (r"tilt\w*.*down", "tilt down"),
        (r"tilt", "tilt up"),
        (r"crane|rise|rising|soar|lift", "crane up"),
        (r"descend|lower", "crane down"),
        (r"orbit|circle|around", "orbit"),
        (r"track|follow|truck|alongside", "truck right"),
        (r"handheld|shak", "handheld"),
        (r"zoom\w* out", "zoom out"),
        (r"zoom", "zoom in"),
    )
    return next((name for pattern, name in table if re.search(pattern, low)), "")


def _wished(setups: list[Setup], wish: Wish) -> list[Setup]:
    """Bend the plan to the director's note."""
    out = list(setups)
    for index, setup in enumerate(out):
        rank = SIZES.index(setup.size) + wish.closer
        size = SIZES[min(6, max(0, rank))]
        if wish.fewer_wides and size in ("extreme wide", "wide") and (index or wish.opening):
            size = "medium wide" if index % 2 else "medium"
        if wish.more_wides and index % 2 == 0:
            size = "extreme wide" if index == 0 else "wide"
        if wish.more_closes and index % 2:
            size = "close-up"
        movement = wish.movement or setup.movement
        if wish.movement and index % 3 == 2 and wish.movement != "static":
            movement = setup.movement
        angle = wish.angle if wish.angle and index % 2 == 0 else setup.angle
        out[index] = replace(setup, size=size, movement=movement, angle=angle)
    if wish.opening and out:
        first = next((setup for setup in out if _alive(setup.beat.subject)), out[0])
        subject = _possessed(wish.opening, first.beat.subject)
        close = re.search(_HANDS, wish.opening) is not None
        opener = replace(
            first,
            subject=subject,
            size="close-up" if close or not scene.is_place(subject) else "wide",
            kind="opening",
            action=f"in close detail, as {short_name(first.beat.subject)} {_doing(first)}",
        )
        out[0] = opener
    if wish.ending and out:
        last = out[-1]
        subject = _possessed(wish.ending, last.beat.subject)
        out[-1] = replace(
            last,
            subject=subject,
            size="close-up",
            kind="ending",
            action=f"in the last image, as {short_name(last.beat.subject)} {_doing(last)}",
        )
    return out


def _doing(setup: Setup) -> str:
    return setup.beat.action or _shown(setup.beat.subject)


def _possessed(words: str, subject: str) -> str:
    owner = re.match(r"(?i)(?:his|her|their|its)\s+(.+)", words)
    if owner and subject:
        short = short_name(subject)
        return f"{short}{'’' if short.endswith('s') else '’s'} {owner[1]}"
    return words


def _varied(setups: list[Setup], wish: Wish) -> list[Setup]:
    """No two neighbours alike, and no size three times running."""
    out: list[Setup] = []
    angles = ["eye level", "low", "high", "eye level", "over the shoulder"]
    moves = ["static", "pan left", "truck left", "handheld", "dolly in", "pan right"]
    for index, setup in enumerate(setups):
        if out and not setup.asked:
            last = out[-1]
            if (len(out) > 1 and last.size == out[-2].size == setup.size) or (
                last.size == setup.size and last.angle == setup.angle
            ):
                rank = SIZES.index(setup.size)
                step = 1 if rank < min(4, SIZES.index(_closest(setup))) else -1
                if not rank:
                    step = 1
                if wish.fewer_wides and rank + step < 2:
                    step = 1
                setup = replace(setup, size=SIZES[rank + step])
            if last.angle == setup.angle != "eye level" and not wish.angle:
                setup = replace(setup, angle=angles[index % len(angles)])
            if last.movement == setup.movement and not wish.movement:
                setup = replace(setup, movement=moves[index % len(moves)])
        out.append(setup)
    return out

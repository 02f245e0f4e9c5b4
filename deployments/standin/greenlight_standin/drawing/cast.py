"""Who and what is in the picture, from the words for subject and action."""

from __future__ import annotations

import re
from dataclasses import replace

from greenlight_standin.drawing.actor import Actor, pose_of
from greenlight_standin.drawing.attire import marks_of
from greenlight_standin.drawing.colour import COLOURS, GARMENTS, own_colour
from greenlight_standin.drawing.identity import heard, identified, listed, shouldered
from greenlight_standin.drawing.meeting import met, ridden
from greenlight_standin.drawing.notes import SIDES
from greenlight_standin.drawing.nouns import (
    acts_like_a_person,
    is_teenager,
    known_word,
    singular_of,
)
from greenlight_standin.drawing.place_words import named_place
from greenlight_standin.drawing.shot import ShotRequest

_COUNTS = {
    "two": 2, "both": 2, "pair": 2, "couple": 2, "twins": 2, "lovers": 2,
    "three": 3, "trio": 3, "four": 4, "five": 5,
    "six": 6, "seven": 7, "several": 4, "few": 3, "some": 3, "many": 7, "group": 5, "family": 4,
    "team": 5, "crew": 4, "crowd": 9, "dozens": 9, "hundreds": 9, "herd": 7, "flock": 7, "pack": 5,
    "swarm": 9, "army": 9, "patrol": 4, "squad": 5, "platoon": 7, "troop": 6, "band": 4, "gang": 4,
    "posse": 4, "mob": 9, "procession": 7, "parade": 8, "audience": 9, "jury": 7, "choir": 8,
    "orchestra": 9, "throng": 9, "queue": 5, "line": 5, "row": 4, "pride": 4, "cattle": 5,
}  # fmt: skip
_PLURALS = {"children": 3, "people": 4, "men": 3, "women": 3, "wolves": 3, "hands": 1, "eyes": 1,
            "fingers": 1, "feet": 1, "trees": 5, "petals": 1, "waves": 1, "boots": 1,
            "shoes": 1}  # fmt: skip
# What is in the air is drawn by weather and light, not by a figure.
_AIR = re.compile(
    r"\b(?:rain|snow|fog|mist|wind|darkness|silence|music|melody|power|nobody|nothing|no-one|moon|moons|sky|"
    r"stars|shadows?|storm|dawn|dusk|night|sound|alarms?|title|thunder|lightning|frost|"
    r"surroundings|frame|mornings?|afternoon|evening|noon|midday|midnight|day|summer|winter|"
    r"spring|autumn|world|place|scene|view)\b"
)
# What has no outline of its own.
_SHAPELESS = {
    "burst": r"flour|powder|dust|ash|ashes|confetti|explosion|sparks|fireworks|shards|debris|"
    r"glitter|sand|feathers|splinters|gravel",
    "cloud": r"smoke|steam|vapou?r|fumes|exhaust",
    "fire": r"fire|flames?|blaze|bonfire|campfire|inferno|embers",
    "splash": r"water|splash|spray|foam|milk|flood|paint|blood|wine|droplets?",
    "beam": r"lights?|sunlight|moonlight|beams?|spotlights?|rays?|sun|floodlights|glow|searchlight|"
    r"headlights|daylight|starlight",
}  # fmt: skip
_ON_HORSEBACK = re.compile(
    r"\b(?:rid(?:e|es|ing)|rode|gallop\w*|canter\w*)\b(?!\s+(?:\w+\s+){0,3}?"
    r"(?:bus|train|tram|lift|elevator|subway|wave|waves|car|escalator|dragon|boat|bike|bicycle))"
)
_FLOWS = re.compile(r"(?:pour|flow|drip|spill|gush|trickl|bubbl|stream)", re.IGNORECASE)
# People that may say what kind of somebody another is ("a robot gardener").
_DESCRIBING = frozenset({"police", "baby", "robot", "ghost", "alien", "zombie", "vampire", "child",
                         "soldier", "samurai", "knight", "clown"})  # fmt: skip
_BODY = {"hands": "hands", "hand": "hands", "fingers": "hands", "eyes": "eyes", "eye": "eyes",
         "face": "face", "feet": "feet", "foot": "feet", "boots": "feet", "boot": "feet",
         "shoes": "feet"}  # fmt: skip
_RIDES = re.compile(
    r"\b(?:on|upon|astride|rid(?:es|ing|e)|rode|mounts?|straddl\w+)\s+(?:\w+\s+){0,3}?"
    r"(bicycle|bike|motorcycle|motorbike|scooter|moped|horse|pony|stallion|mare|unicorn)\b"
)


def cast_of(request: ShotRequest) -> list[Actor]:
    """The actors of a shot, the leading one first; none if the shot is of a place or of the air."""
    request, _ = shouldered(heard(request))
    action = re.sub("“[^”]*”?", "", request.action)
    found = [] if _only_a_place(request.subject) else _led(request, action)
    # What is done is no thing: "tugs at" is no boat, "boxes" are none.
    action = re.sub(r"(?:^|\band\s+)\w+\b(?=\s)", " ", action)
    others = [*listed(request, action), *_find(action, "", limit=5)]
    props = [
        actor
        for actor in others
        if not actor.human
        and all(actor.kind != known.kind and not ridden(actor, known) for known in found)
        and actor.kind
        not in (
            "door",
            "table",
            "tree",
            "house",
            "wave",
            "screen",
            "lamp",
            "crane",
            "tower",
        )
    ]
    extra = [
        a
        for a in _find(SIDES.sub("", request.note), action, limit=2)
        if a.kind not in {known.kind for known in found} and a.name not in request.change.away
    ]
    people_asked = request.change.count
    if people_asked is not None and found:
        lead, *rest = found
        if people_asked == 0:
            found = [a for a in found if not a.human]
        else:
            found = [_with(lead, count=people_asked), *(a for a in rest if not a.human)]
    else:
        props = [*met(request, found, others, action), *props]
    found = [a for a in found if a.name not in request.change.away]
    if request.size == "extreme close-up" and found and found[0].kind not in _BODY.values():
        return found[:1]
    place = named_place(request.setting)
    if place == "vehicle":
        # Whoever sits in it does not see it beside them.
        props = [prop for prop in props if prop.kind not in ("car", "convertible", "truck")]
    if place in ("space", "cockpit"):
        found = [replace(a, kind="spaceship") if a.kind == "steamer" else a for a in found]
    return [*found[:3], *(a for a in extra if not a.human), *props[:1]]


def _only_a_place(subject: str) -> bool:
    """Whether a subject is a place, and nothing in it ("the bridge of a spaceship")."""
    core = re.split(
        r"(?i)\s(?:in|on|at|with|under|near|by|behind|beside|without)\s|[,;:]", subject
    )[0]
    head = re.split(r"(?i)\sof\s", core.strip())[0]
    nouns = re.findall(r"[^\W\d_][\w'-]*", head.lower())
    return bool(nouns) and known_word(nouns[-1]) is None and bool(named_place(head))


def _led(request: ShotRequest, action: str) -> list[Actor]:
    """Who and what the subject names; its first noun leads, known or not."""
    several = re.split(
        r"\s(?:and|&)\s(?=(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|two|three)\b|[A-Z])",
        request.subject,
    )
    if len(several) > 1:
        each = [actor for part in several for actor in _led(replace(request, subject=part), action)]
        people = [actor for actor in each if actor.human]
        return [*people, *(actor for actor in each if not actor.human)]
    return identified(request, _as_told(request, action) or _found(request, action))


def _as_told(request: ShotRequest, action: str) -> list[Actor]:
    """What the references say that a bare name is ("the lemonade (prop: a bottle of lemonade)")."""
    bare = re.sub(r"(?i)^(?:the|an?)\s+", "", request.subject.strip()).lower()
    sheet = next((s for s in request.sheets if s.name.lower() == bare), None)
    if sheet is None or sheet.kind not in ("character", "prop"):
        return []
    told = _find(sheet.about, action, limit=3)
    if sheet.kind == "prop":
        first = next((actor for actor in told if not actor.human), None)
        known = known_word(bare.split()[-1]) if bare else None
        if first is None and known and known[0] != "person":
            return []
        return [replace(first, name=bare) if first else Actor("thing", bare, 1, 0.5)]
    if known_word(bare.split()[-1]) is not None:
        return []
    alive = [actor for actor in told if actor.kind == "person" or ":" in actor.kind]
    return [replace(alive[0], name=bare) if alive else Actor("person", bare, pose=pose_of(action))]


def _found(request: ShotRequest, action: str) -> list[Actor]:
    text = request.subject
    found = _find(text, action, limit=3, more=request.said_of(text))
    core = re.split(
        r"(?i)\s(?:in|on|at|with|of|from|near|by|under|behind|beside|who|that|which|wearing|and)\s|[,;:]",
        text,
    )[0]
    nouns = re.findall(r"[^\W\d_][\w'-]*", core.lower())
    head = nouns[-1] if nouns else ""
    first = _find(core, action, limit=1)
    if head and known_word(head) is None and (not first or acts_like_a_person(head)):
        shapeless = _blown(head, text)
        if shapeless:
            return [shapeless, *found]
        if not named_place(core) and not _AIR.search(core.lower()):
            if re.match(
                r"(?:pour|flow|drip|spill|gush|trickl|bubbl|stream)", action.strip().lower()
            ):
                tint = own_colour(text, head, False)
                return [Actor("splash", head, 1, 1.6, tint=tint), *found]
            stands = _stand_in_for(request, core, nouns, head, action)
            if stands.kind == "person" or not found:
                return [_mounted(stands, found, text), *_left(found, text)]
    elif not head and not found:
        return [Actor("person", "figure", pose=pose_of(action))]
    elif first and first[0].kind == "person":
        lead = _mounted(first[0], [*found, *_find(action, "", limit=4)], f"{text} {action}")
        return [replace(found[0], mount=lead.mount, pose=lead.pose), *_left(found[1:], text)]
    return found


def _blown(head: str, text: str) -> Actor | None:
    kind = shapeless(head)
    return Actor(kind, head, 1, 1.6, tint=own_colour(text, head, False)) if kind else None


def shapeless(word: str) -> str:
    """The kind of what has no outline of its own ("smoke" is a cloud), or ``""``."""
    return next((kind for kind, words in _SHAPELESS.items() if re.fullmatch(words, word)), "")


def _stand_in_for(
    request: ShotRequest, core: str, nouns: list[str], head: str, action: str
) -> Actor:
    """An actor for a noun in no list: who acts like a person is one, a bare name too."""
    article = re.match(r"(?i)(?:an?|the|some|one|two|three)\b", core)
    named = not article and request.subject[:1].isupper() and len(nouns) <= 3
    someone = head in ("one", "ones", "other", "others", "them", "figures", "narrator", "voice")
    if head == "something":
        # What is not told yet is a dark shape of a man's size.
        return Actor("person", "shape", 1, 1.7, pose_of(action), frozenset({"hood"}), (34, 36, 42))
    person = named or someone or acts_like_a_person(head, action)
    several = singular_of(head) != head and not named
    count = _count([*nouns[:-1], head], len(nouns) - 1, plural=several) if nouns else 1
    if person:
        both = len(re.findall(r"(?i)\b(?:and|&)\b", request.subject)) if named else 0
        words = f"{request.subject} {request.said_of(request.subject)}".lower()
        name = request.subject.lower() if named else singular_of(head)
        tint = own_colour(words, "", True)
        one = 1 if someone and head.endswith(("one", "other")) else count
        return Actor("person", name, both + one, 1.7, pose_of(action), marks_of(words), tint)
    name = " ".join(nouns[-2:]) or core
    return Actor("thing", name, count, 0.5, pose_of(action), tint=own_colour(core, head, False))


def _mounted(rider: Actor, others: list[Actor], text: str) -> Actor:
    """The rider on what the words put under him."""
    ride = _RIDES.search(text.lower())
    for other in others if ride else ():
        if ride and other.name == ride[1] and other.kind != "person":
            return replace(rider, mount=replace(other, count=1, pose="run"), pose="ride")
    if re.fullmatch(r"biker|motorcyclist", rider.name) and not re.search(
        r"\bwalk|\bstand|\bsit", text
    ):
        bike = Actor("motorbike", "motorbike", 1, 1.2, pose="run")
        return replace(rider, mount=bike, pose="ride")
    if not ride and _ON_HORSEBACK.search(text.lower()) and not any(o.mount for o in others):
        horse = Actor("quadruped:horse", "horse", 1, 1.9, pose="run")
        return replace(rider, mount=horse, pose="ride")
    return rider


def _left(found: list[Actor], text: str) -> list[Actor]:
    """The rest of a cast without what somebody rides."""
    ride = _RIDES.search(text.lower())
    return [actor for actor in found if not ride or actor.name != ride[1]]


def _find(text: str, action: str, limit: int, more: str = "") -> list[Actor]:
    described = f"{text} {more}"
    words = re.findall(r"[^\W\d_][\w'-]*|\d+", text.lower().replace("’", "'"))
    found: list[Actor] = []
    for index, word in enumerate(words):
        named = known_word(word)
        # "A cat watches" names no watch.
        if word == "watches" or (index and found and _worn(text, word)):
            continue
        if named is None or (index + 1 < len(words) and _compound(word, words[index + 1])):
            continue
        if word in _COUNTS and any(map(known_word, _what_of(words, index))):
            continue
        kind, metres, singular = named
        if kind == "plane" and index and words[index - 1] == "paper":
            kind, metres = "kite", 0.3
        if index and words[index - 1] in ("teddy", "toy", "plush", "stuffed") and ":" in kind:
            kind, metres = "thing", 0.35
        if word in COLOURS and words[index + 1 : index + 2] and words[index + 1] not in _JOINTS:
            continue
        count = _count(words, index, plural=singular != word)
        if kind == "person" and word in _BODY:
            kind = _BODY[word]
            if any(actor.human for actor in found) and kind != "hands":
                continue
            if kind == "hands" and any(actor.kind == "person" for actor in found):
                continue
            # "hands of a woman", "her eyes": the part is the picture, not its owner.
            found = [actor for actor in found if not actor.human]
            count = 1
        elif kind == "person" and any(a.kind in ("hands", "eyes", "face", "feet") for a in found):
            continue
        if kind == "person" and any(a.kind == "person" and a.name == singular for a in found):
            continue
        height = metres * _stature(text.lower(), word)
        if kind == "person" and metres < 1.5:
            height = max(height, 1.0)
        if kind == "person" and metres < 1.5 and is_teenager(described.lower()):
            height = 1.62
        found.append(
            Actor(
                kind,
                singular,
                count,
                height,
                pose_of(action),
                marks_of(described.lower()),
                own_colour(described, word, kind == "person"),
                headgear=own_colour(described, "hat", dressed=False) if kind == "person" else None,
            )
        )
    # "a driver grips the wheel of a car": who acts comes before what is acted on.
    return found[:limit]


# What can follow a colour that is a thing ("an orange from the stall", "her orange scarf").
_JOINTS = frozenset(
    "from in on at to with and of off over under into onto by near while as out away that".split()  # noqa: SIM905
)


def _what_of(words: list[str], index: int) -> list[str]:
    """What a group is said to be made of ("a patrol of armoured sentinels")."""
    return words[index + 2 : index + 5] if words[index + 1 : index + 2] == ["of"] else []


def _worn(text: str, word: str) -> bool:
    """Whether a thing is what somebody has on ("in a black dress")."""
    worn = rf"\b(?:in|wearing|wears|dressed in|with)\s+(?:[\w'-]+\s+){{0,4}}{re.escape(word)}\b"
    return re.fullmatch(GARMENTS, word) is not None and re.search(worn, text.lower()) is not None


def _count(words: list[str], index: int, *, plural: bool) -> int:
    word = words[index]
    if word in _PLURALS:
        base = _PLURALS[word]
    elif word in _COUNTS:
        base = _COUNTS[word]
    else:
        base = 3 if plural else 1
    for before in reversed(words[max(0, index - 4) : index]):
        if before in _COUNTS:
            return _COUNTS[before]
        if before.isdigit() and before in words[max(0, index - 2) : index]:
            return max(1, min(9, int(before)))
        if before in ("a", "an", "one", "lone", "single"):
            return 1 if word not in _COUNTS else base
        if before in ("and", "with"):
            break
    return base


def _compound(word: str, following: str) -> bool:
    """Whether `word` only describes the next one ("car door", "coffee cup", "tree house")."""
    own = known_word(word)
    person = own is not None and own[0] == "person"
    if word in _COUNTS or (person and word not in _DESCRIBING):
        return False
    # "The lighthouse keeper's face" shows no lighthouse.
    return known_word(following.removesuffix("'s")) is not None


def _stature(text: str, word: str) -> float:
    """How much smaller or larger than usual the words make something."""
    before = rf"\s+(?:[\w-]+\s+)?{re.escape(word)}\b"
    if re.search(rf"\b(?:small|little|tiny|toy){before}", text):
        return 0.68
    return 1.4 if re.search(rf"\b(?:giant|gigantic|huge|enormous|colossal){before}", text) else 1.0


def _with(actor: Actor, *, count: int) -> Actor:
    return replace(actor, count=count)

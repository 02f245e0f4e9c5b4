"""A director's choice of set-ups: which beats, how big, from where, moving how."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from greenlight_standin.drawing.nouns import known_word
from greenlight_standin.drawing.shot import SIZES
from greenlight_standin.writing import lexicon as lex
from greenlight_standin.writing import phrases
from greenlight_standin.writing.beats import Beat
from greenlight_standin.writing.director_note import Wish


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


_VIEWS = (
    # kind, action, size, angle: further views of a beat, in the order in which they are added
    ("insert", "fills the frame", "extreme close-up", "eye level"),
    ("face", "close on the face", "close-up", "eye level"),
    ("far", "small in the frame", "wide", "eye level"),
    ("behind", "seen from behind", "medium wide", "over the shoulder"),
    ("profile", "in profile", "medium close-up", "eye level"),
    ("above", "seen from above", "wide", "overhead"),
    ("detail", "in detail", "close-up", "eye level"),
)
_ORDER = ("far", "beat", "behind", "profile", "above", "face", "insert", "detail")
_LADDER = ("medium wide", "medium", "medium close-up", "close-up")
_DETAIL = re.compile(
    r"\b(?:hands?|fingers?|eyes?|face|feet|lips|tear|letter|key|ring|photo|knife)\b"
)
_VAST = re.compile(
    r"desert|space|sea|ocean|mountain|field|stadium|city|valley|vast|endless|forest|orbit|planet|"
    r"reef|dunes|savann"
)
# What takes a whole body, or room around it; and what takes two.
_WHOLE = re.compile(
    r"\b(?:run|walk|race|chas|sprint|flee|fight|punch|kick|leap|jump|danc|climb|fall|kneel|crawl|"
    r"crash|dive|throw|rush|hide|swing|march|ride|gallop|push|drag|carr|lies?\b|raises?\b)"
)
_TOGETHER = re.compile(
    r"\b(?:each other|one another|hugs?|kiss\w*|hands?|gives?|grabs?|sits? (?:at|around)|talks? to|"
    r"looks? at [A-Z]\w+|fac(?:es|ing)|attacks?)\b"
)


def plan(beats: list[Beat], wanted: int, wish: Wish, seed: int) -> list[Setup]:
    """Exactly `wanted` set-ups for the beats, in story order."""
    chosen = _chosen(beats, wanted)
    setups = [Setup(beat, beat.subject, beat.action or _shown(beat.subject)) for beat in chosen]
    framed = _framed(_covered(setups, wanted), random.Random(seed))
    return _varied(_wished(framed, wish), wish)


def _weight(beat: Beat) -> float:
    """How much the story needs a beat."""
    value = 1.5 * bool(beat.dialogue) + 0.6 * (not beat.still) + 4.0 * beat.asked
    value += 0.3 * phrases.is_person(beat.subject) + 1.2 * bool(beat.size)
    return value + min(0.4, len(beat.action.split()) / 20)


def _chosen(beats: list[Beat], wanted: int) -> list[Beat]:
    """The beats there is room for: what one sentence tells of one subject is joined first."""
    over = len(beats) - wanted
    joined: list[Beat] = []
    for beat in beats:
        if over > 0 and joined and _one_breath(joined[-1], beat):
            joined[-1] = replace(joined[-1], action=f"{joined[-1].action} and {beat.action}")
            over -= 1
        else:
            joined.append(beat)
    if len(joined) <= wanted:
        return joined
    if wanted == 1:
        return [max(joined, key=_weight)]
    # First and last stay; between them every stretch of the story gives its strongest beat.
    inner, room = joined[1:-1], wanted - 2
    cuts = [index * len(inner) // room for index in range(room + 1)] if room else []
    kept = [max(inner[a:b], key=_weight) for a, b in itertools.pairwise(cuts)]
    return [joined[0], *kept, joined[-1]]


def _one_breath(first: Beat, then: Beat) -> bool:
    same = (first.source, first.subject, first.place) == (then.source, then.subject, then.place)
    short = len(first.action.split()) + len(then.action.split()) <= 14
    return same and short and not first.dialogue and not then.dialogue and bool(first.action)


def _covered(setups: list[Setup], wanted: int) -> list[Setup]:
    """Add views of beats until there are enough, the richest beats first."""
    groups = [[setup] for setup in setups]
    while sum(map(len, groups)) < wanted:
        group = min(groups, key=lambda g: (len(g), -_weight(g[0].beat)))
        group.append(_another(group))
    return [s for group in groups for s in sorted(group, key=lambda s: _ORDER.index(s.kind))]


def _another(group: list[Setup]) -> Setup:
    """A further view of a beat: its place, a face, a detail, from behind, from afar."""
    beat, doing = group[0].beat, group[0].action.split(", ")[0]
    used = {setup.kind for setup in group}
    thing = phrases.thing_in(beat.action)
    for kind, how, *_ in _VIEWS:
        if kind in used or (kind == "insert" and not thing):
            continue
        if kind in ("face", "behind") and not phrases.is_alive(beat.subject):
            continue
        if kind == "insert":
            subject = re.sub(r"^(?:an?|his|her|its|their)\b", "the", thing)
            return Setup(
                beat, subject, f"{how} as {phrases.short_name(beat.subject)} {doing}", kind=kind
            )
        return Setup(beat, beat.subject, how if beat.still else f"{doing}, {how}", kind=kind)
    return Setup(beat, beat.subject, f"{doing}, held in the frame", kind="detail")


def _shown(subject: str) -> str:
    return "come into view" if phrases.is_plural(subject) else "comes into view"


def _framed(setups: list[Setup], rng: random.Random) -> list[Setup]:
    """Give every set-up its size, angle and movement."""
    views = {kind: (size, angle) for kind, _, size, angle in _VIEWS}
    out: list[Setup] = []
    last_place, step = "\x00", 0
    for index, setup in enumerate(setups):
        words = f"{setup.subject} {setup.action}"
        place = phrases.place_key(setup.beat.place)
        step = 0 if place != last_place else step + 1
        last_place = place
        angle = next(iter(lex.named("angles", words)), "eye level")
        if setup.kind in views:
            size, angle = views[setup.kind]
        else:
            size = setup.beat.size or _size(setup, step, rng, first=index == 0)
        movement = next(iter(lex.named("moves", words)), "dolly in" if not index else "static")
        movement = next(iter(lex.named("camera", setup.beat.camera)), movement)
        out.append(replace(setup, size=size, angle=angle, movement=movement))
    return out


def _size(setup: Setup, step: int, rng: random.Random, *, first: bool) -> str:
    size = _LADDER[(step - 1 + rng.randrange(2)) % len(_LADDER)] if step else "wide"
    if not step and _VAST.search(f"{setup.beat.place} {setup.subject}".lower()):
        size = "extreme wide" if first else "wide"
    if setup.beat.dialogue:
        size = "medium close-up"
    if step and _DETAIL.search(setup.subject.lower()):
        size = "close-up"
    return _farther(size, _closest(setup))


def _closest(setup: Setup) -> str:
    """The closest size that still shows what is done, and to whom."""
    named = known_word(phrases.head_noun(setup.subject))
    big = named is not None and named[0] != "person" and ":" not in named[0] and named[1] >= 1.2
    if _DETAIL.search(setup.subject.lower()):
        return "extreme close-up"
    if _WHOLE.search(setup.action.lower()) or (big and setup.subject.split()[-1] != "door"):
        return "medium wide"
    if phrases.is_plural(setup.subject) or _TOGETHER.search(setup.action):
        return "medium"
    return "extreme close-up"


def _farther(size: str, limit: str) -> str:
    return SIZES[min(SIZES.index(size), SIZES.index(limit))]


def _wished(setups: list[Setup], wish: Wish) -> list[Setup]:
    """Bend the plan to the director's note."""
    out = list(setups)
    for index, setup in enumerate(out):
        size = SIZES[min(6, max(0, SIZES.index(setup.size) + wish.closer))]
        if wish.fewer_wides and size in ("extreme wide", "wide") and (index or wish.opening):
            size = "medium wide" if index % 2 else "medium"
        if wish.more_wides and index % 2 == 0:
            size = "wide" if index else "extreme wide"
        if wish.more_closes and index % 2:
            size = "close-up"
        keeps = wish.movement != "static" and index % 3 == 2
        movement = setup.movement if keeps or not wish.movement else wish.movement
        angle = wish.angle if wish.angle and index % 2 == 0 else setup.angle
        out[index] = replace(setup, size=size, movement=movement, angle=angle)
    alive = next((s for s in out if phrases.is_alive(s.subject)), out[0])
    for at, words, how in (
        (0, wish.opening, "in close detail"),
        (-1, wish.ending, "in the last image"),
    ):
        if words and out:
            out[at] = _instead(out[at] if at else alive, words, how)
    return out


def _instead(setup: Setup, words: str, how: str) -> Setup:
    """What a note wants to begin or to end with."""
    lead = phrases.short_name(setup.beat.subject)
    owned = re.match(r"(?i)(?:his|her|their|its)\s+(.+)", words)
    subject = f"{lead}'s {owned[1]}" if owned and lead else words
    size = "wide" if phrases.is_place(subject) else "close-up"
    action = f"{how}, as {lead} {setup.action}"
    return replace(setup, subject=subject, size=size, kind="beat", action=action)


def _varied(setups: Sequence[Setup], wish: Wish) -> list[Setup]:
    """No two neighbours alike, and no size three times running."""
    out: list[Setup] = []
    moves = ("static", "pan left", "truck left", "handheld", "dolly in", "pan right")
    for index, setup in enumerate(setups):
        if out and not (setup.kind == "beat" and setup.beat.size):
            last = out[-1]
            thrice = len(out) > 1 and last.size == out[-2].size == setup.size
            if thrice or (last.size == setup.size and last.angle == setup.angle):
                rank = SIZES.index(setup.size)
                closer = rank < min(4, SIZES.index(_closest(setup))) or (
                    rank < 3 and wish.fewer_wides
                )
                setup = replace(setup, size=SIZES[rank + 1 if closer or not rank else rank - 1])
            if last.angle == setup.angle != "eye level" and not wish.angle:
                setup = replace(setup, angle="eye level")
            if last.movement == setup.movement and not wish.movement:
                setup = replace(setup, movement=moves[index % len(moves)])
        out.append(setup)
    return out

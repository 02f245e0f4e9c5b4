"""A vision becomes beats: one thing that happens to one subject in one place."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from greenlight_standin.drawing.nouns import known_word
from greenlight_standin.writing import lexicon as lex
from greenlight_standin.writing import scene
from greenlight_standin.writing.clauses import Clause, clauses
from greenlight_standin.writing.clean import Sentence, plain, sentences
from greenlight_standin.writing.directed import directed
from greenlight_standin.writing.memory import Memory, bare, is_plural
from greenlight_standin.writing.whereabouts import under_a_roof

MOST_SENTENCES = 400
_WE_SEE = re.compile(
    r"^(?:(?:then|now|finally|suddenly|here),?\s+)?(?:we\s+(?:see|watch|follow|find|meet|discover|"
    r"open on|start on|begin on|end on|cut to|close on|hear)|there\s+(?:is|are|was|were)|"
    r"(?:open|opens|opening|start|starts|begin|begins|end|ends|close|cut|cuts|fade in|smash cut|"
    r"dissolve|"
    r"back|pan|tilt|zoom|push in|pull back|tracking)\s+(?:on|to|with|in on|up to|down to|over|"
    r"across)|"
    r"(?:wide|close|medium|tracking|establishing|aerial|insert|final|last|first)\s+shots?\s*(?:of|:|on)?|"
    r"close-?ups?\s*(?:of|:|on)?|a shot of|shots? of|es gibt|man sieht|wir sehen|on voit|il y "
    r"a)\s+",
    re.IGNORECASE,
)
_CAMERA = re.compile(r"\b(?:the\s+)?(?:camera|lens|kamera|caméra)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Beat:
    """One thing that happens; `source` is its sentence, `asked` that a director wants it.

    `size` and `angle` are what the sentence itself says of the camera.
    """

    subject: str
    action: str
    place: str
    time: str
    source: str
    dialogue: str = ""
    still: bool = False
    camera: str = ""
    asked: bool = False
    order: int = 0
    size: str = ""
    angle: str = ""


def thing_in(action: str) -> str:
    """What an action is done to, if it is a thing one can see ("opens a red box": "a red box")."""
    pattern = r"\b((?:an?|the|his|her|its|their|two|three)\s+(?:[\w'-]+\s+){0,2}?[\w'-]+)\b"
    for match in re.finditer(pattern, action):
        head = scene.head_noun(match[1])
        named = known_word(head)
        if named is not None and named[0] != "person" and not scene.is_place(match[1]):
            return match[1]
    return ""


def definite(phrase: str) -> str:
    """A thing at its second mention: "an envelope" is "the envelope"."""
    return re.sub(r"^(?:an?|his|her|its|their)\b", "the", phrase)


def read_beats(vision: str, memory: Memory | None = None) -> list[Beat]:
    """The beats of a vision in story order; empty only if it has no words at all.

    `memory` is what pronouns mean that go back to a text before this one.
    """
    memory, place, time = memory or Memory([], []), "", ""
    found: list[Beat] = []
    for sentence in sentences(plain(vision))[:MOST_SENTENCES]:
        if sentence.slug_place:
            place, time = sentence.slug_place, sentence.slug_time or time
            continue
        if lex.META.search(sentence.text) and not sentence.speech:
            continue
        if _CAMERA.match(sentence.text) and found:
            found[-1] = replace(found[-1], camera=sentence.text)
            continue
        time = scene.time_of_day(sentence.text) or time
        found += _of_sentence(sentence, memory, place, time)
        if found:
            place, time = found[-1].place.split(", ")[0] or place, found[-1].time or time
    found = _places_filled(found)
    return [replace(beat, order=index) for index, beat in enumerate(found)]


# Who speaks, as a screenplay says it ("Mara: “We are closed.”"), once the colon is gone.
_CUE = re.compile(r"(?P<who>[^\W\d_a-z][\w'’.-]*(?: [^\W\d_a-z][\w'’.-]*){0,2}):?")


def _of_sentence(sentence: Sentence, memory: Memory, place: str, time: str) -> list[Beat]:
    told = directed(sentence.text)
    beats = _happening(replace(sentence, text=told.text), memory, place, time)
    if not told.said:
        return beats
    over = f"over the shoulder of {told.over}" if told.over else ""
    return [
        replace(beat, size=told.size, angle=told.angle, action=_joined(beat.action, over))
        for beat in beats
    ]


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _happening(sentence: Sentence, memory: Memory, place: str, time: str) -> list[Beat]:
    text = sentence.text
    stripped = _WE_SEE.sub("", text, count=1)
    stripped = re.sub(r"(?i)^(?:and|but|then|so)\s+", "", stripped).strip(" ,")
    time = scene.time_of_day(text) or time
    said = " ".join(sentence.speech)
    if not re.search(r"\w", stripped):
        speaker = memory.person or memory.many or memory.thing
        return [Beat(speaker, "speaks", place, time, said, said)] if said and speaker else []
    cue = _CUE.fullmatch(stripped) if said else None
    if cue:
        speaker = memory.resolve(cue["who"]) or cue["who"]
        memory.note(speaker, "speaks", text)
        return [Beat(speaker, "speaks", place, time, said, said)]
    beats: list[Beat] = []
    for clause in clauses(stripped):
        named = _entered(scene.places(_aimless(clause.text) if place else clause.text), place)
        place = memory.outside if _beside(clause.text, place) else place
        here = [p for p in named if not clause.subject.lower().endswith(p.lower())]
        place = (
            _lower_start((here or named)[-1]) if named else place or scene.any_place(clause.text)
        )
        memory.outside = memory.outside if place.startswith("inside ") else place
        outside = f", {memory.outside}" if place.startswith("inside ") and memory.outside else ""
        beat = _beat(clause, memory, f"{place}{outside}", time, stripped)
        if beat is not None:
            beats.append(beat)
    if said and beats:
        speaking = next((i for i, b in enumerate(beats) if _speaks(b.action)), len(beats) - 1)
        spoken = beats[speaking]
        action = _without_line(spoken.action, said)
        beats[speaking] = replace(spoken, dialogue=said, action=action)
    elif said:
        beats.append(Beat(memory.person or "a voice", "speaks", place, time, text, said))
    return beats


def _aimless(text: str) -> str:
    """A text without where something only heads for."""
    return re.sub(r"(?i)\b(?:towards?|vers)\s", "facing ", text)


def _entered(named: list[str], place: str) -> list[str]:
    """The places that are no mere ground, where one is known already ("lies in the snow")."""
    return [p for p in named if not place or scene.head_noun(p) not in _GROUNDS]


_GROUNDS = frozenset({"snow", "ice", "sand", "grass", "water", "air", "sky", "clouds", "rain"})


def _beside(text: str, place: str) -> bool:
    """Whether something happens outside of the vehicle that the story was in."""
    if not place.startswith("inside "):
        return False
    vehicle = re.escape(scene.head_noun(place.split(", ")[0]))
    near = r"level with|alongside|past|beside|behind|in front of|overtakes?|rams?|hits?"
    return re.search(rf"(?i)\b(?:{near})\s+(?:the|a|his|her|their)\s+{vehicle}\b", text) is not None


def _beat(clause: Clause, memory: Memory, place: str, time: str, source: str) -> Beat | None:
    subject = clause.subject.strip(" ,:")
    if not clause.finite:
        return _still_beat(subject, memory, place, time, source)
    if subject.lower() in ("we", "wir", "nous", "on") or not subject:
        subject = memory.person or memory.thing or memory.many
        if not subject:
            return None
    subject = re.sub(
        r"(?i)^(?:far (?:away|off)|in the distance|outside|inside|nearby|meanwhile|suddenly),?\s+"
        r"(?=\w)", "", subject
    )  # fmt: skip
    weather = _WEATHER.fullmatch(subject)
    if weather and scene.is_place(weather["place"]):
        # "A village street at dusk, snow is falling."
        return _still_beat(weather["place"], memory, place, time, source)
    subject = memory.resolve(subject) or subject
    if subject.lower() in lex.SUBJECT_PRONOUNS:
        people = {"he": "a man", "she": "a woman", "they": "the figures", "i": "the narrator"}
        subject = people.get(subject.lower(), "something")
    subject = _lower_start(subject)
    if bare(subject) and len(subject.split()) == 1 and is_plural(subject, clause.action):
        subject = subject.lower()
    if not re.match(r"(?i)nothing|nobody|no one", subject):
        memory.note(subject, clause.action, source)
    action = clause.action
    if memory.item:
        action = re.sub(r"^(\w+) it\b", rf"\1 {memory.item}", action)
    memory.item = definite(thing_in(action)) or memory.item
    return Beat(subject, action, place, time, source)


_WEATHER = re.compile(
    r"(?P<place>.+?)(?:\s+(?:at|by|in the)\s+\w+)?,\s+(?:\w+\s+)?"
    r"(?:snow|rain|fog|mist|dust|hail|leaves)",
    re.IGNORECASE,
)
# What opens a story before anything is there to be seen.
_HOUR = re.compile(
    r"(?:(?:it is|early|late|high|deep|a|an|the|cold|hot|one|two|three|four|five|six|seven|eight|"
    r"nine|ten|eleven|twelve|\d[\d:]*)\s+)*(?:in the\s+)?(?:dawn|sunrise|mornings?|noon|midday|"
    r"afternoon|evening|sunset|dusk|twilight|night|midnight|golden hour|blue hour|summer|winter|"
    r"spring|autumn|o'clock|[ap]\.?m|rain|snow|fog|storm|thunderstorm|heavy rain|day)\b"
)


def _still_beat(
    text: str, memory: Memory, place: str, time: str, source: str, lone: bool = False
) -> Beat | None:
    """A sentence that only names something: it is shown."""
    words = text.split()
    low = text.lower().strip(" .")
    only_time = scene.time_of_day(low) and len(words) <= 3
    if not words or only_time or not re.search(r"[^\W\d_]{2}", text):
        return None
    lead = re.match(r"(?i)(?:in|on|at|inside|under|im|dans|deep in|somewhere in)\s+(.+)", text)
    if lead and scene.is_place(lead[1].split(",")[0]):
        text = lead[1]
    if _HOUR.match(low) and (where := scene.places(text)[-1:] or [scene.any_place(text)])[0]:
        # "Golden hour on the main street": the street is what is seen.
        text = where[0]
    subject = text if len(words) <= 14 else " ".join(words[:14])
    subject = re.split(r"[,:]\s", subject)[0] if len(subject.split()) > 8 else subject
    if scene.head_noun(subject) in lex.NOT_PLACES and len(words) <= 3:
        return None
    known = known_word(scene.head_noun(subject)) is not None or scene.is_place(subject)
    empty = all(w.lower() in lex.ADVERBS | lex.CONJUNCTIONS | lex.UNCOUNTED for w in words)
    if empty or (len(words) == 1 and not known and not lone):
        return None
    subject = _lower_start(subject.strip(" ,:"))
    if not scene.is_place(subject):
        memory.note(subject, "", source)
    return Beat(subject, "", place, time, source, still=True)


def _places_filled(beats: list[Beat]) -> list[Beat]:
    """Beats before the first named place play there too, unless it is named late."""
    early = beats[: max(2, len(beats) // 2)]
    first = next((beat.place for beat in early if beat.place), "")
    return [_in_the_open(beat if beat.place else replace(beat, place=first)) for beat in beats]


def _in_the_open(beat: Beat) -> Beat:
    """Waves and boats of a story that is told from inside a house are outside of it."""
    at_sea = re.search(
        r"\b(?:waves?|boats?|ships?|trawlers?|ferry|surf|gulls?|whales?)$", beat.subject
    )
    return replace(beat, place="the sea") if at_sea and under_a_roof(beat.place) else beat


def _speaks(action: str) -> bool:
    return re.match(r"(?i)(?:says?|said|asks?|asked|whispers?|shouts?|screams?|answers?|replies|"
                    r"replied|"
                    r"tells?|told|murmurs?|mutters?|calls?|yells?|cries|sagt|flüstert|dit|"
                    r"murmure)\b", action) is not None  # fmt: skip


def _without_line(action: str, said: str) -> str:
    """An action that only introduces speech tells what is said."""
    bare = action.strip(" ,:")
    verb = re.fullmatch(r"(?i)(says?|said|asks?|asked)", bare)
    if verb:
        line = said if len(said) <= 60 else said[:60].rsplit(" ", 1)[0] + " …"
        return f"{bare}: “{line}”"
    return re.sub(r"(?i)^(says?|said)\b", "speaks", bare) or "speaks"


def _lower_start(text: str) -> str:
    first = text.split()[0] if text.split() else ""
    if first.lower() in lex.DETERMINERS or first.lower() in (
        "something",
        "someone",
        "nobody",
        "nothing",
    ):
        return text[:1].lower() + text[1:]
    rest = text.split()[1:2]
    if rest and rest[0][:1].isupper():
        return text
    if first.lower() in lex.UNCOUNTED:
        return text[:1].lower() + text[1:]
    plain_word = known_word(first.lower()) is not None or lex.is_adjective(first.lower())
    return text[:1].lower() + text[1:] if plain_word and not first.isupper() else text

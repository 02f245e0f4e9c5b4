"""A vision becomes beats: one thing that happens to one subject in one place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from greenlight.standin.drawing.nouns import acts_like_a_person, known_word
from greenlight.standin.writing import lexicon as lex
from greenlight.standin.writing import scene
from greenlight.standin.writing.clauses import Clause, clauses
from greenlight.standin.writing.clean import Sentence, plain, sentences

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
    """One thing that happens; `source` is its sentence, `asked` that a director wants it."""

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


@dataclass
class Memory:
    """What pronouns can mean."""

    people: list[tuple[str, str]]
    recent: list[str]
    thing: str = ""
    many: str = ""
    item: str = ""
    known: list[str] = field(default_factory=list)

    def note(self, subject: str, action: str, clause: str) -> None:
        """Remember a subject, with the sex its words tell."""
        self.recent = [*(known for known in self.recent if known != subject), subject][-2:]
        self.known.append(subject)
        if is_plural(subject, action):
            self.many = subject
        elif is_person(subject, action):
            sex = _sex(subject, clause)
            self.people = [known for known in self.people if known[0] != subject]
            self.people.append((subject, sex))
        else:
            self.thing = subject

    @property
    def person(self) -> str:
        """Whoever was spoken of last."""
        return self.people[-1][0] if self.people else ""

    def someone(self, sex: str) -> str:
        """The last person of that sex, or whose sex is unknown."""
        for wanted in (sex, ""):
            for subject, known in reversed(self.people):
                if known == wanted:
                    return subject
        return ""

    def resolve(self, subject: str) -> str:
        """What a pronoun or a second mention stands for."""
        low = subject.lower()
        if low in ("they", "ils", "elles"):
            return self.many or " and ".join(short_name(known) for known in self.recent)
        if low in ("he", "er", "il"):
            return self.someone("m") or self.thing or self.many
        if low in ("she", "sie", "elle"):
            return self.someone("f") or self.many or self.thing
        if low in ("it", "es", "this", "that"):
            return self.thing or self.person or self.many
        if low in ("one of them", "one", "the other", "another", "another of them"):
            several = re.sub(r"(?i)^(?:the|two|three|four|five|some|several)\s+", "", self.many)
            core = re.split(r"\s+(?:in|with|on|at|from)\b|,", several)[0]
            return f"{'another' if 'other' in low else 'one'} of the {core}" if core else subject
        owner = re.match(r"(?i)(his|her|their|its|ihre?|seine?)\s+(\w.*)", subject)
        if owner:
            word = owner[1].lower()
            of = {
                "their": self.many or self.person,
                "its": self.thing or self.person,
                "his": self.someone("m"),
                "her": self.someone("f"),
            }.get(word, self.person)
            if of:
                short = short_name(of)
                return f"{short}{'’' if short.endswith('s') else '’s'} {owner[2]}"
        for known in reversed(self.known):
            if re.search(rf"\b(?:named|called)\s+{re.escape(subject)}$", known):
                return known
        head = scene.head_noun(subject)
        if re.match(r"(?i)the\s", subject) and head != "one":
            for known in (self.thing, self.many, *(name for name, _ in reversed(self.people))):
                if known == self.many and " and " in known:
                    continue
                if known and scene.head_noun(known) == head and len(known) > len(subject):
                    return known
        return subject


def _sex(subject: str, clause: str) -> str:
    words = set(re.findall(r"[^\W\d_]+", subject.lower()))
    if words & lex.FEMALE:
        return "f"
    if words & lex.MALE:
        return "m"
    low = clause.lower()
    his = re.search(r"\b(?:his|himself|him)\b", low) is not None
    hers = re.search(r"\b(?:her|herself|she)\b", low) is not None
    return "m" if his and not hers else "f" if hers and not his else ""


def is_plural(subject: str, action: str = "") -> bool:
    """Whether a noun phrase means several; `action` helps with names that end in s."""
    low = subject.lower()
    if re.search(r"\b(?:and|und|et)\b", low) and not re.search(r"\bof\b|\bin\b", low):
        return True
    head = scene.head_noun(subject)
    if head in lex.PLURALS:
        return True
    if not head.endswith("s") or head.endswith(("ss", "us", "is")) or head in lex.MALE | lex.FEMALE:
        return False
    return not (_bare(subject) and action and action.split()[0].lower() in lex.THIRD)


def is_person(subject: str, action: str = "") -> bool:
    """Whether a noun phrase means a person: a word for one, or a bare name."""
    head = scene.head_noun(subject)
    named = known_word(head)
    if named is not None:
        return named[0] == "person"
    first = subject.split()[0].lower() if subject.split() else ""
    titled = known_word(first)
    if titled is not None and titled[0] == "person":
        return True
    if first in lex.DETERMINERS:
        someone = head == "one" or first == "one"
        return someone or (head not in lex.NO_AGENTS and acts_like_a_person(head, action))
    return _bare(subject) and head not in lex.UNCOUNTED and not scene.is_place(subject)


def _bare(subject: str) -> bool:
    """A capitalised word or two without an article."""
    words = subject.split()
    return (
        0 < len(words) <= 3 and words[0][:1].isupper() and words[0].lower() not in lex.DETERMINERS
    )


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


def short_name(subject: str) -> str:
    """A subject for the second mention: "a lone woman in a red coat" is "the lone woman"."""
    core = re.split(
        r"\s+(?:in|with|on|at|of|from|near|by|who|that|mit|avec|wearing|dressed)\b|,", subject
    )[0]
    return re.sub(r"^(?:an?|one|some)\s+", "the ", core.strip(), flags=re.IGNORECASE)


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
        found += _of_sentence(sentence, memory, place, time)
        if found:
            place, time = found[-1].place or place, found[-1].time or time
    found = _places_filled(found)
    return [replace(beat, order=index) for index, beat in enumerate(found)]


# Who speaks, as a screenplay says it ("Mara: “We are closed.”"), once the colon is gone.
_CUE = re.compile(r"(?P<who>[^\W\d_a-z][\w'’.-]*(?: [^\W\d_a-z][\w'’.-]*){0,2}):?")


def _of_sentence(sentence: Sentence, memory: Memory, place: str, time: str) -> list[Beat]:
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
        named = scene.places(clause.text)
        here = [p for p in named if not clause.subject.lower().endswith(p.lower())]
        place = (
            _lower_start((here or named)[-1]) if named else place or scene.any_place(clause.text)
        )
        beat = _beat(clause, memory, place, time, stripped)
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
    subject = memory.resolve(subject) or subject
    if subject.lower() in lex.SUBJECT_PRONOUNS:
        people = {"he": "a man", "she": "a woman", "they": "the figures", "i": "the narrator"}
        subject = people.get(subject.lower(), "something")
    subject = _lower_start(subject)
    if _bare(subject) and len(subject.split()) == 1 and is_plural(subject, clause.action):
        subject = subject.lower()
    if not re.match(r"(?i)nothing|nobody|no one", subject):
        memory.note(subject, clause.action, source)
    action = clause.action
    if memory.item:
        action = re.sub(r"^(\w+) it\b", rf"\1 {memory.item}", action)
    memory.item = definite(thing_in(action)) or memory.item
    return Beat(subject, action, place, time, source)


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
    return [beat if beat.place else replace(beat, place=first) for beat in beats]


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

"""A vision becomes beats: one thing that happens to one subject in one place.

A sentence is cut where a joint (a comma, "and", "while") stands between two verbs; what comes
before a verb is the subject, and a clause without one goes on with the subject before it.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field, replace

from greenlight_standin.writing import lexicon as lex
from greenlight_standin.writing import phrases, scene
from greenlight_standin.writing.clean import Sentence, plain, sentences

MOST_SENTENCES = 400
_WE_SEE = re.compile(
    r"(?i)^(?:(?:then|now|finally|suddenly|and|but|so),?\s+)*(?:(?:we\s+(?:see|watch|follow|find)|"
    r"there\s+(?:is|are)|(?:open|start|begin|end|close|cut)s?\s+(?:on|to|with))\s+)?"
)
_CAMERA = re.compile(r"(?i)(?:the\s+)?camera\b")
_SIZES = "extreme close-up|medium close-up|close-up|extreme wide|medium wide|wide|medium"
_FRAMED = re.compile(rf"(?i)^(?:an? )?(?P<size>{_SIZES})(?: shot)?\s*(?::|\bof\b|\bon\b)\s+")
_SPEAKS = re.compile(r"(?i)(?:says?|asks?|whispers?|shouts?|answers?|replies|tells?|calls?)\b")
_ABOUT = re.compile(
    r"(?i)\b(?:advert|commercial|trailer|soundtrack|logo|tagline|inspired by|voice-?over)\b|"
    r"^(?:style|mood|tone|look|genre|music)\s*[:=]"
)
_AFTER_VERBS = lex.PREPOSITIONS | lex.DETERMINERS | lex.ADVERBS
_ADVERBIAL = frozenset("back away up down out before inside outside above below behind one".split())  # noqa: SIM905
_TOKEN = re.compile(r"[^\W_]+(?:['\-.][^\W_]+)*'?|[,:()]")


@dataclass(frozen=True)
class Beat:
    """One thing that happens; `source` is its sentence, `asked` that a director wants it.

    `size` is what the sentence itself says of the camera.
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
    size: str = ""


@dataclass
class Told:
    """What a text has told so far: subjects in their fullest words, the latest last."""

    subjects: list[str] = field(default_factory=list)

    def note(self, subject: str) -> None:
        """Remember a subject as the latest."""
        self.subjects = [*(s for s in self.subjects if s != subject), subject]

    def meant(self, subject: str) -> str:
        """Whom words mean: a pronoun the latest subject, "the fox" the red fox of before."""
        low, latest = subject.lower(), self.subjects[-1] if self.subjects else ""
        if not low or low in ("he", "she", "it", "they", "this", "that", "we"):
            return latest
        if latest and (owned := re.match(r"(?i)(?:his|her|their|its)\s+(.+)", subject)):
            return f"{phrases.short_name(latest)}'s {owned[1]}"
        if low.startswith("the "):
            head = phrases.head_noun(subject)
            same = [s for s in reversed(self.subjects) if phrases.head_noun(s) == head]
            return next((s for s in same if len(s) > len(subject)), subject)
        return subject


def read_beats(vision: str, told: Told | None = None) -> list[Beat]:
    """The beats of a vision in story order; empty only if it has no words at all.

    `told` is what a text before this one has told.
    """
    told, place, time = told or Told(), "", ""
    found: list[Beat] = []
    for sentence in sentences(plain(vision))[:MOST_SENTENCES]:
        if sentence.slug_place:
            place, time = sentence.slug_place, sentence.slug_time or time
        elif _CAMERA.match(sentence.text) and found:
            found[-1] = replace(found[-1], camera=sentence.text)
        elif sentence.speech or not _ABOUT.search(sentence.text):
            time = scene.time_of_day(sentence.text) or time
            beats = _of_sentence(sentence, told, place, time)
            place = beats[-1].place if beats else place
            found += beats
    first = next((beat.place for beat in found[: max(2, len(found) // 2)] if beat.place), "")
    return [beat if beat.place else replace(beat, place=first) for beat in found]


def _of_sentence(sentence: Sentence, told: Told, place: str, time: str) -> list[Beat]:
    text = _WE_SEE.sub("", sentence.text, count=1).strip(" ,")
    framed = _FRAMED.match(text)
    text = text[framed.end() :] if framed else text
    said = " ".join(sentence.speech)
    beats: list[Beat] = []
    for subject, action, clause in _clauses(text):
        named = phrases.places(clause)
        here = [p for p in named if action or p != subject] or named
        place = here[-1] if here else place
        beat = _beat(subject, action, told, _lower(place), time, text)
        beats += [replace(beat, size=framed["size"].lower() if framed else "")] if beat else []
    if not said:
        return beats
    if not beats:
        speaker = told.meant("")
        return [Beat(speaker, "speaks", place, time, said, said)] if speaker else []
    at = next((n for n, b in enumerate(beats) if _SPEAKS.match(b.action)), len(beats) - 1)
    beats[at] = replace(beats[at], dialogue=said, still=False, action=_line(beats[at].action, said))
    return beats


def _beat(subject: str, action: str, told: Told, place: str, time: str, source: str) -> Beat | None:
    if not action:
        words = re.split(r"[,:]\s", subject)[0] if len(subject.split()) > 8 else subject
        lead = re.match(r"(?i)(?:in|on|at|inside|under)\s+(.+)", words)
        words = lead[1] if lead and phrases.is_place(lead[1]) else words
        shown = phrases.places(words)
        if scene.time_of_day(words.split(" ")[0]) and shown:
            words = shown[-1]  # "Night in a small kitchen": the kitchen is what is seen
        if scene.time_of_day(words) and len(words.split()) <= 2:
            return None
        if not phrases.is_place(words):
            told.note(_lower(words))
        return Beat(_lower(words), "", place, time, source, still=True)
    meant = _lower(told.meant(_lower(subject)))
    if not meant:
        return None
    if not re.match(r"(?i)nothing|nobody|no one", meant):
        told.note(meant)
    return Beat(meant, action, place, time, source)


def _clauses(sentence: str) -> list[tuple[str, str, str]]:
    """Subject, action and text of each clause; without a verb the sentence is one, of no action."""
    tokens = list(_TOKEN.finditer(sentence))
    words = [token[0] for token in tokens]
    verbs = [at for at in range(len(words)) if _is_verb(words, at)]
    if not verbs:
        whole = sentence.strip(" ,:")
        return [(whole, "", whole)] if re.search(r"[^\W\d_]{2}", sentence) else []
    starts, kept = [0], [verbs[0]]
    for verb in verbs[1:]:
        joints = [at for at in range(kept[-1] + 1, verb) if _joins(words[at])]
        if joints:
            starts.append(joints[-1])
            kept.append(verb)
    found = []
    for (start, verb), end in zip(
        zip(starts, kept, strict=True), [*starts[1:], len(words)], strict=True
    ):
        first = _subject_start(words, start, verb)
        last = end
        while last > verb + 1 and _joins(words[last - 1]):
            last -= 1
        subject = sentence[tokens[first].start() : tokens[verb].start()] if first < verb else ""
        action = sentence[tokens[verb].start() : tokens[last - 1].end()]
        clause = sentence[tokens[start].start() : tokens[last - 1].end()]
        found.append((subject.strip(" ,:"), action.strip(" ,:"), clause.strip(" ,:")))
    return found


def _joins(word: str) -> bool:
    return word in ",:" or word.lower() in lex.CONJUNCTIONS


def _subject_start(words: list[str], start: int, verb: int) -> int:
    """Where the subject begins: what only leads up to it ends with a comma."""
    while start < verb and (_joins(words[start]) or words[start].lower() in lex.ADVERBS):
        start += 1
    commas = [at for at in range(start, verb) if words[at] == ","]
    leads = start < verb and words[start].lower() in lex.PREPOSITIONS
    if leads and not commas:
        for before, at in itertools.pairwise(range(start + 1, verb)):
            word, earlier = words[at].lower(), words[before].lower()
            if word in lex.DETERMINERS and earlier not in lex.PREPOSITIONS:
                return at
    listed = any(words[at].lower() == "and" for at in range(start, verb))
    return commas[-1] + 1 if commas and commas[-1] + 1 < verb and (leads or not listed) else start


def _is_verb(words: list[str], at: int) -> bool:
    word, before = words[at].lower(), words[at - 1].lower() if at else ""
    after = words[at + 1].lower() if at + 1 < len(words) else ""
    inside = before in ("that", "who", "which") or (at > 1 and "that" in words[max(0, at - 3) : at])
    if word in lex.AUXILIARIES:
        return bool(before) and not inside and before not in lex.DETERMINERS
    nominal = before in lex.DETERMINERS or before.endswith("'s") or before in lex.PREPOSITIONS
    if inside or (nominal and before not in _ADVERBIAL):
        return False
    if word in lex.THIRD:
        closes = not after or _joins(after) or after in _AFTER_VERBS or after.endswith("ly")
        return closes and bool(before) if word in lex.MOSTLY_NOUNS else at > 0
    if word in lex.PAST:
        return at > 0 and not _joins(before)
    several = phrases.is_plural(before) or "and" in [w.lower() for w in words[max(0, at - 4) : at]]
    return word in lex.BASE and at > 0 and several and not _joins(before)


def _line(action: str, said: str) -> str:
    """An action that only introduces speech tells what is said."""
    bare = action.strip(" ,:")
    if re.fullmatch(r"(?i)says?|said|asks?|asked", bare):
        line = said if len(said) <= 60 else said[:60].rsplit(" ", 1)[0] + " …"
        return f"{bare}: “{line}”"
    return re.sub(r"(?i)^(?:says?|said)\b", "speaks", bare) or "speaks"


def _lower(text: str) -> str:
    """A phrase as it stands inside of a sentence; names keep their capital."""
    first = text.split()[0].lower() if text.split() else ""
    plain_word = first in lex.DETERMINERS | lex.PRONOUNS or lex.is_adjective(first)
    plain_word = plain_word or re.fullmatch(lex.LIGHT_NOUNS, first) is not None
    named = not plain_word and not phrases.is_place(text) and phrases.is_name(text.split(" ")[0])
    lone = named and " " in text and not (text.split()[1][:1].isupper() or "," in first)
    shouts = len(first) > 1 and text[:2].isupper()
    return text if (named and not lone) or shouts else text[:1].lower() + text[1:]

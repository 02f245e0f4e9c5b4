"""Noun phrases: what they are about, whether they are places, people or several."""

from __future__ import annotations

import re

from greenlight_standin.drawing.nouns import acts_like_a_person, known_word
from greenlight_standin.drawing.place_words import named_place
from greenlight_standin.drawing.weather import SHELTERED
from greenlight_standin.writing import lexicon as lex

_WORD = r"[^\W\d_][\w'-]*"
_JOINT = r"\b(?:" + "|".join(sorted(lex.PREPOSITIONS, key=len, reverse=True)) + r")\b|[,.:;()]"
_PLURALS = frozenset("children people men women police they crowd wolves mice feet".split())  # noqa: SIM905
# Ends of phrases after "in" or "on" that are no place to stand in.
_NO_GROUND = frozenset(
    [
        "snow",
        "ice",
        "sand",
        "grass",
        "water",
        "air",
        "sky",
        "clouds",
        "rain",
        "sun",
        "moon",
        "stars",
        "darkness",
    ]
)
_ROOMY = frozenset("car taxi cab van truck bus boat ship spaceship train plane".split())  # noqa: SIM905
_BUILT = re.compile(r"[a-z]{3,}(?:room|shop|yard|field|house|hall|side)(?<!background)")


def head_noun(phrase: str) -> str:
    """The noun that a phrase is about, lower case ("an old house by the sea": house)."""
    core = re.split(_JOINT, phrase, flags=re.IGNORECASE)[0]
    words = re.findall(_WORD, core.lower()) or re.findall(_WORD, phrase.lower())
    return words[-1] if words else ""


def is_place(phrase: str) -> bool:
    """Whether a noun phrase is a place one can stand in."""
    heads = {head_noun(phrase), head_noun(re.split(r"(?i)\s(?:of|in|on|at)\s", phrase)[0])}
    singular = {head.removesuffix("s") for head in heads}
    return bool((heads | singular) & lex.LOCALES) or any(map(_BUILT.fullmatch, singular))


def places(text: str) -> list[str]:
    """Places that a text names, with their article and adjectives, in order."""
    spatial = "|".join(sorted(lex.SPATIAL, key=len, reverse=True))
    found = []
    opening = _noun_phrase(text)
    if opening and is_place(opening) and head_noun(opening) not in _NO_GROUND:
        found.append(opening)
    for match in re.finditer(rf"\b(?P<how>{spatial})\s+(?=\S)", text, re.IGNORECASE):
        if match["how"].lower() in ("to", "toward", "towards", "under", "above", "up"):
            continue
        phrase = _noun_phrase(text[match.end() :])
        inside = match["how"].lower() in ("in", "inside") and head_noun(phrase) in _ROOMY
        if inside or (is_place(phrase) and head_noun(phrase) not in _NO_GROUND):
            found.append(f"inside {phrase}" if inside else phrase)
    return found


def _noun_phrase(text: str) -> str:
    """The noun phrase a text begins with, "of" included ("the edge of the forest")."""
    piece = re.split(
        r"(?i)\b(?:and|but|while|as|who|which|that|where|is|are|with)\b|[,.:;()]", text
    )[0]
    kept: list[str] = []
    for index, word in enumerate(piece.split()):
        low = word.lower()
        if index and low != "of" and (low in lex.PREPOSITIONS or low in lex.ADVERBS):
            break
        if index and low in lex.THIRD and low not in lex.MOSTLY_NOUNS:
            break
        kept.append(word)
    return " ".join(kept[:8])


def place_key(phrase: str) -> str:
    """What makes two place phrases the same place."""
    words: list[str] = re.findall(_WORD, phrase.lower())
    known = [word for word in words if is_place(word)]
    return (known or words or [""])[-1].removesuffix("s")


def under_a_roof(setting: str) -> bool:
    """Whether no weather falls there."""
    return named_place(setting) in SHELTERED


def is_plural(subject: str) -> bool:
    """Whether a noun phrase means several."""
    if re.search(r"(?i)\band\b", subject):
        return True
    head = head_noun(subject)
    return head in _PLURALS or (head.endswith("s") and not head.endswith(("ss", "us", "is")))


def is_person(subject: str) -> bool:
    """Whether a noun phrase means a person: a word for one, or a bare name."""
    named = known_word(head_noun(subject))
    if named is not None:
        return named[0] == "person"
    return is_name(subject) or acts_like_a_person(head_noun(subject))


def is_name(subject: str) -> bool:
    """Whether a phrase is a capitalised word or two without an article."""
    words = subject.split()
    plain = not words or words[0].lower() in lex.DETERMINERS or is_place(subject)
    return not plain and len(words) <= 3 and all(word[:1].isupper() for word in words)


def is_alive(subject: str) -> bool:
    """Whether a noun phrase means a person or an animal."""
    named = known_word(head_noun(subject))
    return is_person(subject) or (named is not None and ":" in named[0])


def short_name(subject: str) -> str:
    """A subject for the second mention: "a lone woman in a red coat" is "the lone woman"."""
    core = re.split(r"\s(?:in|with|on|at|of|from|near|by|who|that|wearing)\b|,", subject)[0]
    return re.sub(r"(?i)^(?:an?|one|some)\s+", "the ", core.strip())


def thing_in(action: str) -> str:
    """What an action is done to, if it is a thing one can see ("opens a red box": "a red box")."""
    pattern = rf"\b((?:an?|the|his|her|its|their|two|three)\s+(?:{_WORD}\s+){{0,2}}?{_WORD})\b"
    for match in re.finditer(pattern, action):
        named = known_word(head_noun(match[1]))
        if named is not None and named[0] != "person" and not is_place(match[1]):
            return match[1]
    return ""

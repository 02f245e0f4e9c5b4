"""Where and when: places, time of day, light, mood, colours and sounds that a text names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from greenlight_standin.drawing.colour import COLOURS, GARMENTS
from greenlight_standin.writing import lexicon as lex

_WORD = r"[^\W\d_][\w'-]*"
_STOP = re.compile(
    r"\b(?:and|but|while|as|who|which|that|where|when|then|until|before|after|with|without|und|et|"
    r"because|is|are|was|were|has|have|had|looking|holding|wearing)\b|[,.:;()]",
    re.IGNORECASE,
)


_OVERHEAD = frozenset(["moon", "moons", "sky", "stars", "clouds", "sun", "suns", "planet"])
# Vehicles that are another place from within.
_ROOMY = frozenset("car taxi cab van truck bus limousine convertible lorry jeep".split())  # noqa: SIM905
_PREPOSITION = re.compile(
    r"\b(?:" + "|".join(sorted(lex.PREPOSITIONS - {"a"}, key=len, reverse=True)) + r")\b|,",
    re.IGNORECASE,
)


def head_noun(phrase: str) -> str:
    """The noun that a phrase is about, lower case ("an old house by the sea": house)."""
    core = _PREPOSITION.split(phrase)[0]
    words = re.findall(_WORD, core.lower()) or re.findall(_WORD, phrase.lower())
    return words[-1] if words else ""


def places(text: str) -> list[str]:
    """Places that a text names, with their article and adjectives, in order; spots are left out."""
    found: list[tuple[int, str]] = []
    spatial = "|".join(lex.SPATIAL)
    for match in re.finditer(rf"\b(?:{spatial})\s+(?=\S)", text, re.IGNORECASE):
        phrase = _noun_phrase(text[match.end() :])
        phrase = re.sub(r"(?i)^(?:the )?(?:front|back|middle|top|side) of\s+(?=\w)", "", phrase)
        upwards = re.match(r"(?i)under|beneath|above|at|to|towards?|up|past", match[0])
        if upwards and head_noun(phrase) in _OVERHEAD:
            continue
        inside = re.match(r"(?i)in|inside|aboard|im|dans", match[0]) is not None
        if phrase and is_place(phrase, inside=inside):
            aboard = match[0].strip().lower() == "inside" and set(phrase.lower().split()) & _ROOMY
            found.append((match.end(), f"inside {phrase}" if aboard else phrase))
    opening = _noun_phrase(text)
    # "Snow falls" names no place; "in the snow" does.
    falls = head_noun(opening) in ("snow", "ice", "sky", "clouds", "ring", "rings", "court")
    if opening and not falls and is_place(opening) and all(at > 0 for at, _ in found):
        found.append((0, opening))
    return [phrase for _, phrase in sorted(found)]


def any_place(text: str) -> str:
    """A place named without saying that something is in it ("rain hammers the road")."""
    for match in re.finditer(r"(?i)\b(?:the|an?|der|die|das|den|une?|la|le)\s+(?=\w)", text):
        phrase = _noun_phrase(text[match.start() :])
        if is_place(phrase):
            return phrase
    return ""


def _noun_phrase(text: str) -> str:
    """The noun phrase a text begins with, "of" included ("the edge of the forest")."""
    stop = _STOP.search(text)
    piece = text[: stop.start()] if stop else text
    words = piece.split()
    kept: list[str] = []
    for index, word in enumerate(words):
        low = word.lower().strip("'\"")
        if index and low in lex.PREPOSITIONS and low not in ("of", "von", "de", "du", "des"):
            break
        if index and (
            low in lex.SUBJECT_PRONOUNS
            or (
                words[index - 1][0] != low
                and low in lex.BASE
                and words[index - 1].lower().endswith("s")
            )
        ):
            break
        if index and (low in lex.THIRD or low in lex.FOREIGN) and low not in lex.MOSTLY_NOUNS:
            break
        if index and low in ("the", "a", "an") and words[index - 1].lower() not in ("of", "all"):
            break
        if low in lex.ADVERBS or (
            index and low in lex.ING and words[index - 1].lower() not in lex.DETERMINERS
        ):
            break
        kept.append(word)
    phrase = " ".join(kept[:8]).strip(" '\"")
    part, of, whole = phrase.partition(" of ")
    # "the tables of a jazz club" is in the club; "the edge of the forest" is a place of its own.
    return (
        whole
        if of and not _locale(head_noun(part)) and is_place(whole) and part.endswith("s")
        else phrase
    )


def is_place(phrase: str, *, inside: bool = False) -> bool:
    """Whether a noun phrase is a place one can stand in; `inside` lets vehicles count."""
    words = [word.strip("'\"") for word in phrase.lower().split()]
    core = [word for word in words if word not in lex.DETERMINERS]
    if not core or core[-1] in lex.NOT_PLACES:
        return False
    if inside and any(word in lex.VESSELS for word in core):
        return True
    # "a kitchen knife" is no kitchen: the place is the last noun, or stands before "of".
    heads = {head_noun(phrase), core[-1]}
    return any(_locale(head) for head in heads) or _locale(
        re.split(r" of | de ", phrase.lower())[0].split()[-1]
    )


def _locale(word: str) -> bool:
    singular = word[:-1] if word.endswith("s") else word
    if word in lex.LOCALES or singular in lex.LOCALES:
        return True
    return _BUILT.fullmatch(singular) is not None


# "the bookshop", "a boathouse": what a word ends in tells that one can be there.
_BUILT = re.compile(
    r"(?!mushroom|bishop|penthouses?$)[a-z]{3,}(?:room|shop|yard|field|house|hall|quarters|grounds?)"
    r"(?<!background)(?<!foreground)(?<!underground)|[a-z]+(?:hill|country|river|road|lake)side"
)


def place_key(phrase: str) -> str:
    """What makes two place phrases the same place."""
    # "The main street of a western town" is the street.
    core = re.split(r"\s(?:of|in|on)\s", phrase.lower())[0]
    words = [word for word in re.findall(_WORD, core) if _locale(word)]
    words = words or [word for word in re.findall(_WORD, phrase.lower()) if _locale(word)]
    key = words[-1] if words else head_noun(phrase)
    return key[:-1] if key.endswith("s") else key


def time_of_day(text: str) -> str:
    """The time of day a text names, or ``""``."""
    low = text.lower()
    hits = [
        (m.start(), name) for name, pattern in lex.TIMES.items() if (m := re.search(pattern, low))
    ]
    return min(hits)[1] if hits else ""


def mood(text: str, least: int = 1) -> str:
    """The mood most of a text's words speak for, or ``""`` with fewer than `least` of them."""
    low = text.lower()
    counts = {name: len(re.findall(pattern, low)) for name, pattern in lex.MOODS.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] >= least else ""


def light(text: str) -> str:
    """The fullest phrase about light ("flickering fluorescent lights"), or ``""``."""
    pattern = rf"((?:{_WORD}\s+){{0,3}})\b({lex.LIGHT_NOUNS})\b(?!\s+(?:{lex.LIGHT_NOUNS})\b)"
    found = [_light_phrase(m) for m in re.finditer(pattern, text, re.IGNORECASE)]
    return max(found, key=lambda phrase: len(phrase.split()), default="")


_LIT_BY = ("overhead", "street", "desk", "traffic", "stage", "neon", "sodium", "alarm", "emergency",
           "warning", "dawn", "morning", "evening", "candle")  # fmt: skip


def _light_phrase(match: re.Match[str]) -> str:
    kept: list[str] = []
    for word in reversed(match[1].split()):
        low = word.lower()
        if low in lex.DETERMINERS or low in lex.PREPOSITIONS or low in lex.CONJUNCTIONS:
            break
        if low in lex.THIRD or low in lex.AUXILIARIES or low in lex.SUBJECT_PRONOUNS:
            break
        describes = (
            lex.is_adjective(low)
            or low in lex.ING
            or low in COLOURS
            or low in _LIT_BY
            or re.search(r"(?:ed|y|al|en|ing)$", low)
            or re.fullmatch(lex.LIGHT_NOUNS, low)
        )
        if not describes:
            break
        kept.insert(0, word)
    phrase = " ".join([*kept, match[2]]).lower()
    return (
        ""
        if phrase in ("light", "lights", "shadow", "shadows", "sun", "fire", "glow", "beam")
        else phrase
    )


def colours(text: str) -> list[str]:
    """Hex codes and colour words of a text, each once, in order; without those of clothes."""
    bare = re.sub(rf"(?i)\b[^\W\d_]+\s+(?:[\w-]+\s+)?{GARMENTS}\b", " ", text)
    found = re.findall(r"#[0-9a-fA-F]{6}\b|[^\W\d_]+", bare)
    named = [word for word in found if word.startswith("#") or word.lower() in COLOURS]
    return list(dict.fromkeys(word if word.startswith("#") else word.lower() for word in named))


def sounds(text: str) -> list[str]:
    """What would be heard, at most two sounds."""
    low = text.lower()
    return [name for name, pattern in lex.SOUNDS.items() if re.search(pattern, low)][:2]


def first_of(texts: Sequence[str]) -> str:
    """The first text that is not empty."""
    return next((text for text in texts if text), "")

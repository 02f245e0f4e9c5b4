"""What the nouns of a shot mean: people, animals and things that can be drawn."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

_LISTS = tomllib.loads(
    resources.files(__package__).joinpath("nouns.toml").read_text(encoding="utf-8")
)
_OTHERS: dict[str, tuple[str, float]] = {}
"""Word: kind, real height in metres."""

for _line in _LISTS["drawn"].splitlines():
    if _line:
        _kind, _metres, *_words = _line.split()
        _OTHERS.update({word: (_kind, float(_metres)) for word in _words})
_CHILD = re.compile(r"\b(child|children|kid|girl|boy|baby|cub|toddler)s?\b")
_TALL = {"mech": 7.0, "giant": 5.0, "golem": 4.0, "cyclops": 4.5}
_PERSON_WORDS = frozenset(_LISTS["people"].split())
_NO_AGENTS = frozenset(_LISTS["no_agents"].split())
_AGENT = re.compile(
    r"(?:man|woman|men|women|worker|maker|keeper|smith|folk|people|girl|boy|"
    r"[a-z]{2,}(?:ist|ian|eer|ess)|[a-z]{3,}(?:er|or))$"
)
# Only people do these.
_HUMAN_VERBS = re.compile(
    r"(?:argu|speak|said\b|says?\b|whisper|talk|teach|laugh|smil|frown|sigh|nod|shrug|ask|answer|repl|"
    r"shout|yell|mutter|murmur|sing|pray|hug|kiss|greet|salut|wave[sd]?\b|waving|writ|read|cook|bake|"
    r"knead|"
    r"walk|tiptoe|kneel|stroll|hesitat|glanc|stare|gaz|look|watch|wonder|remember|weep|sob|cry|cries|"
    r"march|patrol|sneak|creep|climb|lower|lift|fight|attack|hunt|chas|flee|escap|search|hid(?:e|es|ing)|"
    r"sit\b|sits|grab|steps?\b|enters?\b|leaves?\b|draws?\b|runs?\b|charg|gallop|passes?\b|crosses|"
    r"danc|clap|applaud|wink|gasp|steal|juggl|knock|paint|sketch|type[sd]?\b|dial|practi[sc])",
    re.IGNORECASE,
)

_VESSEL = re.compile(
    r"(?!friend|hard|relation|member|scholar|star|space|owner|leader|champion)[a-z]{3,}(?:boat|ship)"
)


def is_child(text: str) -> bool:
    """Whether a description in small letters is of a child."""
    return _CHILD.search(text) is not None and not is_teenager(text)


def is_teenager(text: str) -> bool:
    """Whether a description in small letters is of somebody half grown, but tall."""
    return (
        re.search(r"\bteen|\b1[4-9]\b|\b(?:four|fif|six|seven|eigh|nine)teen\b", text) is not None
    )


def singular_of(word: str) -> str:
    """A noun without the s of its plural, as far as the ending tells."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("ves") and f"{word[:-3]}f" in _PERSON_WORDS | _OTHERS.keys():
        return word[:-3] + "f"
    if re.search(r"(?:sses|shes|ches|xes)$", word):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def acts_like_a_person(noun: str, action: str = "") -> bool:
    """Whether a noun that is in no list means a person, by its ending or by what it does."""
    single = singular_of(noun)
    if single in _NO_AGENTS or noun in _NO_AGENTS or known_word(noun) is not None:
        return False
    return _AGENT.search(single) is not None or _HUMAN_VERBS.match(action.strip()) is not None


def known_word(word: str) -> tuple[str, float, str] | None:
    """Kind, real height in metres and singular of a word that can be drawn."""
    forms = [word]
    if word.endswith("'s"):
        return None
    if word.endswith("ies"):
        forms.append(word[:-3] + "y")
    if re.search(r"(?:[sxzo]|ch|sh)es$", word):
        forms.append(word[:-2])
    if word.endswith("ves"):
        forms += [word[:-3] + "f", word[:-3] + "fe"]
    if word.endswith("s"):
        forms.append(word[:-1])
    for form in forms:
        if form in _OTHERS:
            kind, metres = _OTHERS[form]
            return kind, metres, form
        if form in _PERSON_WORDS:
            small = _CHILD.search(form) is not None
            return "person", _TALL.get(form, 1.2 if small else 1.7), form
    by_end = _VESSEL.fullmatch(singular_of(word))
    return ("steamer", 6.0, singular_of(word)) if by_end else None

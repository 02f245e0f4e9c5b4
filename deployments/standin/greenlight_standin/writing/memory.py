"""Whom and what a text has spoken of: what its pronouns and second mentions mean."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from greenlight_standin.drawing.nouns import acts_like_a_person, known_word
from greenlight_standin.writing import lexicon as lex
from greenlight_standin.writing import scene


@dataclass
class Memory:
    """What pronouns can mean."""

    people: list[tuple[str, str]]
    recent: list[str]
    thing: str = ""
    many: str = ""
    item: str = ""
    outside: str = ""
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
    # Whom somebody sees tells nothing of who sees: "her" counts where it owns something.
    his = re.search(r"\b(?:his|himself)\b", low) is not None
    owns = rf"\bher\s+(?!(?:{'|'.join(sorted(lex.PREPOSITIONS | lex.CONJUNCTIONS))})\b)[a-z]"
    hers = re.search(rf"\b(?:herself|she)\b|{owns}", low) is not None
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
    return not (bare(subject) and action and action.split()[0].lower() in lex.THIRD)


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
    return bare(subject) and head not in lex.UNCOUNTED and not scene.is_place(subject)


def bare(subject: str) -> bool:
    """A capitalised word or two without an article."""
    words = subject.split()
    return (
        0 < len(words) <= 3 and words[0][:1].isupper() and words[0].lower() not in lex.DETERMINERS
    )


def short_name(subject: str) -> str:
    """A subject for the second mention: "a lone woman in a red coat" is "the lone woman"."""
    core = re.split(
        r"\s+(?:in|with|on|at|of|from|near|by|who|that|mit|avec|wearing|dressed)\b|,", subject
    )[0]
    return re.sub(r"^(?:an?|one|some)\s+", "the ", core.strip(), flags=re.IGNORECASE)

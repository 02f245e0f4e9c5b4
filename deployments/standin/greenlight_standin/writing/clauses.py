"""Who does what: sentences are cut into clauses, clauses into subject and action."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from greenlight_standin.drawing.colour import COLOURS
from greenlight_standin.writing import lexicon as lex

_TOKEN = re.compile(r"[^\W_]+(?:['\-.][^\W_]+)*'?|[,:()]")


# A verb that was taken for a noun: "the baker laughs and", "Deniz leaves and the rain".
_DOES_TOO = re.compile(
    r"(?P<who>(?:[Tt]he|[Aa]n?) .+?|(?!The|An?\b)[A-Z][\w'-]+) "
    r"(?P<does>[a-z-]+s) and ?(?P<other>(?:the|an?) .+)?"
)


@dataclass(frozen=True)
class Clause:
    """A subject and what it does, in the words of the text; `finite` if a verb was found."""

    subject: str
    action: str
    text: str
    finite: bool = True


@dataclass(frozen=True)
class _Word:
    text: str
    low: str
    start: int
    end: int


def clauses(sentence: str) -> list[Clause]:
    """The clauses of one sentence, in order; a sentence without a verb is one clause."""
    words = [_Word(m[0], m[0].lower(), m.start(), m.end()) for m in _TOKEN.finditer(sentence)]
    if not words:
        return []
    verbs = _verbs(words)
    if not verbs:
        return _nominal(sentence, words)
    cuts = [0]
    for left, right in itertools.pairwise(verbs):
        cuts.append(_boundary(words, left, right))
    cuts.append(len(words))
    found: list[Clause] = []
    subject = ""
    for index, verb in enumerate(verbs):
        first, last = cuts[index], cuts[index + 1]
        while first < verb and (words[first].low in lex.CONJUNCTIONS or words[first].text in ",:"):
            first += 1
        while last > verb + 1 and (
            words[last - 1].text in ",:" or words[last - 1].low in lex.CONJUNCTIONS
        ):
            last -= 1
        head = _subject(words, first, verb)
        if head >= verb and not index and words[verb].low in lex.FOREIGN and verb + 1 < last:
            # German and French turn subject and verb round after an adverb.
            shown = sentence[words[verb + 1].start : words[last - 1].end]
            found.append(Clause(shown, "", shown, finite=False))
            continue
        turned = words[head].low in lex.PREPOSITIONS and head < verb and verb + 1 < last
        if turned and words[verb + 1].low in lex.DETERMINERS:
            # "Across the street stands a stranger."
            subject = sentence[words[verb + 1].start : words[last - 1].end]
            lead = sentence[words[head].start : words[verb].start].strip(" ,")
            action = f"{words[verb].text} {lead[0].lower()}{lead[1:]}"
            found.append(
                Clause(subject, action, sentence[words[first].start : words[last - 1].end])
            )
            continue
        said = sentence[words[head].start : words[verb - 1].end] if head < verb else ""
        subject = said.strip(" ,") or subject
        action = sentence[words[verb].start : words[last - 1].end]
        doing = _DOES_TOO.fullmatch(subject)
        if doing and doing["does"] not in lex.THIRD:
            doing = None
        if doing and doing["other"]:
            found.append(Clause(doing["who"], doing["does"], doing[0]))
            subject = doing["other"]
        elif doing:
            subject, action = doing["who"], f"{doing['does']} and {action}"
        if head > first and head <= verb:
            lead = sentence[words[first].start : words[head - 1].end].strip(" ,")
            if lead and not lead.isspace() and len(lead.split()) > 1:
                action = f"{action}, {lead[0].lower() + lead[1:]}"
        found.append(Clause(subject, action, sentence[words[first].start : words[last - 1].end]))
    return found


def _verbs(words: list[_Word]) -> list[int]:
    """Positions of the finite verbs, one for each clause."""
    scored = [(index, _score(words, index)) for index in range(len(words))]
    found: list[tuple[int, int]] = []
    for index, score in scored:
        if score <= 0:
            continue
        if found and not _separable(words, found[-1][0], index):
            # Two verbs without a joint: the stronger carries the clause ("a man dressed in black
            # walks"); of equals the first does ("watches the door open").
            if score > found[-1][1]:
                found[-1] = (index, score)
            continue
        found.append((index, score))
    return [index for index, _ in found]


def _score(words: list[_Word], index: int) -> int:
    word = words[index].low
    before = words[index - 1].low if index else ""
    after = words[index + 1].low if index + 1 < len(words) else ""
    if before in lex.RELATIVE and not (before == "that" and index < 2):
        return 0
    noun = _noun_after_all(words, index - 1)
    if before == "to" or (before in lex.AUXILIARIES and word not in lex.AUXILIARIES and not noun):
        return 0
    if _noun_after_all(words, index):
        return 0
    opens = index == 0 or before in lex.CONJUNCTIONS or before in (",", ":")
    closes = (
        not after
        or after in ",:()"
        or after in lex.DETERMINERS
        or after in lex.PREPOSITIONS
        or after in lex.ADVERBS
        or after in lex.CONJUNCTIONS
        or after in lex.OTHER_PRONOUNS
        or after in lex.SUBJECT_PRONOUNS
        or after.endswith("ly")
    )
    nominal = (
        (before in lex.DETERMINERS and not noun and not _someone(words, index))
        or before.endswith("'s")
        or (before in lex.PREPOSITIONS and before not in _ADVERBIAL)
        # An adjective has its noun after it; before a verb it is a noun ("dawn light falls").
        or (lex.is_adjective(before) and (not closes or word in lex.MOSTLY_NOUNS))
    )
    if word in lex.AUXILIARIES:
        return 4 if index and not nominal else 0
    if word in lex.FOREIGN:
        return 3 if index else 0
    if before in lex.SUBJECT_PRONOUNS and (
        word in lex.THIRD or word in lex.PAST or word in lex.BASE or re.search(r"(?:s|ed)$", word)
    ):
        return 5
    if nominal:
        return 0
    if word in lex.THIRD:
        if opens:
            if before == "," and after == "of":
                # "A bottle stands there, drops of dew on the glass."
                return 0
            apposed = before == "," and _apposed(words, index)
            carried = index and closes and (apposed or _has_verb_before(words, index))
            return 3 if carried else 0
        if word in lex.MOSTLY_NOUNS:
            joined = after in ("and", "or", "of")
            return 2 if closes and not joined and not _later_verb(words, index) else 0
        return 4
    if word in lex.PAST and not opens:
        return 2 if closes else 1
    if word in lex.PAST and opens and index and _has_verb_before(words, index):
        return 2 if closes else 0
    if word in lex.BASE and index:
        both = closes and any(w.low == "and" for w in words[max(1, index - 4) : index - 1])
        return 3 if (_plural(before) or both) and not opens else 0
    if _plural(before) and not opens and closes and after and not _later_verb(words, index):
        closed = lex.ADVERBS | lex.PREPOSITIONS | lex.SUBJECT_PRONOUNS | lex.OTHER_PRONOUNS
        strange = word not in closed | lex.ING and not word.endswith("s")
        if strange and words[index].text.islower() and not lex.is_adjective(word) and index > 1:
            return 1
    unknown = word.endswith("s") and not re.search(r"(?:ss|us|is|'s)$", word) and len(word) > 4
    if unknown and after and not opens and _named_or_determined(words, index):
        if not closes:
            return 1 if not _later_verb(words, index) and word not in lex.MOSTLY_NOUNS else 0
        if after in lex.DETERMINERS or after in lex.POSSESSIVES:
            return 2
        return 1 if not _later_verb(words, index) and after not in ("of", "and", ",") else 0
    return 0


_ADVERBIAL = ("back", "away", "up", "down", "out", "before", "inside", "outside", "above", "below",
              "behind", "opposite")  # fmt: skip


# German and French words for other things.
_ENGLISH_NOUNS = frozenset(
    {"hat", "war", "can", "will", "son", "die", "might", "art", "main", "sage"}
)


def _noun_after_all(words: list[_Word], index: int) -> bool:
    """Whether a word of several languages is an English noun here ("a black hat", "the son")."""
    if index < 1 or words[index].low not in _ENGLISH_NOUNS:
        return False
    earlier = words[index - 1].low
    return (
        earlier in lex.DETERMINERS
        or earlier in COLOURS
        or earlier.endswith("'s")
        or lex.is_adjective(earlier)
        or earlier.endswith("age")
        or (words[index].low == "hat" and earlier in _OF_HATS)
    )


_OF_HATS = frozenset(
    ["woollen", "woolen", "woolly", "wool", "knitted", "straw", "felt", "fur", "leather", "top",
     "bowler", "bobble", "sun", "paper", "party", "hard", "cowboy"]
)  # fmt: skip


def _someone(words: list[_Word], index: int) -> bool:
    """Whether the word before is "one" as a noun ("the older one says", "one of them")."""
    if index < 2 or words[index - 1].low != "one":
        return False
    earlier = words[index - 2].low
    return earlier not in lex.PREPOSITIONS and (
        earlier in lex.DETERMINERS or lex.is_adjective(earlier) or earlier.endswith(("er", "est"))
    )


def _apposed(words: list[_Word], index: int) -> bool:
    """Whether a comma before the verb closes an aside ("the driver, a young woman, swerves")."""
    commas = [at for at in range(index) if words[at].text == ","]
    starts = words[0].low in lex.DETERMINERS or words[0].text[:1].isupper()
    return len(commas) >= 2 and starts and words[0].low not in lex.PREPOSITIONS


def _has_verb_before(words: list[_Word], index: int) -> bool:
    return any(w.low in lex.THIRD or w.low in lex.PAST or w.low in lex.AUXILIARIES
               or w.low in lex.FOREIGN or w.low in lex.BASE for w in words[:index])  # fmt: skip


def _later_verb(words: list[_Word], index: int) -> bool:
    """Whether a plainer verb follows before the next joint."""
    for at in range(index + 1, len(words)):
        low = words[at].low
        if low in (",", ":") or low in lex.CONJUNCTIONS:
            return False
        before = words[at - 1].low
        if before in lex.DETERMINERS or before in lex.PREPOSITIONS:
            continue
        if low in lex.AUXILIARIES or low in lex.FOREIGN:
            return True
        if (low in lex.THIRD or low in lex.BASE or low in lex.PAST) and low not in lex.MOSTLY_NOUNS:
            return True
    return False


def _plural(word: str) -> bool:
    if word in lex.DETERMINERS | lex.PREPOSITIONS | lex.ADVERBS | lex.AUXILIARIES:
        return False
    if re.search(r"(?:people|men|children|folk)$", word):
        return True
    return word in lex.PLURALS or (word.endswith("s") and not word.endswith(("ss", "us", "'s")))


def _named_or_determined(words: list[_Word], index: int) -> bool:
    before = words[index - 1]
    if before.low in lex.DETERMINERS or lex.is_adjective(before.low):
        return False
    if before.text[:1].isupper():
        return True
    return any(w.low in lex.DETERMINERS for w in words[max(0, index - 6) : index - 1])


def _separable(words: list[_Word], left: int, right: int) -> bool:
    return any(
        words[at].low in lex.CONJUNCTIONS or words[at].text in ",:" for at in range(left + 1, right)
    )


def _boundary(words: list[_Word], left: int, right: int) -> int:
    """Where the second of two clauses begins: at the joint that leaves it a whole subject."""
    joints = [
        at for at in range(left + 1, right)
        if words[at].text in ",:" or (words[at].low in lex.CONJUNCTIONS)
    ]  # fmt: skip
    # "the fox and the hare jump": an "and" between two noun phrases before a verb joins subjects,
    # unless something already stands between the first verb and it.
    for at in joints:
        if words[at].low != "and" or at == joints[-1]:
            return at
    return joints[-1]


def _subject(words: list[_Word], first: int, verb: int) -> int:
    """Where the subject begins: what comes before the last comma only leads up to it."""
    commas = [at for at in range(first, verb) if words[at].text in ",:"]
    if commas and _listing(words[first:verb]):
        return first
    if verb > first and words[verb - 1].low in lex.SUBJECT_PRONOUNS:
        return verb - 1
    if commas and commas[-1] == verb - 1:
        return first
    if commas:
        tail = commas[-1] + 1
        inner = words[first].low in lex.PREPOSITIONS or words[first].low in lex.CONJUNCTIONS
        if tail < verb and (inner or (len(commas) == 1 and _fronted(words, first, commas[0]))):
            return tail
    if words[first].low in lex.PREPOSITIONS and not commas:
        for at in range(first + 2, verb):
            opens = words[at].low in lex.DETERMINERS and words[at - 1].low not in lex.PREPOSITIONS
            if opens or words[at].low in lex.SUBJECT_PRONOUNS:
                return at
    while first < verb and (words[first].low in lex.ADVERBS or words[first].low.endswith("ly")):
        first += 1
    return first


def _listing(words: list[_Word]) -> bool:
    """Whether a subject lists several ("Ruth, Omar and Lena")."""
    if not any(w.low in ("and", "und", "et") for w in words[2:]):
        return False
    items: list[list[_Word]] = [[]]
    for word in words:
        if word.text == "," or word.low in ("and", "und", "et"):
            items.append([])
        else:
            items[-1].append(word)
    return len(items) > 2 and all(
        0 < len(item) < 5
        and (item[0].text[:1].isupper() or item[0].low in lex.DETERMINERS)
        and item[0].low not in lex.PREPOSITIONS | lex.ADVERBS | lex.CONJUNCTIONS
        for item in items
        if item
    )


def _fronted(words: list[_Word], first: int, comma: int) -> bool:
    low = words[first].low
    return low in lex.ADVERBS or low.endswith("ly") or low in lex.ING or comma - first <= 2


def _nominal(sentence: str, words: list[_Word]) -> list[Clause]:
    """A sentence without a finite verb: a participle still says what is done."""
    for index, word in enumerate(words):
        free = index and words[index - 1].low not in lex.DETERMINERS | lex.PREPOSITIONS
        if free and word.low in lex.ING and not lex.is_adjective(words[index - 1].low):
            subject = sentence[: words[index - 1].end].strip(" ,")
            if words[index - 1].text in ",:":
                subject = sentence[: words[index - 2].end].strip(" ,") if index > 1 else subject
            if re.search(r"\w", subject):
                place, comma, last = subject.rpartition(", ")
                doing = Clause(last, sentence[word.start :].strip(), sentence)
                if comma and len(place.split()) > 1 and len(last.split()) > 1:
                    return [Clause(place, "", place, finite=False), doing]
                return [Clause(subject, doing.action, sentence)]
    return [Clause(sentence.strip(), "", sentence, finite=False)]

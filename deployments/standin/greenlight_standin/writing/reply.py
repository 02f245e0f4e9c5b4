"""Plain answers: summaries, softer wordings, translations marked as placeholders; JSON likewise."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from greenlight_standin.schema import fit
from greenlight_standin.writing import lexicon as lex

_SUMMARY = re.compile(
    r"\b(?:summari[sz]e|summary|sum up|shorten|condense|logline|tl;?dr|zusammenfass\w*|résum\w*)\b"
)
_SOFTER = re.compile(
    r"\b(?:soften|softer|tone down|milder|gentler|less (?:violent|graphic|explicit)|policy[- ]safe|"
    r"family[- ]friendly|(?:re-?word|rephrase|rewrite)\b.{0,80}\b(?:safe|filter|polic|refus|block))"
)
_TRANSLATION = re.compile(
    r"\b(?i:translat\w+|übersetz\w*|tradui\w*)\b.{0,60}?\b(?:in ?to|to|ins?|auf|en)\s+"
    r"(?P<language>[A-Z][\w-]+|[a-z]{2}(?:-[A-Z]{2})?\b)",
    re.DOTALL,
)
# What a filter stumbles over, and what a storyboard can show instead.
_MILD: tuple[tuple[str, str], ...] = (
    (r"(?:brutally |violently )?(?:kill|murder|slaughter|execute)(s|ed|ing)?", "overpower"),
    (r"stab(?:s|bed|bing)?", "threatens"),
    (r"shoots? (?:at )?(?=him|her|them|the|a)", "aims at "),
    (r"bloody|bloodied|blood-?stained|gory", "dark-stained"),
    (r"blood|gore", "a dark stain"),
    (r"corpses?|dead bod(?:y|ies)|cadavers?", "still figure"),
    (r"(?:a |the )?(?:severed|mutilated|dismembered) \w+", "something under a cloth"),
    (r"guns?|pistols?|rifles?|weapons?|revolvers?", "prop"),
    (r"kni(?:fe|ves)|daggers?|blades?", "tool"),
    (r"naked|nude|undressed", "wrapped in a sheet"),
    (r"screams? in (?:pain|agony|terror)", "cries out"),
    (r"screamed in (?:pain|agony|terror)", "cried out"),
    (r"tortur(?:e|es|ed|ing)", "questions"),
    (r"drugs?|cocaine|heroin", "small packets"),
    (r"explod(?:e|es|ed|ing)|explosions?", "burst of light"),
    (r"punch(?:es|ed|ing)?|beats? up", "pushes"),
)


def write_reply(prompt: str) -> str:
    """What a prompt asks for, as far as it can be told without understanding it."""
    words = " ".join(prompt.split())
    if not words:
        return "(stand-in) The prompt was empty."
    first = re.split(r"(?<=[.!?])\s", words)[0][:200]
    return _done(prompt) or f"(stand-in) I read: {first}"


def write_json(prompt: str, schema: dict[str, Any]) -> Any:
    """A value that follows the normalised schema, its texts taken from the prompt."""
    words = _done(prompt) or " ".join(prompt.split())[:120] or "unspecified"
    return fit(_seed(schema, words), schema, words)


def _done(prompt: str) -> str:
    task, text = _parted(prompt)
    low = task.lower()
    if found := _TRANSLATION.search(task):
        return f"[{found['language']} placeholder] {text}"
    if _SOFTER.search(low):
        return soften(text)
    if _SUMMARY.search(low):
        count = re.search(r"\b(one|two|three|four|five|[1-9])[- ](?:short )?sentences?\b", low)
        named = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
        most = named.get(count[1], 0) or int(count[1]) if count else 2
        limit = re.search(r"\b(\d{1,4}) words\b", low)
        return summarise(text, most, int(limit[1]) if limit else None)
    return ""


def _parted(prompt: str) -> tuple[str, str]:
    """What is to be done, and what with: quoted, after a colon, or on the lines below."""
    quoted = re.search(r"[\"“«](.{2,})[\"”»]", prompt, re.DOTALL)
    if quoted:
        return prompt[: quoted.start()] + prompt[quoted.end() :], " ".join(quoted[1].split())
    head, colon, rest = prompt.partition(":")
    first, line, below = prompt.partition("\n")
    if colon and rest.strip() and "\n" not in head.strip():
        return head, " ".join(rest.split())
    if line and below.strip():
        return first, " ".join(below.split())
    return prompt, " ".join(prompt.split())


def summarise(text: str, most: int, words: int | None = None) -> str:
    """The sentences of a text that share most with the rest of it, in their order."""
    told = [s for s in re.split(r"(?<=[.!?…])\s+", text) if re.search(r"\w", s)]
    plain = lex.DETERMINERS | lex.PREPOSITIONS | lex.AUXILIARIES | lex.CONJUNCTIONS
    plain |= lex.SUBJECT_PRONOUNS | lex.OTHER_PRONOUNS
    heard = [[w for w in re.findall(r"\w+", s.lower()) if w not in plain] for s in told]
    often = Counter(word for sentence in heard for word in set(sentence))
    weight = [
        sum(often[w] for w in set(sentence)) / (len(sentence) ** 0.5 or 1.0) for sentence in heard
    ]
    best = sorted(range(len(told)), key=lambda at: (-weight[at], at))[:most]
    short = " ".join(told[at] for at in sorted(best))
    if words is not None and len(short.split()) > words:
        short = " ".join(short.split()[:words]).rstrip(",;: ") + " …"
    return short


def soften(text: str) -> str:
    """The text with what a filter stumbles over said more mildly; all else stays."""
    for pattern, mild in _MILD:

        def put(match: re.Match[str], mild: str = mild) -> str:
            ending = match[1] or "" if match.re.groups else ""
            ending = "ed" if ending == "d" else ending
            said = mild + ending
            return said[0].upper() + said[1:] if match[0][0].isupper() else said

        text = re.sub(rf"(?i)\b(?:{pattern})\b", put, text)
    return text


def _seed(schema: dict[str, Any], words: str) -> Any:
    """One item in every list, so that the answer has something in it; texts are `words`."""
    if schema.get("type") == "array":
        return [_seed(schema.get("items") or {}, words)]
    if "properties" in schema:
        return {name: _seed(item, words) for name, item in schema["properties"].items()}
    if schema.get("type") == "string" and "enum" not in schema:
        return words
    return None

"""Problems: the faults that pydantic finds, one sentence each, in plain words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from greenlight.production.readable import one_line, plain

MOST_TOLD = 20
_LONGEST_VALUE = 60
_LONGEST_REASON = 300
_LARGEST_NUMBER = 10**20
_EMPTY = "must not be empty"

_NOUNS = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "decimal": "a number",
    "finite": "a number",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "dict": "a mapping of fields",
    "mapping": "a mapping of fields",
    "model": "a mapping of fields",
}
"""What a value must be, by the first word of pydantic's type of problem."""


class Problem(NamedTuple):
    """One wrong value: its place, the place that the sentence is of, and the value, shortened."""

    place: tuple[str | int, ...]
    owner: tuple[str | int, ...]
    value: str
    sentence: str

    @property
    def field(self) -> str:
        """The outermost field; empty where the problem is of the whole."""
        return str(self.place[0]) if self.place else ""

    def __str__(self) -> str:
        where = _words_of(self.owner)
        if not where:
            return self.sentence
        return f"{where}{'' if self.sentence.startswith('is ') else ':'} {self.sentence}"


def sentences(
    error: ValidationError, model: type[BaseModel] | None = None, *, echo: bool = True
) -> str:
    """All problems in one line; `model` gives known names, without `echo` no value is repeated."""
    return "; ".join(str(p) for p in problems(error.errors(include_url=False), model, echo=echo))


def problems(
    errors: Sequence[Mapping[str, Any]],
    model: type[BaseModel] | None = None,
    *,
    echo: bool = True,
) -> list[Problem]:
    """The problems in pydantic's list of details; of more than twenty the last says how many.

    A misspelt name stands in place of the one that is missing, and known names are told once.
    """
    placed = [(error, _known(error["loc"], model)) for error in errors[:MOST_TOLD]]
    meant: dict[tuple[str | int, ...], str] = {}
    for error, place in placed:
        if error["type"] == "extra_forbidden":
            meant[place] = _nearest(str(place[-1]), _fields(model, place[:-1]))
    instead = {(*place[:-1], near) for place, near in meant.items()}
    found: list[Problem] = []
    listed: set[tuple[str | int, ...]] = set()
    for error, place in placed:
        if error["type"] == "extra_forbidden":
            owner = place[:-1]
            hint = f"did you mean {meant[place]!r}?" if meant[place] else ""
            if not hint and owner not in listed and (known := _fields(model, owner)):
                listed.add(owner)
                hint = f"known: {', '.join(known)}"
            said = f"unknown field {shown(str(place[-1]))}" + (f" ({hint})" if hint else "")
            found.append(Problem(place, owner, "", said))
        elif error["type"] != "missing" or place not in instead:
            found.append(_problem(error, place, model, echo=echo))
    if len(errors) > MOST_TOLD:
        found.append(Problem((), (), "", f"and {len(errors) - MOST_TOLD} more"))
    return found


def shown(value: object) -> str:
    """A value in a few characters: texts in quotes, numbers, and of anything larger its kind."""
    match value:
        case str():
            return repr(_shortened(value))
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() if abs(value) >= _LARGEST_NUMBER:
            return "a number of many digits"
        case int() | float() | Decimal():
            return str(value)[:_LONGEST_VALUE]
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return f"a list of {len(value)}"
    return f"a {type(value).__name__}"


def _shortened(text: str) -> str:
    cut = text[: _LONGEST_VALUE + 1]
    clean = one_line(cut)
    return clean if len(cut) <= _LONGEST_VALUE else f"{clean[: _LONGEST_VALUE - 1]}…"


def _problem(
    error: Mapping[str, Any],
    place: tuple[str | int, ...],
    model: type[BaseModel] | None,
    *,
    echo: bool,
) -> Problem:
    given = error.get("input")
    if error["type"] == "union_tag_not_found":
        place = (*place, str(error["ctx"]["discriminator"]).strip("'"))
    if error["type"] in ("missing", "union_tag_not_found"):
        allowed = _choices(model, place)
        said = "is missing" + (f" ({', '.join(allowed)})" if allowed else "")
        return Problem(place, place, "", said)
    if error["type"] == "json_invalid":
        return Problem((), (), "", "invalid JSON")
    reason = _reason(error, model, place)
    of_whole = isinstance(given, (Mapping, BaseModel)) and error["type"] == "value_error"
    if not echo or of_whole or reason == _EMPTY:
        said = reason
    elif isinstance(given, (str, int, float, Decimal)) and not isinstance(given, bool):
        said = f"invalid value {shown(given)} ({reason})"
    else:
        said = f"{shown(given)} is invalid ({reason})"
    value = _shortened(given) if isinstance(given, str) else shown(given)
    return Problem(place, place, value, said)


def _reason(
    error: Mapping[str, Any], model: type[BaseModel] | None, place: tuple[str | int, ...]
) -> str:
    """What is allowed in this place."""
    kind, context = str(error["type"]), error.get("ctx") or {}
    match kind:
        case "greater_than":
            return f"must be greater than {context['gt']}"
        case "greater_than_equal":
            return f"must be at least {context['ge']}"
        case "less_than":
            return f"must be less than {context['lt']}"
        case "less_than_equal":
            return f"must be at most {context['le']}"
        case "literal_error" | "enum":
            return f"allowed: {', '.join(_choices(model, place)) or context['expected']}"
        case "string_too_long":
            return f"at most {context['max_length']:,} characters"
        case "string_too_short" | "too_short" if context["min_length"] == 1:
            return _EMPTY
        case "string_too_short":
            return f"at least {context['min_length']:,} characters"
        case "too_long":
            return f"at most {context['max_length']:,} entries"
        case "too_short":
            return f"at least {context['min_length']:,} entries"
        case "string_pattern_mismatch":
            described = _described(model, place).partition(";")[0]
            return f"must be {described or 'like ' + context['pattern']}"
        case "union_tag_invalid":
            return f"allowed: {context['expected_tags']}".replace("'", "")
    said = (
        str(error.get("msg", "")).removeprefix("Value error, ").removeprefix("Assertion failed, ")
    )
    if kind not in ("value_error", "assertion_error"):
        if noun := _NOUNS.get(kind.split("_")[0]):
            return f"must be {noun}"
        said = re.sub(r"^(?:Input|Value) should", "must", said)
    return plain(said).strip()[:_LONGEST_REASON]


def _words_of(place: Sequence[str | int]) -> str:
    """`references 1: kind` of ("references", 0, "kind")."""
    words: list[str] = []
    for part in place:
        if isinstance(part, int) and words:
            words[-1] += f" {part + 1}"
        else:
            words.append(one_line(str(part)[:_LONGEST_VALUE]))
    return ": ".join(words)


def _nearest(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name[:_LONGEST_VALUE], known, n=1, cutoff=0.5)
    return near[0] if near else ""


def _known(place: Sequence[str | int], model: type[BaseModel] | None) -> tuple[str | int, ...]:
    """The place without the tags of unions and validators, which are in no file."""
    if model is None:
        return tuple(place)
    kept: list[str | int] = []
    for position, part in enumerate(place):
        last = position == len(place) - 1
        named = isinstance(part, str) and part in _fields(model, kept)
        if isinstance(part, int) or named or (last and _fields(model, kept)):
            kept.append(part)
    return tuple(kept)


def _fields(model: type[BaseModel] | None, place: Sequence[str | int]) -> list[str]:
    """The names that a mapping in this place may have."""
    models = _models_at(model, place)
    return list(dict.fromkeys(name for one in models for name in one.model_fields))


def _models_at(model: type[BaseModel] | None, place: Sequence[str | int]) -> list[type[BaseModel]]:
    """The models that a mapping in this place may be of: several in a union."""
    found = [model] if model else []
    for part in place:
        if isinstance(part, str):
            fields = [one.model_fields[part] for one in found if part in one.model_fields]
            found = [inner for field in fields for inner in _models(field.annotation)]
    return found


def _fields_at(model: type[BaseModel] | None, place: Sequence[str | int]) -> list[FieldInfo]:
    names = [part for part in place if isinstance(part, str)]
    owners = _models_at(model, names[:-1])
    return [m.model_fields[names[-1]] for m in owners if names and names[-1] in m.model_fields]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is not Literal:
        for argument in get_args(annotation):
            yield from _models(argument)


def _choices(model: type[BaseModel] | None, place: Sequence[str | int]) -> list[str]:
    """The words that are allowed in this place, if it takes only some."""
    fields = _fields_at(model, place)
    return list(dict.fromkeys(word for field in fields for word in _words(field.annotation)))


def _words(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from (str(word) for word in get_args(annotation) if word != "")
    else:
        for argument in get_args(annotation):
            yield from _words(argument)


def _described(model: type[BaseModel] | None, place: Sequence[str | int]) -> str:
    return next((field.description or "" for field in _fields_at(model, place)), "")

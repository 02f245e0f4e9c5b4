"""What clients hand in, as they mean it: JSON in texts, nulls for what is left out, bookkeeping.

Clients have been seen to send an object as its JSON, null or "null" for an optional argument, and
ids of their own calls beside the arguments. None of that changes what is meant. A name that looks
like a mistyped argument is refused: what it says would be lost without a word.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any

from greenlight.errors import InvalidInput

CHARACTERS = 200_000
"""A brief with all its references has at most about 110,000."""
LEVELS = 12

_FENCE = "```"
_NOTHING = ("null", "None", "undefined")


def within_limits(arguments: Mapping[str, Any]) -> None:
    """Raises InvalidInput for arguments that are too long, or nested too deeply."""
    length = 0
    level: list[Any] = [arguments]
    # Level by level, not by recursion: the nesting is what is not trusted.
    for _ in range(LEVELS):
        below: list[Any] = []
        for value in level:
            if isinstance(value, str):
                length += len(value)
            elif isinstance(value, Mapping):
                length += sum(len(key) for key in value)
                below += value.values()
            elif isinstance(value, list):
                below += value
            length += 1
        if length > CHARACTERS:
            raise InvalidInput(
                f"the arguments come to more than {CHARACTERS:,} characters: hand in less"
            )
        level = below
        if not level:
            return
    raise InvalidInput(f"the arguments are nested more than {LEVELS} levels deep")


def as_meant(arguments: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that a tool of this JSON Schema takes; raises InvalidInput."""
    known: Mapping[str, Any] = schema.get("properties", {})
    required = schema.get("required", ())
    demand_known(arguments, known)
    found: dict[str, Any] = {}
    for name, value in arguments.items():
        if name not in known:
            continue
        wanted = _types(known[name], schema)
        if isinstance(value, str) and "string" not in wanted and wanted & {"object", "array"}:
            value = read_json(value, name)
        blank = isinstance(value, str) and value.strip() in _NOTHING
        if name not in required and (value is None or blank):
            continue
        found[name] = value
    missing = [name for name in required if found.get(name) is None]
    if missing:
        raise InvalidInput(f"missing argument {missing[0]!r} (needed: {', '.join(required)})")
    return found


def demand_known(arguments: Collection[str], known: Collection[str]) -> None:
    """Raises InvalidInput for a name that was probably meant to be another."""
    for name in arguments:
        near = get_close_matches(name.lower(), list(known), n=1, cutoff=0.75)
        if name not in known and near and near[0] not in arguments:
            raise InvalidInput(f"unknown argument {name[:60]!r} (did you mean {near[0]!r}?)")


def read_json(text: str, name: str) -> Any:
    """The value in a text that stands for it, fenced or encoded twice; raises InvalidInput."""
    value: Any = text
    for _ in range(2):
        if not isinstance(value, str):
            break
        try:
            value = json.loads(_unfenced(value))
        except (ValueError, RecursionError):
            raise InvalidInput(
                f"{name}: invalid text {text[:40]!r} (allowed: an object, or its JSON)"
            ) from None
    return value


def without_nulls(value: Any) -> Any:
    """The value without what is null in its objects, which says no more than leaving it out."""
    if isinstance(value, dict):
        return {key: without_nulls(v) for key, v in value.items() if v is not None}
    return [without_nulls(v) for v in value] if isinstance(value, list) else value


def _unfenced(text: str) -> str:
    text = text.strip()
    if not (text.startswith(_FENCE) and text.endswith(_FENCE)):
        return text
    return text.removeprefix(_FENCE).removesuffix(_FENCE).strip().removeprefix("json")


def _types(field: Mapping[str, Any], schema: Mapping[str, Any]) -> set[str]:
    """The JSON types that a field may have."""
    place = field.get("$ref", "")
    if place:
        field = schema.get("$defs", {}).get(place.rpartition("/")[2], {})
    own = field.get("type", [])
    found = {own} if isinstance(own, str) else set(own)
    return found.union(*(_types(one, schema) for one in field.get("anyOf", ())))

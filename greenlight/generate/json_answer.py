"""Read the one JSON object of an answer, also where a model wrote something around it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, TypeVar

Read = TypeVar("Read")

MOST_BRACES = 20
"""So many opening braces that begin no JSON are looked at; what comes after them is not."""

_STRING_OR_LAST_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])', re.DOTALL)


def read_object(text: bytes, read: Callable[[dict[str, Any]], Read]) -> Read:
    """What `read` makes of the one object in the text that it accepts.

    Fences, prose, thoughts and a tail around the object are passed over, and so are commas after
    the last item. Raises ValueError without an object that `read` accepts, and with two that
    differ: nothing says which of them was meant.
    """
    found: list[tuple[dict[str, Any], Read]] = []
    refusal: ValueError | None = None
    for candidate in _objects(text.decode("utf-8-sig")):
        if any(candidate == known for known, _ in found):
            continue
        try:
            found.append((candidate, read(candidate)))
        except ValueError as error:  # pydantic's ValidationError is one
            refusal = refusal or error
    if len(found) > 1:
        raise ValueError(f"the answer holds {len(found)} different objects: give one")
    if found:
        return found[0][1]
    raise refusal or ValueError("the answer holds no JSON object")


def _objects(text: str) -> list[dict[str, Any]]:
    """The objects at the top level of the text, in order."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        whole = None
    if isinstance(whole, dict):
        return [whole]
    if isinstance(whole, str):
        text = whole  # the object was encoded twice
    found, place, misses = [], text.find("{"), 0
    while place >= 0 and misses < MOST_BRACES:
        value, end = _decoded(text, place)
        if value is None:
            misses += 1
        else:
            found.append(value)
        place = text.find("{", end)
    return found


def _decoded(text: str, place: int) -> tuple[dict[str, Any] | None, int]:
    """The object that begins there and where it ends, or None and the next place to look at."""
    rest = text[place:]
    # Blanks in place of the commas, so that every other character stays where it was.
    mended = _STRING_OR_LAST_COMMA.sub(lambda m: " " if m[0] == "," else m[0], rest)
    for spelled in (rest, mended):
        try:
            value, length = json.JSONDecoder().raw_decode(spelled)
        except (ValueError, RecursionError):
            continue
        return value, place + length
    return None, place + 1

"""Discretion: what is shown to somebody who may not see money, without amounts and commands."""

from __future__ import annotations

import re
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from greenlight.access.signature import Signature

HIDDEN = "refused for now: ask the person who gave you the link"
"""What stands for a sentence of which nothing may be said."""

_SPOKEN = frozenset(
    {"flagged", "held", "next", "problem", "releases", "remake", "said", "sentence", "sentences"}
)
"""Fields whose text is ours, or a service's: what people wrote is left as they wrote it."""

_KEPT_BACK = re.compile(r"\$\s?[\d.]|`|\bgreenlight [a-z]|(?<!\w)--[a-z]|^simulated$")
_ASIDE = re.compile(r"\s*\(([^()]*)\)")
_CLAUSE = re.compile(r"(?<=[.!?])\s+|(?<=[;:,])\s+")
T = TypeVar("T")


def shown_to(who: Signature, value: T) -> T:
    """The value as `who` may see it."""
    return value if "costs" in who.rights else cast("T", _without(value))


def words(text: str) -> str:
    """A sentence of ours without the clauses that name an amount or a command."""
    if not _KEPT_BACK.search(text):
        return text
    plain = _ASIDE.sub(lambda found: "" if _KEPT_BACK.search(found[1]) else found[0], text)
    # A backtick opens a command that may hold punctuation of its own.
    plain = re.sub(r"`[^`]*`", "`", plain)
    kept = [clause for clause in _CLAUSE.split(plain) if not _KEPT_BACK.search(clause)]
    return " ".join(kept).strip().rstrip(";:,") or HIDDEN


def _without(value: Any) -> Any:
    if isinstance(value, BaseModel):
        fields = {name: _field(name, getattr(value, name)) for name in type(value).model_fields}
        changed = {n: v for n, v in fields.items() if v is not getattr(value, n)}
        return value.model_copy(update=changed) if changed else value
    if isinstance(value, (tuple, list)):
        found = [_without(one) for one in value]
        same = all(a is b for a, b in zip(found, value, strict=True))
        return value if same else type(value)(found)
    return value


def _field(name: str, value: Any) -> Any:
    if name.endswith("usd"):
        return None
    if name not in _SPOKEN:
        return _without(value)
    if isinstance(value, str):
        return words(value) if value else value
    if isinstance(value, tuple) and value and all(isinstance(one, str) for one in value):
        return tuple(words(one) for one in value)
    return _without(value)

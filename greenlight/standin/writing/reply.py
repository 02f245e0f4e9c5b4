"""Plain answers, and JSON for a schema nobody prepared for."""

from __future__ import annotations

import re
from typing import Any

from greenlight.standin.schema import fit


def write_reply(prompt: str) -> str:
    """A short answer in the prompt's own words."""
    words = " ".join(prompt.split())
    first = re.split(r"(?<=[.!?])\s", words)[0][:200] if words else ""
    return f"(stand-in) I read: {first}" if first else "(stand-in) The prompt was empty."


def write_json(prompt: str, schema: dict[str, Any]) -> Any:
    """A value that follows the normalised schema, its texts taken from the prompt."""
    words = " ".join(prompt.split())[:120] or "unspecified"
    return fit(_seed(schema, words), schema, words)


def _seed(schema: dict[str, Any], words: str) -> Any:
    """One item in every list, so that the answer has something in it."""
    if schema.get("type") == "array":
        return [_seed(schema.get("items") or {}, words)]
    if "properties" in schema:
        return {name: _seed(item, words) for name, item in schema["properties"].items()}
    return None

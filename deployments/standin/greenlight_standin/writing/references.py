"""References of a brief: characters, places, props and styles that shots can name."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE = re.compile(
    r"^\s*[-*•]?\s*(?P<name>[^(:\n]+?)\s*(?:\((?P<kind>[^)]*)\))?\s*(?::\s*(?P<about>.*))?$"
)


@dataclass(frozen=True)
class Reference:
    """One reference; `kind` is character, place, prop, style or empty."""

    name: str
    kind: str
    about: str


def read_references(text: str) -> list[Reference]:
    """The references of lines like ``- Mara (character): tall, red coat``."""
    found = []
    for line in text.splitlines():
        match = _LINE.match(line)
        if match and match["name"].strip() and match["name"].strip().lower() not in ("none", "-"):
            found.append(
                Reference(
                    match["name"].strip(),
                    (match["kind"] or "").strip().lower(),
                    match["about"] or "",
                )
            )
    return found


def matching(references: list[Reference], text: str) -> list[str]:
    """Names of the references that a shot's words call for; styles go for every shot."""
    low = text.lower()
    return [ref.name for ref in references if ref.kind == "style" or _named(ref, low)]


def _named(reference: Reference, low: str) -> bool:
    name = reference.name.lower()
    if re.search(rf"\b{re.escape(name)}\b", low):
        return True
    # "the old lighthouse" is also meant by "lighthouse".
    words = [
        w
        for w in re.findall(r"[^\W\d_]{3,}", name)
        if w not in ("the", "old", "and", "der", "die", "das")
    ]
    return bool(words) and any(re.search(rf"\b{re.escape(word)}s?\b", low) for word in words)

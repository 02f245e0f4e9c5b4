"""Prompts as labelled lines (``Subject: a lone astronaut``), by the list in slots.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib import resources

_SLOTS = tomllib.loads(
    resources.files(__package__).joinpath("slots.toml").read_text(encoding="utf-8")
)
SHOT_LABELS: tuple[str, ...] = (*_SLOTS["shot"], *_SLOTS["attempt"])
SHEET_LABELS: tuple[str, ...] = (*_SLOTS["sheet"], *_SLOTS["attempt"])
BRIEF_LABELS: tuple[str, ...] = tuple(_SLOTS["brief"])
_REPEATABLE = {"note"}


def read_labels(text: str, labels: Iterable[str]) -> dict[str, str]:
    """Split `text` at its label lines; keys are lower case, text before the first label is ``""``.

    A label that comes a second time is text (a vision may contain any line), except notes, which
    are joined.
    """
    alternatives = "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))
    pattern = re.compile(rf"^[ \t]*({alternatives})[ \t]*:[ \t]*(.*)$", re.IGNORECASE)
    found: dict[str, list[str]] = {"": []}
    current = ""
    for line in text.splitlines():
        match = pattern.match(line)
        if match:
            label = match[1].lower()
            if label.endswith(" note"):
                label = "note"  # wherever it stands, it asks for the same
            if label not in found or label in _REPEATABLE:
                current = label
                found.setdefault(current, []).append(match[2])
                continue
        found[current].append(line)
    return {label: "\n".join(lines).strip() for label, lines in found.items()}


def first_line(values: Mapping[str, str], *labels: str) -> str:
    """The first line of the first of `labels` that is there and not empty."""
    for label in labels:
        value = values.get(label, "").strip()
        if value:
            return value.splitlines()[0].strip()
    return ""

"""Prompts as labelled lines: ``Subject: a lone astronaut``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

SHOT_LABELS = (
    "Shot",
    "Size",
    "Angle",
    "Movement",
    "Lens",
    "Subject",
    "Action",
    "Setting",
    "Time",
    "Time of day",
    "Lighting",
    "Mood",
    "Palette",
    "Style",
    "Look",
    "Constraints",
    "Note",
    "Subject note",
    "Setting note",
    "Action note",
    "Camera note",
    "Constraints note",
    "Drawn over",
    "Kind",
    "Description",
    "Story",
    "Before",
    "After",
    "Reason for the retake",
    "Version",
    "Candidate",
    "Seconds",
    "Fps",
    "Aspect ratio",
    "Framing",
    "Dialogue",
    "Sound",
    "References",
    "Rubric",
    "Pictures",
)
SHEET_LABELS = (
    "Name",
    "Subject",
    "Character",
    "Place",
    "Prop",
    "Reference",
    "Kind",
    "Type",
    "Description",
    "About",
    "Views",
    "Style",
    "Look",
    "Palette",
    "Time",
    "Note",
    "Subject note",
    "Setting note",
    "Action note",
    "Camera note",
    "Constraints note",
    "Drawn over",
    "Story",
    "Before",
    "After",
    "Reason for the retake",
    "Version",
    "Candidate",
    "Aspect ratio",
    "Constraints",
)
BRIEF_LABELS = (
    "Title",
    "Vision",
    "Look",
    "References",
    "Shots wanted",
    "Seconds wanted",
    "Aspect ratio",
    "Subjects so far",
    "Note from the director",
    "Scenes",
    "Previous shot list",
    "Your last answer was not valid",
    "Constraints",
    "Languages",
)
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

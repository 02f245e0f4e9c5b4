"""A breakdown held against its screenplay: every scene is there, and nobody says what is not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from greenlight.production.scenes import Excerpt, Scene


def check_scenes(
    rows: Sequence[Mapping[str, Any]], excerpt: Excerpt, also: Iterable[str] = ()
) -> None:
    """Raises ValueError with what is wrong of a model's shots, in words that it can act on.

    `also` is what shots may say besides: a director's note, and lines that people wrote.
    """
    count = len(excerpt.scenes)
    numbers = [int(row.get("sequence", 0)) for row in rows]
    for place, number in enumerate(numbers, 1):
        if not 1 <= number <= count:
            raise ValueError(f"shot {place}: there is no scene {number} (scenes: 1 to {count})")
    if numbers != sorted(numbers):
        raise ValueError("the shots are not in the order of the scenes")
    missing = [n for n in range(1, count + 1) if n not in numbers]
    if missing and len(rows) >= count:
        heading = excerpt.scenes[missing[0] - 1].heading
        raise ValueError(f"scene {missing[0]} ({heading}) has no shot")
    allowed = [_words(text) for text in also]
    for place, row in enumerate(rows, 1):
        scene = excerpt.scenes[int(row["sequence"]) - 1]
        said = str(row.get("dialogue") or "")
        if not _is_said(said, scene, allowed):
            raise ValueError(
                f"shot {place}: {said[:80]!r} is not said in scene {row['sequence']}: quote its "
                "dialogue word for word, or leave it empty"
            )


def _is_said(dialogue: str, scene: Scene, also: Sequence[str]) -> bool:
    spoken = _words(" ".join(speech.text for speech in scene.speeches))
    for piece in _without_names(dialogue, scene.characters):
        words = _words(piece)
        if not any(f" {words} " in f" {text} " for text in (spoken, *also)):
            return False
    return True


def _without_names(dialogue: str, names: Sequence[str]) -> list[str]:
    """What is said in a shot, without who says it: `MARA: Who? JONAS (quietly): Me.`"""
    if not names:
        return [dialogue] if dialogue.strip() else []
    speakers = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    pieces = re.split(rf"(?i)\b(?:{speakers})\s*(?:\([^)]*\))?\s*:", dialogue)
    return [piece for piece in pieces if _words(piece)]


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))

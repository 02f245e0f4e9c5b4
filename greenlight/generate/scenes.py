"""Scenes in the breakdown's prompt: one line for whatever happens or is said, in order.

`* ` begins what is seen and `- NAME (manner): ` what is said, so that no line of a screenplay can
open a slot of its own.
"""

from __future__ import annotations

from typing import Any

from greenlight.production.scenes import Excerpt, Scene, SceneAction, ScenePart


def scene_rules(excerpt: Excerpt | None) -> str:
    """What a breakdown does with sequence numbers, and with dialogue where there are scenes."""
    if excerpt is None:
        return "a new sequence number when the place changes"
    return (
        "sequence is the number of the scene below that the shot belongs to, every scene has at "
        "least one shot and they stay in order; dialogue is quoted from its scene word for word, "
        "in the shot of whoever speaks it, and left empty where nobody speaks"
    )


def scene_limit(excerpt: Excerpt | None) -> dict[str, Any]:
    """The highest sequence number, for the answer's schema."""
    return {} if excerpt is None else {"maximum": len(excerpt.scenes)}


def scene_text(excerpt: Excerpt) -> str:
    """The scenes as lines of a prompt."""
    scenes = (_scene(number, scene) for number, scene in enumerate(excerpt.scenes, 1))
    return "\n".join((f"Scenes: {len(excerpt.scenes)}, from a screenplay", *scenes))


def _scene(number: int, scene: Scene) -> str:
    head = f"Sequence {number}: {_flat(scene.heading)}"
    if scene.time and scene.time.casefold() not in scene.heading.casefold():
        head += f" ({_flat(scene.time)})"
    return "\n".join((head, *(_part(part) for part in scene.parts)))


def _part(part: ScenePart) -> str:
    if isinstance(part, SceneAction):
        return f"* {_flat(part.text)}"
    manner = [m for m in (_flat(part.manner), "unseen" if part.unseen else "") if m]
    how = f" ({'; '.join(manner)})" if manner else ""
    return f"- {_flat(part.character)}{how}: {_flat(part.text)}"


def _flat(text: str) -> str:
    return " ".join(text.split())

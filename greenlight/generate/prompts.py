"""Prompts, composed from data: one labelled line per slot, so that a note lands where it belongs.

Text from briefs, notes and models is flattened to one line per slot: it is data, and can neither
open a slot of its own nor close the list.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from greenlight.production.brief import Brief, Reference
from greenlight.production.records import Attempt, ShotListRecord
from greenlight.production.shots import (
    LONGEST_SECONDS,
    SHORTEST_SECONDS,
    Angle,
    Movement,
    Shot,
    Size,
)

CRITERIA = ("adherence", "composition", "continuity", "identity", "artefacts")


def flat(text: str) -> str:
    """The text on one line."""
    return " ".join(text.split())


def seed_of(*parts: object) -> int:
    """A seed that follows from what is made, so that the same request is the same request."""
    text = "/".join(str(p) for p in parts)
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % 2**31


def _lines(pairs: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"{label}: {flat(text)}" for label, text in pairs if text.strip())


def shown_references(shot: Shot, references: Sequence[Reference]) -> list[Reference]:
    """The brief's references that this shot shows, and its style references."""
    named = {name.casefold() for name in shot.references}
    return [r for r in references if r.name.casefold() in named or r.kind == "style"]


def _slots(shot: Shot, brief: Brief) -> list[tuple[str, str]]:
    style = "; ".join(part for part in (shot.style, brief.look) if part)
    references = "; ".join(
        f"{r.name} ({r.kind}{': ' + r.description if r.description else ''})"
        for r in shown_references(shot, brief.references)
    )
    return [
        ("Shot", shot.id),
        ("Size", shot.size),
        ("Angle", shot.angle),
        ("Movement", shot.movement),
        ("Lens", f"{shot.lens_mm} mm"),
        ("Subject", shot.subject),
        ("Action", shot.action),
        ("Setting", shot.setting),
        ("Time", shot.time_of_day),
        ("Lighting", shot.lighting),
        ("Mood", shot.mood),
        ("Palette", ", ".join(shot.palette)),
        ("Style", style),
        ("References", references),
    ]


def _asked(attempt: Attempt) -> list[tuple[str, str]]:
    return [
        ("Note", attempt.note),
        ("Reason for the retake", attempt.reason or ""),
        ("Version", str(attempt.version)),
    ]


def frame_prompt(attempt: Attempt, brief: Brief, candidate: int) -> str:
    """What a storyboard frame should show."""
    assert attempt.spec is not None
    slots = [
        *_slots(attempt.spec, brief),
        *_asked(attempt),
        ("Candidate", f"{candidate} of {len(attempt.candidates)}"),
        ("Aspect ratio", brief.aspect_ratio),
        ("Constraints", "one picture, no lettering, no watermark, no split screen"),
    ]
    return f"Draw one storyboard frame for pre-visualisation.\n{_lines(slots)}"


def clip_prompt(attempt: Attempt, brief: Brief) -> str:
    """How the approved frame should come to life."""
    assert attempt.spec is not None
    shot = attempt.spec
    sound = shot.sound or "natural room tone, no music"
    slots = [
        *_slots(shot, brief),
        ("Seconds", f"{shot.seconds.normalize():f}"),
        ("Sound", sound),
        ("Dialogue", shot.dialogue or "no dialogue"),
        *_asked(attempt),
        ("Constraints", "one continuous take from the first frame, no cuts, no lettering"),
    ]
    return f"Animate the first frame into one continuous shot.\n{_lines(slots)}"


def rubric_prompt(kind: str, shot: Shot, brief: Brief, note: str) -> str:
    """What a grader is asked about a take."""
    slots = [("Rubric", kind), *_slots(shot, brief), ("Note", note)]
    return (
        "Grade the attached take against the shot that was asked for. For each criterion give a "
        "score from 0 (unusable) to 1 (exactly as asked) and one sentence a director would "
        f"understand.\n{_lines(slots)}"
    )


def rubric_schema() -> dict[str, Any]:
    """The JSON Schema of a rubric's answer."""
    row = {
        "type": "object",
        "properties": {
            "criterion": {"type": "string", "enum": list(CRITERIA)},
            "score": {"type": "number", "minimum": 0, "maximum": 1},
            "reason": {"type": "string"},
        },
        "required": ["criterion", "score", "reason"],
    }
    return {
        "type": "object",
        "properties": {
            "scores": {"type": "array", "items": row, "minItems": 1},
            "summary": {"type": "string"},
        },
        "required": ["scores", "summary"],
    }


def breakdown_prompt(brief: Brief, note: str, previous: ShotListRecord | None, problem: str) -> str:
    """What turns a brief into a shot list; `problem` says why the last answer was not valid."""
    slots = [
        ("Title", brief.title),
        ("Vision", brief.vision),
        ("Look", brief.look),
        ("Shots wanted", str(brief.shots or "")),
        ("Seconds wanted", f"{brief.seconds.normalize():f}" if brief.seconds else ""),
        ("Aspect ratio", brief.aspect_ratio),
    ]
    text = (
        "Break this brief down into a shot list for pre-visualisation. One observable action per "
        f"shot; between {SHORTEST_SECONDS} and {LONGEST_SECONDS} seconds each; a new sequence "
        f"number when the place changes; colours as #rrggbb.\n{_lines(slots)}"
    )
    if brief.references:
        rows = (f"- {flat(r.name)} ({r.kind}): {flat(r.description)}" for r in brief.references)
        text += "\nReferences:\n" + "\n".join(rows)
    if note:
        text += f"\nNote from the director: {flat(note)}"
    if previous is not None:
        shots = [s.model_dump(mode="json", exclude_defaults=True) for s in previous.shots]
        text += f"\nPrevious shot list: {json.dumps(shots, ensure_ascii=False)}"
    if problem:
        text += f"\nYour last answer was not valid: {flat(problem)}"
    return text


def breakdown_schema(brief: Brief) -> dict[str, Any]:
    """The JSON Schema of a breakdown's answer."""
    text = {"type": "string"}
    names = [r.name for r in brief.references]
    reference: dict[str, Any] = {"type": "string", "enum": names} if names else text
    shot = {
        "sequence": {"type": "integer", "minimum": 1},
        "subject": text,
        "action": text,
        "setting": text,
        "time_of_day": text,
        "lighting": text,
        "mood": text,
        "palette": {"type": "array", "items": text, "maxItems": 6},
        "style": text,
        "size": {"type": "string", "enum": list(Size.__args__)},  # type: ignore[attr-defined]
        "angle": {"type": "string", "enum": list(Angle.__args__)},  # type: ignore[attr-defined]
        "movement": {"type": "string", "enum": list(Movement.__args__)},  # type: ignore[attr-defined]
        "lens_mm": {"type": "integer", "minimum": 8, "maximum": 400},
        "dialogue": text,
        "sound": text,
        "seconds": {
            "type": "number",
            "minimum": float(SHORTEST_SECONDS),
            "maximum": float(LONGEST_SECONDS),
        },
        "references": {"type": "array", "items": reference, "maxItems": 10 if names else 0},
    }
    required = ["subject", "action", "setting", "size", "angle", "movement", "seconds"]
    return {
        "type": "object",
        "properties": {
            "logline": text,
            "shots": {
                "type": "array",
                "minItems": 1,
                "maxItems": 60,
                "items": {"type": "object", "properties": shot, "required": required},
            },
        },
        "required": ["logline", "shots"],
    }

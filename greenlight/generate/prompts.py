"""Prompts, composed from data: one labelled line per slot, so that a note lands where it belongs.

Text from briefs, notes and models is flattened to one line per slot: it is data, and can neither
open a slot of its own nor close the list.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from greenlight.generate.rubric import rubric_for
from greenlight.production.brief import Brief, Reference, ReferenceKind
from greenlight.production.context import ContextPack, Neighbour
from greenlight.production.framing import Framing
from greenlight.production.names import parse_take
from greenlight.production.readable import one_line
from greenlight.production.records import Reason, ShotListRecord
from greenlight.production.scenes import Excerpt, SceneAction, ScenePart
from greenlight.production.shots import (
    LONGEST_SECONDS,
    SHORTEST_SECONDS,
    Angle,
    Movement,
    Shot,
    Size,
)

SHEET_ASPECT = "16:9"

NOTE_SLOTS: Mapping[Reason, str] = {
    "identity": "subject",
    "anatomy": "subject",
    "continuity": "setting",
    "axis": "camera",
    "lens": "camera",
    "text": "constraints",
    "policy": "constraints",
    "story": "action",
    "other": "",
}
"""The slot that a retake's note is about, by its reason."""

SUBJECTS = 12
"""How many characters, places and props a breakdown may add to the brief's."""

_DRAWN_OVER = (
    "the last picture is the take that was turned down, with lines that a person drew on it: make "
    "what they show, and leave the lines themselves out"
)

TURNED_DOWN = 5
REPEATED_LIMIT = 300
"""How many words that were said before a prompt repeats, and how long each may be."""

_GRADED: Mapping[str, str] = {
    "frame": "the take",
    "clip": "stills of the take in their order",
}
_SHEETS: Mapping[ReferenceKind, str] = {
    "character": "one character, full figure from the front, three-quarter and side, and the face, "
    "on a plain ground",
    "place": "one place, empty, in a wide establishing view",
    "prop": "one prop, whole, from two sides, on a plain ground",
    "style": "a swatch of the style",
}


def seed_of(*parts: object) -> int:
    """A seed that follows from what is made, so that the same request is the same request."""
    text = "/".join(str(p) for p in parts)
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % 2**31


SLOTS: Mapping[str, Any] = tomllib.loads(
    Path(__file__).with_name("slots.toml").read_text(encoding="utf-8")
)
"""The labels of slots, with a version; the stand-in reads prompts by a copy of this list."""

_LABELS = frozenset(
    label for kind in ("shot", "sheet", "attempt", "brief") for label in SLOTS[kind]
)


def _lines(pairs: Iterable[tuple[str, str]]) -> str:
    pairs = tuple(pairs)
    assert {label for label, _ in pairs} <= _LABELS, "a label is missing in slots.toml"
    return "\n".join(f"{label}: {one_line(text)}" for label, text in pairs if text.strip())


def _slots(shot: Shot, look: str, shown: Iterable[Reference]) -> list[tuple[str, str]]:
    own = "" if shot.style in look else shot.style
    style = "; ".join(part for part in (own, look) if part)
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
        ("References", _told(shown)),
    ]


def _told(references: Iterable[Reference]) -> str:
    return "; ".join(
        f"{r.name} ({r.kind}{': ' + r.description if r.description else ''})" for r in references
    )


def _asked(pack: ContextPack, *, drawn: bool) -> list[tuple[str, str]]:
    """What this attempt is asked for beyond the spec; a note stands in the slot that it is about.

    `drawn` says that what somebody drew on the take before goes along.

    What the shots beside it show is told where continuity is the point: in every prompt it would
    make a change to one shot a change to the requests of its neighbours.
    """
    slot = NOTE_SLOTS[pack.reason] if pack.reason else ""
    asked = [
        (f"{slot} note".strip().capitalize(), pack.note),
        ("Drawn over", _DRAWN_OVER if pack.drawn_over and drawn else ""),
        ("Reason for the retake", pack.reason or ""),
        ("Version", str(parse_take(pack.take).version)),
    ]
    if pack.reason in ("continuity", "axis"):
        asked += [("Before", _beside(pack.before)), ("After", _beside(pack.after))]
    return asked


def _beside(neighbour: Neighbour | None) -> str:
    if neighbour is None:
        return ""
    told = (neighbour.subject, neighbour.action, neighbour.setting)
    return short(f"{neighbour.size}, {neighbour.angle}: " + "; ".join(t for t in told if t))


def _constraints(pack: ContextPack, always: str) -> str:
    """What is always wanted, and what people said of takes that they turned down before.

    A note may name a fault ("six fingers") or a wish ("much wider"): a model is told to heed it,
    for "not that again" would forbid what was wished for.
    """
    before = [t for t in pack.turned_down if t.note and t.note != pack.note][-TURNED_DOWN:]
    parts = [
        f"heed, said of an earlier take ({t.reason or 'other'}): {short(t.note)}" for t in before
    ]
    return "; ".join((always, *parts))


def short(text: str) -> str:
    """The text on one line, cut to what a prompt repeats of it."""
    return one_line(text, REPEATED_LIMIT)


def sheet_prompt(pack: ContextPack, candidate: int, candidates: int, *, drawn: bool) -> str:
    """What the reference sheet of a character, place or prop should show; `drawn`: see `_asked`."""
    assert pack.sheet is not None
    subject = pack.sheet
    slots = [
        ("Subject", subject.name),
        ("Kind", subject.kind),
        ("Description", subject.description),
        ("Style", pack.look),
        *_asked(pack, drawn=drawn),
        ("Candidate", f"{candidate} of {candidates}"),
        ("Aspect ratio", SHEET_ASPECT),
        ("Constraints", _constraints(pack, "one picture, no lettering, no watermark")),
    ]
    return f"Reference sheet: {_SHEETS[subject.kind]}.\n{_lines(slots)}"


def _framing(framing: Framing, *, judged: bool = False) -> str:
    """What a model is told of a picture that will be cropped; a grader is told what to judge."""
    if not framing.cropped:
        return ""
    beyond = "above and below" if framing.down < 1 else "at both sides"
    told = f"keep heads and action inside it, and let the picture run on {beyond}"
    if judged:
        told = "heads and action belong inside it"
    return f"composed for {framing.delivery}: only {framing.safe_area} will be seen; {told}"


def frame_prompt(
    pack: ContextPack, candidate: int, candidates: int, pictured: Sequence[str], *, drawn: bool
) -> str:
    """What a storyboard frame should show; `pictured` are the references in attached pictures.

    `drawn`: what somebody drew on the take before goes along as well, as the last of them.
    """
    assert pack.shot is not None
    always = "one picture, no lettering, no watermark, no split screen"
    slots = [
        *_slots(pack.shot, pack.look, pack.references),
        ("Story", pack.logline),
        *_asked(pack, drawn=drawn),
        ("Candidate", f"{candidate} of {candidates}"),
        ("Aspect ratio", pack.framing.source),
        ("Framing", _framing(pack.framing)),
        ("Pictures", _pictures("", pictured)),
        ("Constraints", _constraints(pack, always)),
    ]
    return f"Draw one storyboard frame for pre-visualisation.\n{_lines(slots)}"


def clip_prompt(pack: ContextPack, pictured: Sequence[str]) -> str:
    """How the approved frame should come to life; `pictured` as in `frame_prompt`."""
    assert pack.shot is not None
    shot = pack.shot
    always = "one continuous take from the first frame, no cuts, no lettering"
    slots = [
        *_slots(shot, pack.look, pack.references),
        ("Story", pack.logline),
        ("Seconds", f"{shot.seconds.normalize():f}"),
        ("Sound", shot.sound or "natural room tone, no music"),
        ("Dialogue", shot.dialogue or "no dialogue"),
        *_asked(pack, drawn=False),
        ("Framing", _framing(pack.framing)),
        ("Pictures", _pictures("the first frame", pictured)),
        ("Constraints", _constraints(pack, always)),
    ]
    return f"Animate the first frame into one continuous shot.\n{_lines(slots)}"


def rubric_prompt(
    kind: str, shot: Shot, look: str, references: Iterable[Reference], note: str, framing: Framing
) -> str:
    """What a grader is asked about a take; pictures of references come along in their order."""
    references = tuple(references)
    slots = [
        ("Rubric", kind),
        *_slots(shot, look, references),
        ("Note", note),
        ("Framing", _framing(framing, judged=True)),
        ("Pictures", _pictures(_GRADED[kind], [r.name for r in references if r.image_sha256])),
    ]
    return (
        "Grade the attached take against the shot that was asked for. For each criterion give a "
        "score from 0 (unusable) to 1 (exactly as asked) and one sentence a director would "
        f"understand.\n{rubric_for(kind).questions}\n{_lines(slots)}"
    )


def _pictures(first: str, names: Sequence[str]) -> str:
    """Which of the attached pictures is what; empty where no reference has one."""
    if not names:
        return ""
    before = f"first {first}; then, " if first else ""
    return f"{before}one each, what the references look like: {', '.join(names)}"


def breakdown_prompt(brief: Brief, note: str, previous: ShotListRecord | None, problem: str) -> str:
    """What turns a brief into a shot list; `problem` says why the last answer was not valid."""
    slots = [
        ("Title", brief.title),
        ("Vision", brief.vision),
        ("Look", brief.look),
        ("Shots wanted", str(brief.shots or "")),
        ("Seconds wanted", f"{brief.seconds.normalize():f}" if brief.seconds else ""),
        ("Aspect ratio", brief.aspect_ratio),
        ("Subjects so far", _told(previous.subjects) if previous else ""),
    ]
    text = (
        "Break this brief down into a shot list for pre-visualisation. One observable action per "
        f"shot; between {SHORTEST_SECONDS} and {LONGEST_SECONDS} seconds each; "
        f"{_scene_rules(brief.excerpt)}; colours as #rrggbb. List as subjects the characters, "
        "places and props that several shots share and the references do not name; each shot names "
        f"what it shows of both.\n{_lines(slots)}"
    )
    if brief.excerpt is not None:
        text += f"\n{_scene_text(brief.excerpt)}"
    if brief.references:
        text += "\nReferences:"
        for r in brief.references:
            text += f"\n- {one_line(r.name)} ({r.kind}): {one_line(r.description)}"
    if note:
        text += f"\nNote from the director: {one_line(note)}"
    if previous is not None:
        shots = [s.model_dump(mode="json", exclude_defaults=True) for s in previous.shots]
        text += f"\nPrevious shot list: {json.dumps(shots, ensure_ascii=False)}"
    if problem:
        text += f"\nYour last answer was not valid: {one_line(problem)}"
    return text


def breakdown_schema(excerpt: Excerpt | None) -> dict[str, Any]:
    """The JSON Schema of a breakdown's answer; with scenes, shots say which they belong to."""
    text = {"type": "string"}
    shot = {
        "sequence": {"type": "integer", "minimum": 1}
        | ({"maximum": len(excerpt.scenes)} if excerpt else {}),
        "subject": text,
        "action": text,
        "setting": text,
        "time_of_day": text,
        "lighting": text,
        "mood": text,
        "palette": {"type": "array", "items": text, "maxItems": 6},
        "style": text,
        "size": {"type": "string", "enum": list(get_args(Size))},
        "angle": {"type": "string", "enum": list(get_args(Angle))},
        "movement": {"type": "string", "enum": list(get_args(Movement))},
        "lens_mm": {"type": "integer", "minimum": 8, "maximum": 400},
        "dialogue": text,
        "sound": text,
        "seconds": {
            "type": "number",
            "minimum": float(SHORTEST_SECONDS),
            "maximum": float(LONGEST_SECONDS),
        },
        "references": {"type": "array", "items": text, "maxItems": 10},
    }
    kind = {"type": "string", "enum": ["character", "place", "prop"]}
    subject = {"name": text, "kind": kind, "description": text}
    required = ["subject", "action", "setting", "size", "angle", "movement", "seconds"]
    required += ["sequence"] if excerpt else []
    return {
        "type": "object",
        "properties": {
            "logline": text,
            "subjects": {
                "type": "array",
                "maxItems": SUBJECTS,
                "items": {"type": "object", "properties": subject, "required": list(subject)},
            },
            "shots": {
                "type": "array",
                "minItems": 1,
                "maxItems": 60,
                "items": {"type": "object", "properties": shot, "required": required},
            },
        },
        "required": ["logline", "shots"],
    }


def _scene_rules(excerpt: Excerpt | None) -> str:
    """What a breakdown does with sequence numbers, and with dialogue where there are scenes."""
    if excerpt is None:
        return "a new sequence number when the place changes"
    return (
        "sequence is the number of the scene below that the shot belongs to, every scene has at "
        "least one shot and they stay in order; dialogue is quoted from its scene word for word, "
        "in the shot of whoever speaks it, and left empty where nobody speaks"
    )


def _scene_text(excerpt: Excerpt) -> str:
    """The scenes as lines of a prompt: `* ` begins what is seen, `- NAME (manner): ` what is said.

    So no line of a screenplay can open a slot of its own.
    """
    lines = [f"Scenes: {len(excerpt.scenes)}, from a screenplay"]
    for number, scene in enumerate(excerpt.scenes, 1):
        told = scene.time and scene.time.casefold() not in scene.heading.casefold()
        time = f" ({one_line(scene.time)})" if told else ""
        lines.append(f"Sequence {number}: {one_line(scene.heading)}{time}")
        lines += (_part(part) for part in scene.parts)
    return "\n".join(lines)


def _part(part: ScenePart) -> str:
    if isinstance(part, SceneAction):
        return f"* {one_line(part.text)}"
    manner = [m for m in (one_line(part.manner), "unseen" if part.unseen else "") if m]
    how = f" ({'; '.join(manner)})" if manner else ""
    return f"- {one_line(part.character)}{how}: {one_line(part.text)}"

"""Shots and the shot list: what is to be filmed, in story order."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from greenlight.production.brief import Reference
from greenlight.production.model import Strict
from greenlight.production.names import SHOT_PATTERN
from greenlight.production.readable import Line, Paragraph

Size = Literal[
    "extreme wide",
    "wide",
    "medium wide",
    "medium",
    "medium close-up",
    "close-up",
    "extreme close-up",
]
Angle = Literal[
    "eye level", "low", "high", "overhead", "dutch", "over the shoulder", "point of view"
]
Movement = Literal[
    "static",
    "pan left",
    "pan right",
    "tilt up",
    "tilt down",
    "dolly in",
    "dolly out",
    "truck left",
    "truck right",
    "crane up",
    "crane down",
    "zoom in",
    "zoom out",
    "handheld",
    "orbit",
]

SHORTEST_SECONDS = Decimal("1")
LONGEST_SECONDS = Decimal("8")


def _hundredths(seconds: Decimal) -> Decimal:
    """One way of writing a length, so that 4, 4.0 and 4.00 are the same spec."""
    return seconds.quantize(Decimal("0.01"))


Seconds = Annotated[
    Decimal, Field(ge=SHORTEST_SECONDS, le=LONGEST_SECONDS), AfterValidator(_hundredths)
]


class Shot(Strict):
    """One shot's specification; every slot of a prompt is a field of its own."""

    id: Annotated[str, StringConstraints(pattern=rf"^{SHOT_PATTERN}$")]
    subject: Annotated[Line, Field(min_length=1)]
    action: Annotated[Paragraph, Field(min_length=1, max_length=600)]
    setting: Line = ""
    time_of_day: Line = ""
    lighting: Line = ""
    mood: Line = ""
    palette: Annotated[tuple[Line, ...], Field(max_length=8)] = ()
    style: Annotated[Paragraph, Field(max_length=600)] = ""
    size: Size = "medium"
    angle: Angle = "eye level"
    movement: Movement = "static"
    lens_mm: Annotated[int, Field(ge=8, le=400)] = 35
    dialogue: Annotated[Paragraph, Field(max_length=600)] = ""
    sound: Line = ""
    seconds: Seconds = Decimal("4.00")
    references: Annotated[tuple[Line, ...], Field(max_length=10)] = ()

    @property
    def sequence(self) -> str:
        return self.id.split("_")[0]


def digest(*parts: Any) -> str:
    """sha256 over the canonical JSON of `parts`; the identity of what an approval was given for."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def frame_hash(shot: Shot, look: str, source_ratio: str, references: tuple[Reference, ...]) -> str:
    """What a frame depends on: order, dialogue, sound, movement and seconds void no frame.

    Nor does what is cropped away: `source_ratio` is what is drawn. `references` are those that the
    shot shows, with their pictures.
    """
    spec = shot.model_dump(
        mode="json", exclude={"id", "dialogue", "sound", "movement", "seconds", "references"}
    )
    shows = [[r.name, r.kind, r.description, r.image_sha256] for r in references]
    return digest("frame", spec, look, source_ratio, shows)


def clip_hash(shot: Shot, frame_sha256: str) -> str:
    """What a clip depends on: its approved frame, and the movement, action, sound and seconds."""
    spec = shot.model_dump(
        mode="json", include={"action", "movement", "dialogue", "sound", "seconds"}
    )
    return digest("clip", spec, frame_sha256)


def cut_hash(clips: list[tuple[str, str, Decimal]], fps: str, aspect_ratio: str) -> str:
    """What a cut depends on: (shot, clip sha256, seconds) in story order and the raster."""
    return digest("cut", [[s, c, str(t.normalize())] for s, c, t in clips], fps, aspect_ratio)


def animatic_hash(clips: list[tuple[str, str]], fps: str, aspect_ratio: str) -> str:
    """What an animatic depends on: (shot, hash of its clip) in story order, and the raster.

    A clip's hash is of its frame, timing, dialogue and sound, which is what an animatic shows.
    """
    return digest("animatic", [list(pair) for pair in clips], fps, aspect_ratio)

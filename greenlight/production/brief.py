"""The brief: what a director wants made."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
)

from greenlight.production.framing import AspectRatio
from greenlight.production.model import Strict
from greenlight.production.own_keys import SHOW
from greenlight.production.readable import Line, Paragraph, kept
from greenlight.production.scenes import Excerpt

FrameRate = Literal["23.976", "24", "25", "29.97", "30"]
ReferenceKind = Literal["character", "place", "prop", "style"]

VISION_LIMIT = 20_000
MOST_REFERENCES = 20
_RATE = re.compile(r"(\d{1,3})(?:\.0{0,6}|(\.\d{0,5}[1-9])0{0,6})?")


def _selection(value: object) -> object:
    """Scene numbers as people write them: `3`, or the list `[3, 5-7]`."""
    parts = value if isinstance(value, list) else [value]
    whole = all(isinstance(p, str) or _whole_number(p) for p in parts)
    return ",".join(str(p) for p in parts) if whole else value


def _whole_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**12


def _frame_rate(value: object) -> object:
    """24, 24.0 and "24.00" are "24"."""
    text = str(value) if isinstance(value, float) or _whole_number(value) else value
    found = _RATE.fullmatch(text.strip()) if isinstance(text, str) else None
    return f"{found[1]}{found[2] or ''}" if found else value


class Reference(Strict):
    """A character, place, prop or style that shots can show, with an optional picture."""

    name: Annotated[Line, Field(min_length=1, max_length=80, description="what the brief calls it")]
    kind: Annotated[ReferenceKind, Field(description="what it is")] = "character"
    description: Annotated[Paragraph, Field(description="how it looks")] = ""
    image: Annotated[
        str | None,
        Field(max_length=1000, description="a local file, an s3:// key or an https:// link"),
    ] = None
    image_sha256: Annotated[str | None, Field(pattern=r"^[0-9a-f]{64}$")] = None
    image_mime: str | None = None


class Models(Strict):
    """Which model plays which role; empty means the profile's default.

    `platform` is where models go that are on both of the vendor's.
    """

    text: Annotated[str, Field(max_length=100)] = ""
    image: Annotated[str, Field(max_length=100)] = ""
    video: Annotated[str, Field(max_length=100)] = ""
    platform: Literal["", "developer", "enterprise"] = ""


class Brief(Strict):
    """What the director wants; only `title` and `vision` are required."""

    title: Annotated[Line, Field(min_length=1, max_length=120, description="working title")]
    vision: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=VISION_LIMIT),
        AfterValidator(kept),
        Field(description="what happens, in the director's own words"),
    ]
    show: Annotated[
        str,
        StringConstraints(pattern=rf"^{SHOW.pattern}$"),
        Field(
            description="lower-case letters, digits and dashes; productions of one show share "
            "settled takes"
        ),
    ] = "untitled-show"
    look: Annotated[
        Paragraph, Field(description="style, palette, lenses, films it should recall")
    ] = ""
    aspect_ratio: Annotated[
        AspectRatio, Field(description="of the cut; what models draw for it follows")
    ] = "16:9"
    fps: Annotated[
        FrameRate, BeforeValidator(_frame_rate), Field(description="frames per second of the cut")
    ] = "24"
    shots: Annotated[int | None, Field(ge=1, le=60, description="how many shots are wanted")] = None
    seconds: Annotated[
        Decimal | None, Field(gt=0, le=600, description="length of the cut that is wanted")
    ] = None
    candidates: Annotated[int, Field(ge=1, le=4, description="stills to choose from per shot")] = 3
    sheets: Annotated[
        Literal["none", "recurring", "all"],
        Field(description="whose reference sheets are drawn and signed off before their shots"),
    ] = "recurring"
    release: Annotated[
        Literal["shot", "animatic"],
        Field(description="what lets clips be made: each approved frame, or the animatic of all"),
    ] = "shot"
    budget_usd: Annotated[
        Decimal | None, Field(gt=0, le=1_000_000, description="nothing is spent beyond this")
    ] = None
    references: Annotated[tuple[Reference, ...], Field(max_length=MOST_REFERENCES)] = ()
    screenplay: Annotated[
        str | None,
        Field(max_length=1000, description="a Fountain or Final Draft file to shoot scenes of"),
    ] = None
    scenes: Annotated[
        Line,
        BeforeValidator(_selection),
        Field(description="its scenes, such as 3,5-7; without it, the first that fit"),
    ] = ""
    excerpt: Annotated[
        Excerpt | None, Field(description="those scenes, read when the brief is submitted")
    ] = None
    models: Models = Models()

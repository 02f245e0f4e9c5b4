"""The brief: what a director wants made."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

AspectRatio = Literal["16:9", "9:16"]
FrameRate = Literal["23.976", "24", "25", "29.97", "30"]
ReferenceKind = Literal["character", "place", "prop", "style"]

VISION_LIMIT = 20_000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def _plain(text: str) -> str:
    """Without control characters and direction overrides, which only ever mislead a reader."""
    return _CONTROL.sub("", text.replace("\r\n", "\n"))


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=300), AfterValidator(_plain)
]
Paragraph = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=4000), AfterValidator(_plain)
]


class Reference(BaseModel):
    """A character, place, prop or style that shots can show, with an optional picture."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[Line, Field(min_length=1, max_length=80, description="what the brief calls it")]
    kind: Annotated[ReferenceKind, Field(description="what it is")] = "character"
    description: Annotated[Paragraph, Field(description="how it looks")] = ""
    image: Annotated[
        str | None,
        Field(max_length=1000, description="a local file, an s3:// key or an https:// link"),
    ] = None
    image_sha256: Annotated[str | None, Field(pattern=r"^[0-9a-f]{64}$")] = None
    image_mime: str | None = None


class Models(BaseModel):
    """Which model plays which role; empty means the profile's default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[str, Field(max_length=100)] = ""
    image: Annotated[str, Field(max_length=100)] = ""
    video: Annotated[str, Field(max_length=100)] = ""


class Brief(BaseModel):
    """What the director wants; only `title` and `vision` are required."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Annotated[Line, Field(min_length=1, max_length=120, description="working title")]
    vision: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=VISION_LIMIT),
        AfterValidator(_plain),
        Field(description="what happens, in the director's own words"),
    ]
    show: Annotated[
        str,
        StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$"),
        Field(description="productions of one show share settled takes; lower-case, dashes"),
    ] = "untitled-show"
    look: Annotated[
        Paragraph, Field(description="style, palette, lenses, films it should recall")
    ] = ""
    aspect_ratio: Annotated[AspectRatio, Field(description="of frames, clips and cut")] = "16:9"
    fps: Annotated[FrameRate, Field(description="frames per second of the cut")] = "24"
    shots: Annotated[int | None, Field(ge=1, le=60, description="how many shots are wanted")] = None
    seconds: Annotated[
        Decimal | None, Field(gt=0, le=600, description="length of the cut that is wanted")
    ] = None
    candidates: Annotated[int, Field(ge=1, le=4, description="stills to choose from per shot")] = 3
    sheets: Annotated[
        Literal["none", "recurring", "all"],
        Field(description="whose reference sheets are drawn and signed off before their shots"),
    ] = "recurring"
    budget_usd: Annotated[
        Decimal | None, Field(gt=0, le=1_000_000, description="nothing is spent beyond this")
    ] = None
    references: Annotated[tuple[Reference, ...], Field(max_length=20)] = ()
    models: Models = Models()

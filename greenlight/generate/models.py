"""What each model can do, as data, and whether a request asks for something it can do."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from greenlight.errors import InvalidInput
from greenlight.generate.request import GenerationRequest, Purpose, Role

Platform = Literal["developer", "enterprise"]


class ModelRow(BaseModel):
    """Capabilities of one model; lengths, timeout and deadline in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    role: Role
    platforms: tuple[Platform, ...]
    aspect_ratios: tuple[str, ...] = ()
    image_sizes: tuple[str, ...] = ()
    resolutions: tuple[str, ...] = ()
    seconds: tuple[int, ...] = ()
    max_references: int
    timeout: int
    deadline: int = 0
    output_limit: dict[Purpose, int] = Field(default_factory=dict)
    source: str


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    defaults: dict[Role, str]
    model: tuple[ModelRow, ...]


@cache
def _table() -> _Table:
    path = Path(__file__).with_name("models.toml")
    return _Table.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


def models(role: Role | None = None) -> tuple[ModelRow, ...]:
    """All known models, or those of one role, in the order of the data file."""
    return tuple(row for row in _table().model if role in (None, row.role))


def default_model(role: Role) -> str:
    """Name of the model that a role uses unless told otherwise."""
    return _table().defaults[role]


def model(name: str, role: Role | None = None) -> ModelRow:
    """Row of a model; raises InvalidInput naming the known ones, nearest first."""
    for row in models():
        if row.name == name:
            if role not in (None, row.role):
                known = ", ".join(other.name for other in models(role))
                msg = f"model {name!r} makes {row.role}, not {role} (known for {role}: {known})"
                raise InvalidInput(msg)
            return row
    known = ", ".join(nearest_first(name, (row.name for row in models(role))))
    kind = f"{role} model" if role else "model"
    msg = f"unknown {kind} {name!r} (known: {known})"
    raise InvalidInput(msg)


def nearest_first(name: str, known: Iterable[str]) -> list[str]:
    """The known names, most similar to `name` first."""
    return sorted(known, key=lambda other: -difflib.SequenceMatcher(None, name, other).ratio())


def billed_seconds(model_name: str, seconds: Decimal | float) -> int:
    """Smallest length the model makes that is at least `seconds`; raises if none is long enough."""
    row = model(model_name, "video")
    for length in sorted(row.seconds):
        if length >= seconds:
            return length
    longest = max(row.seconds)
    msg = f"{seconds} seconds is too long for {model_name!r} (longest clip: {longest} seconds)"
    raise InvalidInput(msg)


def common_aspect_ratios(image_model: str, video_model: str) -> tuple[str, ...]:
    """Aspect ratios that both models make, so that a frame can become a clip."""
    video = model(video_model, "video").aspect_ratios
    return tuple(ratio for ratio in model(image_model, "image").aspect_ratios if ratio in video)


def check_request(request: GenerationRequest, platform: Platform) -> ModelRow:
    """Row of the request's model; raises InvalidInput if the model cannot do what is asked."""
    row = model(request.model, request.role)
    if platform not in row.platforms:
        where = ", ".join(row.platforms)
        msg = f"model {row.name!r} is not on the {platform} platform (it is on: {where})"
        raise InvalidInput(msg)
    if row.role != "text":
        _one_of("aspect ratio", request.aspect_ratio, row.aspect_ratios, row.name)
        _one_of("image size", request.image_size, row.image_sizes, row.name)
        _one_of("resolution", request.resolution, row.resolutions, row.name)
    if row.role == "video" and request.seconds not in row.seconds:
        supported = ", ".join(str(length) for length in row.seconds)
        msg = f"unsupported length {request.seconds} s for {row.name!r} (supported: {supported})"
        raise InvalidInput(msg)
    references = sum(attachment.use != "first_frame" for attachment in request.attachments)
    if references > row.max_references:
        msg = f"{references} pictures are too many for {row.name!r} (at most {row.max_references})"
        raise InvalidInput(msg)
    if sum(attachment.use == "first_frame" for attachment in request.attachments) > 1:
        msg = f"more than one first frame for {row.name!r}"
        raise InvalidInput(msg)
    return row


def _one_of(what: str, value: str, supported: tuple[str, ...], name: str) -> None:
    """An empty value leaves the choice to the service."""
    if value and value not in supported:
        known = ", ".join(supported) or "none"
        msg = f"unsupported {what} {value!r} for {name!r} (supported: {known})"
        raise InvalidInput(msg)

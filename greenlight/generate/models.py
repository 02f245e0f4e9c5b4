"""What each model can do, as data, and whether a request asks for something it can do."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from greenlight.errors import InvalidInput
from greenlight.generate.request import GenerationRequest, Purpose, Role
from greenlight.production.model import Strict
from greenlight.settings import Platform


class ModelRetired(InvalidInput):
    """A model that was switched off; `successor` is what to name instead."""

    def __init__(self, model: str, since: date, successor: str) -> None:
        super().__init__(f"model {model!r} was retired on {since}: name {successor!r} instead")
        self.successor = successor


class ModelRow(Strict):
    """Capabilities of one model; lengths, timeout and deadline in seconds.

    `models.toml` says what each field means.
    """

    name: str
    role: Role
    family: str
    platforms: tuple[Platform, ...]
    aspect_ratios: tuple[str, ...] = ()
    image_sizes: tuple[str, ...] = ()
    resolutions: tuple[str, ...] = ()
    seconds: tuple[int, ...] = ()
    max_references: int
    timeout: int
    deadline: int = 0
    output_limit: dict[Purpose, int] = Field(default_factory=dict)
    first_frame: bool = False
    last_frame: bool = False
    mixes: bool = False
    only_seconds: dict[str, int] = Field(default_factory=dict)
    sound: bool = False
    candidates: int = 1
    prompt_tokens: int = 0
    source: str
    status: Literal["stable", "deprecated"]
    retires: date | None = None
    earliest: bool = False
    successor: str = ""
    lifecycle: str

    def retired(self, on: date) -> bool:
        """Whether it is switched off on a day (UTC), for certain."""
        return self.retires is not None and not self.earliest and on >= self.retires


class RetiredRow(Strict):
    """A model that was switched off on a day."""

    name: str
    role: Role
    retired: date
    successor: str
    lifecycle: str


class _Table(Strict):
    model: tuple[ModelRow, ...]
    retired: tuple[RetiredRow, ...]


@cache
def _table() -> _Table:
    path = Path(__file__).with_name("models.toml")
    return _Table.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


def models(role: Role | None = None) -> tuple[ModelRow, ...]:
    """All known models, or those of one role, in the order of the data file."""
    return tuple(row for row in _table().model if role in (None, row.role))


def retired_models() -> tuple[RetiredRow, ...]:
    """Models that were switched off, in the order of the data file."""
    return _table().retired


def model(name: str, role: Role | None = None) -> ModelRow:
    """Row of a model; raises InvalidInput naming the known ones, nearest first.

    One that was switched off raises ModelRetired, with the name of its successor.
    """
    for gone in retired_models():
        if gone.name == name:
            raise ModelRetired(name, gone.retired, gone.successor)
    for row in models():
        if row.name == name:
            if role not in (None, row.role):
                known = ", ".join(other.name for other in models(role))
                raise InvalidInput(
                    f"model {name!r} makes {row.role}, not {role} (known for {role}: {known})"
                )
            return row
    names = (row.name for row in models(role))
    known = ", ".join(sorted(names, key=lambda n: -SequenceMatcher(None, name, n).ratio()))
    kind = f"{role} model" if role else "model"
    raise InvalidInput(f"unknown {kind} {name!r} (known: {known})")


def usable(name: str, role: Role, on: date | None = None) -> ModelRow:
    """Row of a model that is there on a day (UTC, today if not given), for new work.

    Raises ModelRetired for one whose announced last day has come, InvalidInput as `model` does.
    """
    row = model(name, role)
    if row.retired(on or datetime.now(UTC).date()):
        assert row.retires is not None
        raise ModelRetired(name, row.retires, row.successor)
    return row


def platform_for(row: ModelRow, open_platforms: Iterable[Platform]) -> Platform:
    """The first of the platforms that has the model; raises InvalidInput where none does."""
    known = tuple(open_platforms)
    for platform in known:
        if platform in row.platforms:
            return platform
    need = {"developer": "an API key", "enterprise": "a project with credentials"}
    wanted = " or ".join(f"{platform} ({need[platform]})" for platform in row.platforms)
    opened = " and ".join(known) or "none"
    raise InvalidInput(f"model {row.name!r} needs {wanted}, and this account opens {opened}")


def billed_seconds(model_name: str, seconds: Decimal | float) -> int:
    """Smallest length the model makes that is at least `seconds`; raises if none is long enough."""
    row = model(model_name, "video")
    for length in sorted(row.seconds):
        if length >= seconds:
            return length
    longest = max(row.seconds)
    raise InvalidInput(
        f"{seconds} seconds is too long for {model_name!r} (longest clip: {longest} seconds)"
    )


def beside_first(model_name: str) -> int:
    """How many pictures of references the model takes beside the frame that a clip starts on."""
    row = model(model_name, "video")
    return row.max_references if row.mixes else 0


def common_aspect_ratios(image_model: str, video_model: str) -> tuple[str, ...]:
    """Aspect ratios that both models make, so that a frame can become a clip."""
    video = model(video_model, "video").aspect_ratios
    return tuple(ratio for ratio in model(image_model, "image").aspect_ratios if ratio in video)


def check_request(request: GenerationRequest) -> ModelRow:
    """Row of the request's model; raises InvalidInput if the model cannot do what is asked."""
    row = usable(request.model, request.role)
    if request.platform not in row.platforms:
        where = ", ".join(row.platforms)
        raise InvalidInput(
            f"model {row.name!r} is not on the {request.platform} platform (it is on: {where})"
        )
    if row.role != "text":
        _one_of("aspect ratio", request.aspect_ratio, row.aspect_ratios, row.name)
        _one_of("image size", request.image_size, row.image_sizes, row.name)
        _one_of("resolution", request.resolution, row.resolutions, row.name)
    uses: list[str] = [attachment.use for attachment in request.attachments]
    references = sum(use not in ("first_frame", "last_frame") for use in uses)
    if references > row.max_references:
        raise InvalidInput(
            f"{references} pictures are too many for {row.name!r} (at most {row.max_references})"
        )
    for frame, able in (("first_frame", row.first_frame), ("last_frame", row.last_frame)):
        words = frame.replace("_", " ")
        if uses.count(frame) > 1:
            raise InvalidInput(f"more than one {words} for {row.name!r}")
        if frame in uses and not able:
            raise InvalidInput(f"{row.name!r} takes no {words}")
    if "last_frame" in uses and "first_frame" not in uses:
        raise InvalidInput(f"a last frame without a first one for {row.name!r}")
    if references and len(uses) > references and not row.mixes:
        raise InvalidInput(f"{row.name!r} takes no references beside a first or last frame")
    if row.role == "video":
        _check_length(request, row, references > 0)
    return row


def _check_length(request: GenerationRequest, row: ModelRow, references: bool) -> None:
    lengths, why = row.seconds, ""
    for ground in (request.resolution, "references" if references else ""):
        if ground in row.only_seconds:
            lengths, why = (row.only_seconds[ground],), f" with {ground}"
    if request.seconds not in lengths:
        supported = ", ".join(str(length) for length in lengths)
        raise InvalidInput(
            f"unsupported length {request.seconds} s{why} for {row.name!r} (supported: {supported})"
        )


def _one_of(what: str, value: str, supported: tuple[str, ...], name: str) -> None:
    """An empty value leaves the choice to the service."""
    if value and value not in supported:
        known = ", ".join(supported) or "none"
        raise InvalidInput(f"unsupported {what} {value!r} for {name!r} (supported: {known})")

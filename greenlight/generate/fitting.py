"""What a production asks of its models against what they can do: fitted, or refused beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from greenlight.errors import InvalidInput
from greenlight.generate.models import ModelRow, model
from greenlight.generate.prompts import SHEET_ASPECT

IMAGE_SIZE = "1K"
RESOLUTION = "720p"
"""Of all stills and clips that are made."""

CHARACTERS_PER_TOKEN = 3.5
"""English runs to 4 a token (ai.google.dev/gemini-api/docs/tokens); names and codes take more."""

LEAST_FIRST = ("Story", "Before", "After", "Palette", "Time", "Mood", "References", "Style")
"""Slots that a prompt for a terse model goes without, in this order, until it is short enough."""


class RoleModels(NamedTuple):
    """The models of one production, by what they do in it."""

    text: ModelRow
    image: ModelRow
    video: ModelRow


def models_of(text: str, image: str, video: str) -> RoleModels:
    """The rows of models by their names; raises InvalidInput for unknown and retired ones."""
    return RoleModels(model(text), model(image), model(video))


def check_abilities(models: RoleModels) -> None:
    """Raise InvalidInput for a model that cannot do its part of any production.

    Stills of one size and sheets of one shape are drawn, and each clip starts from its approved
    frame: a model that cannot is named before anything is paid.
    """
    image, video = models.image, models.video
    wanted = (
        (image, "stills at", IMAGE_SIZE, image.image_sizes),
        (image, "reference sheets in", SHEET_ASPECT, image.aspect_ratios),
        (video, "clips at", RESOLUTION, video.resolutions),
    )
    for row, what, value, able in wanted:
        if value not in able:
            known = ", ".join(able) or "none"
            raise InvalidInput(f"model {row.name!r} makes no {what} {value} (it makes: {known})")
    if not video.first_frame:
        msg = f"model {video.name!r} cannot start a clip from its approved frame: name another"
        raise InvalidInput(msg)


def fittings(models: RoleModels, pictures: int) -> Iterator[str]:
    """What will be done differently because of what the models can do, a sentence each.

    `pictures` is how many reference pictures a shot may want to show.
    """
    image, video = models.image, models.video
    if image.max_references < pictures:
        most = f"at most {image.max_references}" if image.max_references else "no"
        yield (
            f"{image.name} takes {most} reference pictures: what the others show, it is told in "
            "words alone"
        )
    for row in (image, video):
        if row.prompt_tokens:
            yield (
                f"{row.name} reads prompts of {row.prompt_tokens} tokens: where one is longer, "
                f"{', '.join(LEAST_FIRST).lower()} are left out, in that order"
            )
    gaps = [b - a for a, b in zip(video.seconds, video.seconds[1:], strict=False)]
    if any(gap > 1 for gap in gaps):
        lengths = ", ".join(str(length) for length in video.seconds)
        yield f"{video.name} makes clips of {lengths} s: the next longer one is made, and trimmed"
    if not video.sound:
        yield f"{video.name} makes no sound: its clips are silent"
    for row in models:
        if row.status == "deprecated":
            yield retirement(row)


def retirement(row: ModelRow) -> str:
    """When a model ends and what takes its place, in one sentence; empty for a stable one."""
    if row.status == "stable":
        return ""
    when = "its end is announced"
    if row.retires is not None:
        when = f"it ends on {row.retires}" + (" or later" if row.earliest else "")
    take = f"; its successor is {row.successor}" if row.successor else ""
    return f"{row.name} is deprecated: {when}{take} ({row.lifecycle})"


def fit_prompt(prompt: str, row: ModelRow) -> str:
    """The prompt as the model can read it: without its least slots where it is too long.

    What is still too long then loses the end of its longest line.
    """
    if not row.prompt_tokens:
        return prompt
    most = int(row.prompt_tokens * CHARACTERS_PER_TOKEN)
    lines = prompt.split("\n")
    for label in LEAST_FIRST:
        if _length(lines) <= most:
            break
        lines = [line for line in lines if not line.startswith(f"{label}: ")]
    while (over := _length(lines) - most) > 0:
        longest = max(range(len(lines)), key=lambda n: len(lines[n]))
        kept = max(40, len(lines[longest]) - over - 1)
        if kept + 1 >= len(lines[longest]):
            break  # nothing but short lines: the service has the last word
        lines[longest] = f"{lines[longest][:kept].rstrip()}…"
    return "\n".join(lines)


def _length(lines: Iterable[str]) -> int:
    return sum(len(line) + 1 for line in lines) - 1

"""Scenes of a screenplay that a production shoots: bounded, typed, in the screenplay's order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from greenlight.production.model import Strict
from greenlight.production.readable import Line, Paragraph

MOST_SCENES = 20
SCENES_CHARACTERS = 20_000
"""About twelve pages: more than the sixty shots of a breakdown can show."""

NUMBER_LIMIT = 12
NAME_LIMIT = 80

Inside = Literal["INT", "EXT", "INT/EXT", ""]


class SceneAction(Strict):
    """What is seen, in the writer's words."""

    kind: Literal["action"] = "action"
    text: Annotated[Paragraph, Field(min_length=1)]


class SceneSpeech(Strict):
    """What a character says, and how; `unseen` is a voice that is only heard (V.O., O.S.)."""

    kind: Literal["speech"] = "speech"
    character: Annotated[Line, Field(min_length=1, max_length=NAME_LIMIT)]
    manner: Line = ""
    unseen: bool = False
    text: Annotated[Paragraph, Field(min_length=1)]


ScenePart = Annotated[SceneAction | SceneSpeech, Field(discriminator="kind")]


class Scene(Strict):
    """One scene: its number and heading, where and when it plays, and what happens."""

    number: Annotated[Line, Field(min_length=1, max_length=NUMBER_LIMIT)]
    heading: Annotated[Line, Field(min_length=1)]
    inside: Inside = ""
    place: Line = ""
    time: Line = ""
    parts: tuple[ScenePart, ...] = ()

    @property
    def size(self) -> int:
        """How many characters of text it has."""
        return len(self.heading) + sum(len(part.text) for part in self.parts)

    @property
    def speeches(self) -> tuple[SceneSpeech, ...]:
        return tuple(part for part in self.parts if isinstance(part, SceneSpeech))

    @property
    def characters(self) -> tuple[str, ...]:
        """Who speaks in it, in order of appearance."""
        return tuple(dict.fromkeys(speech.character for speech in self.speeches))


class Excerpt(Strict):
    """The chosen scenes of a screenplay; `of` is how many it has, `left` what was not taken."""

    source: Line = ""
    title: Line = ""
    of: Annotated[int, Field(ge=1)]
    scenes: Annotated[tuple[Scene, ...], Field(min_length=1, max_length=MOST_SCENES)]
    left: Annotated[tuple[Line, ...], Field(max_length=5)] = ()

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        size = text_size(self.scenes)
        if size > SCENES_CHARACTERS:
            raise ValueError(f"the scenes have {size:,} characters (at most {SCENES_CHARACTERS:,})")
        return self

    @property
    def likely_shots(self) -> int:
        """How many shots its breakdown is likely to have: one for whatever happens or is said."""
        return sum(max(2, len(scene.parts)) for scene in self.scenes)


def text_size(scenes: Iterable[Scene]) -> int:
    """How many characters scenes have together."""
    return sum(scene.size for scene in scenes)

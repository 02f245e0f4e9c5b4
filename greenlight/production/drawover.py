"""Draw-overs: what somebody drew on a picture, to say what a note means."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from greenlight.production.model import Frozen, Strict

Ink = Literal["red", "yellow", "blue", "white"]

MOST_STROKES = 80
MOST_POINTS = 2000
"""Of one draw-over in all: enough for a figure and an arrow, too little to weigh down a record."""

Part = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
"""A place as a part of the picture's width from its left, or of its height from its top."""


class Stroke(Strict):
    """One line without lifting the pen; a single point is a dot."""

    ink: Ink = "red"
    points: tuple[tuple[Part, Part], ...] = Field(min_length=1, max_length=MOST_POINTS)


class DrawOver(Frozen):
    """The strokes on the take `on`, whose picture had `sha256` when they were drawn."""

    on: str
    sha256: str
    strokes: tuple[Stroke, ...] = Field(min_length=1, max_length=MOST_STROKES)

    @model_validator(mode="after")
    def _not_too_much(self) -> Self:
        count = sum(len(stroke.points) for stroke in self.strokes)
        if count > MOST_POINTS:
            raise ValueError(f"the drawing has {count} points (at most {MOST_POINTS})")
        return self

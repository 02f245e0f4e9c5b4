"""What the checks said of a take: rules that measure, and a rubric that a model grades by."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from greenlight.production.model import Frozen
from greenlight.production.names import TakeId, parse_take
from greenlight.production.records import Record

Box = tuple[int, int, int, int]
"""Top, left, bottom and right of a part of a picture, in thousandths of its height and width."""


class RuleRow(Frozen):
    """One automatic rule and what it measured."""

    name: str
    passed: bool
    detail: str


class ScoreRow(Frozen):
    """One criterion of the rubric, 0 to 1, with the grader's reason."""

    criterion: str
    score: Annotated[float, Field(ge=0, le=1)]
    reason: str


class CheckRecord(Record):
    """What the checks said of a take; flagged takes stay outside bulk approval.

    `rubric` names what was asked and its version, "" before there were versions; `thresholds` are
    its criteria's, `threshold` that of any other. `box` is where the grader saw the subject of a
    frame, and `appearance` a measure of what is there (`greenlight.media.appearance`).
    """

    SCHEMA: ClassVar[int] = 2
    PATH = "{0.id.place}.check.json"
    INDEX = ("checks", "id")

    take: str
    sha256: str
    rules: tuple[RuleRow, ...]
    scores: tuple[ScoreRow, ...] = ()
    threshold: float
    cost_usd: Decimal | None
    ungraded: str = ""
    rubric: str = ""
    thresholds: dict[str, float] = Field(default_factory=dict)
    box: Box | None = None
    appearance: tuple[int, ...] = ()

    @property
    def id(self) -> TakeId:
        return parse_take(self.take)

    @property
    def failed(self) -> tuple[RuleRow, ...]:
        return tuple(r for r in self.rules if not r.passed)

    @property
    def low(self) -> tuple[ScoreRow, ...]:
        """The criteria that were scored below their thresholds."""
        return tuple(
            s for s in self.scores if s.score < self.thresholds.get(s.criterion, self.threshold)
        )

    @property
    def score(self) -> float | None:
        """The lowest criterion: a frame is as good as what is worst about it."""
        return min((s.score for s in self.scores), default=None)

    @property
    def flagged(self) -> bool:
        return bool(self.failed or self.low)

    @property
    def complaint(self) -> str:
        """Why it is flagged, in one line; empty when it is not."""
        if self.failed:
            return self.failed[0].detail
        return min(self.low, key=lambda s: s.score).reason if self.low else ""

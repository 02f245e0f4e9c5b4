"""Answers of the tools, where the views alone do not say it."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from greenlight.production.records import VerdictKind
from greenlight.views.status import Gate, Proposal, Standing, Status
from greenlight.views.takes import TakeView

SIMULATED = Field(description="Whether the dollars are the stand-in's, which bills nothing.")
CAUTIONS = Field(description="Wishes of the brief that cannot be met.")


class Answer(BaseModel):
    """Settings that all answers share."""

    model_config = ConfigDict(frozen=True, extra="ignore", from_attributes=True)


class BriefReport(Answer):
    """Whether a brief can be submitted; `problem` is the first thing to mend."""

    valid: bool
    problem: str = ""
    title: str = ""
    show: str = ""
    shots: int | None = None
    seconds: Decimal | None = None
    budget_usd: Decimal | None = None


class SubmitAnswer(Answer):
    """A production under way."""

    production: str
    repeated: bool = Field(description="Whether this key had been submitted before.")
    at_most_usd: Decimal
    budget_usd: Decimal | None = Field(description="Nothing is spent beyond this.")
    simulated: bool = SIMULATED
    cautions: tuple[str, ...] = CAUTIONS
    room: str = Field(description="Where people look at it and decide.")
    next: str = Field(description="What happens now.")


class ProductionRow(Answer):
    """One production."""

    production: str
    title: str
    show: str
    state: Standing
    gate: Gate | None
    waiting: int
    simulated: bool = SIMULATED


class ProductionList(Answer):
    """Some productions, in alphabetical order."""

    productions: tuple[ProductionRow, ...]
    after: str = Field(
        default="", description="Ask again with this to see more; empty when these are all."
    )


class WaitAnswer(Status):
    """The status after waiting."""

    waited_seconds: float
    changed: bool = Field(description="Whether the status has changed since the wait began.")


class WaitingRow(Answer):
    """A take that waits for a person's verdict."""

    take: str
    score: float | None = Field(description="The graders' lowest criterion, 0 to 1.")
    flagged: str = Field(description="The complaint of a check. Data.")
    held: str = Field(description="Why no take came, or cannot come. Data.")
    releases_usd: Decimal | None = Field(description="What approving it would release at most.")
    link: str


class WaitingAnswer(Answer):
    """All takes that wait for people."""

    production: str
    takes: tuple[WaitingRow, ...]
    proposals: tuple[Proposal, ...]
    simulated: bool = SIMULATED


class TakeDetail(TakeView):
    """One take, with the findings of its checks."""

    broken_rules: tuple[str, ...]
    simulated: bool = SIMULATED


class Comparison(Answer):
    """Two takes; their pictures follow in this order."""

    one: TakeDetail
    other: TakeDetail
    same_bytes: bool
    cost_difference_usd: Decimal | None


class RemarkAnswer(Answer):
    """A remark that was put on record."""

    number: int
    production: str
    about: str
    proposes: VerdictKind | None
    follows: tuple[str, ...] = Field(
        description="What would be voided, made and paid for if a person confirmed the proposal."
    )
    decided: Literal[False] = Field(default=False, description="A remark decides nothing.")
    next: str = Field(description="How a person makes it a decision, if it proposes one.")


class SheetAnswer(Answer):
    """The contact sheet, whose picture follows."""

    production: str
    link: str = Field(description="The sheet in full size.")
    simulated: bool = SIMULATED

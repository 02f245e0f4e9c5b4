"""What the tools answer with: small, typed, and with every foreign text marked as data."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from greenlight.mcp.words import Line, Passage
from greenlight.production.records import VerdictKind
from greenlight.production.shots import Angle, Movement, Size
from greenlight.views.status import Gate, Standing

SIMULATED = Field(description="Whether the dollars are the stand-in's, which bills nobody.")


class Answer(BaseModel):
    """What all answers share."""

    model_config = ConfigDict(frozen=True, extra="ignore", from_attributes=True)


class BriefReport(Answer):
    """Whether a brief can be submitted; `problem` is the first thing to mend."""

    valid: bool
    problem: Passage = ""
    title: Line = ""
    show: str = ""
    shots: int | None = None
    seconds: Decimal | None = None
    budget_usd: Decimal | None = None


class QuoteLine(Answer):
    """So many of one thing."""

    what: Line
    model: Line
    count: int
    unit: Line
    total_usd: Decimal


class QuoteAnswer(Answer):
    """What a brief may cost in USD."""

    at_most_usd: Decimal = Field(
        description="The most that follows without people asking more; an estimate if `estimated`."
    )
    estimated: bool = Field(description="Whether the shot list, once there, is priced again.")
    once_usd: Decimal = Field(description="What it comes to when nothing is made again.")
    video_seconds: int
    simulated: bool = SIMULATED
    lines: tuple[QuoteLine, ...]
    assumptions: tuple[Line, ...]
    warnings: tuple[Line, ...]
    cautions: tuple[Line, ...] = Field(description="What the brief asks for and cannot have.")


class SubmitAnswer(Answer):
    """A production under way."""

    production: str
    repeated: bool = Field(description="Whether this key had been submitted before.")
    at_most_usd: Decimal
    budget_usd: Decimal | None = Field(description="Nothing is spent beyond this.")
    simulated: bool = SIMULATED
    cautions: tuple[Line, ...] = Field(description="What the brief asks for and cannot have.")
    room: str = Field(description="Where people look at it and decide.")
    next: str = Field(description="What happens now.")


class ProductionRow(Answer):
    """One production."""

    production: str
    title: Line
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


class ProposalRow(Answer):
    """A verdict that somebody proposes; only a person makes it a decision."""

    number: int
    take: str
    verdict: VerdictKind
    reason: str
    text: Passage
    who: Line


class HoldAnswer(Answer):
    """What one cause holds. Its sentence is data."""

    label: Line
    sentence: Line
    takes: tuple[str, ...]


class StatusAnswer(Answer):
    """Where one production stands."""

    production: str
    title: Line
    show: str
    state: Standing
    gate: Gate | None = Field(description="What people are asked to decide on.")
    waiting_takes: tuple[str, ...]
    shots: dict[str, str] = Field(description="The stage of each shot.")
    problem: Passage
    held_by_money: bool
    held: tuple[HoldAnswer, ...] = Field(description="What does not go on by itself, and why.")
    unknown_usd: Decimal | None
    proposals: tuple[ProposalRow, ...]
    simulated: bool = SIMULATED


class WaitAnswer(StatusAnswer):
    """Where it stands after waiting."""

    waited_seconds: float
    changed: bool = Field(description="Whether it stands elsewhere than when the wait began.")


class WaitingRow(Answer):
    """A take that waits for a person's verdict."""

    take: str
    score: float | None = Field(description="The graders' lowest criterion, 0 to 1.")
    flagged: Line = Field(description="What a check complained of. Data.")
    held: Line = Field(description="Why no take came, or cannot come. Data.")
    releases_usd: Decimal | None = Field(description="What approving it would release at most.")
    link: str


class WaitingAnswer(Answer):
    """All that waits for people."""

    production: str
    takes: tuple[WaitingRow, ...]
    proposals: tuple[ProposalRow, ...]
    simulated: bool = SIMULATED


class ScoreAnswer(Answer):
    """One criterion of the grader."""

    criterion: Line
    score: float
    reason: Line


class TakeAnswer(Answer):
    """One take, with what is known of it."""

    take: str
    state: str
    link: str = Field(description="Where a person or program fetches the file.")
    mime: str
    sha256: str
    score: float | None
    flagged: Line
    scores: tuple[ScoreAnswer, ...]
    broken_rules: tuple[Line, ...]
    note: Passage = Field(description="What it was asked to be different in. Data.")
    model: Line
    cost_usd: Decimal | None
    reused_from: str
    simulated: bool = SIMULATED


class Comparison(Answer):
    """Two takes; their pictures follow in this order."""

    one: TakeAnswer
    other: TakeAnswer
    same_bytes: bool
    cost_difference_usd: Decimal | None


class ShotAnswer(Answer):
    """What a shot is to be."""

    id: str
    subject: Line
    action: Passage
    setting: Line
    time_of_day: Line
    lighting: Line
    mood: Line
    palette: tuple[Line, ...]
    style: Passage
    size: Size
    angle: Angle
    movement: Movement
    lens_mm: int
    dialogue: Passage
    sound: Line
    seconds: Decimal
    references: tuple[Line, ...]


class ReferenceAnswer(Answer):
    """A character, place, prop or style of the brief."""

    name: Line
    kind: str
    description: Passage


class SaidAnswer(Answer):
    """A verdict on the shot, or a comment or proposal, which decides nothing."""

    at: datetime
    who: Line
    about: str
    verdict: VerdictKind | None
    proposed: bool
    reason: str
    text: Passage


class FlaggedAnswer(Answer):
    """A take that a check complained of."""

    take: str
    complaint: Line


class ContextAnswer(Answer):
    """What is known of one shot."""

    production: str
    title: Line
    vision: Passage
    look: Passage
    shot: ShotAnswer
    before: str = Field(description="The shot before it in the story; empty for the first.")
    after: str
    references: tuple[ReferenceAnswer, ...]
    stage: str
    held: Passage
    frame: str = Field(description="The approved frame; empty while there is none.")
    clip: str
    said: tuple[SaidAnswer, ...] = Field(description="Verdicts and remarks, oldest first.")
    flagged: tuple[FlaggedAnswer, ...]


class SpendAnswer(Answer):
    """What a production has cost in USD."""

    production: str
    spent_usd: Decimal
    reserved_usd: Decimal
    unknown_usd: Decimal = Field(description="Of unknown outcome: counts as spent.")
    avoided_usd: Decimal = Field(description="Clips that were never made of rejected frames.")
    budget_usd: Decimal | None
    by_kind: dict[str, Decimal]
    simulated: bool = SIMULATED


class RemarkAnswer(Answer):
    """What was put on record."""

    number: int
    production: str
    about: str
    proposes: VerdictKind | None
    follows: tuple[Line, ...] = Field(
        description="What would be voided, made and paid for if a person confirmed the proposal."
    )
    decided: Literal[False] = Field(default=False, description="A remark decides nothing.")
    next: str = Field(description="How a person makes it a decision, if it proposes one.")


class SheetAnswer(Answer):
    """The contact sheet, whose picture follows."""

    production: str
    link: str = Field(description="The sheet in full size.")
    simulated: bool = SIMULATED

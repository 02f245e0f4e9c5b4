"""Answers of the tools, where views alone do not say it; stills as pictures, the rest as links."""

from __future__ import annotations

import base64
from decimal import Decimal
from typing import Literal

from fastmcp.tools.base import ToolResult
from mcp_types import ContentBlock, ImageContent, ResourceLink
from pydantic import BaseModel, ConfigDict, Field

from greenlight.media.framing import framed_still
from greenlight.media.stills import fitted
from greenlight.production.records import TakeRecord, VerdictKind
from greenlight.views.status import Gate, Proposal, Standing, Status
from greenlight.views.takes import TakeView
from greenlight.workspace import Workspace

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


TAKE_PIXELS = 768
"""The longer side of a take: enough to judge a frame by, about a thousand tokens of most models."""
SHEET_PIXELS = 1568
"""The longer side of a contact sheet: what most models scale larger pictures down to."""


def picture(data: bytes, pixels: int) -> ImageContent:
    """The picture as content, at most so many pixels a side."""
    jpeg = base64.b64encode(fitted(data, pixels)).decode()
    return ImageContent(type="image", data=jpeg, mime_type="image/jpeg")


def shown(workspace: Workspace, record: TakeRecord, link: str) -> ContentBlock:
    """A still as a picture, frame lines and all, and a clip or cut as the link that plays it."""
    if record.mime.startswith("image/"):
        data = workspace.store.get_exactly(record.key, record.sha256)
        framing = workspace.production.framing
        if framing.cropped and record.id.kind == "frame":
            data = framed_still(data, framing.delivery, TAKE_PIXELS)
        return picture(data, TAKE_PIXELS)
    return ResourceLink(
        type="resource_link",
        uri=link,
        name=record.take,
        mime_type=record.mime,
        size=record.size,
    )


def answer(said: BaseModel, *content: ContentBlock) -> ToolResult:
    """An answer with its pictures and links."""
    return ToolResult(content=list(content), structured_content=said.model_dump(mode="json"))

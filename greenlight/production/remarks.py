"""Remarks: what was said of a production without deciding anything."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from greenlight.production.records import Reason, SignedRecord, VerdictKind

TEXT_LIMIT = 2000


class RemarkRecord(SignedRecord):
    """A comment on a take, a shot or the whole production, or a verdict that somebody proposes.

    `asks` names what holds the work that a producer is asked to free, such as `budget`.

    A proposal releases nothing: a person makes it a decision, bound to the `sha256` that it was
    made for.
    """

    PATH = "remarks/{0.number:06d}.json"
    INDEX = ("remarks", "number")

    subject: str = ""
    text: Annotated[str, Field(max_length=TEXT_LIMIT)] = ""
    proposes: VerdictKind | None = None
    reason: Reason | None = None
    sha256: str = ""
    asks: str = ""

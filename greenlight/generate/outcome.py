"""What comes back from a model: an answer, a job to poll, a refusal or a failure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from pydantic import Field

from greenlight.production.model import Strict


class Usage(Strict):
    """What the service said it used; None is unknown and never zero.

    `output_tokens` leaves thoughts out. Modalities are upper case (TEXT, IMAGE, VIDEO). `seconds`
    is the length of video that is billed.
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    output_tokens_by_modality: dict[str, int] = Field(default_factory=dict)
    thoughts_tokens: int | None = None
    seconds: Decimal | None = None


class Answer(Strict):
    """The bytes that were asked for; for text roles UTF-8 text or JSON as it came, unchecked."""

    mime: str
    data: bytes = Field(repr=False)
    usage: Usage | None = None


class Submitted(Strict):
    """A job that runs at the service; `remote_id` is all that is needed to find it again."""

    remote_id: str


class Refusal(Strict):
    """The service declined to make it, in its own words where it gave any."""

    reason: str
    usage: Usage | None = None


class Running(Strict):
    """The job is not done; `doubt` holds what the service said if it denied knowing the job.

    A service was seen to answer 400 once for a job that was alive and billed, so one doubt proves
    nothing: the caller counts them and decides when to give up.
    """

    doubt: str | None = None


class Failed(Strict):
    """The job ended without a result, and not because of what was asked."""

    reason: str


Posted = Answer | Submitted | Refusal
Polled = Running | Answer | Refusal | Failed


def count_modalities(entries: Iterable[tuple[Any, int | None]]) -> dict[str, int]:
    """Tokens by modality in upper case, from the SDK's rows."""
    counts: dict[str, int] = {}
    for modality, tokens in entries:
        if modality is not None and tokens is not None:
            name = word_of(modality).upper()
            counts[name] = counts.get(name, 0) + tokens
    return counts


def word_of(value: object) -> str:
    """Wire name of an SDK enum, or of the plain string that an unknown member becomes."""
    return str(getattr(value, "value", value) or "")

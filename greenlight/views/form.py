"""Prefect's resume form as a door: its names, its answers, and what it may release.

Open-source Prefect knows no users, so that its answers are recorded as unverified. While money is
simulated they may release everything; with real money stills only, and never the final review.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from greenlight.access.rights import Right
from greenlight.access.signature import Signature
from greenlight.errors import InvalidInput, Refused
from greenlight.money.ceilings import NOTE_LIMIT
from greenlight.production.names import parse_take
from greenlight.production.problems import sentences
from greenlight.production.records import GateRecord, Reason, WaitingTake
from greenlight.views.wishes import Wish


def form_signature(*, simulated: bool) -> Signature:
    """The unknown person who answers through the form."""
    rights: frozenset[Right] = frozenset({"decide", "edit"})
    if simulated:
        rights |= {"release", "sign-off"}
    return Signature("Prefect dashboard", "prefect:unverified", "prefect", False, rights)


class TakeVerdict(BaseModel):
    """One verdict; `later` records nothing."""

    model_config = ConfigDict(extra="forbid")

    verdict: Annotated[
        Literal["later", "approve", "retake", "omit"],
        Field(description="approve chooses this take; omit leaves the whole shot out"),
    ] = "later"
    reason: Annotated[Reason, Field(description="why, for a retake")] = "other"
    note: Annotated[
        str, Field(max_length=NOTE_LIMIT, description="what should be different next time")
    ] = ""


class HeldVerdict(TakeVerdict):
    """One verdict on what is held: there is nothing to approve, and a note may mend it."""

    verdict: Annotated[
        Literal["later", "retake", "omit"],
        Field(description="retake tries again, with the note; omit leaves the whole shot out"),
    ] = "later"
    note: Annotated[
        str, Field(max_length=NOTE_LIMIT, description="what to ask for instead of what was held")
    ] = ""


def verdict_of(item: WaitingTake) -> type[TakeVerdict]:
    """The card that fits what waits."""
    return HeldVerdict if item.held else TakeVerdict


_MORE_THAN_STILLS = {
    ("approve", "frame"),
    ("approve", "animatic"),
    ("approve", "cut"),
    ("retake", "clip"),
}


def field_name(take: str) -> str:
    """The form's name for a take: `sq010_sh0020__frame__v001_c2`."""
    return take.replace("/", "__")


def read_form(gate: GateRecord, answer: dict[str, Any], *, simulated: bool) -> list[Wish]:
    """The wishes in a form's answer; raises InvalidInput or Refused naming what cannot stand."""
    takes = {field_name(w.take): w for w in gate.asked}
    wishes: list[Wish] = []
    for name, value in answer.items():
        if name not in takes:
            raise InvalidInput(f"unknown field {name!r} (known: {', '.join(takes)})")
        try:
            given = TakeVerdict.model_validate(value)
        except ValidationError as error:
            raise InvalidInput(f"{name}: {sentences(error, TakeVerdict)}") from error
        if given.verdict == "later":
            continue
        item = takes[name]
        take = parse_take(item.take)
        if given.verdict == "approve" and item.held:
            raise Refused(f"{item.take} is held ({item.held}): it cannot be approved")
        if not simulated and (given.verdict, take.kind) in _MORE_THAN_STILLS:
            raise Refused(
                f"{item.take}: with real money the dashboard's form releases stills only; "
                "use `greenlight decide`"
            )
        target = take.shot if given.verdict == "omit" and take.shot else item.take
        wishes.append(
            Wish(
                target=target,
                verdict=given.verdict,
                reason=given.reason,
                note=given.note,
                sha256=item.sha256 if given.verdict == "approve" else "",
                seen=gate.watermark,
            )
        )
    return wishes

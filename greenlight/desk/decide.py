"""Deciding: verdicts become one record, bound to exactly what was shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from greenlight.access.signature import Signature
from greenlight.desk.binding import bind
from greenlight.desk.impact import remake_of
from greenlight.desk.signing import write_signed
from greenlight.desk.wishes import Wish
from greenlight.errors import InvalidInput
from greenlight.production.facts import Facts
from greenlight.production.names import TakeId
from greenlight.production.records import DecisionRecord, Verdict
from greenlight.production.stale import turned_stale
from greenlight.production.state import fold
from greenlight.studio import Studio


class Decided(NamedTuple):
    """A decision that stands; `repeated` when this very Send had been recorded before."""

    number: int
    verdicts: tuple[Verdict, ...]
    releases_usd: Decimal
    repeated: bool
    stale: tuple[TakeId, ...] = ()
    """What was made from something that this changes: it no longer counts, and is made again."""
    remake_usd: Decimal = Decimal(0)
    """The most that making it again comes to, whoever releases that."""


def decide(
    studio: Studio, wishes: Sequence[Wish], signature: Signature, request: str = ""
) -> Decided:
    """Records the wishes together or, if any cannot stand, none of them.

    Raises InvalidInput for what makes no sense and Refused for what is no longer as it was shown.
    Raises Forbidden where one of them is more than the signature may.
    """
    if not wishes:
        raise InvalidInput("no verdict was given")

    def content(facts: Facts) -> Mapping[str, object]:
        verdicts = bind(studio, facts, wishes)
        for verdict in verdicts:
            _permit(studio, verdict, signature)
        return {"verdicts": verdicts}

    record, repeated = write_decision(studio, signature, request, content)
    facts = studio.records.facts()
    earlier = {n: d for n, d in facts.decisions.items() if n < record.number}
    before = replace(facts, decisions=earlier)
    after = before.deciding(record)
    stale = tuple(turned_stale(before, after))
    remake = remake_of(studio.production, fold(after), stale) if stale else Decimal(0)
    return Decided(
        record.number, record.verdicts, _released(record.verdicts), repeated, stale, remake
    )


def _permit(studio: Studio, verdict: Verdict, signature: Signature) -> None:
    """Raises Forbidden unless the signature may give this verdict."""
    where = studio.keys.production, studio.keys.show
    signature.demand("decide", *where)
    if any(share.endswith("/clip") for share in verdict.shares):
        signature.demand("release", *where)
    if verdict.verdict == "retake" and verdict.id.kind == "shotlist":
        signature.demand("edit", *where)
    if verdict.verdict == "approve" and verdict.id.kind == "cut":
        signature.demand("sign-off", *where)


def write_decision(
    studio: Studio,
    signature: Signature,
    request: str,
    content: Callable[[Facts], Mapping[str, object]],
) -> tuple[DecisionRecord, bool]:
    """Writes a decision of what `content` makes of the facts; see `write_signed`."""
    return write_signed(
        studio, signature, request, DecisionRecord, lambda facts: facts.decisions, content
    )


def _released(verdicts: Sequence[Verdict]) -> Decimal:
    return sum((v.ceiling_usd for v in verdicts), Decimal(0))

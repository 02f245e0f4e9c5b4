"""Deciding: verdicts become one record, bound to exactly what was shown."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from greenlight.access.signature import Signature
from greenlight.desk.binding import bind
from greenlight.desk.wishes import Wish
from greenlight.errors import InvalidInput, Refused
from greenlight.production.facts import Facts
from greenlight.production.names import TakeId
from greenlight.production.records import DecisionRecord, Verdict
from greenlight.production.stale import turned_stale
from greenlight.production.state import fold
from greenlight.store.records import now
from greenlight.studio import Studio

NAME_LIMIT = 80
_TRIES = 20


class Decided(NamedTuple):
    """A decision that stands; `repeated` when this very Send had been recorded before."""

    number: int
    verdicts: tuple[Verdict, ...]
    releases_usd: Decimal
    repeated: bool
    stale: tuple[TakeId, ...] = ()
    """What was made from something that this changes: it no longer counts, and is made again."""


def decide(
    studio: Studio, wishes: Sequence[Wish], signature: Signature, request: str = ""
) -> Decided:
    """Records the wishes together or, if any cannot stand, none of them.

    Raises InvalidInput for what makes no sense and Refused for what is no longer as it was shown.
    Between looking and writing somebody else may have decided: then everything is looked at anew.
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
    return Decided(
        record.number,
        record.verdicts,
        _released(record.verdicts),
        repeated,
        tuple(turned_stale(fold(before), fold(after))),
    )


def _permit(studio: Studio, verdict: Verdict, signature: Signature) -> None:
    """Raises Forbidden unless the signature may give this verdict."""
    where = studio.keys.production, studio.keys.show
    signature.demand("decide", *where)
    if any(share.endswith("/clip") for share in verdict.shares):
        signature.demand("release", *where)
    if verdict.verdict == "approve" and verdict.id.kind == "cut":
        signature.demand("sign-off", *where)


def write_decision(
    studio: Studio,
    signature: Signature,
    request: str,
    content: Callable[[Facts], Mapping[str, object]],
) -> tuple[DecisionRecord, bool]:
    """Writes what `content` makes of the facts under the next ordinal, once for a `request`.

    Returns the record, and whether it had been there before. Raises what `content` raises, and
    Refused when others are always quicker.
    """
    name = " ".join(signature.who.split())
    if not name or len(name) > NAME_LIMIT:
        raise InvalidInput(f"{signature.who!r} is no name (1 to {NAME_LIMIT} characters)")
    request = request or secrets.token_hex(8)
    for _ in range(_TRIES):
        facts = studio.records.facts()
        for known in facts.decisions.values():
            if known.request == request:
                return known, True
        fields = {
            "at": now(),
            "number": facts.watermark + 1,
            "request": request,
            "who": name,
            "principal": signature.principal,
            "verified": signature.verified,
            "door": signature.door,
            **content(facts),
        }
        record = DecisionRecord.model_validate(fields)
        if studio.records.write_new(record):
            return record, False
    raise Refused("others are deciding on this production at this very moment: try again")


def _released(verdicts: Sequence[Verdict]) -> Decimal:
    return sum((v.ceiling_usd for v in verdicts), Decimal(0))

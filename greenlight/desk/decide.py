"""Deciding: verdicts become one record, bound to exactly what was shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from greenlight.access.signature import Signature
from greenlight.desk.signing import write_signed
from greenlight.errors import InvalidInput, Refused
from greenlight.money.amounts import usd
from greenlight.money.consequences import Consequences, consequences_of
from greenlight.production.facts import Facts
from greenlight.production.records import DecisionRecord, Verdict
from greenlight.views.binding import bind
from greenlight.views.wishes import Wish
from greenlight.workspace import Workspace


class Decided(NamedTuple):
    """A decision that stands; `repeated` when this very Send had been recorded before."""

    number: int
    verdicts: tuple[Verdict, ...]
    consequences: Consequences
    repeated: bool

    @property
    def releases_usd(self) -> Decimal:
        """The most that may follow from it at once."""
        return sum((v.ceiling_usd for v in self.verdicts), Decimal(0))


def decide(
    workspace: Workspace,
    wishes: Sequence[Wish],
    signature: Signature,
    request: str = "",
    at_most: Decimal | None = None,
) -> Decided:
    """Records the wishes together or, if any cannot stand, none of them.

    `at_most` is the total in USD that was shown. Raises InvalidInput for what makes no sense and
    Refused for what is no longer as it was shown, its total included; Forbidden where one of them
    is more than the signature may.
    """
    if not wishes:
        raise InvalidInput("no verdict was given")

    def content(facts: Facts) -> Mapping[str, object]:
        verdicts = bind(workspace, facts, wishes)
        for verdict in verdicts:
            _permit(workspace, verdict, signature)
        if at_most is not None:
            hold_to(at_most, consequences_of(workspace.production, facts, verdicts))
        return {"verdicts": verdicts}

    record, repeated = write_decision(workspace, signature, request, content)
    facts = workspace.records.facts()
    earlier = {n: d for n, d in facts.decisions.items() if n < record.number}
    before = replace(facts, decisions=earlier)
    follows = consequences_of(workspace.production, before, record.verdicts)
    return Decided(record.number, record.verdicts, follows, repeated)


def hold_to(at_most: Decimal, follows: Consequences) -> None:
    """Raises Refused where what follows costs more than the total that was shown."""
    if follows.sum_usd > at_most:
        raise Refused(
            f"refused: this now costs up to {usd(follows.sum_usd, follows.simulated)}, and "
            f"{usd(at_most)} was shown: look again, nothing was recorded"
        )


def _permit(workspace: Workspace, verdict: Verdict, signature: Signature) -> None:
    """Raises Forbidden unless the signature may give this verdict."""
    where = workspace.keys.production, workspace.keys.show
    signature.demand("decide", *where)
    if any(share.endswith("/clip") for share in verdict.shares):
        signature.demand("release", *where)
    if verdict.verdict == "retake" and verdict.id.kind == "shotlist":
        signature.demand("edit", *where)
    if verdict.verdict == "approve" and verdict.id.kind == "cut":
        signature.demand("sign-off", *where)


def write_decision(
    workspace: Workspace,
    signature: Signature,
    request: str,
    content: Callable[[Facts], Mapping[str, object]],
) -> tuple[DecisionRecord, bool]:
    """Writes a decision of what `content` makes of the facts; see `write_signed`."""
    return write_signed(
        workspace, signature, request, DecisionRecord, lambda facts: facts.decisions, content
    )

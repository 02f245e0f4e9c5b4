"""History: every decision on a production as rows, for people and for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from greenlight.briefs.spreadsheet import as_text
from greenlight.money.amounts import usd
from greenlight.production.facts import Facts
from greenlight.production.records import DecisionRecord, Terms


class DecisionRow(BaseModel):
    """One thing that one decision said; a decision on three takes has three rows."""

    model_config = ConfigDict(frozen=True)

    production: str
    number: int
    at: datetime
    who: str
    principal: str
    verified: bool
    door: str
    subject: str
    said: str
    reason: str = ""
    note: str = ""
    drawn: int = 0
    """How many lines were drawn on the take, for the next attempt."""
    sha256: str = ""
    spec_hash: str = ""
    releases_usd: Decimal | None = Decimal(0)


def history(production: str, facts: Facts) -> list[DecisionRow]:
    """Every decision in order, with what it was bound to and what it released at most."""
    return [row for _, d in sorted(facts.decisions.items()) for row in _rows(production, d)]


def _rows(production: str, record: DecisionRecord) -> Iterator[DecisionRow]:
    base = {
        "production": production,
        **record.model_dump(include={"number", "at", "who", "principal", "verified", "door"}),
    }
    for verdict in record.verdicts:
        yield DecisionRow.model_validate(
            {
                **base,
                "subject": verdict.take,
                "said": verdict.verdict,
                "reason": verdict.reason or "",
                "note": verdict.note,
                "drawn": len(verdict.drawn_over.strokes) if verdict.drawn_over else 0,
                "sha256": verdict.sha256,
                "spec_hash": verdict.spec_hash,
                "releases_usd": verdict.ceiling_usd,
            }
        )
    for found in record.resolutions:
        said = f"counts {usd(found.cost_usd)}{', asked again' if found.again else ''}"
        yield DecisionRow.model_validate(
            {**base, "subject": found.slot, "said": said, "note": found.note}
        )
    if record.terms is not None:
        for name, value in _terms(record.terms):
            yield DecisionRow.model_validate(
                {**base, "subject": name, "said": value, "note": record.note}
            )


def _terms(terms: Terms) -> Iterator[tuple[str, str]]:
    for name, value in terms.model_dump(exclude_none=True).items():
        unlimited = name == "budget_usd" and value < 0
        yield name, "no limit" if unlimited else str(value)


def as_csv(rows: Sequence[DecisionRow]) -> str:
    """The rows as CSV in UTF-8, a heading first.

    Text that a spreadsheet would run as a formula begins with an apostrophe.
    """
    values = ([*row.model_dump(mode="json").values()] for row in rows)
    return as_text([[*DecisionRow.model_fields], *values])

"""How a stage's record travels through Prefect's result store; filed outside cached bodies."""

from __future__ import annotations

from typing import Any

from greenlight.production import records
from greenlight.production.records import Record
from greenlight.studio import Studio


def packed(record: Record) -> dict[str, Any]:
    """The record as small JSON, with its kind."""
    return {"kind": type(record).__name__, "record": record.model_dump(mode="json")}


def file(studio: Studio, result: dict[str, Any]) -> Record:
    """Writes a stage's record, once; a cached result is filed again without harm.

    A shot list whose number was taken by an edit meanwhile gets the next free one.
    """
    kind: type[Record] = getattr(records, result["kind"])
    record = kind.model_validate(result["record"])
    winner = studio.records.claim(record)
    while (
        isinstance(record, records.ShotListRecord)
        and isinstance(winner, records.ShotListRecord)
        and winner.attempt != record.attempt
    ):
        record = record.model_copy(update={"version": record.version + 1})
        winner = studio.records.claim(record)
    return winner

"""How a stage's record travels through Prefect's result store; filed outside cached bodies."""

from __future__ import annotations

from typing import Any

from greenlight.production.checks import CheckRecord
from greenlight.production.records import (
    DeliveryRecord,
    MissRecord,
    Record,
    ShotListRecord,
    TakeRecord,
)
from greenlight.workspace import Workspace

_KINDS: dict[str, type[Record]] = {
    kind.__name__: kind
    for kind in (ShotListRecord, TakeRecord, MissRecord, CheckRecord, DeliveryRecord)
}


def packed(record: Record) -> dict[str, Any]:
    """The record as small JSON, with its kind."""
    return {"kind": type(record).__name__, "record": record.model_dump(mode="json")}


def unpacked(result: dict[str, Any]) -> Record:
    """The record in a stage's result."""
    return _KINDS[result["kind"]].model_validate(result["record"])


def file(workspace: Workspace, result: dict[str, Any]) -> Record:
    """Writes a stage's record, once; a cached result is filed again without harm.

    A shot list whose number was taken by an edit meanwhile gets the next free one.
    """
    record = unpacked(result)
    winner = workspace.records.claim(record)
    while (
        isinstance(record, ShotListRecord)
        and isinstance(winner, ShotListRecord)
        and winner.attempt != record.attempt
    ):
        record = record.model_copy(update={"version": record.version + 1})
        winner = workspace.records.claim(record)
    return winner

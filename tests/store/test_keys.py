"""A record's key says what it is, both ways."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from greenlight.errors import UnknownSchema
from greenlight.production.names import parse_take
from greenlight.production.records import (
    CancelRecord,
    GateAnswerRecord,
    MissRecord,
    Record,
    RunRecord,
)
from greenlight.store.keys import Keys, record_type
from greenlight.store.records import encode

KEYS = Keys("night", "porter-1a2b")
AT = datetime(2026, 11, 23, tzinfo=UTC)


def test_media_and_record_of_a_take_lie_side_by_side() -> None:
    take = parse_take("sq010_sh0020/frame/v001_c2")
    root = "shows/night/porter-1a2b/shots/sq010_sh0020/frames/v001_c2"
    assert KEYS.media(take, "image/png") == f"{root}.png"
    assert KEYS.take(take) == f"{root}.take.json"


@pytest.mark.parametrize(
    "record",
    [
        RunRecord(at=AT, number=3, flow_run="x", cause="submit"),
        CancelRecord(at=AT, who="Ada"),
        GateAnswerRecord(at=AT, number=7, decision=None),
        MissRecord(
            at=AT,
            take="sq010_sh0020/clip/v002",
            outcome="refused",
            reason="no",
            cost_usd=None,
        ),
    ],
)
def test_a_records_key_leads_back_to_its_type(record: Record) -> None:
    key = KEYS.record(record)
    assert record_type(key, KEYS.root) is type(record)
    assert type(record).read(key, json.loads(encode(record))) == record


def test_media_and_beats_are_no_records() -> None:
    others = ["runs/0001.beat", "sheets/a.jpg", "budget.json"]
    assert [record_type(KEYS.root + o, KEYS.root) for o in others] == [None] * 3


def test_a_record_of_a_newer_release_stops_with_a_sentence() -> None:
    data = {"schema_version": 99, "at": AT.isoformat(), "who": "Ada"}
    with pytest.raises(UnknownSchema, match="schema 99"):
        CancelRecord.read("k", data)

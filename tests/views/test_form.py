"""Prefect's form as a door: what it may say, and what it may release."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenlight.errors import GreenlightError, InvalidInput, Refused
from greenlight.production.records import GateRecord, WaitingTake
from greenlight.views.form import field_name, read_form, verdict_of

FRAME = "sq010_sh0010/frame/v001_c1"
GATE = GateRecord(
    at=datetime(2026, 11, 23, tzinfo=UTC),
    number=3,
    flow_run="r",
    watermark=0,
    waiting=(
        WaitingTake(take=FRAME, sha256="a" * 64),
        WaitingTake(take="sq010_sh0020/frame/v001", held="refused"),
        WaitingTake(take="sq010_sh0030/clip/v001", sha256="b" * 64),
        WaitingTake(take="cut/v001", sha256="c" * 64),
    ),
)


def test_an_empty_answer_and_later_record_nothing() -> None:
    assert read_form(GATE, {}, simulated=True) == []
    later = {field_name(w.take): {"verdict": "later", "note": "hm"} for w in GATE.waiting}
    assert read_form(GATE, later, simulated=True) == []


def test_an_approval_is_bound_to_what_the_gate_showed() -> None:
    (wish,) = read_form(GATE, {field_name(FRAME): {"verdict": "approve"}}, simulated=True)
    assert (wish.target, wish.sha256) == (FRAME, "a" * 64)


def test_omitting_a_take_omits_its_shot() -> None:
    (wish,) = read_form(GATE, {field_name(FRAME): {"verdict": "omit"}}, simulated=True)
    assert wish.target == "sq010_sh0010"


def test_what_is_held_cannot_be_approved() -> None:
    with pytest.raises(Refused, match="held"):
        read_form(GATE, {"sq010_sh0020__frame__v001": {"verdict": "approve"}}, simulated=True)


@pytest.mark.parametrize(
    ("take", "verdict"),
    [(FRAME, "approve"), ("cut/v001", "approve"), ("sq010_sh0030/clip/v001", "retake")],
)
def test_with_real_money_the_form_releases_no_clip_and_no_delivery(take: str, verdict: str) -> None:
    with pytest.raises(Refused, match="real money"):
        read_form(GATE, {field_name(take): {"verdict": verdict}}, simulated=False)


@pytest.mark.parametrize(
    ("take", "verdict"),
    [(FRAME, "retake"), (FRAME, "omit"), ("sq010_sh0030/clip/v001", "approve")],
)
def test_with_real_money_the_form_still_releases_stills(take: str, verdict: str) -> None:
    (wish,) = read_form(GATE, {field_name(take): {"verdict": verdict}}, simulated=False)
    assert wish.verdict == verdict


def test_a_held_take_offers_another_try_with_a_note_and_no_approval() -> None:
    held = next(w for w in GATE.waiting if w.held)
    card = verdict_of(held)
    assert set(card.model_json_schema()["properties"]) == {"verdict", "reason", "note"}
    assert card.model_json_schema()["properties"]["verdict"]["enum"] == ["later", "retake", "omit"]
    answer = {"verdict": "retake", "reason": "policy", "note": "a toy sword, not a real one"}
    card.model_validate(answer)
    (wish,) = read_form(GATE, {field_name(held.take): answer}, simulated=True)
    assert (wish.target, wish.verdict, wish.note) == (held.take, "retake", answer["note"])
    assert verdict_of(GATE.waiting[0]).model_fields["verdict"].default == "later"


@pytest.mark.parametrize(
    "answer",
    [
        {"sq990_sh0010__frame__v001_c1": {"verdict": "approve"}},
        {field_name(FRAME): {"verdict": "yes"}},
        {field_name(FRAME): {"verdict": "retake", "reason": "ugly"}},
        {field_name(FRAME): {"verdict": "retake", "note": "x" * 2001}},
        {field_name(FRAME): {"__prefect_kind": "workspace_variable"}},
        {field_name(FRAME): "approve"},
    ],
)
def test_an_answer_that_makes_no_sense_is_named(answer: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        read_form(GATE, answer, simulated=True)


@given(st.dictionaries(st.text(max_size=20), st.recursive(st.none() | st.text(), st.lists)))
def test_nothing_that_is_sent_can_raise_anything_but_a_sentence(answer: dict[str, object]) -> None:
    # Anything but a GreenlightError would fail the run.
    with contextlib.suppress(GreenlightError):
        assert read_form(GATE, answer, simulated=True) == []

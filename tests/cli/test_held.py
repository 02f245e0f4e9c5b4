"""What the command line says of a production that is held, and what it says to type."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from greenlight.cli.app import app
from greenlight.desk import Desk, this_person
from tests.review.memory_room import (
    asleep,
    begun,
    framed,
    held_by_budget,
    lost,
    memory_desk,
    missed,
)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = memory_desk()
    for module in ("status", "takes", "decide", "ledger"):
        monkeypatch.setattr(f"greenlight.cli.{module}.open_desk", lambda _="": desk)
    return desk


def said(*words: str) -> str:
    done = CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})
    return done.output + (str(done.exception) if done.exception else "")


def test_a_budget_that_holds_names_itself_and_the_limit_that_frees_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = held_by_budget(monkeypatch, desk)
    enough = desk.standing(built.name).held[0].enough_usd
    for text in (said("status", built.name), said("takes", built.name, "--waiting")):
        assert "3 clips are held: they may cost" in text
        assert f"budget {built.name} --limit {enough:.2f}" in text
        assert f"models {built.name} --video " in text
        assert "--omit sq010_sh0010 --omit sq010_sh0020 --omit sq010_sh0030" in text
        assert "--approve" not in text
        assert "--retake" not in text
    assert "held: budget" in said("status", built.name)
    text = said("decide", built.name, "--approve", "all")
    assert "nothing can be approved: 3 clips are held" in text
    assert f"status {built.name}` lists the ways out" in text
    data = json.loads(said("status", built.name, "--json"))
    assert data["answer"] is None
    assert data["held"][0]["cause"] == "budget"


def test_an_unknown_outcome_leads_to_its_charges_without_a_preselected_answer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = lost(desk)
    asleep(monkeypatch, built)
    text = said("status", built.name)
    assert "held: outcome unknown" in text
    assert f"ledger show {built.name} --unknown" in text
    assert "--retake sq010_sh0010/frame/v001:other" in text
    assert "--approve" not in text
    listed = said("ledger", "show", built.name, "--unknown")
    slots = " ".join(desk.standing(built.name).held[0].slots)
    assert f"{slots} --charged" in listed
    assert f"{slots} --not-charged" in listed


def test_a_refusal_asks_for_a_note_and_deciding_on_all_leads_to_the_ways_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = framed(desk, shots=1)
    (work,) = begun(built)
    missed(built, work, "refused", "SAFETY")
    asleep(monkeypatch, built)
    assert f"--retake {work.take}:policy:NOTE" in said("status", built.name)
    text = said("decide", built.name, "--approve", "all")
    assert "nothing can be approved" in text
    assert f"status {built.name}` lists the ways out" in text


def test_the_printed_limit_is_enough(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from decimal import Decimal

    built = held_by_budget(monkeypatch, desk)
    words = said("status", built.name).split("--limit ")[1].split()
    desk.raise_budget(built.name, Decimal(words[0]), this_person())
    assert desk.standing(built.name).held == ()

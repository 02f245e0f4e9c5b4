"""SIGTERM lets a running POST finish: whoever ends a flow run, what it paid for is recorded."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from greenlight.desk import Desk
from greenlight.local.stack import Stack
from greenlight.money.ledger import Entry
from greenlight.settings import Profile, load_profile
from tests.e2e import people

pytestmark = [pytest.mark.stack, pytest.mark.slow]

PROJECT = Path(__file__).parents[2]
POST_SECONDS = 12
"""Longer than a stack gives its services to end, shorter than a POST may take."""


def frames(desk: Desk, production: str) -> list[Entry]:
    entries = desk.workspace(production).ledger.entries()
    return [e for e in entries if e.reserved.slot.kind == "frame"]


def until_posting(desk: Desk, production: str) -> None:
    """Approves the shot list and waits until frames are being posted."""
    people.until_waiting(desk, production, "shotlist")
    people.approve_all(desk, production)
    people.until(lambda: any(e.sending for e in frames(desk, production)), pause=0.1)
    time.sleep(1)  # the claim is written just before the POST leaves


@pytest.fixture
def slow_stills(profile: Profile) -> Iterator[None]:
    """Stills that are a while in the making."""
    with people.latency(profile, image=POST_SECONDS):
        yield


@pytest.mark.usefixtures("slow_stills")
def test_a_run_cancelled_in_prefect_records_its_posts_before_it_ends(
    desk: Desk, profile: Profile
) -> None:
    production = people.submit(desk)
    until_posting(desk, production)
    run = desk.status(production).flow_run
    people.set_state(profile, run, "CANCELLING")
    people.until(lambda: desk.runs.look(run).type == "CANCELLED", 60)
    claimed = [e for e in frames(desk, production) if e.sending]
    assert claimed
    assert all(e.stored for e in claimed), claimed
    desk.cancel(production, people.ADA)


def test_a_stack_that_goes_down_lets_posts_finish_and_goes_on_without_a_second_one(
    tmp_path: Path, first_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GREENLIGHT_LINGER_SECONDS", "1")
    home = tmp_path / "home"
    options = {"latency": f"text=0.05,image={POST_SECONDS},video=0.3"}
    with Stack(home, PROJECT, first_port=first_port, standin_options=options):
        profile = load_profile(environ={"GREENLIGHT_HOME": str(home)})
        desk = Desk(profile)
        production = people.submit(desk)
        until_posting(desk, production)
    assert not [p for p in psutil.process_iter() if str(home) in " ".join(_command(p))]

    options = {"latency": "text=0.05,image=0.05,video=0.3"}
    with Stack(home, PROJECT, first_port=first_port, standin_options=options):
        profile = load_profile(environ={"GREENLIGHT_HOME": str(home)})
        desk = Desk(profile)
        people.until_waiting(desk, production, "frame", suspended=True)
        assert all(e.stored and len(e.sending) == 1 for e in frames(desk, production))


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []

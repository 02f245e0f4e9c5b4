"""A service that is away for a while stalls a production, which then goes on by itself.

`OUTAGE_SECONDS=60` makes the outages as long as Greenlight promises to outlive; the default keeps
the suite short, and is longer than any single try of a call.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import httpx
import psutil
import pytest

from greenlight.desk import Desk
from greenlight.local.home import StackInfo, read_stack
from greenlight.settings import Profile
from tests.e2e import people

pytestmark = [pytest.mark.stack, pytest.mark.slow]

OUTAGE_SECONDS = float(os.environ.get("OUTAGE_SECONDS") or 15)


def processes_of(stack: StackInfo, service: str) -> list[psutil.Process]:
    """The service's processes as they are now; none while it is being started again."""
    info = read_stack(stack.home)
    assert info is not None
    try:
        process = psutil.Process(info.pids[service])
        return [process, *process.children(recursive=True)]
    except (KeyError, psutil.NoSuchProcess):
        return []


def silence(stack: StackInfo, service: str) -> None:
    """The service takes connections and says nothing."""
    stopped = processes_of(stack, service)
    assert stopped
    for process in stopped:
        process.send_signal(signal.SIGSTOP)
    time.sleep(OUTAGE_SECONDS)
    for process in stopped:
        process.send_signal(signal.SIGCONT)


def keep_dead(stack: StackInfo, service: str) -> None:
    """The service is killed, and so is whatever is started in its place: its port refuses."""
    end = time.monotonic() + OUTAGE_SECONDS
    while time.monotonic() < end:
        for process in processes_of(stack, service):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        time.sleep(0.1)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("service", "away"),
    [("s3", keep_dead), ("prefect", keep_dead), ("postgres", silence), ("models", keep_dead)],
    ids=lambda it: it if isinstance(it, str) else it.__name__,
)
def test_a_production_outlives_the_outage_of_a_service_and_pays_nothing_twice(
    stack: StackInfo,
    desk: Desk,
    profile: Profile,
    service: str,
    away: Callable[[StackInfo, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(people, "PATIENCE", 300.0)
    production = people.to_the_frames(desk)
    before = people.last_request(profile)
    people.approve_all(desk, production)

    def filming() -> bool:
        entries = desk.workspace(production).ledger.entries()
        # Both: a POST that the death of the service cuts off would be unknown, and wait for people.
        clips = [e for e in entries if e.reserved.slot.kind == "clip" and e.submitted]
        return len(clips) == 2

    people.until(filming, pause=0.1)
    away(stack, service)
    until_answering(desk)
    people.finish(desk, production)

    facts = desk.look(production)[0]
    assert [run.cause for run in facts.runs.values()] == ["submit"], "another run had to take over"
    posts = Counter(r["shot"] for r in people.paid(profile, since=before) if r["role"] == "video")
    assert posts
    assert set(posts.values()) == {1}
    entries = desk.workspace(production).ledger.entries()
    assert all(e.closed and e.closed.outcome == "settled" for e in entries)


def until_answering(desk: Desk) -> None:
    """Waits until what was away is up again, as its doors see it."""

    def answers() -> bool:
        with suppress(Exception):
            desk.productions()
            desk.runs.answers()
            url = f"{desk.profile.models.base_url}/_standin/health"
            return httpx.get(url, trust_env=False, timeout=5).is_success
        return False

    people.until(answers)

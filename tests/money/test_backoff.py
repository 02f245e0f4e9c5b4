"""One pause per model: set by whoever hears a 429, kept by all processes, on one clock."""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from greenlight.errors import Stalled
from greenlight.local import StackInfo
from greenlight.local.standin import admin_client
from greenlight.money import backoff
from greenlight.money.backoff import LONGEST_SECONDS, POSTS, Backoff, pause_after
from greenlight.settings import Profile
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now

PROJECT = Path(__file__).parents[2]

pytestmark = pytest.mark.stack


@pytest.fixture
def fresh() -> Iterator[None]:
    """No pause is remembered by this process."""
    backoff._seen.clear()
    yield
    backoff._seen.clear()


@pytest.fixture
def model(objects: ObjectStore) -> Iterator[str]:
    """A model of the test's own, so that nobody else on the stack has to wait."""
    name = f"test-{secrets.token_hex(4)}"
    yield name
    objects.delete(f"limits/{name}.json")


def anew(objects: ObjectStore, model: str) -> Backoff:
    """As another process sees it, which remembers nothing."""
    backoff._seen.clear()
    return Backoff(objects, model)


@pytest.mark.usefixtures("fresh")
def test_a_model_that_nobody_held_is_free_at_once(objects: ObjectStore, model: str) -> None:
    assert asyncio.run(anew(objects, model).wait()) < 1


@pytest.mark.usefixtures("fresh")
def test_a_held_model_is_free_when_its_time_is_over(objects: ObjectStore, model: str) -> None:
    anew(objects, model).hold(2, "busy")
    waited = asyncio.run(anew(objects, model).wait())
    assert 1.5 < waited < 8
    assert anew(objects, model).left() == 0


@pytest.mark.usefixtures("fresh")
def test_of_many_pauses_the_one_that_ends_last_counts(objects: ObjectStore, model: str) -> None:
    def hold(seconds: float) -> None:
        Backoff(objects, model).hold(seconds, "busy")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(hold, (3, 40, 5, 90, 2, 7)))
    assert 80 < anew(objects, model).left() <= 92


@pytest.mark.usefixtures("fresh")
def test_no_pause_is_longer_than_an_hour(objects: ObjectStore, model: str) -> None:
    anew(objects, model).hold(86_400, "busy")
    assert LONGEST_SECONDS - 60 < anew(objects, model).left() <= LONGEST_SECONDS + 2


@pytest.mark.usefixtures("fresh")
def test_a_pause_longer_than_a_process_waits_says_why_and_until_when(
    objects: ObjectStore, model: str
) -> None:
    anew(objects, model).hold(600, "the quota of the day is used up")
    began = now()
    with pytest.raises(Stalled, match="quota of the day") as stalled:
        asyncio.run(anew(objects, model).wait())
    assert 590 < (stalled.value.until - began).total_seconds() < 603


@pytest.mark.usefixtures("fresh")
def test_a_pause_that_was_lifted_is_over_for_everybody(objects: ObjectStore, model: str) -> None:
    anew(objects, model).hold(600, "busy")
    anew(objects, model).lift()
    assert anew(objects, model).left() == 0


def test_pauses_grow_and_are_bounded_whatever_the_service_asks_for() -> None:
    assert [pause_after(None, n) for n in range(1, 6)] == [1, 2, 4, 8, 16]
    assert [pause_after(1.0, n) for n in range(1, 6)] == [1] * 5
    grown = [pause_after(1.0, n) for n in range(POSTS, POSTS + 6)]
    assert grown == [120, 240, 480, 900, 900, 900]
    assert pause_after(3600.0, POSTS + 2) == 3600
    assert pause_after(None, 10_000) == 900


WORKER = """
import asyncio, sys, time
from pathlib import Path
from tests.generate import wire_requests
from greenlight.money.backoff import Backoff
from greenlight.generate.errors import NotSent
from greenlight.generate.gemini import GeminiModels
from greenlight.settings import load_profile
from greenlight.workspace import open_store

role, go = sys.argv[1], Path(sys.argv[2])
request = {"text": wire_requests.TEXT, "image": wire_requests.IMAGE}[role]
profile = load_profile()
pause = Backoff(open_store(profile), request.model)

async def work():
    async with GeminiModels(profile.models.base_url, profile.models.api_key) as service:
        print("ready", flush=True)
        while not go.exists():
            await asyncio.sleep(0.02)
        end = time.time() + 9
        while time.time() < end:
            await pause.wait()
            begun = time.time()
            try:
                await service.post(request, {}, 10)
                print(begun, "posted", flush=True)
            except NotSent as error:
                pause.hold(error.retry_after, str(error))
                print(begun, "held", time.time(), flush=True)
            await asyncio.sleep(0.2)

asyncio.run(work())
"""


def test_while_a_model_is_held_no_process_posts_in_it_and_others_do(
    stack: StackInfo, profile: Profile, objects: ObjectStore, tmp_path: Path
) -> None:
    script, go = tmp_path / "worker.py", tmp_path / "go"
    script.write_text(WORKER)
    environment = {
        **os.environ,
        "GREENLIGHT_HOME": str(stack.home),
        "PYTHONPATH": str(PROJECT),
    }
    objects.delete("limits/gemini-nano-banana-2.1.json")
    workers = {
        name: subprocess.Popen(
            [sys.executable, str(script), name.split("-")[0], str(go)],
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("image-1", "image-2", "image-3", "text-1")
    }
    for worker in workers.values():
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    rule = {"fault": "rate-limit", "role": "image", "times": 1, "seconds": 5}
    with admin_client(profile.models.base_url, profile.models.admin_key) as standin:
        standin.post("faults", json=rule).raise_for_status()
    go.touch()
    said = {name: worker.communicate(timeout=90)[0].split("\n") for name, worker in workers.items()}
    objects.delete("limits/gemini-nano-banana-2.1.json")
    posted = {
        name: [float(line.split()[0]) for line in lines if "posted" in line]
        for name, lines in said.items()
    }
    (held,) = [line.split() for lines in said.values() for line in lines if "held" in line]
    # Others hear of it when what they know is a second old.
    begin, end = float(held[2]) + backoff.CACHE_SECONDS + 0.2, float(held[2]) + 5
    images = [at for name, ats in posted.items() if name.startswith("image") for at in ats]
    assert not [at for at in images if begin < at < end], (held, images)
    assert [at for at in posted["text-1"] if begin < at < end]
    assert [at for at in images if at >= end], "nobody went on"
    assert time.time() > end

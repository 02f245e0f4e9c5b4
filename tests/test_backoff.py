"""One pause per model role: set by whoever hears a 429, kept by all processes, on one clock."""

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

from greenlight import backoff
from greenlight.backoff import LONGEST_SECONDS, Backoff
from greenlight.local import StackInfo
from greenlight.settings import Profile
from greenlight.standin.switches import switches
from greenlight.store.objects import ObjectStore

PROJECT = Path(__file__).parents[1]


@pytest.fixture
def fresh() -> Iterator[None]:
    """No pause is remembered by this process."""
    backoff._seen.clear()
    yield
    backoff._seen.clear()


@pytest.fixture
def role(objects: ObjectStore) -> Iterator[str]:
    """A role of the test's own, so that nobody else on the stack has to wait."""
    name = f"test-{secrets.token_hex(4)}"
    yield name
    objects.delete(f"limits/{name}.json")


def anew(objects: ObjectStore, role: str) -> Backoff:
    """As another process sees it, which remembers nothing."""
    backoff._seen.clear()
    return Backoff(objects, role)  # type: ignore[arg-type]


@pytest.mark.usefixtures("fresh")
def test_a_role_that_nobody_held_is_free_at_once(objects: ObjectStore, role: str) -> None:
    assert asyncio.run(anew(objects, role).wait()) < 1


@pytest.mark.usefixtures("fresh")
def test_a_held_role_is_free_when_its_time_is_over(objects: ObjectStore, role: str) -> None:
    anew(objects, role).hold(2)
    waited = asyncio.run(anew(objects, role).wait())
    assert 1.5 < waited < 8
    assert anew(objects, role).left() == 0


@pytest.mark.usefixtures("fresh")
def test_of_many_pauses_the_one_that_ends_last_counts(objects: ObjectStore, role: str) -> None:
    def hold(seconds: float) -> None:
        Backoff(objects, role).hold(seconds)  # type: ignore[arg-type]

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(hold, (3, 40, 5, 90, 2, 7)))
    assert 80 < anew(objects, role).left() <= 92


@pytest.mark.usefixtures("fresh")
def test_no_pause_is_longer_than_a_quarter_of_an_hour(objects: ObjectStore, role: str) -> None:
    anew(objects, role).hold(86_400)
    assert LONGEST_SECONDS - 60 < anew(objects, role).left() <= LONGEST_SECONDS + 1


WORKER = """
import asyncio, sys, time
from pathlib import Path
sys.path.insert(0, "tests/generate")
import wire_requests
from greenlight.backoff import Backoff
from greenlight.generate.errors import NotSent
from greenlight.generate.gemini import GeminiModels
from greenlight.settings import load_profile
from greenlight.studio import open_store

pytestmark = pytest.mark.stack

role, go = sys.argv[1], Path(sys.argv[2])
request = {"text": wire_requests.TEXT, "image": wire_requests.IMAGE}[role]
profile = load_profile()
role_backoff = Backoff(open_store(profile), role)

async def work():
    async with GeminiModels(profile.models.base_url, profile.models.api_key) as service:
        print("ready", flush=True)
        while not go.exists():
            await asyncio.sleep(0.02)
        end = time.time() + 9
        while time.time() < end:
            await role_backoff.wait()
            begun = time.time()
            try:
                await service.post(request, {}, 10)
                print(begun, "posted", flush=True)
            except NotSent as error:
                role_backoff.hold(error.retry_after)
                print(begun, "held", time.time(), flush=True)
            await asyncio.sleep(0.2)

asyncio.run(work())
"""


def test_while_a_role_is_held_no_process_posts_in_it_and_others_do(
    stack: StackInfo, profile: Profile, objects: ObjectStore, tmp_path: Path
) -> None:
    script, go = tmp_path / "worker.py", tmp_path / "go"
    script.write_text(WORKER)
    environment = {
        **os.environ,
        "GREENLIGHT_HOME": str(stack.home),
        "PYTHONPATH": str(PROJECT),
    }
    objects.delete("limits/image.json")
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
    with switches(profile.models.base_url, profile.models.admin_key) as standin:
        standin.post("faults", json=rule).raise_for_status()
    go.touch()
    said = {name: worker.communicate(timeout=90)[0].split("\n") for name, worker in workers.items()}
    objects.delete("limits/image.json")
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

"""Processes that buy at the same time keep to one budget and to one pause, on the real store."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from greenlight.generate.request import GenerationRequest
from greenlight.local.home import StackInfo
from greenlight.local.standin import admin_client
from greenlight.money import backoff
from greenlight.money.budget import BudgetExceeded, Release
from greenlight.settings import Profile
from greenlight.store.objects import ObjectStore
from greenlight.workspace import open_workspace
from tests.production.buying import SLOT, obtain, posts, request, workspace_with

pytestmark = [pytest.mark.stack, pytest.mark.slow]

PROJECT = Path(__file__).parents[2]


def test_sixteen_processes_against_a_budget_for_five_make_five_posts(
    profile: Profile, objects: ObjectStore, faults: httpx.Client
) -> None:
    from greenlight.money.quote import estimate

    wanted = [request() for _ in range(16)]
    ceiling = max(estimate(w) for w in wanted)
    workspace = workspace_with(profile, objects, budget_usd=str(5 * ceiling))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["greenlight.money.purchase", "greenlight.generate.gemini"])
    workers = [
        context.Process(
            target=one_of_many, args=(workspace.keys.production, profile, n, w, ceiling)
        )
        for n, w in enumerate(wanted, 1)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    codes = Counter(worker.exitcode for worker in workers)
    assert codes == {0: 5, BudgetExceeded.exit_code: 11}
    assert sum(posts(faults, w) for w in wanted) == 5
    assert sum(r.balance for r in workspace.budget.releases().values()) <= 5 * ceiling


def one_of_many(
    production: str, profile: Profile, number: int, wanted: GenerationRequest, ceiling: Decimal
) -> None:
    """Runs in a process of its own; ends as the command line would."""
    slot = SLOT.model_copy(update={"candidate": number})
    try:
        obtain(open_workspace(production, profile), wanted, slot, Release(slot.path, ceiling))
    except BudgetExceeded as error:
        sys.exit(error.exit_code)


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
    async with GeminiModels(profile.models) as service:
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

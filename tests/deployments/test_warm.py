"""Forks of a warm process: what they get, how they end, and what a death touches."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from deployments.warm import keeper
from deployments.warm.keeper import Keeper, NotWarm, Warm, WarmRun, adopt_orphans, code_hash
from deployments.warm.run import name_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="warm processes are for Linux")
PROBES = Path(__file__).parent / "probes"
ROOT = Path(__file__).parent.parent.parent


class Bench:
    """A keeper of warm processes and the runs that a test asks of it."""

    def __init__(self, folder: Path, *modules: str) -> None:
        self.folder = folder
        self.keeper = Keeper(modules or ("warm_probe",), folder)
        path = os.pathsep.join((str(PROBES), str(ROOT)))
        self.base = {"PYTHONPATH": path, "PATH": os.environ["PATH"], "HOME": str(folder)}

    async def begin(self, does: str = "", **environment: str) -> tuple[Warm, WarmRun, Path]:
        warm = await self.keeper.get(self.base | environment)
        said = self.folder / f"{uuid.uuid4().hex}.json"
        run = await warm.fork(
            self.base
            | environment
            | {
                "PREFECT__FLOW_RUN_ID": str(uuid.uuid4()),
                "PROBE_DOES": does,
                "PROBE_SAYS": str(said),
            },
            str(self.folder),
            quiet=True,
        )
        return warm, run, said

    async def end(self, does: str, **environment: str) -> tuple[int | None, dict[str, Any]]:
        _, run, said = await self.begin(does, **environment)
        await asyncio.wait_for(run.over.wait(), 20)
        return run.returncode, json.loads(said.read_text())


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "one.py").write_text("one = 1\n")
    return Bench(tmp_path)


def play(bench: Bench, scene: Callable[[], Awaitable[Any]]) -> Any:
    async def whole() -> Any:
        try:
            return await scene()
        finally:
            bench.keeper.retire()

    return asyncio.run(whole())


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.02)


def test_a_run_gets_its_own_environment_folder_name_and_nothing_of_its_parent(
    bench: Bench,
) -> None:
    code, facts = play(bench, lambda: bench.end("exit:0", GREENLIGHT_ROOT="/somewhere"))
    assert code == 0
    assert facts["folder"] == str(bench.folder)
    assert facts["environment"]["GREENLIGHT_ROOT"] == "/somewhere"
    assert facts["name"] == name_of(facts["environment"]["PREFECT__FLOW_RUN_ID"])
    assert facts["signals"] == [True]
    # Standard streams, and the folder that is being listed: no socket of the parent.
    assert len(facts["descriptors"]) <= 4


@pytest.mark.parametrize(
    ("does", "code"), [("exit:0", 0), ("exit:7", 7), ("die:9", -9), ("die:11", -11), ("raise", 1)]
)
def test_the_end_of_a_run_is_told_as_it_was(bench: Bench, does: str, code: int) -> None:
    assert play(bench, lambda: bench.end(does))[0] == code


def test_a_crash_in_one_run_touches_no_other(bench: Bench) -> None:
    async def scene() -> None:
        warm, slow, said = await bench.begin("sleep:1")
        for does in ("die:11", "die:9", "raise"):
            await bench.end(does)
        assert slow.returncode is None
        assert warm.alive
        await asyncio.wait_for(slow.over.wait(), 20)
        assert slow.returncode == 0
        assert Path(f"{said}.end").exists()

    play(bench, scene)


def test_ten_at_once_are_ten_processes_of_one_parent(bench: Bench) -> None:
    async def scene() -> list[tuple[int | None, dict[str, Any]]]:
        return await asyncio.gather(*(bench.end("sleep:0.2") for _ in range(10)))

    ends = play(bench, scene)
    assert {code for code, _ in ends} == {0}
    assert len({facts["pid"] for _, facts in ends}) == 10
    assert len({facts["parent"] for _, facts in ends}) == 1


def test_changed_code_is_picked_up_by_the_next_run(bench: Bench) -> None:
    async def scene() -> tuple[int, int, int]:
        first, _, _ = await bench.begin("exit:0")
        again, _, _ = await bench.begin("exit:0")
        (bench.folder / "flows" / "one.py").write_text("one = 12\n")
        changed, _, _ = await bench.begin("exit:0")
        return first.pid, again.pid, changed.pid

    first, again, changed = play(bench, scene)
    assert first == again
    assert changed != first


def test_what_modules_read_at_import_has_a_process_of_its_own_and_a_run_s_id_has_not(
    bench: Bench,
) -> None:
    async def scene() -> list[int]:
        pids = []
        for more in (
            {"PREFECT_LOGGING_LEVEL": "INFO"},
            {"PREFECT_LOGGING_LEVEL": "DEBUG"},
            {"PREFECT_LOGGING_LEVEL": "INFO", "PREFECT__FLOW_RUN_NAME": "x"},
        ):
            warm, run, _ = await bench.begin("exit:0", **more)
            await run.over.wait()
            pids.append(warm.pid)
        return pids

    info, debug, again = play(bench, scene)
    assert info == again != debug


def test_a_module_with_a_thread_is_refused_and_so_is_one_that_cannot_be_imported(
    tmp_path: Path,
) -> None:
    for module, why in (("warm_threaded", "2 threads"), ("no_such_module", "ended with status 1")):
        bench = Bench(tmp_path, module)
        with pytest.raises(NotWarm, match=why):
            play(bench, lambda bench=bench: bench.begin("exit:0"))  # type: ignore[misc]


def test_a_slow_warm_process_is_waited_for_and_one_that_is_stuck_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "_START_SECONDS", 0.5)
    stuck = Bench(tmp_path, "warm_stuck")
    with pytest.raises(NotWarm, match="did nothing"):
        play(stuck, lambda: stuck.begin("exit:0"))
    monkeypatch.setattr(keeper, "_START_SECONDS", 0.01)  # Python alone takes longer
    monkeypatch.setattr(keeper, "_LEAST_CPU", -1.0)
    slow = Bench(tmp_path)
    assert play(slow, lambda: slow.begin("exit:0"))[1].pid


def test_runs_outlive_the_death_of_their_warm_process_and_their_end_is_known(bench: Bench) -> None:
    async def scene() -> None:
        adopt_orphans()
        warm, run, said = await bench.begin("sleep:1")
        await until(said.exists)
        os.kill(warm.pid, signal.SIGKILL)
        await until(lambda: not warm.alive)
        assert run.returncode is None
        fresh, after, _ = await bench.begin("exit:3")
        assert fresh.pid != warm.pid
        await asyncio.gather(run.over.wait(), after.over.wait())
        assert (run.returncode, after.returncode) == (0, 3)

    play(bench, scene)


def test_a_worker_that_is_killed_leaves_no_warm_process_behind_when_its_runs_are_over(
    bench: Bench,
) -> None:
    code = f"""
import asyncio, sys
from pathlib import Path
from tests.deployments.test_warm import Bench
async def work():
    bench = Bench(Path({str(bench.folder)!r}))
    warm, run, said = await bench.begin("sleep:2")
    print(warm.pid, run.pid, said, flush=True)
    await asyncio.sleep(600)
asyncio.run(work())
"""
    worker = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    warm, run, said = worker.stdout.readline().split()
    worker.kill()
    worker.wait()
    worker.stdout.close()
    assert psutil.pid_exists(int(run))
    deadline = time.monotonic() + 20
    while _lives(int(warm)):
        assert time.monotonic() < deadline, "the warm process is still there"
        time.sleep(0.05)
    assert Path(f"{said}.end").exists(), "the run was cut off"


def test_the_hash_of_the_code_changes_with_any_source_and_nothing_else(bench: Bench) -> None:
    before = code_hash(bench.folder)
    (bench.folder / "flows" / "notes.txt").write_text("x")
    assert code_hash(bench.folder) == before
    shutil.copy(bench.folder / "flows" / "one.py", bench.folder / "flows" / "two.py")
    assert code_hash(bench.folder) != before


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False

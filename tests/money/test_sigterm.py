"""SIGTERM waits for the POST under way, and begins no other: in real processes."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

# As Prefect's engine does: the signal becomes an exception in whatever line is running.
BEGIN = """
import asyncio, signal, sys, threading, time
from greenlight.money.sigterm import finishing_posts

class Terminated(BaseException):
    pass

def terminate(number, frame):
    raise Terminated

signal.signal(signal.SIGTERM, terminate)

async def post(name, seconds):
    async with finishing_posts():
        print(name, "begun", flush=True)
        await asyncio.sleep(seconds)
        print(name, "recorded", flush=True)

"""


def run(tmp_path: Path, body: str, *, at: str) -> tuple[list[str], float]:
    """Runs `body`, sends SIGTERM when it prints `at`; its lines and the seconds it took to end."""
    script = tmp_path / "flow.py"
    script.write_text(BEGIN + textwrap.dedent(body))
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        lines = []
        told = 0.0
        for line in process.stdout:
            lines.append(line.strip())
            if line.strip() == at:
                told = time.monotonic()
                process.send_signal(signal.SIGTERM)
        process.wait(20)
    assert told, lines
    return lines, time.monotonic() - told


def test_the_last_post_under_way_is_recorded_before_the_signal_counts(tmp_path: Path) -> None:
    lines, seconds = run(
        tmp_path,
        """
        async def flow():
            posts = [asyncio.create_task(post(n, s)) for n, s in (("short", 0.5), ("long", 1.2))]
            for task in posts:
                try:
                    await task
                except Terminated:
                    print("ended", flush=True)
        asyncio.run(flow())
        """,
        at="long begun",
    )
    assert [x for x in lines if "recorded" in x or x == "ended"] == [
        "short recorded",
        "long recorded",
        "ended",
    ]
    assert 1.0 < seconds < 8


def test_a_process_that_was_told_to_end_begins_no_other_post(tmp_path: Path) -> None:
    lines, _ = run(
        tmp_path,
        """
        async def later():
            await asyncio.sleep(0.5)
            await post("second", 0.1)

        async def flow():
            other = asyncio.create_task(later())
            first = asyncio.create_task(post("first", 1.0))
            try:
                await first
            except Terminated:
                print("ended", flush=True)
        asyncio.run(flow())
        """,
        at="first begun",
    )
    assert "first recorded" in lines
    assert "ended" in lines
    assert not [x for x in lines if x.startswith("second")]


@pytest.mark.parametrize("between", ["pass", "asyncio.run(post('one', 0))"])
def test_without_a_post_the_signal_counts_at_once(tmp_path: Path, between: str) -> None:
    lines, seconds = run(
        tmp_path,
        f"""
        {between}
        try:
            print("idle", flush=True)
            time.sleep(10)
        except Terminated:
            print("ended", flush=True)
        """,
        at="idle",
    )
    assert lines[-1] == "ended"
    assert seconds < 5


def test_a_post_that_fails_gives_way_to_the_signal_all_the_same(tmp_path: Path) -> None:
    lines, _ = run(
        tmp_path,
        """
        async def failing():
            async with finishing_posts():
                print("begun", flush=True)
                await asyncio.sleep(0.5)
                raise ValueError("refused")
        try:
            asyncio.run(failing())
        except Terminated as end:
            print("ended after", type(end.__context__).__name__, flush=True)
        """,
        at="begun",
    )
    assert lines[-1] == "ended after ValueError"


def test_in_another_thread_it_does_nothing(tmp_path: Path) -> None:
    lines, _ = run(
        tmp_path,
        """
        worker = threading.Thread(target=lambda: asyncio.run(post("aside", 3)), daemon=True)
        try:
            worker.start()
            while True:
                time.sleep(0.1)
        except Terminated:
            print("ended", flush=True)
        """,
        at="aside begun",
    )
    assert "aside recorded" not in lines
    assert lines[-1] == "ended"

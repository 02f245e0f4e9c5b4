"""A stand-in that is killed with -9 keeps every promise it has made."""

from __future__ import annotations

import contextlib
import http.client
import sqlite3
import threading
import time
import urllib.error
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from google.genai._gaos.lib import compat_errors

from deployments.standin.tests.calls import IMAGE_MODEL, TEXT_MODEL, ask_for_video, finished
from deployments.standin.tests.prompts import shot_prompt
from deployments.standin.tests.running import Process, until

pytestmark = pytest.mark.slow


def still(number: int) -> dict[str, Any]:
    return {
        "contents": [{"parts": [{"text": shot_prompt("fox", f"sq010_sh{number:04}")}]}],
        "generationConfig": {
            "responseModalities": ["IMAGE"],
            "imageConfig": {"aspectRatio": "1:1", "imageSize": "1K"},
        },
    }


def test_who_has_an_answer_finds_it_billed_in_the_list_whenever_the_kill_came(
    start_process: Callable[..., Process],
) -> None:
    standin = start_process()
    answered: list[str] = []
    number = iter(range(10_000))

    def buy() -> None:
        while True:
            shot = next(number)
            try:
                status, _ = standin.call(
                    "POST", f"/v1/models/{IMAGE_MODEL}:generateContent", still(shot)
                )
            except (OSError, ValueError, http.client.HTTPException):
                return  # also an answer of which a part had come
            if status == 200:
                answered.append(f"sq010_sh{shot:04}")

    for more in (1, 3, 2):
        wanted = len(answered) + more
        buyers = [threading.Thread(target=buy) for _ in range(3)]
        for buyer in buyers:
            buyer.start()
        until(lambda wanted=wanted: len(answered) >= wanted)
        standin.kill()
        for buyer in buyers:
            buyer.join(30)
        standin.start()
    rows = {row["shot"]: row for row in standin.served("?paid=1")}
    assert len(answered) >= 6
    assert [rows[shot]["outcome"] for shot in answered] == ["ok"] * len(answered)
    assert all(rows[shot]["billed"] and rows[shot]["usage"] for shot in answered)
    cut_off = [row for row in rows.values() if row["outcome"] != "ok"]
    assert cut_off, "no kill came in the middle of a request"
    assert {(row["outcome"], row["billed"]) for row in cut_off} == {("interrupted", False)}


def test_what_was_taken_on_and_never_answered_is_billed_before_the_caller_gives_up(
    start_process: Callable[..., Process],
) -> None:
    standin = start_process()
    standin.fault("accept-then-hang", role="text")

    def ask() -> None:
        body = {"contents": [{"parts": [{"text": "hello"}]}]}
        with pytest.raises(OSError, match=r"closed|reset"):
            standin.call("POST", f"/v1/models/{TEXT_MODEL}:generateContent", body)

    caller = threading.Thread(target=ask)
    caller.start()
    until(lambda: standin.served("?billed=1"))
    standin.kill()
    caller.join(20)
    standin.start()
    (row,) = standin.served("?paid=1")
    assert (row["outcome"], row["result"], row["billed"]) == ("hung", "made", True)


def test_a_job_goes_on_after_a_kill_and_a_poll_during_the_start_does_not_lose_it(
    start_process: Callable[..., Process], first_frame: bytes
) -> None:
    standin = start_process()
    standin.call("PUT", "/_standin/latency", {"video": 60})
    heard = ask_for_video(standin, first_frame).id
    standin.fault("accept-then-hang", role="video")

    def ask() -> None:
        with pytest.raises(compat_errors.APIConnectionError):
            ask_for_video(standin, first_frame)

    caller = threading.Thread(target=ask)
    caller.start()
    until(lambda: standin.served("?role=video")[-1]["outcome"] == "hung")
    unheard = standin.served("?role=video")[-1]["remote_id"]
    standin.kill()
    caller.join(30)

    standin.spawn()
    seen, deadline = [], time.monotonic() + 30
    while not seen or seen[-1] == "connection refused":
        assert time.monotonic() < deadline, "the stand-in did not come up"
        try:
            seen.append(standin.call("GET", f"/v1/interactions/{heard}")[1]["status"])
        except urllib.error.URLError:
            seen.append("connection refused")
    assert seen[0] == "connection refused", "no poll came during the start"
    assert seen[-1] in ("in_progress", "completed")
    for ident in (heard, unheard):
        job = finished(standin, ident)
        assert job.status == "completed"
        assert standin.client().files.download(file=job.steps[0].content[0].uri)[4:8] == b"ftyp"
    rows = standin.served("?role=video")
    assert [(row["remote_id"], row["outcome"]) for row in rows] == [
        (heard, "ok"),
        (unheard, "hung"),
    ]
    assert all(row["billed"] and row["result"] == "made" for row in rows)


def test_a_job_does_not_wait_again_for_what_it_has_waited_before_a_kill(
    start_process: Callable[..., Process], first_frame: bytes, tmp_path: Path
) -> None:
    standin = start_process("--latency", "video=300")
    job = ask_for_video(standin, first_frame).id
    standin.kill()
    with contextlib.closing(sqlite3.connect(tmp_path / "standin" / "standin.sqlite3")) as db:
        then = (datetime.now(UTC) - timedelta(seconds=300)).isoformat()
        db.execute("update interactions set created = ?", (then,))
        db.commit()
    standin.start()
    assert finished(standin, job).status == "completed"


def test_a_clip_is_drawn_though_the_process_that_draws_it_is_killed(
    start_process: Callable[..., Process], first_frame: bytes
) -> None:
    standin = start_process()
    job = ask_for_video(standin, first_frame).id
    until(lambda: drawers(standin))
    for drawer in drawers(standin):
        drawer.kill()
    assert finished(standin, job).status == "completed"


def test_nothing_goes_on_drawing_for_a_stand_in_that_was_killed(
    start_process: Callable[..., Process], first_frame: bytes
) -> None:
    standin = start_process()
    ask_for_video(standin, first_frame)
    until(lambda: drawers(standin))
    begun = drawers(standin)
    standin.kill()
    _, alive = psutil.wait_procs(begun, 30)
    assert alive == []


def drawers(standin: Process) -> list[psutil.Process]:
    """The processes that draw clips, once all of their code is there."""
    children = psutil.Process(standin.pid).children()
    return [one for one in children if "spawn_main" in " ".join(one.cmdline())]

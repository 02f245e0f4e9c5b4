from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from deployments.standin.tests.calls import IMAGE_MODEL, TEXT_MODEL, image_config
from deployments.standin.tests.prompts import shot_prompt
from deployments.standin.tests.running import QUICK, Process, Running


def test_the_log_tells_what_was_served(start_standin: Callable[..., Running]) -> None:
    running = start_standin()
    body = {"contents": [{"parts": [{"text": "Shot: sq020_sh0010\nhello"}]}]}
    running.call("POST", f"/v1/models/{TEXT_MODEL}:generateContent", body)
    running.call("GET", "/v1/models")
    first, second = running.served()
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert first["digest"] == hashlib.sha256(canonical.encode()).hexdigest()
    assert (first["n"], first["role"], first["paid"], first["shot"]) == (
        1,
        "text",
        True,
        "sq020_sh0010",
    )
    assert (first["model"], first["outcome"], first["method"]) == (TEXT_MODEL, "ok", "POST")
    assert first["time"].endswith("Z")
    assert first["seconds"] >= 0
    assert (second["role"], second["paid"]) == ("models", False)


def test_the_log_is_filtered(start_standin: Callable[..., Running]) -> None:
    running = start_standin()
    client = running.client()
    for shot in ("sq010_sh0010", "sq010_sh0020"):
        client.models.generate_content(
            model=IMAGE_MODEL, contents=shot_prompt("fox", shot), config=image_config()
        )
    running.call("GET", "/v1/models")
    assert len(running.served("?role=image")) == 2
    assert len(running.served("?paid=1")) == 2
    assert [row["role"] for row in running.served("?paid=0")] == ["models"]
    assert [row["shot"] for row in running.served("?shot=sq010_sh0020")] == ["sq010_sh0020"]


def test_latency_is_a_setting(standin: Running) -> None:
    status, now = standin.call("PUT", "/_standin/latency", {"text": 0.4})
    assert status == 200
    assert now == {**QUICK, "text": 0.4}
    started = time.monotonic()
    standin.client().models.generate_content(model=TEXT_MODEL, contents="hi")
    assert time.monotonic() - started >= 0.4
    status, body = standin.call("PUT", "/_standin/latency", {"smell": 1})
    assert status == 400
    assert "smell" in body["error"]["message"]


def test_health_answers(standin: Running) -> None:
    assert standin.call("GET", "/_standin/health")[1]["status"] == "ok"


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "greenlight_standin", *options]


def test_help_tells_how_to_use_it() -> None:
    text = subprocess.run(command("--help"), capture_output=True, text=True, check=True).stdout
    for word in (
        "--port",
        "--data",
        "--seed",
        "--latency",
        "GREENLIGHT_STANDIN_API_KEY",
        "admin.key",
        "--scenario",
        "/_standin/faults",
    ):
        assert word in text


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--latency", "video"], "name=value"),
        (["--latency", "smell=1"], "latency"),
        (["--latency", "text=-1"], "allowed: 0 to 3600"),
        (["--workers", "99"], "workers"),
    ],
)
def test_an_option_that_makes_no_sense_is_one_line_and_exit_2(
    options: list[str], sentence: str
) -> None:
    done = subprocess.run(command(*options), capture_output=True, text=True)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_sigterm_ends_it_cleanly(start_process: Callable[..., Process]) -> None:
    assert start_process().terminate() == 0


def test_it_imports_nothing_else_of_the_project() -> None:
    root = Path(sys.modules["greenlight_standin"].__file__ or "").parent
    for path in root.rglob("*.py"):
        for line in path.read_text().splitlines():
            if line.lstrip().startswith(("import greenlight", "from greenlight")):
                assert "greenlight_standin" in line, f"{path}: {line}"

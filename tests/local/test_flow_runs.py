"""A whole stack in a project of its own, with flow runs in the middle of their work."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from greenlight.local.background import detach, down
from greenlight.local.home import StackInfo, load_credentials, lock_holder
from greenlight.local.process import marked
from greenlight.local.service import http_answer
from greenlight.settings import prefect_headers
from greenlight.store.objects import connect
from tests.e2e.people import until
from tests.ports import free_block

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parent / "project"


@dataclass(frozen=True)
class Probe:
    """A home and a project that outlive each stack that is started in them."""

    place: Path
    first_port: int

    @property
    def home(self) -> Path:
        return self.place / "home"

    def up(self) -> StackInfo:
        root = self.place / "project"
        without = ["models", "media"]
        return detach(self.home, root, first_port=self.first_port, without=without)

    def alive(self) -> list[psutil.Process]:
        return marked(load_credentials(self.home).stack_id)

    def engines(self) -> list[psutil.Process]:
        return [one for one in self.alive() if one.name().startswith("run-")]


def ask(info: StackInfo, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    method = "GET" if body is None else "POST"
    headers = prefect_headers(info.profile.prefect_auth)
    answer = http_answer(
        info.ports["prefect"], f"/api{path}", method=method, body=data, headers=headers
    )
    assert answer is not None, path
    return json.loads(answer)


def submit(info: StackInfo, name: str, **parameters: Any) -> str:
    deployment = ask(info, f"/deployments/name/{name}/{name}")["id"]
    body = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
    return str(ask(info, f"/deployments/{deployment}/create_flow_run", body)["id"])


def state(info: StackInfo, run: str) -> str:
    return str(ask(info, f"/flow_runs/{run}")["state"]["name"])


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Probe]:
    place = tmp_path_factory.mktemp("flows")
    shutil.copytree(PROJECT, place / "project")
    probe = Probe(place, free_block(range(31_600, 12_000, -400)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEMINI_API_KEY", "real")
        patch.setenv("AWS_ACCESS_KEY_ID", "real")
        patch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
        probe.up()
    yield probe
    down(probe.home)


def test_a_flow_run_sees_this_stack_and_no_real_service(probe: Probe) -> None:
    info = probe.up()
    run = submit(info, "look")
    until(lambda: state(info, run) == "Completed")
    stored = (
        connect(info.profile.s3)
        .get_object(Bucket=info.profile.s3.bucket, Key="results/surroundings")["Body"]
        .read()
    )
    seen = json.loads(json.loads(stored)["result"])
    assert seen["cwd"] == str(probe.place / "project")
    assert seen["GREENLIGHT_PROFILE"] == "embedded"
    assert seen["GREENLIGHT_HOME"] == str(probe.home)
    assert seen["PREFECT_API_URL"] == info.profile.prefect_api_url
    assert seen["PREFECT_HOME"] == str(probe.home / "prefect")
    assert "real" not in seen.values()


def test_a_stop_lets_flow_runs_say_that_they_were_cut_off(probe: Probe) -> None:
    info, note = probe.up(), probe.place / "stopped"
    run = submit(info, "linger", note=str(note), seconds=600)
    until(note.exists)
    assert down(probe.home)
    assert probe.alive() == []
    again = probe.up()
    assert state(again, run) == "Crashed"


def test_no_flow_run_outlives_a_killed_supervisor(probe: Probe) -> None:
    info, note = probe.up(), probe.place / "killed"
    submit(info, "linger", note=str(note), seconds=600)
    until(note.exists)
    assert probe.engines()
    os.kill(info.supervisor_pid, signal.SIGKILL)
    until(lambda: not probe.alive() and lock_holder(probe.home) is None)

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from greenlight_standin.config import StandInConfig
from greenlight_standin.drawing.encode import png_bytes
from greenlight_standin.drawing.frame import draw_frame
from greenlight_standin.drawing.shot import read_shot

from deployments.standin.tests.prompts import shot_prompt
from deployments.standin.tests.running import QUICK, Process, Running


@pytest.fixture(scope="session")
def shared_standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(StandInConfig(data=tmp_path_factory.mktemp("standin"), latency=QUICK))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def standin(shared_standin: Running) -> Iterator[Running]:
    """The shared stand-in without faults and latency."""
    yield shared_standin
    shared_standin.call("DELETE", "/_standin/faults")
    shared_standin.call("PUT", "/_standin/latency", QUICK)


@pytest.fixture
def start_standin(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts stand-ins of one's own; all are stopped at the end."""
    started: list[Running] = []

    def start(**settings: Any) -> Running:
        running = Running(
            StandInConfig(**{"data": tmp_path / "standin", "latency": QUICK, **settings})
        )
        running.start()
        started.append(running)
        return running

    yield start
    for running in started:
        if running._thread.is_alive():
            running.stop()


@pytest.fixture
def start_process(tmp_path: Path, unused_port: int) -> Iterator[Callable[..., Process]]:
    """Starts a stand-in in a process of its own; it is killed at the end."""
    started: list[Process] = []

    def start(*options: str) -> Process:
        process = Process(unused_port, tmp_path / "standin", *options)
        started.append(process)
        process.start()
        return process

    yield start
    for process in started:
        process.kill()


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def first_frame() -> bytes:
    return png_bytes(draw_frame(read_shot(shot_prompt("fox")), (1280, 720)))

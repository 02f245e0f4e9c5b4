"""The stand-in in a process of its own, as tests of the adapter see it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from greenlight.local.standin import admin_client


class StandIn:
    """The running stand-in, by its admin pages."""

    def __init__(self, url: str, data: Path) -> None:
        self.url, self.data = url, data

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        key = (self.data / "admin.key").read_text()
        with admin_client(self.url, key) as standin:
            answer = standin.request(method, path, json=body).raise_for_status()
        return answer.json() if answer.content else None

    def paid(self) -> int:
        return len(self.admin("GET", "requests?paid=1"))


@contextmanager
def serving(data: Path) -> Iterator[StandIn]:
    """A stand-in that keeps its state in a folder, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "greenlight_standin", "--port", str(port)]
    options = ["--data", str(data), "--latency", "text=0,image=0,video=0.2"]
    with subprocess.Popen([*command, *options]) as process:
        server = StandIn(f"http://127.0.0.1:{port}", data)
        try:
            for _ in range(200):
                try:
                    server.admin("GET", "health")
                    break
                except (OSError, httpx.HTTPError):
                    assert process.poll() is None, "the stand-in ended at once"
                    time.sleep(0.05)
            yield server
        finally:
            process.terminate()
            process.wait(10)

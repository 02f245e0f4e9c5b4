"""The stand-in in a process of its own, as tests of the adapter see it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class StandIn:
    """The running stand-in, by its admin pages."""

    def __init__(self, url: str, data: Path) -> None:
        self.url, self.data = url, data

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(f"{self.url}/_standin/{path}", data=data, method=method)
        asked.add_header("content-type", "application/json")
        with urllib.request.urlopen(asked, timeout=5) as answer:
            return json.loads(answer.read() or b"null")

    def paid(self) -> int:
        return len(self.admin("GET", "requests?paid=1"))


@contextmanager
def serving(data: Path) -> Iterator[StandIn]:
    """A stand-in that keeps its state in a folder, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "greenlight.standin", "--port", str(port)]
    options = ["--data", str(data), "--latency", "text=0,image=0,video=0.2"]
    with subprocess.Popen([*command, *options]) as process:
        server = StandIn(f"http://127.0.0.1:{port}", data)
        try:
            for _ in range(200):
                try:
                    server.admin("GET", "health")
                    break
                except OSError:
                    assert process.poll() is None, "the stand-in ended at once"
                    time.sleep(0.05)
            yield server
        finally:
            process.terminate()
            process.wait(10)

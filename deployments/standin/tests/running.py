"""A stand-in on a loopback port, and the ways to talk to it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import uvicorn
from google import genai
from google.genai import types
from greenlight_standin.app import create_app
from greenlight_standin.config import StandInConfig
from greenlight_standin.wire.admin_key import KEY_FILE, KEY_HEADER

QUICK = {"text": 0.0, "image": 0.0, "video": 0.0}


def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something to be so; a busy machine is given time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


class Reached:
    """A stand-in on a loopback port, and the ways to talk to it."""

    def __init__(self, port: int, folder: Path) -> None:
        self._clients: list[genai.Client] = []
        self._folder = folder
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def client(self, *, key: str = "any", timeout_s: float = 60) -> genai.Client:
        client = genai.Client(
            api_key=key,
            enterprise=False,
            http_options=types.HttpOptions(
                base_url=self.url,
                timeout=int(timeout_s * 1000),
                retry_options=types.HttpRetryOptions(attempts=1),
            ),
        )
        # A client that is collected closes the transport its services still hold.
        self._clients.append(client)
        return client

    @property
    def admin_key(self) -> str:
        """What opens `/_standin`, as whoever can read the folder knows it."""
        return (self._folder / KEY_FILE).read_text()

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Status and JSON (or None) of a plain HTTP call; with the admin key without `headers`."""
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        if headers is None:
            headers = {KEY_HEADER: self.admin_key} if path.startswith("/_standin/") else {}
        request = urllib.request.Request(
            self.url + path, data, {"Content-Type": "application/json", **headers}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def served(self, query: str = "") -> list[dict[str, Any]]:
        status, rows = self.call("GET", f"/_standin/requests{query}")
        assert status == 200, rows
        return list(rows)

    def fault(self, name: str, **rule: Any) -> None:
        status, answer = self.call("POST", "/_standin/faults", {"fault": name, **rule})
        assert status == 201, answer


class Running(Reached):
    """A stand-in in a thread of the tests."""

    def __init__(self, config: StandInConfig) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        app = create_app(config)
        super().__init__(int(self._socket.getsockname()[1]), app.state.standin.admin.path.parent)
        self._server = uvicorn.Server(
            uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1)
        )
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )

    def start(self) -> None:
        self._thread.start()
        until(lambda: self._server.started)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        assert not self._thread.is_alive(), "the stand-in did not stop"
        self._socket.close()


class Process(Reached):
    """A stand-in in a process of its own, which can be killed and started again."""

    def __init__(self, port: int, data: Path, *options: str) -> None:
        super().__init__(port, data)
        self._command = [
            *(sys.executable, "-m", "greenlight_standin", "--port", str(port)),
            *("--data", str(data), "--latency", "text=0,image=0,video=0", *options),
        ]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None, "it was not started"
        return self._process.pid

    def spawn(self) -> None:
        """Start it, without waiting until it listens."""
        self._process = subprocess.Popen(self._command)

    def start(self) -> None:
        self.spawn()
        until(self._is_up)

    def _is_up(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "the stand-in ended at once"
        try:
            return self.call("GET", "/_standin/health", headers={})[0] == 200
        except OSError:
            return False

    def terminate(self) -> int:
        """End it as Ctrl-C and Docker do; its exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(30)

    def kill(self) -> None:
        """End it as `kill -9` does; harmless when it has ended."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)

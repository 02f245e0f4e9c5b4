"""A service of the stack: how it is started, when it is up, how it is ended."""

from __future__ import annotations

import http.client
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

# Short, because one thread looks at all services in turn.
_PROBE_SECONDS = 2.0


@dataclass(frozen=True)
class Service:
    """One process of the stack.

    `ready` is asked again and again after the start, with the process id: it returns what there is
    to say about the running service, or None while it is not up yet. All start at once: each waits
    for others by itself.
    """

    name: str
    command: list[str]
    environment: Mapping[str, str]
    folder: Path
    ready: Callable[[int], str | None]
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 5.0
    start_seconds: float = 60.0
    binds_itself: bool = False
    """Whether the command arranges its own end with its parent's (else the launcher does it)."""
    children_seconds: float = 0.0
    """How long its children are given to end before it is told to; 0: they end as they like."""


def http_answer(
    port: int,
    path: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> bytes | None:
    """Body of a good answer from a loopback port, or None while there is none."""
    # http.client on purpose: it knows no proxies, and this must stay on loopback.
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PROBE_SECONDS)
    kind = {"Content-Type": "application/json"} if body is not None else {}
    try:
        connection.request(method, path, body=body, headers={**kind, **(headers or {})})
        response = connection.getresponse()
        data = response.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return data if response.status < 300 else None

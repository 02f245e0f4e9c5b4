"""Serving over HTTP: connections that bring no request are not waited for, and never fill up.

uvicorn waits for the head of a request for as long as the other side likes. Here it has seconds,
and where all places are taken, the connection that has been idle longest gives way.
"""

from __future__ import annotations

import asyncio
import resource
from typing import TYPE_CHECKING, Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from starlette.types import ASGIApp

HEAD_SECONDS = 10.0
"""From the connection, or from the answer before, to the whole head of a request."""
STALL_SECONDS = 600.0
"""For a client to take anything more of an answer; a player that pauses takes nothing for long."""
HEAD_BYTES = 32 << 10
_BACKLOG = 128
"""Connections that asyncio accepts in one go: more would run out of files before one is closed."""
_CLOSING = 4
"""So many goes are accepted before a connection that was given up is closed for good."""
_OTHER_FILES = 192
"""Files left to everything else: connections to S3, logs, the scripts of a page."""
_MOST_FILES = 8192


def most_connections() -> int:
    """How many connections there may be under this process's limit of open files."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(64, min(files, _MOST_FILES) - _OTHER_FILES - _CLOSING * _BACKLOG)


class PunctualProtocol(H11Protocol):
    """HTTP/1.1 with a time limit for the head of a request and for a stalled answer."""

    head_seconds: ClassVar[float] = HEAD_SECONDS
    stall_seconds: ClassVar[float] = STALL_SECONDS
    # The limit of open files is the process's: so is the count.
    _open: ClassVar[set[PunctualProtocol]] = set()
    _idle: ClassVar[dict[PunctualProtocol, None]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._limit: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._open.add(self)
        self._wait()
        if len(self._open) > most_connections():
            longest = next(iter(self._idle))
            longest._forget()
            longest.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._go_on()

    def on_response_complete(self) -> None:
        if not self.transport.is_closing():
            self._wait()
        super().on_response_complete()
        if not self.cycle.response_complete:  # the next request had come already
            self._go_on()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._idle.setdefault(self)
        self._stalled = self.loop.call_later(self.stall_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        self._take_up()
        super().resume_writing()

    def _forget(self) -> None:
        self._go_on()
        self._take_up()
        self._open.discard(self)

    def _wait(self) -> None:
        """Begins to wait for the head of a request."""
        self._go_on()
        self._idle[self] = None
        self._limit = self.loop.call_later(self.head_seconds, self.transport.abort)

    def _go_on(self) -> None:
        """Waits no longer: a request is here, or the connection is gone."""
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None
        if self._stalled is None:
            self._idle.pop(self, None)

    def _take_up(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        if self._limit is None:
            self._idle.pop(self, None)


def bounds() -> dict[str, Any]:
    """uvicorn's settings for any server of ours."""
    return {
        "http": PunctualProtocol,
        "loop": "asyncio",
        "ws": "none",
        "backlog": _BACKLOG,
        "h11_max_incomplete_event_size": HEAD_BYTES,
        # What a proxy says is believed only where the room's own settings name that proxy.
        "proxy_headers": False,
        "server_header": False,
    }


def serve(app: ASGIApp, host: str, port: int, *, end_seconds: int = 5) -> None:
    """Serves until the process is told to end; answers under way have `end_seconds`."""
    import uvicorn

    files, allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    more = min(allowed, _MOST_FILES) if allowed != resource.RLIM_INFINITY else _MOST_FILES
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(files, more), allowed))
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        timeout_graceful_shutdown=end_seconds,
        **bounds(),
    )

"""The in-memory S3 server of simulated processes: every call is a place to stop, or to die."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ConnectionClosedError, EndpointConnectionError

from greenlight.store.memory import Held, MemoryS3
from tests.machine.fibers import Hub

Watcher = Callable[[str, bytes, bytes | None], None]


class SimulatedS3(MemoryS3):
    """Pauses its caller before and after each call, and tells watchers of each write.

    `lose` of the next answers to writes get lost: the write is done, and its writer not told.
    """

    def __init__(self, hub: Hub) -> None:
        super().__init__(lambda: hub.now)
        self.hub = hub
        self.watch: list[Watcher] = []
        self.listed: Callable[[str], None] = lambda prefix: None
        self.lose = 0
        self.away_until = 0.0
        self.writes = 0

    @contextmanager
    def call(self) -> Iterator[None]:
        # Without the lock: fibers share a thread, and one that paused with it would block the rest.
        self.hub.pause()
        # Requests of tests, which take no part, are always answered.
        if self.hub.current is not None and self.hub.clock < self.away_until:
            raise EndpointConnectionError(endpoint_url="memory")
        yield

    def put_object(self, **asked: Any) -> dict[str, Any]:
        answer = super().put_object(**asked)
        self.hub.pause()
        if self.lose and self.hub.current is not None:
            self.lose -= 1
            raise ConnectionClosedError(endpoint_url="memory")
        return answer

    def _write(self, asked: dict[str, Any], held: Held) -> None:
        before = self.objects.get(asked["Key"])
        super()._write(asked, held)
        self.writes += 1
        for watcher in self.watch:
            watcher(asked["Key"], held.data, before.data if before else None)

    def delete_object(self, **asked: Any) -> dict[str, Any]:
        answer = super().delete_object(**asked)
        self.hub.pause()
        return answer

    def list_objects_v2(self, **asked: Any) -> dict[str, Any]:
        self.listed(asked.get("Prefix", ""))
        return super().list_objects_v2(**asked)

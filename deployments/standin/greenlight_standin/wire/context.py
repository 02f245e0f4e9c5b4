"""What every handler needs: configuration, state, faults, latency and hands to draw with."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from greenlight_standin.catalogue import Catalogue
from greenlight_standin.config import LatencyRole, StandInConfig
from greenlight_standin.faults import Fault, Faults
from greenlight_standin.memory import Memory
from greenlight_standin.seeing.drawings import Drawing, Drawings, drawing_of, thumbnails
from greenlight_standin.state import State
from greenlight_standin.wire.access import Account
from greenlight_standin.wire.admin_key import AdminKey
from greenlight_standin.wire.films import drawn
from greenlight_standin.wire.quota import Quotas
from greenlight_standin.wire.rendering import ClipOrder, film_of

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class StandIn:
    """One running stand-in."""

    config: StandInConfig
    state: State
    catalogue: Catalogue
    pool: ThreadPoolExecutor
    account: Account
    admin: AdminKey
    quotas: Quotas
    faults: Faults = field(default_factory=Faults)
    latency: dict[LatencyRole, float] = field(default_factory=dict)
    jobs: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    memory: Memory = field(default_factory=lambda: Memory(0))

    def __post_init__(self) -> None:
        self.drawings = Drawings(self.state.drawings())

    async def work(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run drawing or writing off the event loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.pool, lambda: task(*args, **kwargs))

    async def film(self, order: ClipOrder, fault: Fault | None) -> bytes:
        """The clip of an order, drawn where no still waits for it: its POST has an answer to give.

        Raises OSError for a picture that cannot be decoded.
        """
        film = await self.work(film_of, order, fault)
        data = await drawn(film, self.config.workers)
        data = await self.work(fault.spoil, data) if fault and fault.spoil else data
        await self.remember(data, await self.work(drawing_of, film.shot))
        return data

    async def remember(self, data: bytes, drawing: Drawing) -> None:
        """Keep what a picture or clip shows; one that cannot be decoded is forgotten."""
        shown = await self.work(thumbnails, data)
        if shown is not None:
            self.state.add_drawing(shown.tobytes(), drawing.to_json())
            self.drawings.add(shown, drawing)

    async def take_time(self, role: LatencyRole, started: float) -> None:
        """Wait until the role's latency has passed since `started` (monotonic seconds)."""
        left = started + self.latency[role] - time.monotonic()
        if left > 0:
            await asyncio.sleep(left)

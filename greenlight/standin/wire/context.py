"""What every handler needs: configuration, state, faults, latency and hands to draw with."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from greenlight.standin.catalogue import Catalogue
from greenlight.standin.config import LatencyRole, StandInConfig
from greenlight.standin.faults import Faults
from greenlight.standin.state import State

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class StandIn:
    """One running stand-in."""

    config: StandInConfig
    state: State
    catalogue: Catalogue
    pool: ThreadPoolExecutor
    faults: Faults = field(default_factory=Faults)
    latency: dict[LatencyRole, float] = field(default_factory=dict)
    jobs: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def work(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run drawing or writing off the event loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.pool, lambda: task(*args, **kwargs))

    async def take_time(self, role: LatencyRole, started: float) -> None:
        """Wait until the role's latency has passed since `started` (monotonic seconds)."""
        left = started + self.latency[role] - time.monotonic()
        if left > 0:
            await asyncio.sleep(left)

"""Counting: how often somebody tried and failed to sign in lately."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque

MOST = 10
"""Failures of one address within WINDOW_SECONDS; a person mistypes less, a program tries more."""
WINDOW_SECONDS = 300.0
_ADDRESSES = 10_000


class Attempts:
    """Failures by address, in this process's memory."""

    def __init__(self, most: int = MOST, window: float = WINDOW_SECONDS) -> None:
        self._most, self._window = most, window
        self._lock = threading.Lock()
        self._failed: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Seconds until that address may try again, 0 for now."""
        with self._lock:
            times = self._recent(address)
            if len(times) < self._most:
                return 0
            return max(1, round(times[0] + self._window - time.monotonic()))

    def failed(self, address: str) -> None:
        """Counts a failure."""
        with self._lock:
            times = self._recent(address)
            times.append(time.monotonic())
            self._failed[address] = times
            self._failed.move_to_end(address)
            while len(self._failed) > _ADDRESSES:
                self._failed.popitem(last=False)

    def _recent(self, address: str) -> deque[float]:
        times = self._failed.get(address, deque())
        while times and times[0] < time.monotonic() - self._window:
            times.popleft()
        return times

"""SIGTERM lets a running POST finish: its answer is recorded before the flow process ends.

Cancelling a run, stopping its worker and `greenlight down` all send SIGTERM, upon which the flow
engine raises an exception in whatever line is running. A POST that is cut off there may be billed
and its answer is lost. So the signal is put off while a POST is under way, and sent again when the
last one has been recorded.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType
from typing import Any

_log = logging.getLogger("greenlight.money.sigterm")


class _Posts:
    """The POSTs under way in this process, and the signal that waits for them."""

    def __init__(self) -> None:
        self.under_way = 0
        self.told_to_end = False
        self._handler: Any = None

    def begin(self) -> None:
        if self.under_way == 0:
            self._handler = signal.signal(signal.SIGTERM, self._put_off)
        self.under_way += 1

    def end(self) -> None:
        """Sends the signal that was put off, now that the last POST is over."""
        self.under_way -= 1
        if self.under_way:
            return
        signal.signal(signal.SIGTERM, self._handler)
        if self.told_to_end:
            self.told_to_end = False
            # Raised here, in a task of the flow, where it takes the way of every other failure. In
            # a callback of the event loop it would be logged and forgotten.
            signal.raise_signal(signal.SIGTERM)

    def _put_off(self, number: int, frame: FrameType | None) -> None:
        if not self.told_to_end:
            _log.warning("told to end: waiting for %d POSTs under way", self.under_way)
        self.told_to_end = True


_posts = _Posts()


@asynccontextmanager
async def finishing_posts() -> AsyncIterator[None]:
    """Puts SIGTERM off until the POST of this block is answered and recorded.

    The block holds everything from the claim to the record. A process that was told to end begins
    no other: then the block is not entered, and waits for the end. Elsewhere than in the main
    thread, which alone hears signals, it does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    if _posts.told_to_end:
        await asyncio.get_running_loop().create_future()
    _posts.begin()
    try:
        yield
    finally:
        _posts.end()

"""Processes that draw clips: Python would draw one at a time in threads, on any number of cores."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from greenlight_standin.wire.rendering import Film, draw_film

_pools: list[ProcessPoolExecutor] = []
_changing = threading.Lock()


async def drawn(film: Film, workers: int) -> bytes:
    """The MP4 of a film, drawn in one of `workers` processes that all of this process share.

    Raises OSError for a picture that cannot be decoded.
    """
    pool = _processes(workers)
    try:
        return await asyncio.wrap_future(pool.submit(draw_film, film))
    except BrokenProcessPool:
        # Somebody ended a process that draws; a second end is no accident.
        _forget(pool)
        return await asyncio.wrap_future(_processes(workers).submit(draw_film, film))


def _processes(workers: int) -> ProcessPoolExecutor:
    with _changing:
        if not _pools:
            # A fork would copy the locks of threads that it does not copy.
            spawn = multiprocessing.get_context("spawn")
            _pools.append(
                ProcessPoolExecutor(
                    workers, mp_context=spawn, initializer=_begin, initargs=(os.getpid(),)
                )
            )
        return _pools[-1]


def _forget(pool: ProcessPoolExecutor) -> None:
    with _changing:
        if pool in _pools:
            _pools.remove(pool)
            pool.shutdown(wait=False, cancel_futures=True)


def _begin(parent: int) -> None:
    """In each process: the terminal's Ctrl-C is for the server, and nobody draws for a dead one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(0)

    threading.Thread(target=watch, daemon=True, name="standin-parent").start()

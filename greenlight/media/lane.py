"""The lane: where a flow's process works on pictures and movies, one piece at a time.

Media work holds Python's lock for much of its time. In the pool that also waits for the network,
several pieces of it at once keep the event loop from its turns, and what waits for the store from
a thread. More than one production's worth of it is spread over processes anyway.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

# Its thread starts with the first piece of work: nothing of it is there when a process is forked.
_LANE = ThreadPoolExecutor(max_workers=1, thread_name_prefix="media")


async def on_lane(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `work` returns or raises, done in this process's one media thread in its turn.

    As with asyncio.to_thread, context variables go with it, and a cancelled wait ends no work that
    has begun.
    """
    context = contextvars.copy_context()
    call = partial(context.run, work, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_LANE, call)

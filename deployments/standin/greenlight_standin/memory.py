"""Answers from memory: the same request is drawn once, and answered with the same bytes again.

For measurements: with drawing out of the way, what is left is what the pipeline itself takes.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T", bytes, str)


class Memory:
    """Holds up to `megabytes` of answers, the longest unused going first; 0 remembers nothing."""

    def __init__(self, megabytes: int) -> None:
        self._most = megabytes << 20
        self._kept: OrderedDict[str, bytes | str] = OrderedDict()
        self._size = 0
        self._making: dict[str, asyncio.Future[Any]] = {}
        self.hits = 0

    async def recall(self, asked: Callable[[], Any], make: Callable[[], Awaitable[T]]) -> T:
        """The answer to what `asked` describes (JSON), made if it is not known.

        Of several that ask at once one makes it; where that fails, each makes its own.
        """
        if not self._most:
            return await make()
        key = hashlib.sha256(json.dumps(asked(), sort_keys=True).encode()).hexdigest()
        if key in self._kept:
            self.hits += 1
            self._kept.move_to_end(key)
            return self._kept[key]  # type: ignore[return-value]
        if key in self._making:
            await asyncio.wait([self._making[key]])
            return await self.recall(asked, make) if key in self._kept else await make()
        self._making[key] = asyncio.get_running_loop().create_future()
        try:
            found = await make()
            self._keep(key, found)
        finally:
            self._making.pop(key).set_result(None)
        return found

    def _keep(self, key: str, answer: bytes | str) -> None:
        self._kept[key] = answer
        self._size += len(answer)
        while self._size > self._most:
            self._size -= len(self._kept.popitem(last=False)[1])

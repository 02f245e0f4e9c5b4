"""An opened connection to one platform: the SDK's client, free calls with retries, downloads."""

from __future__ import annotations

import asyncio
import io
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from greenlight.generate.access import refresh
from greenlight.generate.errors import (
    RATE_LIMITED,
    Rejected,
    Unreachable,
    is_transport,
    message_of,
    rejected,
    retry_after_of,
    status_of,
)
from greenlight.media.decoding import broken_box
from greenlight.production.model import Strict
from greenlight.settings import Platform
from greenlight.store.patience import Patience

if TYPE_CHECKING:
    import httpx2
    from google import genai
    from google.auth.credentials import Credentials

Result = TypeVar("Result")
_AGAIN = (0.5, 2.0)
"""Seconds before a file that came in part is asked for once more."""


_PAUSES = (0.25, 8.0)

LOOK_SECONDS = 5.0
"""The part of a paid call's time that begins only when this process can look at what came."""


class Timeouts(Strict):
    """Limits in seconds: for a connection, and for each kind of free call with its repetitions."""

    connect: float = 10.0
    free: float = 30.0
    free_attempt: float = 15.0
    download: float = 600.0
    download_attempt: float = 300.0


class StorageError(Exception):
    """Cloud Storage answered with an error."""

    def __init__(self, status_code: int, message: str) -> None:
        super().__init__(message)
        self.status_code, self.message = status_code, message


@dataclass(frozen=True)
class Link:
    """One platform as a family of models sees it; `storage` is a gs:// folder or empty."""

    platform: Platform
    client: genai.Client
    http: httpx2.AsyncClient
    timeouts: Timeouts
    credentials: Credentials | None = None
    storage: str = ""
    storage_url: str = ""
    trust_env: bool = True

    async def authorise(self) -> None:
        """Have a good token before a call is made, so that the call itself is a single one."""
        if self.credentials is not None:
            await asyncio.to_thread(refresh, self.credentials, trust_env=self.trust_env)

    async def free(
        self, what: str, call: Callable[[], Awaitable[Result]], *, long: bool = False
    ) -> Result:
        """Result of a free call, repeated with jitter after network failures, 429 and 5xx.

        `long` allows for media in the answer. Raises Rejected, and Unreachable when time is up.
        """
        limits = self.timeouts
        within = limits.download if long else limits.free
        attempt = limits.download_attempt if long else limits.free_attempt
        end = time.monotonic() + within

        async def once() -> Result:
            async with asyncio.timeout(min(attempt, max(end - time.monotonic(), 0.01))):
                await self.authorise()
                return await call()

        patience = Patience(
            within,
            _passing,
            "the model service",
            pauses=_PAUSES,
            asked=lambda error: retry_after_of(error) or 0.0,
        )
        try:
            return await patience.ask_async(once)
        except Exception as error:
            if not _passing(error):
                raise rejected(error) from error
            status, said = status_of(error), message_of(error)
            answer = f"{status}: {said}" if status else said
            raise Unreachable(f"could not {what} within {within:g} s ({answer})") from error

    async def fetch(self, uri: str) -> bytes:
        """Bytes of a produced file, which lies at the service or in a bucket.

        A clip that ends too early is asked for again, which costs nothing; one that does so every
        time is handed on, and its checks say so. Raises Unreachable: the file is made and billed,
        so nothing reads as if it had not been.
        """
        for pause in _AGAIN:
            data = await self._fetch(uri)
            if not broken_box(io.BytesIO(data)):
                return data
            await asyncio.sleep(pause)
        return await self._fetch(uri)

    async def _fetch(self, uri: str) -> bytes:
        # A key opens no bucket.
        if uri.startswith("gs://") and self.credentials is not None:
            bucket, _, name = uri.removeprefix("gs://").partition("/")
            what, call = uri, lambda: self._object(bucket, name)
        else:
            # The SDK reads ids off https addresses only, and truncates them at the first sign that
            # is not [a-z0-9]; a bare files/ID it takes as it is.
            found = re.search(r"files/([A-Za-z0-9_-]+)", uri)
            if found is None:
                msg = f"cannot fetch the clip from {uri!r} (known: files of the service)"
                raise Unreachable(msg)
            name = found[0]
            what, call = name, lambda: self._file(name)
        try:
            return await self.free(f"download {what}", call, long=True)
        except Rejected as error:
            raise Unreachable(str(error)) from error

    async def _file(self, name: str) -> bytes:
        into = io.BytesIO()
        await self.client.aio.files.download(file=name, destination=into)
        return into.getvalue()

    async def _object(self, bucket: str, name: str) -> bytes:
        """The SDK does not read buckets, so this is Cloud Storage's own call."""
        token = self.credentials.token if self.credentials is not None else ""
        answer = await self.http.get(
            f"{self.storage_url}/storage/v1/b/{quote(bucket)}/o/{quote(name, safe='')}",
            params={"alt": "media"},
            headers={"Authorization": f"Bearer {token}"},
        )
        if answer.status_code != 200:
            raise StorageError(answer.status_code, f"gs://{bucket}/{name}: {answer.text[:200]}")
        return bytes(answer.content)


def _passing(error: BaseException) -> bool:
    """Whether a failure may be gone by the next try."""
    status = status_of(error)
    if status is not None:
        return status == RATE_LIMITED or status >= 500
    return is_transport(error)


@asynccontextmanager
async def answered_within(seconds: float) -> AsyncIterator[None]:
    """Bounds the block; raises TimeoutError when time is up.

    Where the process itself could not go on (a full machine, a stopped one), what came meanwhile
    lies unread when time is up: it is read before the answer is given up, for it has been paid for.
    """
    loop = asyncio.get_running_loop()
    look = min(LOOK_SECONDS, seconds / 2)
    async with asyncio.timeout(None) as limit:
        timer = loop.call_later(seconds - look, lambda: limit.reschedule(loop.time() + look))
        try:
            yield
        finally:
            timer.cancel()

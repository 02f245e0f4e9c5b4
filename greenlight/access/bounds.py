"""What one request may take before anybody is known to be there: bytes of a body, and seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_SECONDS = 20.0
"""For a whole body; the largest that is taken comes through any connection that shows pictures."""
HELD_BYTES = 64 << 20
"""Of all bodies that are in memory at one time."""

Refuse = Callable[[Scope, int, str], Response]
"""The answer with this status and sentence."""


class Bounded:
    """ASGI middleware that reads every body whole, within its limits, before anything else.

    `most` says how many bytes an address takes, however the length is declared. Refused are more
    than that with 413, what takes too long with 408, and what memory has no room for with 503.
    """

    def __init__(
        self,
        app: ASGIApp,
        most: Callable[[str], int],
        refuse: Refuse,
        seconds: float = BODY_SECONDS,
        held_bytes: int = HELD_BYTES,
    ) -> None:
        self._app, self._most, self._refuse = app, most, refuse
        self._seconds, self._room = seconds, held_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = bytearray()
        try:
            refusal = await self._read(scope, receive, body)
            if refusal is not None:
                status, sentence = refusal
                answer = self._refuse(scope, status, sentence)
                # What was not read of the body must not be taken for the next request.
                answer.headers["Connection"] = "close"
                await answer(scope, receive, send)
                return
            await self._app(scope, _again(bytes(body), receive), send)
        finally:
            self._room += len(body)

    async def _read(
        self, scope: Scope, receive: Receive, body: bytearray
    ) -> tuple[int, str] | None:
        """Fills `body`; a status and a sentence where it is refused."""
        most = self._most(scope["path"])
        too_large = 413, f"what was sent is too large (at most {most:,} bytes)"
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdecimal() or len(declared) > 12 or int(declared) > most:
            return too_large
        try:
            async with asyncio.timeout(self._seconds):
                more = True
                while more:
                    message = await receive()
                    part = message.get("body", b"")
                    self._room -= len(part)
                    body += part
                    if len(body) > most:
                        return too_large
                    if self._room < 0:
                        return 503, "too much is being sent at the moment: try again in a minute"
                    more = message["type"] == "http.request" and message.get("more_body", False)
        except TimeoutError:
            return 408, f"what was sent did not arrive within {self._seconds:g} s"
        return None


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives the body that was read, and then whatever comes, such as the end of the connection."""
    given = False

    async def next_message() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return next_message

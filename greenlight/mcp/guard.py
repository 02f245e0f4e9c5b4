"""Who may speak over HTTP at all: whoever brings a token, with every single request."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from typing import NamedTuple

from fastmcp.server.dependencies import get_http_request
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from greenlight.access.signature import Signature
from greenlight.desk import Desk
from greenlight.errors import Forbidden, GreenlightError, NotFound, ServiceUnavailable
from greenlight.mcp.callers import STRANGER, behind_this_door, token_id
from greenlight.mcp.limits import BODY_BYTES

_log = logging.getLogger("greenlight.mcp")

_WHO = "greenlight.who"
_DISCOVERY = "/.well-known/"
_LINES_A_MINUTE = 120
"""Audit lines of those that nobody knows: they could fill the bucket otherwise."""


class Refusal(NamedTuple):
    """An HTTP status and the sentence that goes with it."""

    status: int
    sentence: str


def http_caller() -> Signature:
    """Whoever the guard let in with the request that is being answered."""
    who = get_http_request().scope.get(_WHO)
    if not isinstance(who, Signature):
        raise Forbidden("this request came past the guard")
    return who


class Guard:
    """ASGI middleware that answers 401 to whoever brings no good token, and 413 to too much."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self.app, self.desk = app, desk
        self._lock = threading.Lock()
        self._minute, self._lines = 0, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Clients look for an authorization server here when they are answered 401: there is none.
        if scope["type"] != "http" or scope["path"].startswith(_DISCOVERY):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        came = await asyncio.to_thread(self._let_in, headers.get("authorization", ""))
        if isinstance(came, Signature):
            length = headers.get("content-length", "0")
            if length.isdigit() and int(length) <= BODY_BYTES:
                await self.app({**scope, _WHO: came}, receive, send)
                return
            sentence = f"a request has at most {BODY_BYTES:,} bytes (this one: {length[:20]})"
            await asyncio.to_thread(self.desk.audit.write, came, "request", "", "refused", sentence)
            came = Refusal(413, sentence)
        await _response(came)(scope, receive, send)

    def _let_in(self, authorization: str) -> Signature | Refusal:
        scheme, _, text = authorization.partition(" ")
        text = text.strip() if scheme.lower() == "bearer" else ""
        try:
            if not text:
                raise Forbidden("a token is needed: Authorization: Bearer glk_…")
            return behind_this_door(self.desk.people.enter(text, "mcp"))
        except ServiceUnavailable as error:
            return Refusal(503, str(error))
        except (Forbidden, NotFound) as error:
            self._record(token_id(text), str(error))
            return Refusal(401, str(error))

    def _record(self, subject: str, sentence: str) -> None:
        minute = int(time.monotonic() // 60)
        with self._lock:
            if minute != self._minute:
                self._minute, self._lines = minute, 0
            self._lines += 1
            if self._lines > _LINES_A_MINUTE:
                _log.warning("refused %s, beyond what is put on record in a minute", subject)
                return
        try:
            self.desk.audit.write(STRANGER, "enter", subject, "refused", sentence)
        except GreenlightError as error:
            _log.error("no audit line for %s, who was refused: %s", subject, error)


def _response(refusal: Refusal) -> JSONResponse:
    headers = {"Cache-Control": "no-store"}
    if refusal.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="greenlight", error="invalid_token"'
    body = {"error": "invalid_token" if refusal.status == 401 else "refused"}
    return JSONResponse(
        body | {"error_description": refusal.sentence}, refusal.status, headers=headers
    )

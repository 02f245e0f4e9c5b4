"""Requests over HTTP: each needs a token of its own, and its body is bounded."""

from __future__ import annotations

import asyncio
from functools import partial

from fastmcp.server.dependencies import get_http_request
from starlette.background import BackgroundTask
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from greenlight.access.bounds import Bounded
from greenlight.access.signature import Signature
from greenlight.access.strangers import Strangers
from greenlight.access.tokens import token_id
from greenlight.desk import Desk
from greenlight.errors import Forbidden, NotFound, ServiceUnavailable
from greenlight.mcp.callers import behind_this_door

BODY_BYTES = 1_000_000
_WHO = "greenlight.who"
_DISCOVERY = "/.well-known/"


def http_caller() -> Signature:
    """The caller whom the guard let in with the request that is being answered."""
    who = get_http_request().scope.get(_WHO)
    if not isinstance(who, Signature):
        raise Forbidden("this request came past the guard")
    return who


class Guard:
    """ASGI middleware that answers 401 without a good token, then holds BODY_BYTES."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self.app, self.desk = app, desk
        self._strangers = Strangers(desk.audit, "mcp")
        self._bounded = Bounded(app, lambda path: BODY_BYTES, self._too_much)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Clients look for an authorization server here when they are answered 401: there is none.
        if scope["type"] != "http" or scope["path"].startswith(_DISCOVERY):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        came = await asyncio.to_thread(self._let_in, headers.get("authorization", ""))
        if isinstance(came, Signature):
            await self._bounded({**scope, _WHO: came}, receive, send)
            return
        await came(scope, receive, send)

    def _let_in(self, authorization: str) -> Signature | JSONResponse:
        """Who brings this token, or the refusal."""
        scheme, _, text = authorization.partition(" ")
        text = text.strip() if scheme.lower() == "bearer" else ""
        try:
            if not text:
                raise Forbidden("a token is needed: Authorization: Bearer glk_…")
            return behind_this_door(self.desk.people.enter(text, "mcp"))
        except ServiceUnavailable as error:
            return _refusal(503, str(error))
        except (Forbidden, NotFound) as error:
            self._strangers.refused(token_id(text), str(error))
            return _refusal(401, str(error))

    def _too_much(self, scope: Scope, status: int, sentence: str) -> Response:
        answer = _refusal(status, sentence)
        record = partial(self.desk.audit.write, scope[_WHO], "request", "", "refused", sentence)
        answer.background = BackgroundTask(record)
        return answer


def _refusal(status: int, sentence: str) -> JSONResponse:
    headers, error = {"Cache-Control": "no-store"}, "refused"
    if status == 401:
        error = "invalid_token"
        headers["WWW-Authenticate"] = f'Bearer realm="greenlight", error="{error}"'
    body = {"error": error, "error_description": sentence}
    return JSONResponse(body, status, headers=headers)

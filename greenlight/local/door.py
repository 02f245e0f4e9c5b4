"""The door of the embedded Prefect server: what reaches it, and for whom.

Prefect by itself takes any Host and any Origin. Here a request names this server as its host (a
name that was rebound to loopback is refused), comes from no other page, and carries the auth string
or a pass made from it. Prefect's pages and its health are open. Websockets are asked for the auth
string by Prefect itself, in their first message.
"""

from __future__ import annotations

import hmac
import secrets
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from greenlight.access.dashboard import ENTRANCE, SECONDS, issue, read
from greenlight.settings import prefect_headers

HEALTH = "/api/health"
_DESCRIPTIONS = ("/docs", "/redoc", "/openapi.json")
_USER = "pass:"
_MOST_BYTES = 200
_POLICY = "frame-ancestors 'none'; connect-src 'self'"

_SPENT = (
    "This link was used or has expired (it is good once, for half an hour). "
    "Run `greenlight dashboard` for a new one."
)


class Door:
    """Wraps Prefect's application; `clock` tells seconds since the epoch."""

    def __init__(
        self, app: ASGIApp, auth: str, port: int, clock: Callable[[], float] = time.time
    ) -> None:
        self._app = app
        self._auth = auth
        self._clock = clock
        self._opened = int(clock())
        self._hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        self._origins = {f"http://{host}" for host in self._hosts}
        self._used: dict[str, int] = {}
        self._page = files("greenlight.local").joinpath("entrance.html").read_text()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        refused = self._stranger(Headers(scope=scope))
        if scope["type"] == "websocket":
            if refused is None:
                await self._app(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1008, "reason": refused})
            return
        answer = _told(403, refused) if refused else await self._answer(scope, receive)
        await (answer or self._app)(scope, receive, _kept_in(send))

    def _stranger(self, headers: Headers) -> str | None:
        """Why a request is foreign, or None for one of this server's own."""
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return "refused: the Host is not this server"
        if not self._origins.issuperset(origins):
            return "refused: the page is of another origin"
        return None

    async def _answer(self, scope: Scope, receive: Receive) -> Response | None:
        """The door's own answer; None for what Prefect answers."""
        method, path = scope["method"], scope["path"]
        if path == ENTRANCE:
            return await self._enter(method, Request(scope, receive))
        if method in ("GET", "HEAD") and _is_open(path):
            return None
        if not self._admits(Headers(scope=scope).get("authorization", "")):
            return _told(401, "Unauthorized")
        # Prefect knows the auth string alone.
        MutableHeaders(scope=scope).update(prefect_headers(self._auth))
        return None

    def _admits(self, authorization: str) -> bool:
        scheme, _, given = authorization.partition(" ")
        try:
            text = b64decode(given, validate=True).decode()
        except ValueError:
            return False
        if scheme != "Basic":
            return False
        if hmac.compare_digest(text.encode(), self._auth.encode()):
            return True
        pass_ = text.removeprefix(_USER)
        return pass_ != text and read("pass", pass_, self._auth, self._clock()) is not None

    async def _enter(self, method: str, request: Request) -> Response:
        if method == "GET":
            nonce = secrets.token_urlsafe(16)
            policy = f"default-src 'none'; connect-src 'self'; script-src 'nonce-{nonce}'; "
            policy += f"style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'"
            headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
            return HTMLResponse(self._page.replace("NONCE", nonce), headers=headers)
        if method != "POST":
            return PlainTextResponse("", 405, {"Allow": "GET, POST"})
        ticket = b""
        async for part in request.stream():
            ticket += part
            if len(ticket) > _MOST_BYTES:
                return PlainTextResponse("refused: the ticket is too long", 413)
        if not self._takes(ticket.decode(errors="replace")):
            return PlainTextResponse(_SPENT, 403)
        pass_ = _USER + issue("pass", self._auth, self._clock())
        headers = {"Cache-Control": "no-store"}
        return PlainTextResponse(b64encode(pass_.encode()).decode(), headers=headers)

    def _takes(self, text: str) -> bool:
        """Whether a ticket is good; it is not afterwards. One from before a restart is not."""
        now = self._clock()
        slip = read("ticket", text, self._auth, now)
        if slip is None or slip.issued < self._opened or slip.name in self._used:
            return False
        self._used = {n: at for n, at in self._used.items() if now - at < SECONDS["ticket"]}
        self._used[slip.name] = slip.issued
        return True


def _is_open(path: str) -> bool:
    """Whether anybody may read it: Prefect's pages, which hold no data, and its health."""
    api = path == "/api" or path.startswith("/api/")
    described = any(path == one or path.startswith(f"{one}/") for one in _DESCRIPTIONS)
    return path == HEALTH or not (api or described)


def _told(status: int, sentence: str) -> Response:
    # As Prefect words its own refusals: its clients and pages read them.
    return JSONResponse({"exception_message": sentence}, status)


def _kept_in(send: Send) -> Send:
    """Sends answers that no other page may frame and that speak to no other server.

    Prefect's second set of pages would load the settings of a service that records sessions.
    """

    async def marked(message: Message) -> Any:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).append("Content-Security-Policy", _POLICY)
        await send(message)

    return marked

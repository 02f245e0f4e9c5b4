"""Closing a connection without an answer, as a network does."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from greenlight.standin.faults import ConnectionDropped

_KEY = "standin.transport"


class ConnectedApp(Starlette):
    """An application that knows the connection behind uvicorn's `send`; ASGI does not tell it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = getattr(getattr(send, "__self__", None), "transport", None)
        if transport is not None:
            scope[_KEY] = transport
        await super().__call__(scope, receive, send)


class Droppable:
    """Middleware that turns ConnectionDropped into a closed socket.

    Without uvicorn (in a process) the exception goes on to the caller: that is a drop there.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except ConnectionDropped:
            transport = scope.get(_KEY)
            if transport is None:
                raise
            transport.abort()
            while (await receive())["type"] != "http.disconnect":
                pass

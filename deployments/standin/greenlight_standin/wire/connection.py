"""Connections that get no answer: closed, as a network does, or kept open for ever."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from greenlight_standin.faults import Silence

_KEY = "standin.transport"


class ConnectedApp(Starlette):
    """An application that knows the connection behind uvicorn's `send`; ASGI does not tell it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = getattr(getattr(send, "__self__", None), "transport", None)
        if transport is not None:
            scope[_KEY] = transport
        await super().__call__(scope, receive, send)


class Droppable:
    """Middleware that turns Silence into a closed socket, or into one that stays open.

    Without uvicorn (in a process) a drop goes on to the caller as the exception.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except Silence as silence:
            if silence.outcome == "dropped":
                transport = scope.get(_KEY)
                if transport is None:
                    raise
                transport.abort()
            # The body has been read: the next message is that the caller has gone.
            while (await receive())["type"] != "http.disconnect":
                pass

"""Who comes to the API, and what every failure looks like there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import FastAPI, Path, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPBearer
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from greenlight.access.rights import Right
from greenlight.errors import GreenlightError
from greenlight.production.own_keys import PRODUCTION
from greenlight.production.problems import problems
from greenlight.review.room import Room
from greenlight.review.visit import BODY_BYTES, GUARDS, Visit, come, sentence

BEARER = HTTPBearer(auto_error=False, description="A token or a share link's text.")
_GUARDS = [(name.lower().encode(), value.encode()) for name, value in GUARDS.items()]
_PRODUCTION = Path(description="A production's id.", pattern=rf"^{PRODUCTION.pattern}$")


class Problem(BaseModel):
    """What went wrong, in a sentence; nothing was changed."""

    error: str = Field(description="A sentence that names the value and what is allowed.")


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": said}
    for status, said in (
        (400, "What was asked makes no sense as things stand."),
        (401, "Nobody is known to be there: bring a token."),
        (403, "Whoever asks may not do that."),
        (404, "There is no such thing."),
        (409, "Things are no longer as they were shown, or money holds it."),
        (413, f"More than {BODY_BYTES:,} bytes were sent."),
        (422, "What was sent is not what this takes."),
        (503, "A service that is needed does not answer."),
    )
}


def within(right: Right, verb: str) -> Callable[..., Visit]:
    """Whoever has this right in the production that the address names."""

    def entered(request: Request, production: Annotated[str, _PRODUCTION]) -> Visit:
        room: Room = request.app.state.room
        caller = come(room, request, right, verb, production)
        return Visit(room, request, caller, production=production)

    entered.right = right  # type: ignore[attr-defined]
    return entered


def anywhere(right: Right, verb: str) -> Callable[..., Visit]:
    """Whoever has this right somewhere."""

    def entered(request: Request) -> Visit:
        room: Room = request.app.state.room
        return Visit(room, request, come(room, request, right, verb))

    entered.right = right  # type: ignore[attr-defined]
    return entered


def explain(api: FastAPI, room: Room, routes: Sequence[BaseRoute]) -> None:
    """Registers what failures look like."""

    async def failed(request: Request, error: Exception) -> Response:
        return await run_in_threadpool(sentence, room, request, error, "json")

    async def not_that(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return JSONResponse({"error": _said(error)}, 422, headers=GUARDS)

    async def not_here(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        said = "there is nothing at this address" if error.status_code == 404 else error.detail
        headers = {**GUARDS, **(error.headers or {})}
        if error.status_code == 405:
            headers["Allow"] = ", ".join(_allowed(routes, request))
        return JSONResponse({"error": said}, error.status_code, headers=headers)

    api.add_exception_handler(RequestValidationError, not_that)
    api.add_exception_handler(HTTPException, not_here)
    api.add_exception_handler(GreenlightError, failed)
    api.add_exception_handler(Exception, failed)


def _allowed(routes: Sequence[BaseRoute], request: Request) -> list[str]:
    """Every method of the address: each of its routes knows but its own."""
    here = (r for r in routes if isinstance(r, Route))
    there = {m for r in here if r.matches(request.scope)[0] != Match.NONE for m in r.methods or ()}
    return sorted(there)


def _said(error: RequestValidationError) -> str:
    # The first part says where in the request it stands (body, query, path).
    inner = [{**e, "loc": e["loc"][1:] or e["loc"]} for e in error.errors()]
    return "; ".join(map(str, problems(inner, echo=False)))


class Guarded:
    """ASGI middleware that puts the pages' guards on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name for name, _ in message["headers"]}
                message["headers"] += [pair for pair in _GUARDS if pair[0] not in there]
            await send(message)

        await self._app(scope, receive, guarded)

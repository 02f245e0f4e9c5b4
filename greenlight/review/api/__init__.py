"""The API under `/api`: what pages show and their scripts do, and programs with the same rights.

OpenAPI describes it at `/api/openapi.json`. A program brings a token; a page's script the session
cookie, with the CSRF token of its page.
"""

from __future__ import annotations

from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from greenlight.errors import GreenlightError
from greenlight.production.problems import problems
from greenlight.review.api import decisions, holds, reads, shot_list, submits
from greenlight.review.api.callers import BEARER
from greenlight.review.failures import GUARDS, PROBLEM_JSON, problem, problem_of, with_headers
from greenlight.review.room import Room

AT = "/api"
BODY_BYTES = 2_000_000
ROUTERS = (reads.api, decisions.api, shot_list.api, holds.api, submits.api)
ROUTES = tuple(route for router in ROUTERS for route in router.routes)
"""All that need a known caller; `/openapi.json` alone does not."""

_ABOUT = """\
Productions, their takes and what was decided on them. Send `Authorization: Bearer TOKEN` with a
token or a share link's text; rights are those of its role. Amounts are USD as text, and null for
callers who see no money; times are UTC. A failure is a sentence in `detail`, and changed nothing.
"""


class Problem(BaseModel):
    """What went wrong, in a sentence; nothing was changed."""

    title: str
    status: int
    detail: str = Field(description="A sentence that names the value and what is allowed.")


_PROBLEM = {"content": {PROBLEM_JSON: {"schema": Problem.model_json_schema()}}}
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": meaning, **_PROBLEM}
    for status, meaning in (
        (400, "The request is refused as things stand."),
        (401, "Missing or invalid credentials: bring a token."),
        (403, "The caller has no right to this."),
        (404, "Not found."),
        (409, "The production has changed meanwhile, or money holds it."),
        (413, f"More than {BODY_BYTES:,} bytes were sent."),
        (422, "The body or the address is invalid."),
        (503, "A service that is needed does not answer."),
    )
}


def api_of(room: Room) -> FastAPI:
    """The API in front of one room's desk."""
    api = FastAPI(
        title="Greenlight",
        version="1",
        description=_ABOUT,
        # Its own pages load their scripts from other hosts.
        docs_url=None,
        redoc_url=None,
        servers=[{"url": AT}],
        root_path_in_servers=False,
        responses=_PROBLEMS,
        generate_unique_id_function=lambda route: route.name,
    )
    api.state.room = room
    for router in ROUTERS:
        api.include_router(router, dependencies=[Depends(BEARER)])
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(HTTPException, _no_route)
    for kind in (GreenlightError, Exception):
        api.add_exception_handler(kind, problem_of)
    api.add_middleware(_Guarded)
    return api


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # The first part says where in the request it stands (body, query, path).
    inner = [{**e, "loc": e["loc"][1:] or e["loc"]} for e in error.errors()]
    body = next(iter(request.scope["route"].dependant.body_params), None)
    model = body.field_info.annotation if body else None
    return problem(422, "; ".join(map(str, problems(inner, model, echo=False))))


def _no_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = "address not found" if error.status_code == 404 else error.detail
    headers = dict(error.headers or {})
    if error.status_code == 405:
        # Each route names only its own methods: others may share its address.
        here = (r for r in ROUTES if isinstance(r, Route))
        there = (r for r in here if r.matches(request.scope)[0] != Match.NONE)
        headers["Allow"] = ", ".join(sorted({m for r in there for m in r.methods or ()}))
    return problem(error.status_code, detail, headers)


class _Guarded:
    """ASGI middleware that puts the pages' guards on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, with_headers(send, GUARDS))

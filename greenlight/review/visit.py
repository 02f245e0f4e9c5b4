"""A visit: one request of somebody who is known and may, and its answer in a page or in JSON."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from greenlight.access.discretion import shown_to, words
from greenlight.access.rights import Right
from greenlight.desk.entering import enter
from greenlight.errors import (
    Forbidden,
    GreenlightError,
    HeldByMoney,
    InvalidInput,
    NotFound,
    Refused,
    ServiceUnavailable,
)
from greenlight.production.problems import sentences
from greenlight.review.identity import Caller, SignInNeeded, caller_of, demand_own_page, named
from greenlight.review.room import Room
from greenlight.views.wall import Wall

log = logging.getLogger("greenlight.review")

BODY_BYTES = 2_000_000
Answers = Literal["page", "json"]
M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

GUARDS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: forms of ours would then say that they come from nowhere.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}

_STATUSES: Sequence[tuple[type[GreenlightError], int]] = (
    (SignInNeeded, 401),
    (Forbidden, 403),
    (InvalidInput, 400),
    (NotFound, 404),
    (Refused, 409),
    (HeldByMoney, 409),
    (ServiceUnavailable, 503),
)


@dataclass(frozen=True)
class Visit:
    """Who comes for what; `body` is what they sent, and `production` what the address names."""

    room: Room
    request: Request
    caller: Caller
    body: Any = None
    production: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    def page(self, template: str, **values: Any) -> Response:
        """A page, with whatever all pages show."""
        shared = {
            "who": self.caller.who,
            "csrf": self.caller.csrf,
            "may": self.may,
            "production": self.production,
        }
        return HTMLResponse(self.room.render(template, **shared, **values), headers=GUARDS)

    def may(self, right: Right) -> bool:
        """Whether whoever comes has this right for what they came for."""
        show = self.room.desk.show_of(self.production) if self.production else ""
        return self.caller.who.may(right, self.production, show)

    def shown(self, value: T) -> T:
        """The value as the caller may see it."""
        return shown_to(self.caller.who, value)

    def wall(self) -> Wall:
        """The production that the address names, as the caller may see it."""
        return self.shown(self.room.wall(self.production))

    def own(self, request: str) -> str:
        """The browser's own id of a request, made this person's: no repeat is another's."""
        return f"{self.caller.who.principal} {request}" if request else ""

    def read(self, model: type[M]) -> M:
        """What was sent, as that model; raises InvalidInput naming every problem."""
        try:
            return model.model_validate(self.body)
        except ValidationError as error:
            raise InvalidInput(sentences(error, model)) from error


def visited(
    room: Room,
    path: str,
    right: Right,
    work: Callable[[Visit], Response],
    *,
    answers: Answers = "page",
    method: str = "GET",
) -> Route:
    """The route of a page or action that needs this right; `work` runs in a thread."""

    async def endpoint(request: Request) -> Response:
        try:
            body = await _body(request) if method != "GET" else None
            return await run_in_threadpool(do, request, body)
        except Exception as error:  # noqa: BLE001 - every failure becomes a sentence
            return await run_in_threadpool(sentence, room, request, error, answers)

    def do(request: Request, body: Any) -> Response:
        verb = path.rpartition("/")[2].strip("{}") if right != "look" else "look"
        production = str(request.path_params.get("production", ""))
        caller = come(room, request, right, verb, production)
        return work(Visit(room, request, caller, body, production))

    route = Route(path, endpoint, methods=[method])
    # For the test that holds every route against every role.
    endpoint.right = right  # type: ignore[attr-defined]
    return route


def come(room: Room, request: Request, right: Right, verb: str, production: str = "") -> Caller:
    """Who comes, if they may do this here; what was refused is put on record under `verb`."""
    desk = room.desk
    try:
        caller = caller_of(desk, request, room.proxy)
    except SignInNeeded as error:
        if request.headers.get("cookie") or request.headers.get("authorization"):
            room.strangers.refused(named(request), str(error))
        raise
    request.state.caller = caller
    demand_own_page(request, desk.profile.media_url, caller)
    with desk.audit.refusals(caller.who, verb, production):
        if production:
            enter(desk, production, caller.who, right)
        elif right not in caller.who.rights:
            caller.who.demand(right)
    return caller


async def _body(request: Request) -> Any:
    try:
        return await request.json()
    except (ValueError, RecursionError) as error:
        raise InvalidInput("what was sent is not JSON") from error


def sentence(room: Room, request: Request, error: Exception, answers: Answers) -> Response:
    """What went wrong as a status and a sentence that a director understands."""
    if isinstance(error, GreenlightError):
        said = str(error)
        status = next((s for kind, s in _STATUSES if isinstance(error, kind)), 500)
    else:
        id_ = secrets.token_hex(4)
        log.error("unexpected error %s at %s", id_, request.url.path, exc_info=error)
        said, status = f"Something went wrong here ({id_}); its traceback is in the log.", 500
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is not None and "costs" not in caller.who.rights:
        said = words(said)
    if answers == "json":
        return JSONResponse({"error": said}, status, headers=GUARDS)
    if isinstance(error, SignInNeeded) and request.method == "GET":
        back = request.url.path if request.url.path != "/" else ""
        again = "" if said == "sign in first" else "&again=1"
        return RedirectResponse(f"/enter?next={back}{again}", 303, headers=GUARDS)
    html = room.render("error.html", status=status, said=said)
    return HTMLResponse(html, status, headers=GUARDS)


def as_json(value: Any, status: int = 200) -> Response:
    """An answer that programs and our own scripts read; amounts as text."""
    return JSONResponse(_plain(value), status, headers=GUARDS)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value


Endpoint = Callable[[Request], Awaitable[Response]]

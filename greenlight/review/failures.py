"""Failures: one status and one sentence for each, as a page or as problem+json (RFC 9457)."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import Message, Send

from greenlight.access.discretion import words
from greenlight.errors import (
    DecisionNeeded,
    Forbidden,
    GreenlightError,
    HeldByMoney,
    InvalidInput,
    NotFound,
    Refused,
    ServiceUnavailable,
)
from greenlight.review.identity import Caller, SignInNeeded
from greenlight.review.room import Room

log = logging.getLogger("greenlight.review")

PROBLEM_JSON = "application/problem+json"
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
"""Headers of every answer of pages and API."""

_STATUSES: Sequence[tuple[type[GreenlightError], int]] = (
    (SignInNeeded, 401),
    (Forbidden, 403),
    (InvalidInput, 400),
    (NotFound, 404),
    (Refused, 409),
    (DecisionNeeded, 409),
    (HeldByMoney, 409),
    (ServiceUnavailable, 503),
)


def with_headers(send: Send, headers: Mapping[str, str]) -> Send:
    """Sends answers with these headers, unless they bring their own."""

    async def headed(message: Message) -> None:
        if message["type"] == "http.response.start":
            there = MutableHeaders(scope=message)
            for name, value in headers.items():
                there.setdefault(name, value)
        await send(message)

    return headed


def page_of(room: Room, request: Request, error: Exception) -> Response:
    """A failed page; a caller who has to sign in first is led there and back."""
    status, sentence = _told(request, error)
    if status == 401 and request.method == "GET":
        back = request.url.path if request.url.path != "/" else ""
        again = "" if sentence == "sign in first" else "&again=1"
        return RedirectResponse(f"/enter?next={back}{again}", 303, headers=GUARDS)
    html = room.render("error.html", status=status, said=sentence)
    return HTMLResponse(html, status, headers=GUARDS)


def problem_of(request: Request, error: Exception) -> Response:
    """A failed request of a program or of a page's script."""
    return problem(*_told(request, error))


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in problem+json."""
    return JSONResponse(
        {"title": HTTPStatus(status).phrase, "status": status, "detail": detail},
        status,
        headers={**GUARDS, **(headers or {})},
        media_type=PROBLEM_JSON,
    )


def _told(request: Request, error: Exception) -> tuple[int, str]:
    """The status, and a sentence that shows the caller no money that they may not see."""
    if isinstance(error, GreenlightError):
        sentence = str(error)
        status = next((s for kind, s in _STATUSES if isinstance(error, kind)), 500)
    else:
        id_ = secrets.token_hex(4)
        log.error("unexpected error %s at %s", id_, request.url.path, exc_info=error)
        sentence, status = f"Something went wrong here ({id_}); its traceback is in the log.", 500
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is not None and "costs" not in caller.who.rights:
        sentence = words(sentence)
    return status, sentence

"""Signing in and out: a token, share link or sign-in link becomes a cookie.

The link's text stands behind a `#`, which browsers do not send: no server logs it.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from greenlight.access.sessions import LASTS
from greenlight.access.tokens import token_id
from greenlight.errors import Forbidden, GreenlightError, NotFound
from greenlight.review.failures import GUARDS, page_of
from greenlight.review.identity import address_of, caller_of, cookie_name, demand_own_page
from greenlight.review.room import Room


class SigningIn:
    """The routes for callers who are not signed in."""

    def __init__(self, room: Room) -> None:
        self.room = room

    def routes(self) -> list[BaseRoute]:
        """All of them."""
        return [
            Route("/enter", self.show, methods=["GET"]),
            Route("/enter", self.enter, methods=["POST"]),
            Route("/leave", self.leave, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The page that asks for a token."""
        again = bool(request.query_params.get("again"))
        html = self.room.render("enter.html", said="", next=_next(request), again=again)
        return HTMLResponse(html, headers=GUARDS)

    async def enter(self, request: Request) -> Response:
        """Exchanges what was typed or linked for a cookie."""
        return await run_in_threadpool(self._enter, request, await _field(request, "token"))

    def _enter(self, request: Request, given: str) -> Response:
        text = given.strip()[:1000]
        where = _next(request)
        address = address_of(request, self.room.proxy)
        desk = self.room.desk
        try:
            demand_own_page(request, desk.profile.media_url)
        except Forbidden as error:
            # Any open page can send this, so it does not count as a failure.
            return self._again(str(error), 403, where)
        try:
            cookie, who = desk.sessions.open(text, "review")
        except (Forbidden, NotFound) as error:
            return self._failed(address, text, str(error), where)
        except GreenlightError as error:
            return self._again(str(error), 503, where)
        target = where if where != "/" or not who.production else f"/p/{who.production}"
        answer = RedirectResponse(target, 303, headers=GUARDS)
        answer.set_cookie(
            cookie_name(desk.profile.media_url),
            cookie,
            max_age=int(LASTS.total_seconds()),
            path="/",
            httponly=True,
            secure=desk.profile.media_url.startswith("https:"),
            samesite="lax",
        )
        return answer

    def _failed(self, address: str, text: str, said: str, where: str) -> Response:
        """A bad token; a good one is let in however many bad ones came from the same address."""
        wait = self.room.attempts.wait(address)
        if wait:
            said = f"Too many attempts: try again in {wait} s."
            return self._again(said, 429, where, {"Retry-After": str(wait)})
        self.room.attempts.failed(address)
        self.room.strangers.refused(token_id(text), said)
        return self._again(said, 403, where)

    def _again(
        self, said: str, status: int, where: str, headers: dict[str, str] | None = None
    ) -> Response:
        html = self.room.render("enter.html", said=said, next=where, again=False)
        return HTMLResponse(html, status, headers={**GUARDS, **(headers or {})})

    async def leave(self, request: Request) -> Response:
        """Signs this browser out."""
        return await run_in_threadpool(self._leave, request, await _field(request, "csrf"))

    def _leave(self, request: Request, token: str) -> Response:
        desk = self.room.desk
        try:
            caller = caller_of(desk, request, self.room.proxy)
            demand_own_page(request, desk.profile.media_url, caller, token)
            if caller.cookie:
                desk.sessions.close(caller.cookie)
        except GreenlightError as error:
            return page_of(self.room, request, error)
        answer = RedirectResponse("/enter", 303, headers=GUARDS)
        answer.delete_cookie(cookie_name(desk.profile.media_url), path="/")
        return answer


async def _field(request: Request, name: str) -> str:
    """A field of the form that was sent, empty where it is missing or a file."""
    given = (await request.form()).get(name, "")
    return given if isinstance(given, str) else ""


async def health(request: Request) -> Response:
    """Whether this process answers at all."""
    return JSONResponse({"status": "ok"})


def _next(request: Request) -> str:
    """Where to go afterwards: a path of ours, whatever was written into the address."""
    wanted = request.query_params.get("next", "")
    good = wanted.startswith(("/p/", "/?")) and "//" not in wanted and "\\" not in wanted
    return wanted if good and wanted.isprintable() else "/"

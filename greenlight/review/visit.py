"""An authorised request: who sends it, to which production, and what they may see of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from greenlight.access.discretion import shown_to
from greenlight.access.rights import Right
from greenlight.access.signature import Signature
from greenlight.desk import Desk
from greenlight.desk.entering import enter
from greenlight.review.failures import GUARDS, page_of
from greenlight.review.identity import Caller, SignInNeeded, caller_of, demand_own_page, named
from greenlight.review.room import Room
from greenlight.views.wall import Wall

T = TypeVar("T")


@dataclass(frozen=True)
class Visit:
    """A request of somebody who has the right that its address needs."""

    room: Room
    request: Request
    caller: Caller
    production: str = ""

    @property
    def who(self) -> Signature:
        """The person or program that sends it."""
        return self.caller.who

    @property
    def desk(self) -> Desk:
        """The room's desk."""
        return self.room.desk

    def page(self, template: str, **values: Any) -> Response:
        """A page, with the values that all pages need."""
        shared = {
            "who": self.who,
            "csrf": self.caller.csrf,
            "may": self.may,
            "production": self.production,
        }
        return HTMLResponse(self.room.render(template, **shared, **values), headers=GUARDS)

    def may(self, right: Right) -> bool:
        """Whether the caller has this right in the production that the address names."""
        show = self.desk.show_of(self.production) if self.production else ""
        return self.who.may(right, self.production, show)

    def shown(self, value: T) -> T:
        """The value as the caller may see it."""
        return shown_to(self.who, value)

    def wall(self) -> Wall:
        """The production that the address names, as the caller may see it."""
        return self.shown(self.room.wall(self.production))

    def changed(self) -> None:
        """Makes every later look show the production as it is after this request."""
        self.room.wall(self.production, fresh=True)

    def own(self, request: str) -> str:
        """A request id of the client's, made this person's: no repeat is another's."""
        return f"{self.who.principal} {request}" if request else ""


def page(room: Room, path: str, right: Right, work: Callable[[Visit], Response]) -> Route:
    """The route of a page that needs this right; `work` runs in a thread."""

    def do(request: Request) -> Response:
        try:
            production = str(request.path_params.get("production", ""))
            verb = "look" if right == "look" else "look at money"
            return work(authorised(room, request, right, verb, production))
        except Exception as error:  # noqa: BLE001 - every failure becomes a sentence
            return page_of(room, request, error)

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(do, request)

    # For the test that holds every route against every role.
    endpoint.right = right  # type: ignore[attr-defined]
    return Route(path, endpoint, methods=["GET"])


def authorised(
    room: Room, request: Request, right: Right, verb: str, production: str = ""
) -> Visit:
    """The visit, if its caller may do this here; a refusal is put on record under `verb`."""
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
    return Visit(room, request, caller, production)

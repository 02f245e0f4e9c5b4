"""Pictures and clips in the room's own pages, for signed-in people while they are signed in.

A link of the media route is good for anyone who has it. What a page shows is asked for with the
browser's own cookie instead, so that a sign-out or `people revoke` ends it too.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from greenlight.errors import NotFound
from greenlight.production.own_keys import is_plain
from greenlight.review.failures import problem_of
from greenlight.review.media import MediaRoute
from greenlight.review.room import FRESH_SECONDS, Room
from greenlight.review.visit import authorised

_SHOWN = ("png", "jpg", "webp", "mp4")
"""Records and ledger lie beside the pictures, and say more than everybody may see."""
_KNOWN = 2000


class Pictures:
    """One route; who may look is looked up once a second for all pictures of a page."""

    def __init__(self, room: Room, media: MediaRoute) -> None:
        self._room, self._media = room, media
        self._lock = threading.Lock()
        self._let_in: OrderedDict[tuple[str, ...], float] = OrderedDict()

    def routes(self) -> list[BaseRoute]:
        """All of them."""

        async def endpoint(request: Request) -> Response:
            try:
                key, seen = await run_in_threadpool(self._find, request)
            except Exception as error:  # noqa: BLE001 - every failure becomes a sentence
                return problem_of(request, error)
            return await self._media.answer(request, key, seen)

        endpoint.right = "look"  # type: ignore[attr-defined]
        return [Route("/p/{production}/media/{name:path}", endpoint, methods=["GET"])]

    def _find(self, request: Request) -> tuple[str, str]:
        """The key of the picture, and the ratio of its frame lines; raises as `authorised` does."""
        production, name = request.path_params["production"], request.path_params["name"]
        self._demand(request, production)
        workspace = self._room.desk.workspace(production)
        key = f"{workspace.keys.root}{name}"
        if not is_plain(key) or key.rpartition(".")[2] not in _SHOWN:
            raise NotFound(f"picture {name[:200]!r} not found in {production}")
        lines = request.query_params.get("lines") == "1"
        return key, workspace.production.framing.delivery if lines else ""

    def _demand(self, request: Request, production: str) -> None:
        proxy = self._room.proxy
        named = request.headers.getlist(proxy.header) if proxy and proxy.trusts(request) else []
        shown = (request.headers.get(name, "") for name in ("authorization", "cookie"))
        who = (production, *shown, *named)
        with self._lock:
            if time.monotonic() - self._let_in.get(who, -FRESH_SECONDS) < FRESH_SECONDS:
                return
        authorised(self._room, request, "look", "look", production)
        with self._lock:
            self._let_in[who] = time.monotonic()
            self._let_in.move_to_end(who)
            while len(self._let_in) > _KNOWN:
                self._let_in.popitem(last=False)

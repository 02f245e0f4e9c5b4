"""The review room's web application: sign-in, pages, decisions, and the stable media route.

`GREENLIGHT_REVIEW_PROXY_*` name a proxy that signs people in.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from greenlight.access.bounds import Bounded
from greenlight.review import pages
from greenlight.review.api import AT, BODY_BYTES, api_of
from greenlight.review.failures import GUARDS, problem, with_headers
from greenlight.review.identity import proxy_of
from greenlight.review.media import MediaRoute
from greenlight.review.pictures import Pictures
from greenlight.review.room import Room
from greenlight.review.signing_in import SigningIn, health
from greenlight.settings import Profile

_FORM_BYTES = 4_000


def app_of(profile: Profile, environment: Mapping[str, str] = os.environ) -> Starlette:
    """The application on the services of a profile."""
    media = MediaRoute(profile)
    home = environment.get("GREENLIGHT_HOME", "")
    room = Room(profile, proxy_of(environment), Path(home) / "cache" if home else None)
    return Starlette(
        routes=[
            Route("/health", health, methods=["GET"]),
            Route("/media/{signature}/{key:path}", media.serve, methods=["GET"]),
            Mount("/static", _Static(packages=[("greenlight.review", "static")]), name="static"),
            *SigningIn(room).routes(),
            *pages.routes(room),
            *Pictures(room, media).routes(),
            Mount(AT, api_of(room), name="api"),
        ],
        middleware=[Middleware(Bounded, most=_most, refuse=_refuse)],
    )


def _most(path: str) -> int:
    """Bytes of a body: before the caller is known, pages take a token and no more."""
    return BODY_BYTES if path.startswith(f"{AT}/") else _FORM_BYTES


def _refuse(scope: Scope, status: int, sentence: str) -> Response:
    if scope["path"].startswith(f"{AT}/"):
        return problem(status, sentence)
    return PlainTextResponse(f"{sentence}\n", status, headers=GUARDS)


class _Static(StaticFiles):
    """Scripts and style sheets of the package, asked for again with every page."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        await super().__call__(scope, receive, with_headers(send, headers))

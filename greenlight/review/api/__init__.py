"""The room's API under `/api`: what its pages show and do, for programs, with the same rights.

OpenAPI describes it at `/api/openapi.json`. A program brings a token; a page's cookie does too.
"""

from __future__ import annotations

from fastapi import FastAPI

from greenlight.review.api import acting, looking
from greenlight.review.api.door import PROBLEMS, Guarded, explain
from greenlight.review.room import Room

AT = "/api"
ROUTES = (*looking.api.routes, *acting.api.routes)
"""All that needs somebody to be known; `/openapi.json` alone does not."""

_ABOUT = """\
Productions, their takes and what was decided on them. Send `Authorization: Bearer TOKEN` with a
token or a share link's text; rights are those of its role. Amounts are USD as text, and null for
whoever sees no money; times are UTC. What goes wrong is a sentence in `error`, and changed nothing.
"""


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
        responses=PROBLEMS,
        generate_unique_id_function=lambda route: route.name,
    )
    api.state.room = room
    api.include_router(looking.api)
    api.include_router(acting.api)
    explain(api, room, ROUTES)
    api.add_middleware(Guarded)
    return api

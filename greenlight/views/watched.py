"""What machines look at: `/health` and `/metrics`."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from greenlight.desk import Desk
from greenlight.views.metrics import Metrics, health


def create_app(desk: Desk) -> Starlette:
    """The application for one desk."""
    found = Metrics(desk)

    async def show_health(request: Request) -> JSONResponse:
        services = await run_in_threadpool(health, desk)
        well = all(said == "ok" for said in services.values())
        return JSONResponse(
            {"status": "ok" if well else "unwell", **services}, status_code=200 if well else 503
        )

    async def show_metrics(request: Request) -> Response:
        from prometheus_client import CONTENT_TYPE_LATEST

        text = await run_in_threadpool(found.text)
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/health", show_health, methods=["GET"]),
            Route("/metrics", show_metrics, methods=["GET"]),
        ]
    )

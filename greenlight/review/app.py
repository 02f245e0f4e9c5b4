"""The review room's web application; for now it serves the stable media route.

Settings come from the environment: `GREENLIGHT_S3_*` and `GREENLIGHT_MEDIA_SECRET`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from greenlight.errors import InvalidInput
from greenlight.review.media import MediaRoute, MediaSettings


def create_app(environment: Mapping[str, str] = os.environ) -> Starlette:
    """The application for one bucket; raises InvalidInput naming the settings that are missing."""
    media = MediaRoute(_settings(environment))

    async def health(request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    return Starlette(
        routes=[
            Route("/health", health, methods=["GET"]),
            Route("/media/{signature}/{key:path}", media.serve, methods=["GET"]),
        ]
    )


def _settings(environment: Mapping[str, str]) -> MediaSettings:
    names = {
        "secret": "GREENLIGHT_MEDIA_SECRET",
        "bucket": "GREENLIGHT_S3_BUCKET",
        "access_key_id": "GREENLIGHT_S3_ACCESS_KEY_ID",
        "secret_access_key": "GREENLIGHT_S3_SECRET_ACCESS_KEY",
    }
    values = {field: environment.get(name, "") for field, name in names.items()}
    missing = [names[field] for field, value in values.items() if not value]
    if missing:
        msg = f"the review room needs {', '.join(missing)}"
        raise InvalidInput(msg)
    return MediaSettings(
        **values,
        endpoint_url=environment.get("GREENLIGHT_S3_ENDPOINT_URL", ""),
        region=environment.get("GREENLIGHT_S3_REGION", "") or "us-east-1",
    )


def __getattr__(name: str) -> Starlette:
    # `uvicorn greenlight.review.app:app`, without a module import demanding settings.
    if name == "app":
        return create_app()
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)

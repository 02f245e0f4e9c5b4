"""`/_standin`: what was served, latency, faults, health."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from greenlight.standin.faults import FAULTS, FaultRule
from greenlight.standin.wire.bodies import parse_json
from greenlight.standin.wire.context import StandIn
from greenlight.standin.wire.errors import WireError

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(standin: StandIn) -> list[Route]:
    """The routes below ``/_standin``."""

    async def health(request: Request) -> Response:
        return JSONResponse(
            {"status": "ok", "seed": standin.config.seed, "jobs": len(standin.jobs)}
        )

    async def requests(request: Request) -> Response:
        query = request.query_params
        paid = query.get("paid")
        if paid not in (None, "0", "1", "true", "false"):
            raise WireError(400, f"paid is {paid!r} (allowed: 0, 1)")
        return JSONResponse(
            standin.state.requests(
                role=query.get("role"),
                paid=None if paid is None else paid in ("1", "true"),
                shot=query.get("shot"),
            )
        )

    async def latency(request: Request) -> Response:
        if request.method == "PUT":
            given = parse_json(await request.body())
            for role, seconds in given.items():
                if role not in standin.latency:
                    raise WireError(400, f"unknown role {role!r} (known: text, image, video)")
                if isinstance(seconds, bool) or not isinstance(seconds, int | float):
                    raise WireError(400, f"latency of {role} is {seconds!r}, not a number")
                if not 0 <= seconds <= 3600:
                    raise WireError(400, f"latency of {role} is {seconds} s (allowed: 0 to 3600)")
            standin.latency.update(given)  # type: ignore[arg-type]
        return JSONResponse(standin.latency)

    async def faults(request: Request) -> Response:
        if request.method == "POST":
            return JSONResponse(standin.faults.add(_rule(await request.body())), 201)
        if request.method == "DELETE":
            standin.faults.clear()
            return Response(status_code=204)
        known = {
            name: {"about": fault.about, "roles": sorted(fault.roles)}
            for name, fault in FAULTS.items()
        }
        return JSONResponse({"rules": standin.faults.rows(), "known": known})

    async def fault(request: Request) -> Response:
        if not standin.faults.clear(request.path_params["id"]):
            raise WireError(404, f"no fault rule {request.path_params['id']}")
        return Response(status_code=204)

    return [
        Route("/health", _guarded(health)),
        Route("/requests", _guarded(requests)),
        Route("/latency", _guarded(latency), methods=["GET", "PUT"]),
        Route("/faults", _guarded(faults), methods=["GET", "POST", "DELETE"]),
        Route("/faults/{id:int}", _guarded(fault), methods=["DELETE"]),
    ]


def _rule(raw: bytes) -> FaultRule:
    given: dict[str, Any] = parse_json(raw)
    try:
        return FaultRule(**given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "rule"
        raise WireError(400, f"{where}: {first['msg'].removeprefix('Value error, ')}") from error


def _guarded(endpoint: Endpoint) -> Endpoint:
    async def guarded(request: Request) -> Response:
        try:
            return await endpoint(request)
        except WireError as error:
            return error.response()

    return guarded

"""`/_standin`: what was served, latency, quotas, credentials, faults, scenario, health."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from greenlight_standin.config import StandInConfig
from greenlight_standin.faults import FAULTS
from greenlight_standin.faults.rules import read_rule
from greenlight_standin.faults.scenario import parse_scenario
from greenlight_standin.wire.bodies import parse_json
from greenlight_standin.wire.context import StandIn
from greenlight_standin.wire.errors import WireError

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(standin: StandIn) -> list[Route]:
    """The routes below ``/_standin``; all but ``/health`` need the admin key."""

    async def health(request: Request) -> Response:
        return JSONResponse(
            {"status": "ok", "seed": standin.config.seed, "jobs": len(standin.jobs)}
        )

    async def requests(request: Request) -> Response:
        query = request.query_params
        return JSONResponse(
            standin.state.requests(
                role=query.get("role"),
                paid=_yes_or_no("paid", query.get("paid")),
                billed=_yes_or_no("billed", query.get("billed")),
                shot=query.get("shot"),
            )
        )

    async def latency(request: Request) -> Response:
        if request.method == "PUT":
            given = parse_json(await request.body())
            for role, seconds in given.items():
                if role not in standin.latency:
                    raise WireError(
                        400, f"unknown role {role!r} (known: {', '.join(standin.latency)})"
                    )
                if isinstance(seconds, bool) or not isinstance(seconds, int | float):
                    raise WireError(400, f"latency of {role} is {seconds!r}, not a number")
                if not 0 <= seconds <= 3600:
                    raise WireError(400, f"latency of {role} is {seconds} s (allowed: 0 to 3600)")
            standin.latency.update(given)  # type: ignore[arg-type]
        return JSONResponse(standin.latency)

    async def quotas(request: Request) -> Response:
        if request.method == "PUT":
            given = parse_json(await request.body())
            try:
                limits = StandInConfig.model_validate({"quotas": given}).quotas
            except ValidationError as error:
                said = error.errors()[0]["msg"].removeprefix("Value error, ")
                raise WireError(400, f"quotas: {said}") from error
            standin.quotas.limits = dict(limits)
        return JSONResponse(standin.quotas.limits)

    async def credentials(request: Request) -> Response:
        address = f"{request.url.scheme}://{request.headers.get('host', '127.0.0.1')}"
        return JSONResponse(standin.account.credentials(address))

    async def faults(request: Request) -> Response:
        if request.method == "POST":
            given = parse_json(await request.body())
            try:
                rule = read_rule(given)
            except ValueError as error:
                raise WireError(400, str(error)) from error
            return JSONResponse(standin.faults.add(rule), 201)
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

    async def scenario(request: Request) -> Response:
        try:
            rules = parse_scenario(await request.body(), "scenario")
        except ValueError as error:
            raise WireError(400, str(error)) from error
        return JSONResponse(standin.faults.replace(rules))

    def guarded(endpoint: Endpoint) -> Endpoint:
        async def answer(request: Request) -> Response:
            try:
                standin.admin.demand(request)
                return await endpoint(request)
            except WireError as error:
                return error.response()

        return answer

    return [
        Route("/health", health),
        Route("/requests", guarded(requests)),
        Route("/latency", guarded(latency), methods=["GET", "PUT"]),
        Route("/quotas", guarded(quotas), methods=["GET", "PUT"]),
        Route("/credentials", guarded(credentials)),
        Route("/faults", guarded(faults), methods=["GET", "POST", "DELETE"]),
        Route("/faults/{id:int}", guarded(fault), methods=["DELETE"]),
        Route("/scenario", guarded(scenario), methods=["PUT"]),
    ]


def _yes_or_no(name: str, given: str | None) -> bool | None:
    if given not in (None, "0", "1", "true", "false"):
        raise WireError(400, f"{name} is {given!r} (allowed: 0, 1)")
    return None if given is None else given in ("1", "true")

"""The stand-in as a Starlette application."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from greenlight.standin.catalogue import Catalogue
from greenlight.standin.config import StandInConfig
from greenlight.standin.faults import Fault, Silence
from greenlight.standin.state import State
from greenlight.standin.wire import admin, content, interactions
from greenlight.standin.wire.bodies import Prompt, parse_json
from greenlight.standin.wire.call import Call, content_role, lenient_prompt
from greenlight.standin.wire.connection import ConnectedApp, Droppable
from greenlight.standin.wire.context import StandIn
from greenlight.standin.wire.errors import WireError, bad_key

Handler = Callable[[StandIn, Call, Fault | None], Awaitable[Response]]
Reader = Callable[[StandIn, Request, dict[str, Any]], Call]


def create_app(config: StandInConfig | None = None) -> Starlette:
    """The application for `config`; its state opens and closes with the lifespan."""
    config = config or StandInConfig()
    folder = config.data or Path(tempfile.mkdtemp(prefix="standin-"))
    folder.mkdir(parents=True, exist_ok=True)
    standin = StandIn(
        config=config,
        state=State(folder),
        catalogue=Catalogue(config.models),
        pool=ThreadPoolExecutor(config.workers, thread_name_prefix="standin"),
        latency=dict(config.latency),
    )

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        standin.faults.replace(config.scenario)
        interactions.resume_jobs(standin)
        yield
        await interactions.stop_jobs(standin)
        standin.pool.shutdown(wait=True, cancel_futures=True)
        standin.state.close()

    async def unexpected(request: Request, error: Exception) -> Response:
        return WireError(500, "An internal error has occurred.").response()

    async def not_found(request: Request, error: Exception) -> Response:
        return WireError(404, f"{request.method} {request.url.path} is not served here.").response()

    app = ConnectedApp(
        routes=[Mount("/_standin", routes=admin.routes(standin)), *_api(standin)],
        exception_handlers={Exception: unexpected, 404: not_found},
        lifespan=lifespan,
    )
    app.add_middleware(Droppable)
    app.state.standin = standin
    return app


def _api(standin: StandIn) -> list[Route]:
    table: list[tuple[str, str, Reader, Handler]] = [
        ("GET", "/models", _plain("models"), _list_models),
        ("GET", "/models/{model}", _plain("models"), _get_model),
        ("POST", "/models/{model}:generateContent", _content, content.generate_content),
        ("POST", "/models/{model}:countTokens", _content_count, content.count_tokens),
        ("POST", "/interactions", _interaction, interactions.create),
        ("GET", "/interactions/{id}", _about_job("poll"), interactions.get),
        ("POST", "/interactions/{id}/cancel", _about_job("cancel"), interactions.cancel),
        ("GET", "/files/{id}:download", _about_file("download"), interactions.download),
        ("GET", "/files/{id}", _about_file("models"), interactions.file_meta),
    ]
    return [
        Route(f"/{version}{path}", _served(standin, reader, handler), methods=[method])
        for version in ("v1", "v1beta")
        for method, path, reader, handler in table
    ]


def _served(
    standin: StandIn, reader: Reader, handler: Handler
) -> Callable[[Request], Awaitable[Response]]:
    """Read, log, let faults strike, answer; the log tells how it ended."""

    async def serve(request: Request) -> Response:
        started = time.monotonic()
        raw = await request.body()
        broken: WireError | None = None
        body: dict[str, Any] = {}
        try:
            body = parse_json(raw) if raw else {}
        except WireError as error:
            broken = error
        call = reader(standin, request, body)
        call = replace(call, entry=standin.state.open_request(call.log_entry))
        # What is written if the server stops in the middle.
        outcome, struck, served = "interrupted", None, None
        try:
            _authorise(standin, request)
            if broken:
                raise broken
            if request.method == "POST" and not raw and call.paid:
                raise WireError(400, "Request body is empty.")
            _known_model(standin, call)
            struck = standin.faults.take(call.role, call.prompt.text)
            if struck and struck.fault.instead:
                raise struck.fault.instead(struck.rule)
            response = await handler(standin, call, struck.fault if struck else None)
            served = response if isinstance(response, content.Answered) else None
            outcome = "refused" if served and served.result == "refused" else "ok"
            if struck and struck.fault.afterwards:
                raise struck.fault.afterwards(struck.rule)
        except WireError as error:
            outcome = error.outcome
            return error.response(interactions="/interactions" in request.url.path)
        except Silence as silence:
            outcome = silence.outcome
            raise
        except Exception:
            outcome = "error 500"
            raise
        else:
            return response
        finally:
            # Committed before any answer leaves: who has an answer finds it in the list.
            standin.state.end_request(
                call.entry,
                outcome,
                time.monotonic() - started,
                fault=struck.name if struck else None,
                result=served.result if served else None,
                usage=served.usage if served else None,
            )

    return serve


def _authorise(standin: StandIn, request: Request) -> None:
    wanted = standin.config.api_key
    given = request.headers.get("x-goog-api-key") or request.query_params.get("key")
    if wanted is not None and given != wanted:
        raise bad_key(missing=not given)


def _known_model(standin: StandIn, call: Call) -> None:
    if call.role in ("poll", "cancel", "download") or call.model is None:
        return
    role = standin.catalogue.role(call.model)
    if role is None:
        raise WireError(
            404, f"models/{call.model} is not found, or is not supported for this method."
        )
    if call.role == "video" and role != "video":
        raise WireError(400, f"Model {call.model} does not generate video.")


def _plain(role: str) -> Reader:
    def read(standin: StandIn, request: Request, body: dict[str, Any]) -> Call:
        return Call(request, role, request.path_params.get("model"), body, Prompt("", ()))

    return read


def _content(standin: StandIn, request: Request, body: dict[str, Any]) -> Call:
    prompt = lenient_prompt("content", body)
    return Call(request, content_role(body, prompt), request.path_params["model"], body, prompt)


def _content_count(standin: StandIn, request: Request, body: dict[str, Any]) -> Call:
    inner = body.get("generateContentRequest", body)
    prompt = lenient_prompt("content", inner if isinstance(inner, dict) else {})
    return Call(request, "count", request.path_params["model"], body, prompt)


def _interaction(standin: StandIn, request: Request, body: dict[str, Any]) -> Call:
    model = body.get("model")
    name = model.removeprefix("models/") if isinstance(model, str) else ""
    return Call(request, "video", name, body, lenient_prompt("interaction", body))


def _about_job(role: str) -> Reader:
    def read(standin: StandIn, request: Request, body: dict[str, Any]) -> Call:
        return _call_about(standin, request, role, request.path_params["id"])

    return read


def _about_file(role: str) -> Reader:
    def read(standin: StandIn, request: Request, body: dict[str, Any]) -> Call:
        found = standin.state.file(request.path_params["id"])
        return _call_about(standin, request, role, found.interaction if found else None)

    return read


def _call_about(standin: StandIn, request: Request, role: str, job: str | None) -> Call:
    found = standin.state.interaction(job) if job else None
    if found is None:
        return Call(request, role, None, {}, Prompt("", ()), job)
    return Call(request, role, found.model, {}, Prompt(found.prompt, ()), job)


async def _list_models(standin: StandIn, call: Call, fault: Fault | None) -> Response:
    return JSONResponse({"models": standin.catalogue.describe_all()})


async def _get_model(standin: StandIn, call: Call, fault: Fault | None) -> Response:
    assert call.model is not None
    return JSONResponse(standin.catalogue.describe(call.model))

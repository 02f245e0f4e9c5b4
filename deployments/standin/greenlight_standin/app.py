"""The stand-in as a Starlette application."""

from __future__ import annotations

import asyncio
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
from starlette.responses import Response, StreamingResponse
from starlette.routing import Mount, Route

from greenlight_standin.catalogue import Catalogue
from greenlight_standin.config import StandInConfig
from greenlight_standin.faults import Silence
from greenlight_standin.memory import Memory
from greenlight_standin.state import State
from greenlight_standin.wire import admin, content, interactions, operations
from greenlight_standin.wire.access import Account, authorise
from greenlight_standin.wire.admin_key import AdminKey
from greenlight_standin.wire.bodies import parse_json
from greenlight_standin.wire.connection import ConnectedApp, Droppable
from greenlight_standin.wire.context import StandIn
from greenlight_standin.wire.errors import WireError
from greenlight_standin.wire.jobs import start_job, stop_jobs
from greenlight_standin.wire.quota import Quotas
from greenlight_standin.wire.routes import Handler, Reader, known_model, table

# Fewer pieces than bytes, and enough that none of them is the answer.
PIECES = 40


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
        memory=Memory(config.memory),
        account=Account(folder),
        admin=AdminKey(folder),
        quotas=Quotas(config.quotas),
    )

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        standin.faults.replace(config.scenario)
        for job in standin.state.unfinished():
            operation = "/operations/" in job.id
            start_job(standin, job, operations.render if operation else interactions.render)
        yield
        await stop_jobs(standin)
        standin.pool.shutdown(wait=True, cancel_futures=True)
        standin.state.close()

    async def unexpected(request: Request, error: Exception) -> Response:
        return WireError(500, "An internal error has occurred.").response()

    async def not_found(request: Request, error: Exception) -> Response:
        return WireError(404, f"{request.method} {request.url.path} is not served here.").response()

    app = ConnectedApp(
        routes=[
            Mount("/_standin", routes=admin.routes(standin)),
            Route("/token", standin.account.token, methods=["POST"]),
            *_api(standin),
        ],
        exception_handlers={Exception: unexpected, 404: not_found},
        lifespan=lifespan,
    )
    app.add_middleware(Droppable)
    app.state.standin = standin
    return app


def _api(standin: StandIn) -> list[Route]:
    return [
        Route(one.path, _served(standin, one.reader, one.handler), methods=[one.method])
        for one in table()
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
            # The pieces of an upload are no JSON.
            piece = "x-goog-upload-offset" in request.headers
            body = parse_json(raw) if raw and not piece else {}
        except WireError as error:
            broken = error
        call = reader(standin, request, body)
        call = replace(call, entry=standin.state.open_request(call.log_entry))
        # What is written if the server stops in the middle.
        outcome, struck, served = "interrupted", None, None
        try:
            authorise(standin.account, standin.config.api_key, request)
            if broken:
                raise broken
            if request.method == "POST" and not raw and call.paid:
                raise WireError(400, "Request body is empty.")
            known_model(standin, call)
            if call.paid:
                standin.quotas.take(call.model or "")
            struck = standin.faults.take(call.role, call.prompt.text)
            if struck and struck.fault.instead:
                raise struck.fault.instead(struck.rule)
            response = await handler(standin, call, struck.fault if struck else None)
            served = response if isinstance(response, content.Answered) else None
            outcome = "refused" if served and served.result == "refused" else "ok"
            if struck and struck.fault.afterwards:
                raise struck.fault.afterwards(struck.rule)
            if struck and struck.fault.trickle:
                response = _slowly(response, struck.rule.seconds)
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


def _slowly(response: Response, seconds: float) -> Response:
    """The same answer in pieces, the last of them after `seconds`."""
    body = bytes(response.body)
    step = max(1, -(-len(body) // PIECES))
    pieces = [body[start : start + step] for start in range(0, len(body), step)]

    async def pour() -> AsyncIterator[bytes]:
        for piece in pieces:
            await asyncio.sleep(seconds / len(pieces))
            yield piece

    slow = StreamingResponse(pour(), response.status_code)
    # With its length announced, whoever loses patience knows that something is missing.
    slow.raw_headers = list(response.raw_headers)
    return slow

"""What is served where: one table of calls, below the paths of both platforms."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from greenlight_standin.catalogue import Platform
from greenlight_standin.faults import Fault
from greenlight_standin.wire import (
    content,
    interactions,
    operations,
    predict,
    storage,
)
from greenlight_standin.wire.bodies import Prompt, field
from greenlight_standin.wire.call import Call, content_role, lenient_prompt
from greenlight_standin.wire.context import StandIn
from greenlight_standin.wire.errors import WireError
from greenlight_standin.wire.instances import prompt_of

Handler = Callable[[StandIn, Call, Fault | None], Awaitable[Response]]
Reader = Callable[[StandIn, Request, dict[str, Any]], Call]


class Served(NamedTuple):
    """One call: how it is asked, read and answered."""

    method: str
    path: str
    reader: Reader
    handler: Handler


def table() -> Iterator[Served]:
    """All calls of both platforms."""
    for version in ("v1", "v1beta"):
        yield from _developer(f"/{version}")
    for version in ("v1", "v1beta1"):
        # With a key instead of a project the paths are the short ones.
        for place in (f"/{version}/projects/{{project}}/locations/{{location}}", f"/{version}"):
            yield from _enterprise(place)
    for start in ("/storage/v1", "/download/storage/v1"):
        path = f"{start}/b/{{bucket}}/o/{{object:path}}"
        yield Served("GET", path, _object, storage.read)


def _developer(start: str) -> Iterator[Served]:
    models = f"{start}/models"
    yield Served("GET", models, _plain("models"), _list_models("developer"))
    yield Served("GET", f"{models}/{{model}}", _plain("models"), _get_model("developer"))
    yield from _contents(models)
    yield from _interactions(start)
    yield Served("GET", f"{start}/files/{{id}}:download", _file("download"), interactions.download)


def _enterprise(start: str) -> Iterator[Served]:
    models = f"{start}/publishers/google/models"
    yield Served("GET", models, _plain("models"), _list_models("enterprise"))
    yield Served("GET", f"{models}/{{model}}", _plain("models"), _get_model("enterprise"))
    yield from _contents(models)
    yield Served("POST", f"{models}/{{model}}:predict", _predict("image"), predict.predict)
    video = f"{models}/{{model}}:predictLongRunning"
    yield Served("POST", video, _predict("video"), operations.create)
    poll = f"{models}/{{model}}:fetchPredictOperation"
    yield Served("POST", poll, _operation, operations.fetch)
    yield from _interactions(start)


def _contents(models: str) -> Iterator[Served]:
    yield Served("POST", f"{models}/{{model}}:generateContent", _content, content.generate_content)


def _interactions(start: str) -> Iterator[Served]:
    yield Served("POST", f"{start}/interactions", _interaction, interactions.create)
    job = f"{start}/interactions/{{id}}"
    yield Served("GET", job, _job("poll"), interactions.get)
    yield Served("POST", f"{job}/cancel", _job("cancel"), interactions.cancel)


def known_model(standin: StandIn, call: Call) -> None:
    """Raise what the service answers for a model that the platform does not have."""
    if call.role in ("poll", "cancel", "download") or call.model is None:
        return
    enterprise = "/publishers/" in call.request.url.path or "/projects/" in call.request.url.path
    role = standin.catalogue.role(call.model)
    interaction = call.request.url.path.endswith("/interactions")
    platform: Platform = "enterprise" if enterprise else "developer"
    if role is None or not (interaction or standin.catalogue.serves(call.model, platform)):
        name = f"publishers/google/models/{call.model}" if enterprise else f"models/{call.model}"
        raise WireError(404, f"{name} is not found, or is not supported for this method.")
    if call.role == "video" and interaction and not _interacts(standin, call.model):
        raise WireError(400, f"Model {call.model} does not generate video.")


def _interacts(standin: StandIn, model: str) -> bool:
    return standin.catalogue.method(model) == "createInteraction"


def _list_models(platform: Platform) -> Handler:
    name = "models" if platform == "developer" else "publisherModels"

    async def answer(standin: StandIn, call: Call, fault: Fault | None) -> Response:
        return JSONResponse({name: standin.catalogue.describe_all(platform)})

    return answer


def _get_model(platform: Platform) -> Handler:
    async def answer(standin: StandIn, call: Call, fault: Fault | None) -> Response:
        assert call.model is not None
        return JSONResponse(standin.catalogue.describe(call.model, platform))

    return answer


def _plain(role: str) -> Reader:
    def read(standin: StandIn, request: Request, body: dict[str, Any]) -> Call:
        return Call(request, role, request.path_params.get("model"), body, Prompt("", ()))

    return read


def _content(standin: StandIn, request: Request, body: dict[str, Any]) -> Call:
    prompt = lenient_prompt("content", body)
    return Call(request, content_role(body, prompt), request.path_params["model"], body, prompt)


def _predict(role: str) -> Reader:
    def read(standin: StandIn, request: Request, body: dict[str, Any]) -> Call:
        try:
            prompt = prompt_of(body)
        except WireError:
            prompt = Prompt("", ())
        return Call(request, role, request.path_params["model"], body, prompt)

    return read


def _interaction(standin: StandIn, request: Request, body: dict[str, Any]) -> Call:
    model = field(body, "model")
    name = model.removeprefix("models/") if isinstance(model, str) else ""
    return Call(request, "video", name, body, lenient_prompt("interaction", body))


def _operation(standin: StandIn, request: Request, body: dict[str, Any]) -> Call:
    return _about(standin, request, "poll", operations.operation_name(body), body)


def _job(role: str) -> Reader:
    def read(standin: StandIn, request: Request, body: dict[str, Any]) -> Call:
        return _about(standin, request, role, request.path_params["id"])

    return read


def _file(role: str) -> Reader:
    def read(standin: StandIn, request: Request, body: dict[str, Any]) -> Call:
        found = standin.state.file(request.path_params["id"])
        return _about(standin, request, role, found.interaction if found else None)

    return read


def _object(standin: StandIn, request: Request, body: dict[str, Any]) -> Call:
    found = standin.state.object(request.path_params["bucket"], request.path_params["object"])
    return _about(standin, request, "download", found.interaction if found else None)


def _about(
    standin: StandIn,
    request: Request,
    role: str,
    job: str | None,
    body: dict[str, Any] | None = None,
) -> Call:
    """A free call about a job, which inherits the job's model and prompt."""
    found = standin.state.interaction(job) if job else None
    if found is None:
        return Call(request, role, None, body or {}, Prompt("", ()), job)
    return Call(request, role, found.model, body or {}, Prompt(found.prompt, ()), job)

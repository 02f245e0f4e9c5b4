"""The running Prefect server, asked as another user or as a web page of somebody else would ask."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import psutil
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from greenlight.local.door import HEALTH
from greenlight.local.home import StackInfo
from greenlight.settings import prefect_headers

EVIL = "https://evil.example"
SOME_ID = "00000000-0000-0000-0000-000000000001"


@pytest.fixture
def stranger(stack: StackInfo) -> Iterator[httpx.Client]:
    """Somebody on this machine who has nothing but the port."""
    with httpx.Client(base_url=stack.profile.dashboard_url, trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def routes(stack: StackInfo) -> list[tuple[str, str]]:
    """Method and path of all that Prefect's API says it has."""
    url = f"{stack.profile.prefect_api_url}/openapi.json"
    headers = prefect_headers(stack.profile.prefect_auth)
    paths = httpx.get(url, headers=headers, trust_env=False).json()["paths"]
    found = [
        (method.upper(), re.sub(r"\{[^}]+\}", SOME_ID, f"/api{path}"))
        for path, methods in paths.items()
        for method in methods
    ]
    assert len(found) > 150
    return found


def test_no_route_of_the_api_but_health_answers_without_credentials(
    stranger: httpx.Client, routes: list[tuple[str, str]]
) -> None:
    answers = {(m, p): stranger.request(m, p, json={}).status_code for m, p in routes}
    assert {one for one, status in answers.items() if status != 401} == {("GET", HEALTH)}
    secrets = "/api/block_types/slug/s3-bucket/block_documents?include_secrets=true"
    forms = {"Content-Type": "text/plain"}
    assert stranger.get(secrets).status_code == 401
    assert stranger.post("/api/flows/filter", content="{}", headers=forms).status_code == 401


@pytest.mark.parametrize(
    "strange",
    [
        {"Origin": EVIL},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Host": "evil.example:{port}"},
    ],
)
def test_no_route_answers_a_foreign_page_or_host_even_with_credentials(
    stack: StackInfo,
    stranger: httpx.Client,
    routes: list[tuple[str, str]],
    strange: dict[str, str],
) -> None:
    port = stack.ports["prefect"]
    headers = {name: value.format(port=port) for name, value in strange.items()}
    headers |= prefect_headers(stack.profile.prefect_auth)
    for method, path in [*routes, ("GET", "/"), ("GET", "/runs"), ("GET", "/ui-settings")]:
        answer = stranger.request(method, path, json={}, headers=headers)
        assert (answer.status_code, path) == (403, path)
        assert "access-control-allow-origin" not in answer.headers


def test_a_foreign_page_is_allowed_nothing_by_a_preflight(stranger: httpx.Client) -> None:
    for requested in ("POST", "DELETE"):
        headers = {
            "Origin": EVIL,
            "Access-Control-Request-Method": requested,
            "Access-Control-Request-Headers": "content-type,authorization",
            "Access-Control-Request-Private-Network": "true",
        }
        answer = stranger.options("/api/flow_runs/filter", headers=headers)
        assert answer.status_code == 403
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_pages_hold_no_secret(stack: StackInfo, stranger: httpx.Client) -> None:
    for path in ("/", "/runs", "/v2/", "/ui-settings", "/greenlight"):
        page = stranger.get(path, headers={"Accept": "text/html"}, follow_redirects=True)
        assert page.status_code == 200
        for secret in (
            stack.profile.prefect_auth,
            stack.profile.s3.secret_access_key,
            stack.profile.media_secret,
        ):
            assert secret not in page.text
    settings = stranger.get("/ui-settings").json()
    assert (settings["auth"], settings["api_url"]) == ("BASIC", "/api")


def websockets() -> list[str]:
    from fastapi.routing import APIWebSocketRoute
    from prefect.server.api.server import API_ROUTERS

    return [
        re.sub(r"\{[^}]+\}", "greenlight", f"/api{route.path}")
        for router in API_ROUTERS
        for route in router.routes
        if isinstance(route, APIWebSocketRoute)
    ]


async def opened(url: str, headers: dict[str, str], said: list[Any]) -> str:
    """What comes of a websocket: refused at once, closed, or the first message that came back."""
    given = {"additional_headers": headers, "subprotocols": ["prefect"], "proxy": None}
    try:
        async with asyncio.timeout(20), connect(url, **given) as socket:  # type: ignore[arg-type]
            for one in said:
                await socket.send(json.dumps(one))
            return str(await socket.recv())
    except InvalidStatus as error:
        return f"refused {error.response.status_code}"
    except ConnectionClosed:
        return "closed"


def test_no_websocket_speaks_without_credentials(stack: StackInfo) -> None:
    base = stack.profile.dashboard_url.replace("http", "ws")
    paths = websockets()
    assert len(paths) >= 4
    wrong = {"type": "auth", "token": "greenlight:wrong"}
    right = {"type": "auth", "token": stack.profile.prefect_auth}
    asked = {"type": "filter", "filter": {}}
    for path in paths:
        url = f"{base}{path}"
        for said in ([asked], [{"type": "auth", "token": None}, asked], [wrong, asked]):
            assert asyncio.run(opened(url, {}, said)) == "closed", path
        assert "auth_success" in asyncio.run(opened(url, {}, [right])), path
        assert asyncio.run(opened(url, {"Origin": EVIL}, [right])) == "refused 403", path


def test_the_auth_string_stands_in_no_arguments_and_no_log(stack: StackInfo) -> None:
    processes = [psutil.Process(pid) for pid in stack.pids.values()]
    processes += [child for one in processes for child in one.children(recursive=True)]
    secret = stack.profile.prefect_auth.partition(":")[2]
    assert not [one for one in processes if secret in " ".join(one.cmdline())]
    assert not [log for log in (stack.home / "logs").iterdir() if secret in log.read_text()]
    assert (stack.home / "stack.json").stat().st_mode & 0o077 == 0

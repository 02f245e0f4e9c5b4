"""Who gets past the door of the embedded Prefect server, and with what."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from itertools import product

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from greenlight.access.dashboard import ENTRANCE, SECONDS, issue, link, run_path
from greenlight.local.door import Door
from greenlight.settings import Profile, load_profile, prefect_headers

AUTH = "greenlight:of-this-stack"
PORT = 4200
HERE = f"127.0.0.1:{PORT}"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
ANYWHERE = ("/", "/api/health", ENTRANCE, "/api/flows/filter")


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def prefect(request: Request) -> PlainTextResponse:
    """Stands for Prefect: says which Authorization it was given."""
    return PlainTextResponse(request.headers.get("authorization", "none"))


async def events(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


@pytest.fixture
def door(clock: Clock) -> Iterator[TestClient]:
    routes = [
        WebSocketRoute("/api/events/out", events),
        Route("/{all:path}", prefect, methods=METHODS),
    ]
    app = Door(Starlette(routes=routes), AUTH, PORT, clock)
    with TestClient(app, base_url=f"http://{HERE}") as client:
        yield client


def basic(text: str) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(text.encode()).decode()}"}


def enter(door: TestClient, clock: Clock, ticket: str = "") -> httpx.Response:
    return door.post(ENTRANCE, content=ticket or issue("ticket", AUTH, clock.now))


@pytest.mark.parametrize("host", [HERE, f"localhost:{PORT}", f"[::1]:{PORT}", f"LOCALHOST:{PORT}"])
def test_the_server_answers_to_the_names_of_loopback(door: TestClient, host: str) -> None:
    assert door.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        f"evil.example:{PORT}",
        "127.0.0.1",
        "127.0.0.1:4201",
        f"127.0.0.1.evil.example:{PORT}",
        f"evil.example@127.0.0.1:{PORT}",
        f"0.0.0.0:{PORT}",
        f"127.1:{PORT}",
        "",
    ],
)
def test_another_host_is_refused_even_with_credentials(door: TestClient, host: str) -> None:
    for path in ANYWHERE:
        answer = door.get(path, headers={"Host": host, **prefect_headers(AUTH)})
        assert (path, answer.status_code) == (path, 403)


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://127.0.0.1",
        "http://127.0.0.1:4201",
        f"https://{HERE}",
        f"http://{HERE}.evil.example",
        f"{HERE}",
        "",
    ],
)
def test_a_page_of_another_origin_is_refused_even_with_credentials(
    door: TestClient, origin: str
) -> None:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        **prefect_headers(AUTH),
    }
    for method, path in product(("GET", "POST", "OPTIONS"), ANYWHERE):
        answer = door.request(method, path, headers=headers)
        assert (method, path, answer.status_code) == (method, path, 403)
        assert "access-control-allow-origin" not in answer.headers


def test_its_own_pages_are_of_its_own_origin(door: TestClient) -> None:
    for name in (HERE, f"localhost:{PORT}"):
        headers = {"Host": name, "Origin": f"http://{name}", **prefect_headers(AUTH)}
        assert door.post("/api/flows/filter", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Basic"},
        {"Authorization": "Basic =="},
        {"Authorization": "Basic \u00e4"},
        {"Authorization": f"Bearer {AUTH}"},
        {"Authorization": AUTH},
        basic("greenlight:of-another-stack"),
        basic(""),
        basic("pass:"),
        basic("pass:1.2.3"),
        basic(f"{AUTH} "),
    ],
)
def test_the_api_is_closed_without_the_auth_string(
    door: TestClient, headers: dict[str, str]
) -> None:
    raw = [(k.encode(), v.encode()) for k, v in headers.items()]
    paths = ("/api", "/api/", "/api/ready", "/api/block_types/slug/s3-bucket")
    for method, path in product(METHODS, paths):
        answer = door.request(method, path, headers=raw)
        assert (method, path, answer.status_code) == (method, path, 401)


@pytest.mark.parametrize("path", ["/docs", "/docs/oauth2-redirect", "/redoc", "/openapi.json"])
def test_descriptions_of_the_api_are_closed(door: TestClient, path: str) -> None:
    assert door.get(path).status_code == 401


@pytest.mark.parametrize("path", ["/", "/runs", "/v2/", "/ui-settings", "/api/health"])
def test_pages_and_health_are_open_to_be_read_and_to_nothing_else(
    door: TestClient, path: str
) -> None:
    assert door.get(path).status_code == 200
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        assert door.request(method, path).status_code == 401


def test_the_auth_string_opens_the_api(door: TestClient) -> None:
    answer = door.post("/api/flows/filter", headers=prefect_headers(AUTH))
    assert (answer.status_code, answer.text) == (200, prefect_headers(AUTH)["Authorization"])


def test_a_ticket_becomes_a_pass_that_opens_the_api_for_twelve_hours(
    door: TestClient, clock: Clock
) -> None:
    entered = enter(door, clock)
    assert (entered.status_code, entered.headers["cache-control"]) == (200, "no-store")
    headers = {"Authorization": f"Basic {entered.text}"}
    asked = door.post("/api/flows/filter", headers=headers)
    assert (asked.status_code, asked.text) == (200, prefect_headers(AUTH)["Authorization"])
    clock.now += SECONDS["pass"] - 1
    assert door.get("/api/flows", headers=headers).status_code == 200
    clock.now += 1
    assert door.get("/api/flows", headers=headers).status_code == 401


def test_a_ticket_is_good_once(door: TestClient, clock: Clock) -> None:
    ticket = issue("ticket", AUTH, clock.now)
    assert enter(door, clock, ticket).status_code == 200
    again = enter(door, clock, ticket)
    assert (again.status_code, "greenlight dashboard" in again.text) == (403, True)
    assert enter(door, clock).status_code == 200


def test_a_ticket_runs_out(door: TestClient, clock: Clock) -> None:
    ticket = issue("ticket", AUTH, clock.now)
    clock.now += SECONDS["ticket"]
    assert enter(door, clock, ticket).status_code == 403


def test_a_used_ticket_stays_used_when_the_server_is_restarted(clock: Clock) -> None:
    ticket = issue("ticket", AUTH, clock.now)
    clock.now += 60
    with TestClient(Door(Starlette(), AUTH, PORT, clock), base_url=f"http://{HERE}") as restarted:
        assert enter(restarted, clock, ticket).status_code == 403


def test_no_other_ticket_and_no_other_slip_is_taken(door: TestClient, clock: Clock) -> None:
    good = issue("ticket", AUTH, clock.now)
    foreign = issue("ticket", "greenlight:of-another-stack", clock.now)
    later = issue("ticket", AUTH, clock.now + 3600)
    for text in (" ", good[:-1], f"{good}0", good.upper(), foreign, later, "..", "é", "x" * 10_000):
        assert enter(door, clock, text).status_code in (403, 413), text
    assert enter(door, clock, issue("pass", AUTH, clock.now)).status_code == 403
    assert door.get("/api/flows", headers=basic(f"pass:{good}")).status_code == 401


def test_websockets_are_refused_to_other_hosts_and_pages(door: TestClient) -> None:
    strange = [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
    for headers in strange:
        with (
            pytest.raises(WebSocketDisconnect),
            door.websocket_connect(f"ws://{HERE}/api/events/out", headers=headers),
        ):
            pass
    with door.websocket_connect(f"ws://{HERE}/api/events/out"):
        pass


def test_no_other_page_may_frame_the_dashboard_and_it_speaks_to_no_other_server(
    door: TestClient,
) -> None:
    for path in ("/", ENTRANCE, "/api/flows"):
        policies = door.get(path).headers.get_list("content-security-policy")
        assert "frame-ancestors 'none'; connect-src 'self'" in policies


def test_a_link_of_the_embedded_stack_keeps_its_ticket_where_no_log_sees_it(
    door: TestClient, clock: Clock, monkeypatch: pytest.MonkeyPatch, embedded: Profile
) -> None:
    monkeypatch.setattr("greenlight.access.dashboard.time.time", clock)
    address, _, behind = link(embedded, run_path("a1")).partition("#")
    ticket, _, path = behind.partition("/")
    assert (address, path) == (f"http://{HERE}{ENTRANCE}", "runs/flow-run/a1")
    assert AUTH not in behind
    assert enter(door, clock, ticket).status_code == 200


def test_a_link_of_a_real_server_is_the_plain_address(embedded: Profile) -> None:
    real = embedded.model_copy(update={"name": "studio"})
    assert link(real, "/runs") == f"http://{HERE}/runs"


@pytest.fixture
def embedded() -> Profile:
    profile = load_profile(
        "env",
        {
            "GREENLIGHT_PREFECT_API_URL": f"http://{HERE}/api",
            "GREENLIGHT_PREFECT_AUTH": AUTH,
            "GREENLIGHT_S3_BUCKET": "b",
            "GREENLIGHT_S3_ACCESS_KEY_ID": "k",
            "GREENLIGHT_S3_SECRET_ACCESS_KEY": "s",
            "GREENLIGHT_MODELS_API_KEY": "m",
            "GREENLIGHT_MEDIA_URL": "http://127.0.0.1:4299",
            "GREENLIGHT_MEDIA_SECRET": "m" * 64,
        },
    )
    return profile.model_copy(update={"name": "embedded"})

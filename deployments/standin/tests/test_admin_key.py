from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from greenlight_standin.app import create_app
from greenlight_standin.config import StandInConfig
from greenlight_standin.wire.admin_key import KEY_FILE, KEY_HEADER, AdminKey
from starlette.routing import Mount

from deployments.standin.tests.running import Process, Running


def doors() -> list[tuple[str, str]]:
    """Every method and path below `/_standin` but the one that says whether it is up."""
    (mount,) = (r for r in create_app(StandInConfig()).routes if isinstance(r, Mount))
    found = [
        (method, f"/_standin{route.path.replace('{id:int}', '1')}")  # type: ignore[attr-defined]
        for route in mount.routes
        for method in sorted(route.methods - {"HEAD"})  # type: ignore[attr-defined]
    ]
    found.remove(("GET", "/_standin/health"))
    return found


@pytest.mark.parametrize(("method", "path"), doors())
@pytest.mark.parametrize("given", [None, "", "wrong"])
def test_every_switch_is_refused_without_the_key(
    standin: Running, method: str, path: str, given: str | None
) -> None:
    headers = {} if given is None else {KEY_HEADER: given}
    status, body = standin.call(method, path, {"fault": "black"}, headers=headers)
    assert (status, body["error"]["status"]) == (401, "UNAUTHENTICATED")
    assert standin.call("GET", "/_standin/faults")[1]["rules"] == []


@pytest.mark.parametrize("name", [KEY_HEADER, "key", "admin_key"])
def test_the_key_is_not_taken_from_an_address(standin: Running, name: str) -> None:
    path = f"/_standin/requests?{name}={standin.admin_key}"
    assert standin.call("GET", path, headers={})[0] == 401


@pytest.mark.parametrize(
    "page",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
        {"Host": ""},
    ],
)
def test_a_foreign_page_is_refused_with_the_key_as_well(
    standin: Running, page: dict[str, str]
) -> None:
    headers = {KEY_HEADER: standin.admin_key, **page}
    assert standin.call("GET", "/_standin/requests", headers=headers)[0] == 403


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "192.0.2.1"])
def test_an_address_and_its_own_origin_are_let_in(standin: Running, host: str) -> None:
    headers = {KEY_HEADER: standin.admin_key, "Host": f"{host}:{standin.port}"}
    headers["Origin"] = f"http://{headers['Host']}"
    assert standin.call("GET", "/_standin/requests", headers=headers)[0] == 200


def test_health_is_told_to_all(standin: Running) -> None:
    assert standin.call("GET", "/_standin/health", headers={})[0] == 200


def test_the_key_is_its_owners_alone_and_is_kept(tmp_path: Path) -> None:
    first = AdminKey(tmp_path).text
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert AdminKey(tmp_path).text == first
    (tmp_path / "other").mkdir()
    assert AdminKey(tmp_path / "other").text != first


def test_a_key_file_without_a_key_is_made_again(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text("\n")
    assert len(AdminKey(tmp_path).text) == 64


def test_the_api_key_is_no_option_and_comes_from_the_environment(
    start_process: Callable[..., Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-m", "greenlight_standin", "--api-key", "secret"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, "unrecognized arguments" in done.stderr) == (2, True)
    monkeypatch.setenv("GREENLIGHT_STANDIN_API_KEY", "secret")
    standin = start_process()
    assert standin.call("GET", "/v1/models", headers={"x-goog-api-key": "other"})[0] == 400
    assert standin.call("GET", "/v1/models", headers={"x-goog-api-key": "secret"})[0] == 200

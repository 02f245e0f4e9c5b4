"""Behind a proxy, before a mail scanner, and among strangers at one address."""

from __future__ import annotations

import time

import pytest
from starlette.testclient import TestClient

from greenlight.desk import Desk, this_person
from greenlight.review.app import app_of
from greenlight.review.identity import CSRF_HEADER, MOST, Attempts, csrf_of, origin_of
from greenlight.settings import Profile
from tests.review.room import Built

PUBLIC = "https://review.studio.example"
UPSTREAM = "http://127.0.0.1:4780"
FOREIGN = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
HEADER = "X-Forwarded-User"
TRUSTED = {
    "GREENLIGHT_REVIEW_PROXY_HEADER": HEADER,
    "GREENLIGHT_REVIEW_PROXY_ADDRESSES": "testclient",
}


@pytest.fixture
def behind(room_profile: Profile) -> TestClient:
    """The room as a proxy reaches it that passes no Host on."""
    profile = room_profile.model_copy(update={"media_url": f"{PUBLIC}/"})
    return TestClient(app_of(profile, {}), base_url=UPSTREAM, follow_redirects=False)


def token(desk: Desk) -> str:
    return desk.sessions.invite(this_person())


@pytest.mark.parametrize("origin", [PUBLIC, UPSTREAM, None])
def test_sign_in_and_decisions_work_from_the_public_address(
    room_desk: Desk, behind: TestClient, production: Built, origin: str | None
) -> None:
    headers = {"origin": origin, "sec-fetch-site": "same-origin"} if origin else {}
    answer = behind.post("/enter", data={"token": token(room_desk)}, headers=headers)
    assert answer.status_code == 303, answer.text
    assert "secure" in answer.headers["set-cookie"].lower()
    name, cookie = answer.headers["set-cookie"].split(";")[0].split("=", 1)
    own = {**headers, "cookie": f"{name}={cookie}", CSRF_HEADER: csrf_of(room_desk, cookie)}
    remark = behind.post(f"{production.api}/remarks", json={"text": "good"}, headers=own)
    assert remark.status_code == 200, remark.text


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://review.studio.example",
        "https://review.studio.example.evil.example",
        "https://review.studio.example:444",
        "https://x@review.studio.example",
        "null",
    ],
)
def test_another_origin_is_refused_with_what_to_set(
    room_desk: Desk, behind: TestClient, origin: str
) -> None:
    answer = behind.post("/enter", data={"token": token(room_desk)}, headers={"origin": origin})
    assert answer.status_code == 403
    for word in (origin, PUBLIC, "127.0.0.1:4780", "media_url", "Host"):
        assert word in answer.text


def test_an_origin_is_written_as_browsers_write_it() -> None:
    assert origin_of("HTTPS://Review.Example:443/room/") == "https://review.example"
    assert origin_of("http://[::1]:4703") == "http://[::1]:4703"


def test_a_link_scanner_uses_nothing_up(room_desk: Desk, nobody: TestClient) -> None:
    text = token(room_desk)
    for address in ("/enter", f"/enter?next=/p/x#{text}", f"/enter?token={text}"):
        for method in ("GET", "HEAD"):
            assert nobody.request(method, address).status_code == 200
    assert nobody.post("/enter", data={"token": text}).status_code == 303


def test_posts_from_other_sites_count_against_nobody(room_desk: Desk, nobody: TestClient) -> None:
    for _ in range(3 * MOST):
        assert nobody.post("/enter", data={"token": "x"}, headers=FOREIGN).status_code == 403
    assert nobody.post("/enter", data={"token": "guess"}).status_code == 403
    assert nobody.post("/enter", data={"token": token(room_desk)}).status_code == 303


def test_a_good_token_is_let_in_however_many_bad_ones_came_from_there(
    room_desk: Desk, nobody: TestClient
) -> None:
    room_desk.people.add(this_person(), "ned", ("viewer",))
    own = room_desk.people.give_token(this_person(), "ned", 1)[1]
    bad = own[:-1] + ("0" if own[-1] != "0" else "1")
    statuses = [nobody.post("/enter", data={"token": bad}).status_code for _ in range(MOST + 5)]
    assert statuses == [403] * MOST + [429] * 5
    for good in (own, token(room_desk)):
        assert nobody.post("/enter", data={"token": good}).status_code == 303
    answer = nobody.post("/enter", data={"token": bad})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    lines = [x for x in room_desk.audit.read() if x.verb == "enter" and x.door == "review"]
    assert len(lines) >= MOST
    assert bad not in "".join(x.subject + x.detail for x in lines)


def test_failures_are_forgotten_after_a_while() -> None:
    attempts = Attempts(most=2, window=0.05)
    for _ in range(2):
        attempts.failed("10.0.0.1")
    assert attempts.wait("10.0.0.1") > 0
    assert attempts.wait("10.0.0.2") == 0
    time.sleep(0.06)
    assert attempts.wait("10.0.0.1") == 0


@pytest.mark.parametrize("second", ["pip", "dora-producer", ""])
def test_two_headers_of_the_proxy_are_refused(
    room_desk: Desk, room_profile: Profile, second: str
) -> None:
    for name, role in (("pip", "viewer"), ("dora-producer", "producer")):
        room_desk.people.add(this_person(), name, (role,))  # type: ignore[arg-type]
    http = TestClient(app_of(room_profile, TRUSTED), follow_redirects=False)
    assert http.get("/api/me", headers=[(HEADER, "pip")]).status_code != 401
    for pair in (("dora-producer", second), (second, "dora-producer")):
        answer = http.get("/api/productions", headers=[(HEADER, name) for name in pair])
        assert answer.status_code == 401
        assert "came 2 times" in answer.json()["detail"]
    joined = http.get("/api/productions", headers=[(HEADER, "dora-producer, pip")])
    assert joined.status_code == 401


def test_the_proxys_own_word_of_an_address_is_the_last(
    room_desk: Desk, room_profile: Profile
) -> None:
    http = TestClient(app_of(room_profile, TRUSTED), follow_redirects=False)

    def tried(address: str, forged: str) -> int:
        headers = [("x-forwarded-for", forged), ("x-forwarded-for", address)]
        return http.post("/enter", data={"token": "guess"}, headers=headers).status_code

    statuses = [tried("10.9.9.9", f"10.0.0.{n}") for n in range(MOST + 2)]
    assert statuses == [403] * MOST + [429] * 2
    assert tried("10.9.9.8", "10.9.9.9") == 403

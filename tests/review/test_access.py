"""Every route without and with each role, sign-in and out, and what comes from elsewhere."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from greenlight.access import people, sessions
from greenlight.access.rights import RIGHTS, Role
from greenlight.access.signature import Signature
from greenlight.desk import Desk, this_person
from greenlight.errors import Forbidden, InvalidInput
from greenlight.review.api import ROUTES as API
from greenlight.review.app import app_of
from greenlight.review.identity import CSRF_HEADER
from greenlight.settings import ModelSettings, Profile, S3Settings
from tests.review.room import Built, SignedIn, build, inbox_of

OPEN = {"/health", "/media/{signature}/{key:path}", "/static", "/api", "/enter", "/leave"}
"""What nobody has to be known for; each has tests of its own."""

PROFILE = Profile(
    name="env",
    prefect_api_url="http://127.0.0.1:9/api",
    s3=S3Settings(bucket="b", access_key_id="k", secret_access_key="x"),
    models=ModelSettings(api_key="k"),
    media_url="http://127.0.0.1:9",
    media_secret="s" * 32,
)
ROUTES = app_of(PROFILE, {}).routes
GUARDED = [
    *(r for r in ROUTES if isinstance(r, Route) and r.path not in OPEN),
    *(r for r in API if isinstance(r, APIRoute)),
]


def right_of(route: Route) -> str:
    """The right that a page's route or one of the API names."""
    depends = route.dependant.dependencies if isinstance(route, APIRoute) else ()
    named = (getattr(d.call, "right", "") for d in depends)
    return next(filter(None, named), "") or getattr(route.endpoint, "right", "")


def address(route: Route) -> str:
    return f"/api{route.path}" if isinstance(route, APIRoute) else route.path


def ask(http: TestClient, route: Route, production: str) -> tuple[int, str]:
    path = address(route).replace("{production}", production).replace("{shot}", "sq010_sh0010")
    method = next(m for m in sorted(route.methods or ()) if m != "HEAD")
    answer = http.request(method, path, json={} if method == "POST" else None)
    return answer.status_code, answer.text


def test_every_route_is_open_on_purpose_or_names_its_right() -> None:
    for route in ROUTES:
        assert isinstance(route, (Route, Mount))
        assert route.path in OPEN or right_of(route), route.path
    assert [address(r) for r in GUARDED if not right_of(r)] == []
    assert {address(r) for r in GUARDED} >= {
        "/",
        "/p/{production}/money",
        "/api/productions/{production}/decisions",
    }
    api = next(r.app for r in ROUTES if isinstance(r, Mount) and r.path == "/api")
    assert isinstance(api, FastAPI)
    assert set(api.openapi()["paths"]) == {r.path for r in API if isinstance(r, APIRoute)}


@pytest.mark.parametrize("route", GUARDED, ids=lambda r: f"{min(r.methods)} {address(r)}")
def test_nobody_gets_in_without_signing_in(
    route: Route, nobody: TestClient, production: Built
) -> None:
    status, text = ask(nobody, route, production.name)
    assert status in (303, 401)
    assert "fox" not in text.lower()


@pytest.mark.parametrize("role", list(RIGHTS))
def test_every_route_lets_in_exactly_who_has_its_right(
    role: Role, signed_in: SignedIn, production: Built
) -> None:
    http = signed_in(role)
    for route in GUARDED:
        status, text = ask(http, route, production.name)
        may = right_of(route) in RIGHTS[role]
        assert (status != 403) == may, (route.path, status, text)
        assert status < 500 or "Prefect does not answer" in text, (route.path, text)


@pytest.mark.parametrize("route", GUARDED, ids=lambda r: f"{min(r.methods)} {address(r)}")
def test_rights_that_end_at_a_show_open_no_other(
    route: Route, signed_in: SignedIn, production: Built
) -> None:
    http = signed_in("producer", show="another-show")
    status, text = ask(http, route, production.name)
    if address(route) in ("/api/quote", "/api/productions") and "POST" in (route.methods or ()):
        assert status == 422  # the brief, which is missing here, names the show: see test_submits
        return
    assert status == (200 if address(route) in ("/", "/api/productions") else 403)
    assert "looks up" not in text


def test_a_share_link_opens_its_production_alone(
    room_desk: Desk, signed_in: SignedIn, production: Built
) -> None:
    other = build(room_desk, shots=1)
    _, text = room_desk.people.share(this_person(), production.name, "Client", "viewer", 1)
    http = signed_in(text=text)
    assert http.get(production.at).status_code == 200
    assert http.get(other.at).status_code == 403
    assert http.get("/p/none-such").status_code == 403
    inbox = inbox_of(http)
    assert production.name in inbox
    assert other.name not in inbox


def test_a_role_that_was_taken_away_is_gone_at_once(
    room_desk: Desk, signed_in: SignedIn, production: Built
) -> None:
    http = signed_in("reviewer", name="rita")
    send = {"wishes": [{"target": "sq010_sh0010/frame/v001_c1", "verdict": "approve"}]}
    assert http.post(f"{production.api}/foresee", json=send).status_code == 200
    room_desk.people.add(this_person(), "rita", ("viewer",))
    assert http.post(f"{production.api}/foresee", json=send).status_code == 403
    assert http.post(f"{production.api}/decisions", json=send).status_code == 403
    room_desk.people.remove(this_person(), "rita")
    assert http.get("/").status_code == 303


def test_an_invitation_is_good_once(room_desk: Desk, signed_in: SignedIn) -> None:
    text = room_desk.sessions.invite(this_person("Root"))
    http = signed_in(text=text)
    assert "Root" in http.get("/").text
    with pytest.raises(Forbidden, match="already used"):
        room_desk.sessions.open(text, "review")


def test_an_invitation_ends(room_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    text = room_desk.sessions.invite(this_person())
    later = sessions.now() + sessions.INVITED
    monkeypatch.setattr(room_desk.sessions, "_clock", lambda: later)
    with pytest.raises(Forbidden, match="already used or has expired"):
        room_desk.sessions.open(text, "review")


def test_only_holders_of_the_keys_are_invited(room_desk: Desk) -> None:
    who = Signature("P", "person:p", "cli", verified=True, rights=RIGHTS["producer"])
    with pytest.raises(Forbidden):
        room_desk.sessions.invite(who)


def test_a_browser_can_be_signed_out_from_here_and_from_elsewhere(
    room_desk: Desk, signed_in: SignedIn
) -> None:
    http = signed_in("viewer")
    token = http.headers[CSRF_HEADER]
    cookie = next(iter(http.cookies.values()))
    assert http.post("/leave", data={"csrf": token}).status_code == 303
    http.cookies.set(http_cookie(room_desk), cookie)
    assert http.get("/").status_code == 303, "the cookie itself is worth nothing any more"

    other = signed_in("viewer")
    session = next(iter(other.cookies.values())).split(".")[0]
    room_desk.people.revoke(this_person(), session)
    assert other.get("/").status_code == 303


def http_cookie(desk: Desk) -> str:
    from greenlight.review.identity import cookie_name

    return cookie_name(desk.profile.media_url)


def test_the_cookie_is_for_the_browser_alone(room_desk: Desk, nobody: TestClient) -> None:
    answer = nobody.post("/enter", data={"token": room_desk.sessions.invite(this_person())})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    kept = room_desk.store.get(
        f"{people.SESSIONS}{next(iter(nobody.cookies.values())).split('.')[0]}.json"
    )
    assert next(iter(nobody.cookies.values())).split(".")[1].encode() not in kept


def test_over_https_the_cookie_is_secure_and_of_this_host(
    room_desk: Desk, room_profile: Profile
) -> None:
    profile = room_profile.model_copy(update={"media_url": "https://previs.example"})
    http = TestClient(
        app_of(profile, {}), base_url="https://previs.example", follow_redirects=False
    )
    answer = http.post("/enter", data={"token": room_desk.sessions.invite(this_person())})
    assert answer.headers["set-cookie"].startswith("__Host-greenlight=")
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    "headers",
    [
        {CSRF_HEADER: ""},
        {CSRF_HEADER: "0" * 40},
        {"origin": "http://elsewhere.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_what_another_site_sends_changes_nothing(
    headers: dict[str, str], signed_in: SignedIn, production: Built
) -> None:
    http = signed_in("producer")
    before = production.waiting()
    send = {"wishes": [{"target": "sq010_sh0010/frame/v001_c1", "verdict": "approve"}]}
    answer = http.post(f"{production.api}/decisions", json=send, headers=headers)
    assert answer.status_code == 403
    assert production.waiting() == before
    http.headers.update(headers)
    actions = [route for route in GUARDED if "POST" in (route.methods or ())]
    assert len(actions) >= 12
    assert {ask(http, route, production.name)[0] for route in actions} == {403}


def test_a_refusal_for_want_of_rights_stands_in_the_audit_record(
    room_desk: Desk, signed_in: SignedIn, production: Built
) -> None:
    http = signed_in("viewer", name="vera")
    assert http.post(f"{production.api}/decisions", json={"wishes": []}).status_code == 403
    line = next(x for x in reversed(room_desk.audit.read()) if x.principal == "person:vera")
    assert (line.verb, line.subject, line.came) == ("decide", production.name, "refused")


def test_a_bearer_token_is_the_same_person_and_needs_no_page(
    room_desk: Desk, nobody: TestClient, production: Built
) -> None:
    room_desk.people.add(this_person(), "bea", ("reviewer",), display="Bea")
    _, text = room_desk.people.give_token(this_person(), "bea", 1)
    headers = {"authorization": f"Bearer {text}"}
    send = {"wishes": [{"target": "sq010_sh0010/frame/v001_c1", "verdict": "approve"}]}
    answer = nobody.post(f"{production.api}/decisions", json=send, headers=headers)
    assert answer.status_code == 200, answer.text
    record = room_desk.history(production.name)[-1]
    assert (record.who, record.principal, record.door) == ("Bea", "person:bea", "api")


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil", "/p//x", "x"])
def test_signing_in_leads_nowhere_else(to: str, room_desk: Desk, nobody: TestClient) -> None:
    token = room_desk.sessions.invite(this_person())
    answer = nobody.post("/enter", params={"next": to}, data={"token": token})
    assert answer.headers["location"] == "/"


def test_a_trusted_proxy_names_the_person(room_desk: Desk, room_profile: Profile) -> None:
    room_desk.people.add(this_person(), "pat", ("viewer",), display="Pat Q.")
    settings = {
        "GREENLIGHT_REVIEW_PROXY_HEADER": "X-Forwarded-User",
        "GREENLIGHT_REVIEW_PROXY_ADDRESSES": "testclient",
    }
    http = TestClient(app_of(room_profile, settings), follow_redirects=False)
    assert "Pat Q." in http.get("/", headers={"x-forwarded-user": "pat"}).text
    assert http.get("/", headers={"x-forwarded-user": "nobody-like-that"}).status_code == 303
    elsewhere = settings | {"GREENLIGHT_REVIEW_PROXY_ADDRESSES": "10.0.0.7"}
    http = TestClient(app_of(room_profile, elsewhere), follow_redirects=False)
    assert http.get("/", headers={"x-forwarded-user": "pat"}).status_code == 303


def test_a_header_that_anybody_could_send_is_refused_as_a_setting(room_profile: Profile) -> None:
    with pytest.raises(InvalidInput, match="GREENLIGHT_REVIEW_PROXY_ADDRESSES"):
        app_of(room_profile, {"GREENLIGHT_REVIEW_PROXY_HEADER": "X-User"})


def test_pages_run_no_script_but_our_own(signed_in: SignedIn, production: Built) -> None:
    http = signed_in("producer")
    for path in ("/", production.at, f"{production.at}/shotlist", f"{production.at}/money"):
        answer = http.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert "<b>Owl</b>" not in answer.text
        assert "Fox &amp; &lt;b&gt;Owl&lt;/b&gt;" in answer.text
        assert " style=" not in answer.text
        assert " onclick=" not in answer.text

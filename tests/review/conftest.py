"""The review room in front of a bucket, without Prefect: what people decide is recorded."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page
from starlette.testclient import TestClient

from greenlight.access.rights import Role
from greenlight.desk import Desk, this_person
from greenlight.review.app import app_of
from greenlight.review.identity import CSRF_HEADER, csrf_of
from greenlight.settings import Profile
from tests.review.browser import browser, enter
from tests.review.room import Built, SignedIn, build
from tests.serving import serving


@pytest.fixture(scope="module")
def room_profile(profile: Profile) -> Profile:
    """The bucket's profile, with an address of its own for `served`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return profile.model_copy(update={"media_url": f"http://127.0.0.1:{port}"})


@pytest.fixture(scope="module")
def served(room_profile: Profile) -> Iterator[str]:
    """The room behind a real socket, for browsers; its address."""
    port = urlsplit(room_profile.media_url).port or 0
    with serving(app_of(room_profile, {}), port, proxy_headers=False) as address:
        yield address


@pytest.fixture(scope="module")
def room_desk(room_profile: Profile) -> Desk:
    return Desk(room_profile)


@pytest.fixture
def production(room_desk: Desk) -> Built:
    """Three shots with two candidates each, all waiting; one candidate is flagged."""
    return build(room_desk)


@pytest.fixture
def page(served: str, room_desk: Desk, production: Built) -> Iterator[Page]:
    """A browser with the production's wall open, of the person at this machine."""
    with browser() as page:
        enter(page, room_desk, path=production.at)
        yield page


@pytest.fixture
def signed_in(room_desk: Desk, room_profile: Profile) -> SignedIn:
    """A browser of somebody new with these roles; it carries what its pages carry."""

    def client(*roles: Role, show: str = "", text: str = "", name: str = "") -> TestClient:
        if not text:
            name = name or f"p{secrets.token_hex(4)}"
            room_desk.people.add(this_person(), name, roles, display=name.title(), show=show)
            usd = 1 if "agent" in roles else None
            text = room_desk.people.give_token(this_person(), name, 1, most_usd=usd)[1]
        http = TestClient(
            app_of(room_profile, {}), base_url=room_profile.media_url, follow_redirects=False
        )
        answer = http.post("/enter", data={"token": text})
        assert answer.status_code == 303, answer.text
        cookie = next(iter(http.cookies.values()))
        http.headers[CSRF_HEADER] = csrf_of(room_desk, cookie)
        return http

    return client


@pytest.fixture
def nobody(room_profile: Profile) -> TestClient:
    return TestClient(
        app_of(room_profile, {}), base_url=room_profile.media_url, follow_redirects=False
    )

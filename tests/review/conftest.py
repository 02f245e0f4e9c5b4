"""The review room in front of a bucket, without Prefect: what people decide is recorded."""

from __future__ import annotations

import secrets

import pytest
from room import Built, SignedIn, build
from starlette.testclient import TestClient

from greenlight.access.rights import Role
from greenlight.desk import Desk, this_person
from greenlight.review.app import app_of
from greenlight.review.identity import CSRF_HEADER, csrf_of
from greenlight.settings import Profile


@pytest.fixture(scope="module")
def room_profile(profile: Profile) -> Profile:
    return profile


@pytest.fixture(scope="module")
def room_desk(profile: Profile) -> Desk:
    return Desk(profile)


@pytest.fixture
def production(room_desk: Desk) -> Built:
    """Three shots with two candidates each, all waiting; one candidate is flagged."""
    return build(room_desk)


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

"""Submits through `/api`: quoted first, bound by what was confirmed, and once per request id."""

from __future__ import annotations

from decimal import Decimal

import pytest
from starlette.testclient import TestClient

from greenlight.desk import Desk
from greenlight.review.app import app_of
from greenlight.runs import FlowRun, Runs
from greenlight.settings import Profile
from tests.review.room import SignedIn

BRIEF = {"title": "A short crossing", "vision": "A ferry crosses at dawn.", "shots": 1}


@pytest.fixture(autouse=True)
def _started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs start; there is no Prefect here."""
    run = FlowRun("run-1", "run-1", "SCHEDULED", "Scheduled", "", None)
    monkeypatch.setattr(Runs, "start", lambda *_: run)


def test_a_quoted_brief_becomes_one_production_however_often_it_is_sent(
    room_desk: Desk, signed_in: SignedIn
) -> None:
    http = signed_in("producer")
    quote = http.post("/api/quote", json={"brief": BRIEF})
    assert quote.status_code == 200, quote.text
    body = {"brief": BRIEF, "request": "r1", "total_usd": quote.json()["total"]}
    first = http.post("/api/productions", json=body).json()
    again = http.post("/api/productions", json=body).json()
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert again["production"] == first["production"]
    assert first["quote"]["total"] == quote.json()["total"]
    assert first["room"].endswith(f"/p/{first['production']}")
    record = room_desk.workspace(first["production"]).production
    assert record.quote_usd == Decimal(quote.json()["total"])


def test_a_quote_above_the_confirmed_total_starts_nothing(
    room_desk: Desk, signed_in: SignedIn
) -> None:
    body = {"brief": BRIEF | {"title": "Dearer by now"}, "request": "r1", "total_usd": "0.01"}
    answer = signed_in("producer").post("/api/productions", json=body)
    assert (answer.status_code, "look at it again" in answer.text) == (409, True)
    assert not [name for name in room_desk.productions() if name.startswith("dearer")]


def test_real_money_starts_nothing_without_a_confirmed_quote(
    room_desk: Desk, room_profile: Profile, signed_in: SignedIn
) -> None:
    http = signed_in("producer")
    real = TestClient(
        app_of(room_profile.model_copy(update={"simulated": False}), {}),
        base_url=room_profile.media_url,
        headers=http.headers,
        cookies=http.cookies,
    )
    body = {"brief": BRIEF | {"title": "For real"}, "request": "r1"}
    answer = real.post("/api/productions", json=body)
    assert (answer.status_code, "not confirmed" in answer.text) == (409, True)
    assert not [name for name in room_desk.productions() if name.startswith("for-real")]


@pytest.mark.parametrize(
    "wish",
    [
        {"references": [{"name": "Boat", "image": "/etc/passwd"}]},
        {"screenplay": "/etc/passwd"},
        {"aspect_ratio": "9:99"},
    ],
    ids=lambda wish: next(iter(wish)),
)
def test_an_invalid_brief_or_one_that_names_a_file_is_refused(
    wish: dict[str, object], signed_in: SignedIn
) -> None:
    http = signed_in("producer")
    for path, more in (("quote", {}), ("productions", {"request": "r1"})):
        answer = http.post(f"/api/{path}", json={"brief": BRIEF | wish} | more)
        assert answer.status_code == 400, answer.text
        assert "root:" not in answer.text


def test_rights_in_another_show_submit_nothing_here(signed_in: SignedIn) -> None:
    body = {"brief": BRIEF | {"show": "here"}, "request": "r1"}
    http = signed_in("producer", show="elsewhere")
    assert http.post("/api/productions", json=body).status_code == 403

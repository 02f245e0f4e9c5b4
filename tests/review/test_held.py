"""Held work is freed from the room and the API by those who may; others ask a producer."""

from __future__ import annotations

from decimal import Decimal

import pytest
from starlette.testclient import TestClient

from greenlight.access.rights import Role
from greenlight.desk import Desk, this_person
from greenlight.notify.outbox import newest
from greenlight.notify.subscribers import Subscriber, add, new_subscriber_id
from greenlight.review.app import app_of
from greenlight.store.records import now
from tests.review.memory_room import PROFILE, asleep, held_by_budget, lost, memory_desk
from tests.review.room import Built


@pytest.fixture
def desk() -> Desk:
    return memory_desk()


@pytest.fixture
def held(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Built:
    return held_by_budget(monkeypatch, desk)


def program(desk: Desk, role: Role) -> TestClient:
    """A program with the token of somebody of that role."""
    desk.people.add(this_person(), f"a-{role}", (role,))
    _, text = desk.people.give_token(this_person(), f"a-{role}", 1)
    http = TestClient(app_of(desk.profile, {}), base_url=PROFILE.media_url)
    http.headers["authorization"] = f"Bearer {text}"
    return http


def at(built: Built, what: str = "") -> str:
    return f"/api/productions/{built.name}{what}"


def test_a_producer_raises_the_budget_once_for_one_request(desk: Desk, held: Built) -> None:
    http = program(desk, "producer")
    (hold,) = http.get(at(held)).json()["held"]
    body = {"limit_usd": hold["enough_usd"], "request": "r1"}
    first = http.post(at(held, "/budget"), json=body)
    assert first.status_code == 200, first.text
    assert http.post(at(held, "/budget"), json=body).json() == first.json()
    assert http.get(at(held, "/wall")).json()["held"] == []
    record = desk.history(held.name)[-1]
    assert (record.principal, record.subject) == ("person:a-producer", "budget_usd")
    low = http.post(at(held, "/budget"), json={"limit_usd": "0.10"})
    assert low.status_code == 400
    assert "invalid limit $0.10" in low.json()["detail"]


def test_a_producer_chooses_a_cheaper_model(desk: Desk, held: Built) -> None:
    http = program(desk, "producer")
    (hold,) = http.get(at(held)).json()["held"]
    choice = hold["models"][0]
    body = {"role": choice["role"], "model": choice["model"]}
    assert http.post(at(held, "/model"), json=body).status_code == 200
    (after,) = http.get(at(held)).json()["held"]
    assert after["needs_usd"] == choice["usd"]


def test_charges_are_confirmed_together_and_a_wrong_one_confirms_none(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = lost(desk)
    asleep(monkeypatch, built)
    http = program(desk, "producer")
    (hold,) = http.get(at(built)).json()["held"]
    one, other = hold["slots"]
    wrong = http.post(at(built, "/charges"), json={"charges": {one: "charged", "none": "charged"}})
    assert wrong.status_code == 404
    assert len(desk.spend(built.name).unknown) == 2
    said = {one: "charged", other: "not-charged"}
    assert http.post(at(built, "/charges"), json={"charges": said}).status_code == 200
    spend = desk.spend(built.name)
    assert (spend.unknown, spend.spent_usd) == ((), Decimal("0.04"))
    assert http.post(at(built, "/charges"), json={"charges": said}).status_code == 409


def test_asking_a_producer_is_a_remark_and_tells_who_is_told_of_holds(
    desk: Desk, held: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr("greenlight.runs.Runs.notify", lambda _, message: told.append(message))
    subscriber = Subscriber(
        at=now(),
        id=new_subscriber_id(),
        kind="webhook",
        address="https://producers.example/hook",
        events=("held",),
        added_by="Ada",
    )
    add(desk.store, subscriber)
    http = program(desk, "comment")
    body = {"cause": "budget", "note": "The client comes at noon.", "request": "once"}
    for _ in range(2):
        assert http.post(at(held, "/ask"), json=body).status_code == 200
    (remark,) = desk.remarks(held.name)
    assert remark.asks == "budget"
    assert remark.text == "3 clips are held: please help. The client comes at noon."
    ((notice, _),) = newest(desk.store, 5)
    assert told == [notice.id]
    assert notice.event == "held"
    assert "A-Comment asks a producer: 3 clips are held" in notice.summary or notice.who
    wrong = http.post(at(held, "/ask"), json={"cause": "refused"})
    assert (wrong.status_code, "is not held by" in wrong.json()["detail"]) == (409, True)
    assert program(desk, "viewer").post(at(held, "/ask"), json=body).status_code == 403


def test_pages_offer_each_person_the_ways_that_are_theirs(desk: Desk, held: Built) -> None:
    def ways(role: Role) -> set[str]:
        page = program(desk, role).get(held.at).text
        return {w for w in ("raise", "model", "omit", "ask") if f'data-way="{w}"' in page}

    assert ways("producer") == {"raise", "model", "omit"}
    assert ways("reviewer") == {"omit", "ask"}
    assert ways("comment") == {"ask"}
    assert ways("viewer") == set()


def test_the_inbox_counts_what_is_held_and_by_what(desk: Desk, held: Built) -> None:
    http = program(desk, "producer")
    page = http.get("/").text
    assert "3 shots held: budget" in page
    assert "0 takes" not in page
    assert "they may cost" not in page

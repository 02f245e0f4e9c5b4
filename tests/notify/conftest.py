"""A subscriber with a real receiver, on the session's bucket."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from greenlight.notify import subscribers
from greenlight.notify.notice import EVENTS, Notice, notice_id
from greenlight.notify.signing import new_secret
from greenlight.notify.subscribers import Subscriber
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from tests.e2e.receiver import Receiver, receiving

Subscribe = Callable[..., Subscriber]
Happen = Callable[..., Notice]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def show() -> str:
    """A show of the test's own, so that no other test's messages come in."""
    return f"show-{secrets.token_hex(3)}"


@pytest.fixture
def subscribe(objects: ObjectStore, show: str) -> Iterator[Subscribe]:
    """Adds subscribers of the test's own show, and removes them."""
    added = []

    def add(address: str, **fields: Any) -> Subscriber:
        given = {
            "at": now(),
            "id": subscribers.new_subscriber_id(),
            "kind": "webhook",
            "address": address,
            "secret": new_secret(),
            "events": EVENTS,
            "show": show,
        }
        one = Subscriber.model_validate({**given, **fields})
        subscribers.add(objects, one)
        added.append(one)
        return one

    yield add
    for one in added:
        objects.delete(f"notify/subscribers/{one.id}.json")


@pytest.fixture
def happen(show: str) -> Happen:
    """A notice of the test's own show."""

    def make(**fields: Any) -> Notice:
        event = fields.get("event", "held")
        given = {
            "at": now(),
            "id": notice_id(show, event, secrets.token_hex(4)),
            "event": event,
            "summary": "1 piece of work is held",
            "production": f"{show}-1",
            "show": show,
            "simulated": True,
            "ceiling_usd": Decimal(0),
        }
        return Notice.model_validate({**given, **fields})

    return make

"""The outbox: what was announced, whom it has reached, and what is still to be told.

A notice is written once under an id that follows from what happened, so that a replay, a second
run or a crash announces nothing twice. A marker stands beside it until everybody was told: events
of Prefect start the telling at once, and any process that finds an old marker goes on with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal, NamedTuple

from greenlight.errors import NotFound
from greenlight.notify.notice import Notice
from greenlight.notify.places import (
    LOG,
    PENDING,
    delivery_key,
    log_key,
    notice_key,
    pending_key,
)
from greenlight.notify.subscribers import Subscriber, all_subscribers
from greenlight.production.records import Record
from greenlight.store.objects import ObjectStore
from greenlight.store.records import encode, now
from greenlight.store.swapping import change_record, read_or_none

FIRST_LOOK = timedelta(seconds=90)
"""After this time somebody looks whether the event was heard."""

ROUNDS = tuple(timedelta(minutes=m) for m in (1, 5, 20, 60, 240, 720))
"""Pauses between rounds, each of which tries a few times by itself; then it is given up."""

DeliveryState = Literal["sending", "again", "sent", "refused", "gone", "unknown", "given up"]
CLOSED: tuple[DeliveryState, ...] = ("sent", "refused", "gone", "unknown", "given up")


class Delivery(Record):
    """How telling one subscriber stands; `by` is the run that has it in hand.

    `unknown` is a message to a block that was cut off: it is not sent again, because nothing there
    would tell the second from the first.
    """

    message: str
    subscriber: str
    place: str
    state: DeliveryState
    by: str
    tries: int
    status: int | None = None
    said: str = ""

    @property
    def closed(self) -> bool:
        return self.state in CLOSED


class Pending(Record):
    """Somebody has still to be told; `rounds` is how often all tries of a run came to nothing."""

    next_at: datetime
    rounds: int = 0


class Announced(NamedTuple):
    """Whether it was new, and whether anybody is to be told of it."""

    fresh: bool
    wanted: bool


def announce(store: ObjectStore, notice: Notice, *, wait: bool = True) -> Announced:
    """Writes a notice once, with a marker if there is anybody who wants it.

    Without `wait` no marker is left, and no later round goes on with it.
    """
    if store.exists(notice_key(notice.id)):
        return Announced(fresh=False, wanted=False)
    wanted = wait and any(s.wants(notice) for s in all_subscribers(store))
    if wanted:
        # The marker first: a crash in between leaves one without a notice, which is taken away.
        _mark(store, notice.id, Pending(at=notice.at, next_at=now() + FIRST_LOOK))
    fresh = store.put_once(notice_key(notice.id), encode(notice))
    if fresh:
        store.overwrite(log_key(notice.at, notice.id), b"{}")
    return Announced(fresh, wanted and fresh)


def _mark(store: ObjectStore, message: str, pending: Pending) -> None:
    store.overwrite(pending_key(message), encode(pending))


def notice_of(store: ObjectStore, message: str) -> Notice:
    """The notice of that id; raises NotFound."""
    key = notice_key(message)
    return Notice.read(key, json.loads(store.get(key)))


def listeners(store: ObjectStore, notice: Notice) -> list[Subscriber]:
    """Who is to be told of it."""
    return [s for s in all_subscribers(store) if s.wants(notice)]


def due(store: ObjectStore, at: datetime, *, early: bool = False) -> list[Notice]:
    """What has still to be told and whose time has come.

    With `early` also what was announced just now: a running round need not wait for its event.
    """
    found = []
    for key in list(store.keys(PENDING)):
        message = key[len(PENDING) : -len(".json")]
        data = read_or_none(store, key)
        if data is None:
            continue
        pending = Pending.read(key, json.loads(data))
        late = pending.next_at <= at
        if not late and not (early and not pending.rounds):
            continue
        try:
            found.append(notice_of(store, message))
        except NotFound:
            if late:  # its process died between the marker and the notice
                store.delete(key)
    return found


def delivery_of(store: ObjectStore, message: str, subscriber: str) -> Delivery | None:
    """What became of telling this one, None when nothing was begun."""
    key = delivery_key(message, subscriber)
    data = read_or_none(store, key)
    return None if data is None else Delivery.read(key, json.loads(data))


def put_aside(store: ObjectStore, notice: Notice, told: Sequence[Subscriber]) -> datetime | None:
    """Ends a round: when the next one is due, or None when everybody has been told."""
    key = pending_key(notice.id)
    deliveries = {s.id: delivery_of(store, notice.id, s.id) for s in told}
    if notice.event == "test" or all(d is not None and d.closed for d in deliveries.values()):
        store.delete(key)
        return None
    if any(d is not None and d.state == "sending" for d in deliveries.values()):
        return None  # another run has it in hand, and ends the round
    data = read_or_none(store, key)
    rounds = Pending.read(key, json.loads(data)).rounds if data else 0
    if rounds >= len(ROUNDS):
        for delivery in deliveries.values():
            if delivery is not None and not delivery.closed:
                _give_up(store, delivery)
        store.delete(key)
        return None
    next_at = now() + ROUNDS[rounds]
    _mark(store, notice.id, Pending(at=notice.at, next_at=next_at, rounds=rounds + 1))
    return next_at


def _give_up(store: ObjectStore, delivery: Delivery) -> None:
    def edit(known: Delivery | None) -> Delivery | None:
        if known is None or known.closed:
            return None
        return known.model_copy(update={"state": "given up"})

    change_record(store, delivery_key(delivery.message, delivery.subscriber), Delivery, edit)


def newest(store: ObjectStore, count: int) -> Iterator[tuple[Notice, list[Delivery]]]:
    """The newest notices first, each with what became of it."""
    for key in islice(reversed(list(store.keys(LOG))), count):
        message = key.rsplit("-", 1)[1][: -len(".json")]
        prefix = notice_key(message)[: -len(".json")] + "/"
        rows = [Delivery.read(k, json.loads(store.get(k))) for k in store.keys(prefix)]
        yield notice_of(store, message), sorted(rows, key=lambda d: d.at)

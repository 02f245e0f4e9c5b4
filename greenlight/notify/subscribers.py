"""Subscribers: who wants to be told what, kept in the bucket with the secrets that sign."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from greenlight.access.addresses import shown
from greenlight.errors import InvalidInput, NotFound
from greenlight.notify.notice import EVENTS, Event, Notice
from greenlight.notify.places import SUBSCRIBERS, subscriber_key
from greenlight.production.records import Record
from greenlight.store.objects import ObjectStore
from greenlight.store.records import encode, read_all
from greenlight.store.swapping import change_record

OVERDUE_HOURS = 24.0
MOST_OVERDUE_HOURS = 720.0
MOST_SUBSCRIBERS = 100
PRIVATE = "a receiver in your own network has to be added with --private"
_BLOCK = re.compile(r"^[a-z0-9][a-z0-9-]{0,60}/[a-z0-9][a-z0-9-]{0,100}$")


def check_block(name: str) -> tuple[str, str]:
    """Type and name of a Prefect block, such as slack-webhook/dailies; raises InvalidInput."""
    if not _BLOCK.match(name):
        raise InvalidInput(
            f"{name!r} is neither a webhook (https://…) nor a Prefect block (TYPE/NAME, such as "
            "slack-webhook/dailies)"
        )
    kind, _, own = name.partition("/")
    return kind, own


class Subscriber(Record):
    """Who is told; `address` is a webhook's URL, or the type and name of a Prefect block.

    `show` limits it to one show. `not_by` is a name whose own decisions are not told. `private`
    allows addresses that are not public. `stopped` says why sending has ended.
    """

    id: str
    kind: Literal["webhook", "block"]
    address: Annotated[str, Field(repr=False)]
    secret: Annotated[str, Field(repr=False)] = ""
    events: tuple[Event, ...]
    show: str = ""
    not_by: str = ""
    overdue_hours: float = OVERDUE_HOURS
    private: bool = False
    added_by: str = ""
    stopped: str = ""

    @property
    def place(self) -> str:
        """Its address as it may be shown."""
        return self.address if self.kind == "block" else shown(self.address)

    def wants(self, notice: Notice) -> bool:
        """Whether this one is told of it."""
        if notice.event == "test":
            return notice.for_subscriber == self.id
        return (
            not self.stopped
            and notice.event in self.events
            and self.show in ("", notice.show)
            and self.at <= notice.at
            and not (notice.event == "decided" and self.not_by and notice.who == self.not_by)
            and not (notice.event == "gate.overdue" and notice.hours != self.overdue_hours)
        )


def check_events(names: Iterable[str]) -> tuple[Event, ...]:
    """The named events in their order, all of them for none; raises InvalidInput."""
    wanted = {name.strip() for name in names if name.strip()}
    if unknown := sorted(wanted - set(EVENTS)):
        raise InvalidInput(f"unknown event {unknown[0]!r} (known: {', '.join(EVENTS)})")
    return tuple(e for e in EVENTS if e in wanted) or EVENTS


def new_subscriber_id() -> str:
    """A short id that people can type."""
    return f"ntf-{secrets.token_hex(3)}"


def add(store: ObjectStore, subscriber: Subscriber) -> None:
    """Keeps a subscriber; raises InvalidInput for one too many."""
    if not 0 < subscriber.overdue_hours <= MOST_OVERDUE_HOURS:
        raise InvalidInput(
            f"a gate cannot be overdue after {subscriber.overdue_hours:g} hours "
            f"(more than 0, at most {MOST_OVERDUE_HOURS:g})"
        )
    if sum(1 for _ in store.keys(SUBSCRIBERS)) >= MOST_SUBSCRIBERS:
        raise InvalidInput(f"there are {MOST_SUBSCRIBERS} subscribers already: remove one")
    if not store.put_once(subscriber_key(subscriber.id), encode(subscriber)):
        raise InvalidInput(f"there is a subscriber {subscriber.id!r} already")


def all_subscribers(store: ObjectStore) -> list[Subscriber]:
    """All subscribers, the oldest first; one listing if there are none."""
    found = read_all(store, Subscriber, list(store.keys(SUBSCRIBERS)))
    return sorted(found, key=lambda s: s.at)


def subscriber_of(store: ObjectStore, name: str) -> Subscriber:
    """The subscriber of that id; raises NotFound."""
    keys = [subscriber_key(name)] if name.isascii() and "/" not in name else []
    found = read_all(store, Subscriber, keys)
    if not found:
        raise NotFound(f"subscriber {name!r} not found (`greenlight notify list`)")
    return found[0]


def remove(store: ObjectStore, name: str) -> None:
    """Forgets a subscriber and its secret; raises NotFound."""
    store.delete(subscriber_key(subscriber_of(store, name).id))


def stop(store: ObjectStore, name: str, why: str) -> None:
    """Stops sending to a subscriber; one that is gone or stopped stays as it is."""

    def edit(known: Subscriber | None) -> Subscriber | None:
        if known is None or known.stopped:
            return None
        return known.model_copy(update={"stopped": why})

    change_record(store, subscriber_key(name), Subscriber, edit)

"""The desk's verbs about telling people outside: subscribe, list, remove, test, look back."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

from greenlight.access.addresses import check_url, look_up
from greenlight.access.audit import Audit
from greenlight.access.signature import Signature
from greenlight.errors import InvalidInput, NotFound, ServiceUnavailable
from greenlight.notify import subscribers
from greenlight.notify.notice import Notice, one_line
from greenlight.notify.outbox import Delivery, announce, delivery_of, newest
from greenlight.notify.sending import Answer, TryLater, deliver
from greenlight.notify.signing import new_secret
from greenlight.notify.subscribers import Subscriber
from greenlight.notify.writing import trial_notice
from greenlight.production.names import slug
from greenlight.runs import Runs
from greenlight.settings import EMBEDDED, Profile
from greenlight.store.records import now
from greenlight.workspace import open_store

TEST_SECONDS = 60.0
"""How long a test through a block, which a worker sends, is waited for."""

_LOOK_SECONDS = 0.5


class Wanted(NamedTuple):
    """What a new subscriber asks for, as it was given at a door."""

    address: str
    events: Sequence[str] = ()
    show: str = ""
    not_by: str = ""
    overdue_hours: float = subscribers.OVERDUE_HOURS
    private: bool = False


class Telling:
    """Who is told what, on one profile's services; methods block."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.store = open_store(profile)
        self.audit = Audit(self.store)

    def add(self, wanted: Wanted, who: Signature) -> Subscriber:
        """A new subscriber with a fresh secret; raises InvalidInput or Refused, saying why not."""
        self.audit.demand(who, "people", "notify", wanted.show, show=wanted.show)
        if wanted.show and wanted.show != slug(wanted.show):
            raise InvalidInput(
                f"{wanted.show!r} is an invalid show (lower-case letters, digits and dashes)"
            )
        webhook = "://" in wanted.address
        if webhook:
            self._check_place(wanted)
        else:
            self._check_block(wanted.address)
        subscriber = Subscriber(
            at=now(),
            id=subscribers.new_subscriber_id(),
            kind="webhook" if webhook else "block",
            address=wanted.address,
            secret=new_secret() if webhook else "",
            events=subscribers.check_events(wanted.events),
            show=wanted.show,
            not_by=one_line(wanted.not_by, 80),
            overdue_hours=wanted.overdue_hours,
            private=wanted.private,
            added_by=who.who,
        )
        subscribers.add(self.store, subscriber)
        return subscriber

    def _check_place(self, wanted: Wanted) -> None:
        place = check_url(wanted.address)
        try:
            private = wanted.private or self.profile.name == EMBEDDED
            look_up(place, private=private, hint=subscribers.PRIVATE)
        except ServiceUnavailable as error:
            raise InvalidInput(str(error)) from error

    def _check_block(self, name: str) -> None:
        kind, own = subscribers.check_block(name)
        if not Runs(self.profile).notifies(kind, own):
            raise NotFound(f"Prefect has no notification block {name}: make it in the dashboard")

    def subscribers(self) -> list[Subscriber]:
        """Everybody who is told, the oldest first."""
        return subscribers.all_subscribers(self.store)

    def remove(self, name: str, who: Signature) -> None:
        """Forgets a subscriber and its secret; raises NotFound."""
        show = subscribers.subscriber_of(self.store, name).show
        self.audit.demand(who, "people", "notify", name, show=show)
        subscribers.remove(self.store, name)

    def test(self, name: str, who: Signature) -> Delivery:
        """Sends a signed test now, and says what came of it.

        A webhook is called from here; through a block a worker sends, as it would any other.
        """
        subscriber = subscribers.subscriber_of(self.store, name)
        self.audit.demand(who, "people", "notify", name, show=subscriber.show)
        notice = trial_notice(self.profile, subscriber.id)
        announce(self.store, notice, wait=False)
        if subscriber.kind == "block":
            return self._tested_by_a_worker(notice, subscriber)
        try:
            return deliver(self.store, self.profile, notice, subscriber, "test", _no_block)
        except TryLater:
            # Tried once: a test tells how this one attempt ended.
            delivery = delivery_of(self.store, notice.id, subscriber.id)
            assert delivery is not None
            return delivery

    def _tested_by_a_worker(self, notice: Notice, subscriber: Subscriber) -> Delivery:
        Runs(self.profile).notify(notice.id)
        deadline = time.monotonic() + TEST_SECONDS
        while time.monotonic() < deadline:
            delivery = delivery_of(self.store, notice.id, subscriber.id)
            if delivery is not None and delivery.state != "sending":
                return delivery
            time.sleep(_LOOK_SECONDS)
        raise ServiceUnavailable(
            f"no worker has sent the test within {TEST_SECONDS:.0f} s: look at the runs of notify"
        )

    def log(self, count: int) -> list[tuple[Notice, list[Delivery]]]:
        """The newest notices first, each with what became of it."""
        return list(newest(self.store, count))


def _no_block(name: str, subject: str, text: str) -> Answer:
    raise InvalidInput(f"{name} is a block: a worker sends it")

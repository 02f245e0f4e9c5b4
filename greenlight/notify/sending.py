"""Sending: one signed POST to a webhook, or one message through a block, and what came of it.

What is sent is claimed first by a conditional write. A webhook that was cut off is sent again under
the same webhook-id, by which its receiver knows it; a block's message is not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NamedTuple

import httpx

from greenlight.access.addresses import check_url, look_up
from greenlight.access.outgoing import exchange
from greenlight.errors import GreenlightError, Refused, ServiceUnavailable
from greenlight.notify.notice import Notice, one_line
from greenlight.notify.outbox import Delivery, DeliveryState
from greenlight.notify.places import delivery_key
from greenlight.notify.signing import signed_headers
from greenlight.notify.subscribers import PRIVATE, Subscriber, stop
from greenlight.settings import EMBEDDED, Profile
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from greenlight.store.swapping import change_record

CONNECT_SECONDS = 4.0
POST_SECONDS = 10.0
"""A receiver takes a message in and works on it later: all of the exchange ends by then."""

CLAIM_SECONDS = 40.0
"""A claim that is older was left by a run that died: a try and its record take half of that."""

ANSWER_BYTES = 2048
AGENT = "greenlight-notify"

# Below 500, and still worth another try: too slow, too early, too many.
_AGAIN = (408, 425, 429)


class TryLater(GreenlightError):
    """The receiver may take it if it is asked again."""

    exit_code = 6


class Answer(NamedTuple):
    """How a try ended: the HTTP status where there was one, and the beginning of what was said."""

    state: DeliveryState
    status: int | None
    said: str


SendBlock = Callable[[str, str, str], Answer]
"""Sends subject and text through the Prefect block of a name; flows give it."""


def deliver(
    store: ObjectStore,
    profile: Profile,
    notice: Notice,
    subscriber: Subscriber,
    by: str,
    send_block: SendBlock,
) -> Delivery:
    """Tells one subscriber, once, and records what came of it.

    Returns what stands already where it is closed or in another run's hands. Raises TryLater when
    this try came to nothing and another may not.
    """
    claimed, mine = _claim(store, notice, subscriber, by)
    if not mine:
        return claimed
    if subscriber.kind == "webhook":
        private = subscriber.private or profile.name == EMBEDDED
        answer = post(subscriber.address, subscriber.secret, notice, private=private)
    else:
        answer = send_block(subscriber.address, notice.subject, notice.text)
    done = _record(store, claimed, answer)
    if answer.state == "gone":
        stop(store, subscriber.id, f"its receiver answered 410 at {now():%Y-%m-%d %H:%M} UTC")
    if answer.state == "again":
        raise TryLater(f"{subscriber.id} was not reached: {answer.said or answer.status}")
    return done


def _claim(
    store: ObjectStore, notice: Notice, subscriber: Subscriber, by: str
) -> tuple[Delivery, bool]:
    """The delivery as it stands, and whether it is this run's to send."""
    key = delivery_key(notice.id, subscriber.id)

    def edit(known: Delivery | None) -> Delivery | None:
        return _claimed(known, notice, subscriber, by)

    delivery = change_record(store, key, Delivery, edit)
    assert delivery is not None
    return delivery, delivery.state == "sending" and delivery.by == by


def _claimed(
    known: Delivery | None, notice: Notice, subscriber: Subscriber, by: str
) -> Delivery | None:
    """What the claim makes of a delivery; None where it leaves it as it is."""
    if known is not None and known.closed:
        return None
    if known is not None and known.state == "sending":
        if known.by != by and (now() - known.at).total_seconds() < CLAIM_SECONDS:
            return None
        if subscriber.kind == "block":
            said = "cut off while it was being sent; it is not sent again"
            return known.model_copy(update={"state": "unknown", "said": said, "at": now()})
    return Delivery(
        at=now(),
        message=notice.id,
        subscriber=subscriber.id,
        place=subscriber.place,
        state="sending",
        by=by,
        tries=(known.tries if known else 0) + 1,
    )


def _record(store: ObjectStore, claimed: Delivery, answer: Answer) -> Delivery:
    key = delivery_key(claimed.message, claimed.subscriber)
    done = claimed.model_copy(
        update={"at": now(), "state": answer.state, "status": answer.status, "said": answer.said}
    )

    def edit(known: Delivery | None) -> Delivery | None:
        # Another run that overtook a sleeping one has told it meanwhile: that stands.
        return None if known is not None and known.state == "sent" else done

    change_record(store, key, Delivery, edit)
    return done


def post(url: str, secret: str, notice: Notice, *, private: bool) -> Answer:
    """One signed POST; what goes wrong on the way is an answer too."""
    body, at = notice.body(), now()
    try:
        place = check_url(url)
        addresses = look_up(place, private=private, hint=PRIVATE)
    except Refused as error:
        return Answer("refused", None, one_line(str(error)))
    except ServiceUnavailable as error:
        return Answer("again", None, one_line(str(error)))
    headers = {
        "content-type": "application/json",
        "user-agent": AGENT,
        **signed_headers(secret, notice.id, at, body),
    }
    try:
        reply = asyncio.run(
            exchange(
                "POST",
                url,
                addresses,
                headers=headers,
                content=body,
                most=ANSWER_BYTES,
                seconds=POST_SECONDS,
                connect_seconds=CONNECT_SECONDS,
            )
        )
    except TimeoutError:
        return Answer("again", None, f"no answer within {POST_SECONDS:.0f} s")
    except httpx.HTTPError as error:
        return Answer("again", None, one_line(f"{type(error).__name__}: {error}"))
    said = one_line(reply.body.decode(errors="replace"))
    return Answer(_meaning(reply.status), reply.status, said)


def _meaning(status: int) -> DeliveryState:
    if 200 <= status < 300:
        return "sent"
    if status == 410:
        return "gone"
    return "again" if status >= 500 or status in _AGAIN else "refused"

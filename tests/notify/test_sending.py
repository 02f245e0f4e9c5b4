"""Sending to a real receiver: signed, once, and what each answer means."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from greenlight.notify import sending
from greenlight.notify.outbox import Delivery, delivery_of
from greenlight.notify.places import delivery_key
from greenlight.notify.sending import Answer, TryLater, deliver, post
from greenlight.notify.subscribers import Subscriber, subscriber_of
from greenlight.settings import Profile
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from tests.e2e.receiver import Receiver


def no_block(name: str, subject: str, text: str) -> Answer:
    raise AssertionError("no block was asked for")


@pytest.fixture
def send(objects: ObjectStore, profile: Profile):
    def try_once(notice, subscriber, by="run-1", block=no_block, profile=profile) -> Delivery:
        return deliver(objects, profile, notice, subscriber, by, block)

    return try_once


def test_a_receiver_knows_by_the_secret_who_sent_it(
    send, receiver: Receiver, subscribe, happen
) -> None:
    one, notice = subscribe(receiver.url), happen()
    done = send(notice, one)
    (got,) = receiver.got
    assert (done.state, done.status, done.said, done.tries) == ("sent", 200, "thanks", 1)
    assert got.id == notice.id
    assert got.body == notice.body()
    assert got.path == "/hook"
    assert got.signed_with(one.secret)
    assert not got.signed_with("whsec_" + "A" * 43 + "=")


def test_a_receiver_that_fails_twice_gets_the_same_message_a_third_time(
    send, receiver: Receiver, subscribe, happen
) -> None:
    one, notice = subscribe(receiver.url), happen()
    receiver.plan = [500, 429]
    for said in ("500", "429"):
        with pytest.raises(TryLater):
            send(notice, one)
        assert str(receiver.got[-1].status) == said
    done = send(notice, one)
    assert (done.state, done.tries) == ("sent", 3)
    assert [g.id for g in receiver.got] == [notice.id] * 3
    assert all(g.signed_with(one.secret) for g in receiver.got)


def test_what_was_taken_is_never_sent_again(send, receiver: Receiver, subscribe, happen) -> None:
    one, notice = subscribe(receiver.url), happen()
    send(notice, one)
    again = send(notice, one, by="run-2")
    assert again.state == "sent"
    assert len(receiver.got) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_plain_no_is_recorded_and_final(
    send, receiver: Receiver, subscribe, happen, status: int
) -> None:
    one, notice = subscribe(receiver.url), happen()
    receiver.plan = [status]
    done = send(notice, one)
    assert (done.state, done.status) == ("refused", status)
    assert send(notice, one).state == "refused"
    assert len(receiver.got) == 1


def test_a_redirect_is_not_followed(send, receiver: Receiver, subscribe, happen) -> None:
    one, notice = subscribe(receiver.url), happen()
    receiver.plan, receiver.headers = [302], {"location": receiver.url}
    assert send(notice, one).state == "refused"
    assert len(receiver.got) == 1


def test_a_receiver_that_is_gone_is_sent_nothing_more(
    send, receiver: Receiver, subscribe, happen, objects: ObjectStore
) -> None:
    one, notice = subscribe(receiver.url), happen()
    receiver.plan = [410]
    assert send(notice, one).state == "gone"
    stopped = subscriber_of(objects, one.id)
    assert "410" in stopped.stopped
    assert not stopped.wants(happen())


def test_an_endless_answer_is_cut_and_a_slow_one_is_not_waited_for(
    send, receiver: Receiver, subscribe, happen, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = subscribe(receiver.url)
    receiver.answer = "\u202enein\x1b[2J".encode() + b"x" * 5_000_000
    said = send(happen(), one).said
    assert said.startswith("nein[2Jxxx")
    assert len(said) <= 200
    monkeypatch.setattr(sending, "POST_SECONDS", 0.3)
    receiver.hang.clear()
    begun = time.monotonic()
    with pytest.raises(TryLater, match="no answer within"):
        send(happen(), one)
    assert time.monotonic() - begun < 5


def test_the_certificate_is_that_of_the_name_and_not_of_the_address(
    send, receiver: Receiver, subscribe, happen, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(receiver.speak_tls("localhost", tmp_path)))
    named = subscribe(receiver.url.replace("127.0.0.1", "localhost"))
    assert send(happen(), named).state == "sent"
    other = subscribe(receiver.url)
    with pytest.raises(TryLater, match="certificate"):
        send(happen(), other)
    assert len(receiver.got) == 1


def test_nobody_at_home_is_worth_another_try(send, subscribe, happen) -> None:
    one, notice = subscribe("http://127.0.0.1:9/"), happen()
    with pytest.raises(TryLater, match="ConnectError"):
        send(notice, one)


def test_what_another_run_has_in_hand_is_left_to_it(
    send, receiver: Receiver, subscribe, happen, objects: ObjectStore
) -> None:
    one, notice = subscribe(receiver.url), happen()
    in_hand(objects, notice, one, age=1)
    assert send(notice, one, by="run-2").by == "run-1"
    assert receiver.got == []


def test_a_webhook_that_was_cut_off_goes_again_under_its_id(
    send, receiver: Receiver, subscribe, happen, objects: ObjectStore
) -> None:
    one, notice = subscribe(receiver.url), happen()
    in_hand(objects, notice, one, age=60)
    assert send(notice, one, by="run-2").state == "sent"
    assert [g.id for g in receiver.got] == [notice.id]


def test_a_blocks_message_that_was_cut_off_is_not_sent_again(
    send, subscribe, happen, objects: ObjectStore
) -> None:
    one = subscribe("slack-webhook/dailies", kind="block", secret="")
    notice = happen()
    in_hand(objects, notice, one, age=60)
    done = send(notice, one, by="run-2")
    assert done.state == "unknown"
    assert "not sent again" in done.said


def test_a_blocks_message_holds_ids_and_words_of_ours(send, subscribe, happen) -> None:
    one = subscribe("slack-webhook/dailies", kind="block", secret="")
    sent = []

    def block(name: str, subject: str, text: str) -> Answer:
        sent.append((name, subject, text))
        return Answer("sent", None, "")

    notice = happen(title="<!channel>")
    assert send(notice, one, block=block).state == "sent"
    ((name, subject, text),) = sent
    assert name == "slack-webhook/dailies"
    assert subject == f"Greenlight: {notice.production} held"
    assert "channel" not in text


def test_outside_the_embedded_stack_a_private_receiver_has_to_be_allowed(
    send, receiver: Receiver, subscribe, happen, profile: Profile
) -> None:
    real = profile.model_copy(update={"name": "studio"})
    # As a name that was public when it was added, and has been moved since.
    moved = subscribe(receiver.url.replace("127.0.0.1", "localhost"))
    done = send(happen(), moved, profile=real)
    assert done.state == "refused"
    assert "--private" in done.said
    assert receiver.got == []
    allowed = subscribe(receiver.url, private=True)
    assert send(happen(), allowed, profile=real).state == "sent"


def test_the_record_of_what_was_sent_holds_no_secret_and_no_path(
    send, receiver: Receiver, subscribe, happen, objects: ObjectStore
) -> None:
    one, notice = subscribe(f"{receiver.url}/token-in-the-path"), happen()
    send(notice, one)
    stored = objects.get(delivery_key(notice.id, one.id)).decode()
    assert one.secret not in stored
    assert "token-in-the-path" not in stored
    assert one.secret not in repr(one)
    assert "token-in-the-path" not in repr(one)


def test_an_address_that_went_bad_in_the_store_reaches_nobody(happen) -> None:
    with pytest.raises(Exception, match="supported: http, https"):
        post("gopher://example.com/", "whsec_AAAA", happen(), private=True)


def in_hand(objects: ObjectStore, notice, one: Subscriber, age: float) -> None:
    """A claim by run-1, `age` seconds old."""
    claim = Delivery(
        at=now() - timedelta(seconds=age),
        message=notice.id,
        subscriber=one.id,
        place=one.place,
        state="sending",
        by="run-1",
        tries=1,
    )
    objects.overwrite(delivery_key(notice.id, one.id), claim.model_dump_json().encode())
    assert delivery_of(objects, notice.id, one.id) == claim

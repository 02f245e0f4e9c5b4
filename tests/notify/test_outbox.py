"""Announced once, told to whoever wants it, gone on with until everybody was told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from greenlight.errors import InvalidInput, NotFound
from greenlight.notify import subscribers
from greenlight.notify.outbox import (
    FIRST_LOOK,
    ROUNDS,
    Delivery,
    announce,
    delivery_of,
    due,
    listeners,
    newest,
    notice_of,
    put_aside,
)
from greenlight.notify.places import delivery_key, pending_key
from greenlight.notify.subscribers import check_events, subscriber_of
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now

HOOK = "https://example.com/hook"


def due_ids(objects: ObjectStore, after: timedelta) -> set[str]:
    return {n.id for n in due(objects, now() + after)}


def ended(objects: ObjectStore, notice, one, state: str) -> None:
    told = Delivery(
        at=now(), message=notice.id, subscriber=one.id, place="x", state=state, by="r", tries=1
    )
    objects.overwrite(delivery_key(notice.id, one.id), told.model_dump_json().encode())


def test_the_same_thing_is_announced_once(objects: ObjectStore, subscribe, happen) -> None:
    subscribe(HOOK)
    notice = happen()
    assert announce(objects, notice) == (True, True)
    assert announce(objects, notice) == (False, False)
    assert notice_of(objects, notice.id) == notice
    assert next(newest(objects, 1))[0] == notice


def test_what_nobody_wants_is_recorded_and_waits_for_nobody(objects: ObjectStore, happen) -> None:
    notice = happen()
    assert announce(objects, notice) == (True, False)
    assert not objects.exists(pending_key(notice.id))


def test_a_lost_event_is_found_by_its_marker_and_not_before_its_time(
    objects: ObjectStore, subscribe, happen
) -> None:
    one, notice = subscribe(HOOK), happen()
    announce(objects, notice)
    assert notice.id not in due_ids(objects, timedelta(0))
    assert notice.id in due_ids(objects, FIRST_LOOK)
    ended(objects, notice, one, "sent")
    assert put_aside(objects, notice, [one]) is None
    assert notice.id not in due_ids(objects, FIRST_LOOK)


def test_a_receiver_that_stays_away_is_tried_more_and_more_seldom_and_given_up(
    objects: ObjectStore, subscribe, happen
) -> None:
    one, notice = subscribe(HOOK), happen()
    announce(objects, notice)
    ended(objects, notice, one, "again")
    for pause in ROUNDS:
        later = put_aside(objects, notice, [one])
        assert later is not None
        assert abs((later - now() - pause).total_seconds()) < 5
    assert put_aside(objects, notice, [one]) is None
    assert not objects.exists(pending_key(notice.id))
    told = delivery_of(objects, notice.id, one.id)
    assert told is not None
    assert told.state == "given up"


def test_a_crash_between_marker_and_notice_leaves_nothing_behind(objects: ObjectStore) -> None:
    message = f"msg_{'0' * 32}"
    old = f'{{"at": "{now().isoformat()}", "next_at": "{now().isoformat()}"}}'
    objects.overwrite(pending_key(message), old.encode())
    assert message not in due_ids(objects, timedelta(seconds=1))
    assert not objects.exists(pending_key(message))


def test_each_hears_what_it_asked_for(objects: ObjectStore, subscribe, happen) -> None:
    everything = subscribe(HOOK)
    held = subscribe(HOOK, events=("held",))
    elsewhere = subscribe(HOOK, show="another-show")
    not_ada = subscribe(HOOK, not_by="Ada")
    early = subscribe(HOOK, events=("gate.overdue",), overdue_hours=2)

    def heard(**fields) -> set[str]:
        return {s.id for s in listeners(objects, happen(**fields))}

    assert heard() == {everything.id, held.id, not_ada.id}
    assert heard(event="decided", who="Ada") == {everything.id}
    assert heard(event="decided", who="Ben") == {everything.id, not_ada.id}
    assert heard(event="gate.overdue", hours=2) == {early.id}
    assert heard(event="gate.overdue", hours=24) == {everything.id, not_ada.id}
    assert heard(event="test", for_subscriber=held.id) == {held.id}
    assert heard(at=now() - timedelta(minutes=5)) == set()
    subscribers.stop(objects, held.id, "gone")
    assert heard() == {everything.id, not_ada.id}
    assert elsewhere.id not in heard(show="lamp")


def test_who_is_removed_is_gone_with_the_secret(objects: ObjectStore, subscribe) -> None:
    one = subscribe(HOOK)
    subscribers.remove(objects, one.id)
    for name in (one.id, "ntf-000000", "../x", "ü"):
        with pytest.raises(NotFound, match="notify list"):
            subscriber_of(objects, name)
    subscribers.stop(objects, one.id, "gone")
    assert not objects.exists(f"notify/subscribers/{one.id}.json")


@pytest.mark.parametrize("hours", [0, -1, 721, float("nan"), float("inf")])
def test_hours_that_are_no_hours_are_refused(subscribe, hours: float) -> None:
    with pytest.raises(InvalidInput, match="at most 720"):
        subscribe(HOOK, overdue_hours=hours)


def test_events_are_named_as_they_are_known() -> None:
    assert check_events(["held", " delivered"]) == ("held", "delivered")
    assert len(check_events([])) == 6
    with pytest.raises(InvalidInput, match=r"'gate' \(known: gate\.opened"):
        check_events(["gate"])

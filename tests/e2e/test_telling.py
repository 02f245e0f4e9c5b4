"""People outside are told: signed, once, by automations that start a run of their own."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from greenlight.desk import Desk
from greenlight.desk.notify import Telling, Wanted
from greenlight.local.home import StackInfo
from greenlight.notify.notice import Notice, notice_id
from greenlight.notify.outbox import announce, delivery_of
from greenlight.notify.places import delivery_key, pending_key
from greenlight.notify.subscribers import Subscriber
from greenlight.settings import Profile
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from tests.e2e import people
from tests.e2e.receiver import Receiver, receiving

pytestmark = pytest.mark.stack


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def telling(profile: Profile) -> Iterator[Telling]:
    telling = Telling(profile)
    before = {s.id for s in telling.subscribers()}
    yield telling
    for subscriber in telling.subscribers():
        if subscriber.id not in before:
            telling.remove(subscriber.id, people.ADA)


def happened(show: str) -> Notice:
    return Notice(
        at=now(),
        id=notice_id(show, "held", secrets.token_hex(4)),
        event="held",
        summary="1 piece of work is held",
        production=f"{show}-1",
        show=show,
        simulated=True,
    )


@pytest.mark.slow
def test_a_run_that_was_killed_is_taken_up_and_tells_nobody_twice(
    desk: Desk, telling: Telling, objects: ObjectStore, receiver: Receiver
) -> None:
    show = f"show-{secrets.token_hex(3)}"
    with receiving() as slow:
        slow.hang.clear()
        quick_one = telling.add(Wanted(receiver.url, show=show), people.ADA)
        slow_one = telling.add(Wanted(slow.url, show=show), people.ADA)
        notice = happened(show)
        assert announce(objects, notice).wanted
        desk.runs.notify(notice.id)
        people.until(lambda: state_of(objects, notice, quick_one) == "sent", pause=0.05)
        people.until(lambda: slow.got, pause=0.05)
        # Its own run, or one that was running anyway and took it along.
        claim = delivery_of(objects, notice.id, slow_one.id)
        assert claim is not None
        assert claim.state == "sending"
        assert people.kill_run(claim.by)
        slow.hang.set()
        let_time_pass(objects, notice, slow_one)
        # The reconciler's minute finds the marker, and an automation starts another run.
        people.until(lambda: state_of(objects, notice, slow_one) == "sent", 180)
        people.until(lambda: not objects.exists(pending_key(notice.id)))
        assert [r.id for r in receiver.got] == [notice.id]
        assert [r.id for r in slow.got] == [notice.id, notice.id], "cut off before its answer"


def state_of(objects: ObjectStore, notice: Notice, one: Subscriber) -> str:
    delivery = delivery_of(objects, notice.id, one.id)
    return delivery.state if delivery else ""


def let_time_pass(objects: ObjectStore, notice: Notice, one: Subscriber) -> None:
    """A minute and a half go by for the marker and for the dead run's claim."""
    past = timedelta(seconds=90)
    claim = delivery_of(objects, notice.id, one.id)
    assert claim is not None
    aged = claim.model_copy(update={"at": claim.at - past})
    objects.overwrite(delivery_key(notice.id, one.id), aged.model_dump_json().encode())
    marker = f'{{"at": "{notice.at.isoformat()}", "next_at": "{(now() - past).isoformat()}"}}'
    objects.overwrite(pending_key(notice.id), marker.encode())


def test_a_prefect_block_is_told_by_the_worker(
    stack: StackInfo, telling: Telling, receiver: Receiver
) -> None:
    name = f"hook-{secrets.token_hex(3)}"
    asyncio.run(save_block(stack, name, receiver.url))
    one = telling.add(Wanted(f"custom-webhook/{name}"), people.ADA)
    assert one.secret == ""
    delivery = telling.test(one.id, people.ADA)
    assert delivery.state == "sent", delivery
    (got,) = receiver.got
    assert got.said["text"].startswith("Greenlight: test this is a test")

    receiver.plan = [404]
    assert telling.test(one.id, people.ADA).state == "refused"


async def save_block(stack: StackInfo, name: str, url: str) -> None:
    from prefect.blocks.notifications import CustomWebhookNotificationBlock
    from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

    with temporary_settings(
        {
            PREFECT_API_URL: stack.profile.prefect_api_url,
            PREFECT_API_AUTH_STRING: stack.profile.prefect_auth,
        }
    ):
        block = CustomWebhookNotificationBlock(
            name=name, url=url, method="POST", json_data={"text": "{{subject}} {{body}}"}
        )
        await block.save(name, overwrite=True)


@pytest.mark.slow
def test_a_gate_that_nobody_answers_is_told_once(
    desk: Desk, telling: Telling, receiver: Receiver
) -> None:
    show = f"show-{secrets.token_hex(3)}"
    wanted = Wanted(receiver.url, ("gate.overdue",), show, overdue_hours=0.001)
    telling.add(wanted, people.ADA)
    production = people.submit(desk, show=show, shots=1)
    people.until_waiting(desk, production, "shotlist", suspended=True)
    people.until(lambda: receiver.got, 150)
    (got,) = receiver.got
    assert got.event == "gate.overdue"
    assert got.said["data"]["gate"] == 1
    assert "no decision for 0.001 h" in got.said["data"]["summary"]
    time.sleep(65)  # the reconciler's next look
    assert len(receiver.got) == 1
    desk.cancel(production, people.ADA)


def test_work_that_money_holds_is_told(desk: Desk, telling: Telling, receiver: Receiver) -> None:
    show = f"show-{secrets.token_hex(3)}"
    telling.add(Wanted(receiver.url, ("held", "failed"), show), people.ADA)
    production = people.submit(desk, show=show, shots=1, budget_usd="0.001")
    people.until(lambda: receiver.got)
    (got,) = receiver.got
    assert got.event == "held"
    assert "for want of money" in got.said["data"]["summary"]
    assert "0.001" in got.said["data"]["reason"]
    desk.cancel(production, people.ADA)


def test_parameters_and_logs_of_prefect_hold_no_address_and_no_secret(
    desk: Desk, telling: Telling, objects: ObjectStore, receiver: Receiver
) -> None:
    show, word = f"show-{secrets.token_hex(3)}", f"path{secrets.token_hex(6)}"
    one = telling.add(Wanted(f"{receiver.url}/{word}", show=show), people.ADA)
    receiver.plan = [500]
    notice = happened(show)
    announce(objects, notice)
    run = desk.runs.notify(notice.id)
    people.until(lambda: state_of(objects, notice, one) == "sent")
    people.until(lambda: desk.runs.look(run.id).ended)
    with people.prefect(desk.profile) as prefect:
        seen = prefect.get(f"/flow_runs/{run.id}").text
        tasks = {"flow_runs": {"id": {"any_": [run.id]}}}
        seen += prefect.post("/task_runs/filter", json=tasks).text
        logs = {"logs": {"flow_run_id": {"any_": [run.id]}}}
        found = people.until(lambda: prefect.post("/logs/filter", json=logs).json())
        seen += str(found)
    assert one.id in seen
    assert word not in seen
    assert one.secret not in seen

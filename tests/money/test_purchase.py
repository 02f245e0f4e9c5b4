"""Buying an answer: at most one paid POST per slot, whatever happens, counted at the stand-in."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from greenlight.desk.orders import order, resolve
from greenlight.errors import Refused
from greenlight.generate.models import model
from greenlight.generate.request import GenerationRequest
from greenlight.money.budget import BudgetExceeded, CeilingReached
from greenlight.money.ledger import MARGIN, Closed, Sending, Slot
from greenlight.money.purchase import ALLOWED_ASKS, FIRST_WAIT, JobParked, Purchase, buy
from greenlight.production.records import Terms
from greenlight.settings import Profile
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from greenlight.workspace import Workspace
from tests.production.buying import (
    ADA,
    SLOT,
    entry_of,
    obtain,
    posts,
    released,
    request,
    shot_of,
    spend,
    workspace_with,
)

pytestmark = pytest.mark.models


@pytest.fixture
def workspace(profile: Profile, objects: ObjectStore) -> Workspace:
    return workspace_with(profile, objects)


def test_a_bought_answer_is_stored_settled_and_found_again(
    workspace: Workspace, faults: httpx.Client
) -> None:
    wanted = request()
    bought = obtain(workspace, wanted)
    assert bought.outcome == "settled"
    assert bought.answer is not None
    assert workspace.store.get_exactly(bought.answer.key, bought.answer.sha256)
    assert Decimal("0.02") < (bought.cost_usd or 0) < Decimal("0.06")
    again = obtain(workspace, wanted)
    assert again.answer is not None
    assert again.answer.sha256 == bought.answer.sha256
    assert posts(faults, wanted) == 1


def test_what_was_intended_first_is_the_only_thing_ever_sent(
    workspace: Workspace, faults: httpx.Client
) -> None:
    intended, edited = request(), request("Note: another template")
    workspace.ledger.reserve(SLOT, intended, Decimal("0.05"), simulated=True)
    bought = obtain(workspace, edited)
    assert bought.fingerprint == intended.fingerprint
    assert (posts(faults, intended), posts(faults, edited)) == (1, 0)


def test_two_workers_on_one_slot_make_one_post(workspace: Workspace, faults: httpx.Client) -> None:
    wanted = request()
    key = f"{workspace.keys.root}test/both"

    async def both() -> list[Purchase]:
        return await asyncio.gather(
            *(buy(workspace, SLOT, wanted, key, released()) for _ in range(4))
        )

    bought = asyncio.run(both())
    assert {b.outcome for b in bought} == {"settled"}
    assert len({b.answer.sha256 for b in bought if b.answer}) == 1
    assert posts(faults, wanted) == 1


@pytest.mark.parametrize("fault", ["drop", "accept-then-drop", "error-500", "error-503"])
def test_a_post_of_unknown_outcome_counts_as_spent_and_is_never_repeated(
    workspace: Workspace, faults: httpx.Client, fault: str
) -> None:
    wanted = request()
    rule = {"fault": fault, "role": "image", "times": 5, "match": shot_of(wanted)}
    faults.post("faults", json=rule).raise_for_status()
    assert obtain(workspace, wanted).outcome == "unknown"
    assert obtain(workspace, wanted).outcome == "unknown"
    assert posts(faults, wanted) == 1
    entry = workspace.ledger.entry(SLOT)
    assert entry is not None
    assert entry.closed is not None
    assert entry.closed.cost_usd is None


def test_a_rate_limit_is_waited_for_and_posted_again(
    workspace: Workspace, faults: httpx.Client
) -> None:
    wanted = request()
    rule = {"fault": "rate-limit", "role": "image", "times": 1, "match": shot_of(wanted)}
    faults.post("faults", json=rule).raise_for_status()
    assert obtain(workspace, wanted).outcome == "settled"
    entry = workspace.ledger.entry(SLOT)
    assert entry is not None
    assert (len(entry.sending), len(entry.not_sent)) == (2, 1)


def test_a_refusal_costs_nothing_and_says_why(workspace: Workspace, faults: httpx.Client) -> None:
    wanted = request()
    rule = {"fault": "refusal", "role": "image", "times": 1, "match": shot_of(wanted)}
    faults.post("faults", json=rule).raise_for_status()
    bought = obtain(workspace, wanted)
    assert (bought.outcome, bought.cost_usd) == ("refused", Decimal(0))
    assert bought.reason


def died_posting(workspace: Workspace, wanted: GenerationRequest) -> None:
    """The steps of a process that died in its POST, long enough ago."""
    workspace.ledger.reserve(SLOT, wanted, Decimal("0.05"), simulated=True)
    long_ago = now() - MARGIN - timedelta(seconds=60)
    step = Sending(at=long_ago, number=1, deadline=long_ago + timedelta(seconds=30))
    key = f"{workspace.keys.ledger}{SLOT.path}/2-sending_001.json"
    assert workspace.store.put_once(key, step.model_dump_json().encode())


def test_a_post_begun_by_a_process_that_died_is_unknown_after_its_time(
    workspace: Workspace, faults: httpx.Client
) -> None:
    wanted = request()
    died_posting(workspace, wanted)
    bought = obtain(workspace, wanted)
    assert bought.outcome == "unknown"
    assert posts(faults, wanted) == 0


def in_pictures(workspace: Workspace) -> Callable[[str], str]:
    return lambda mime: f"{workspace.keys.root}test/{SLOT.path}.{mime.rsplit('/', 1)[1]}"


def test_bytes_that_were_stored_and_never_recorded_are_found_and_not_paid_again(
    workspace: Workspace, faults: httpx.Client
) -> None:
    wanted = request()
    died_posting(workspace, wanted)
    place = in_pictures(workspace)
    workspace.store.put_once(place("image/png"), b"a picture", "image/png")
    bought = asyncio.run(buy(workspace, SLOT, wanted, place, released()))
    assert bought.outcome == "settled"
    assert bought.cost_usd is None  # nobody heard what it cost: a person may say so
    assert spend(workspace).unknown_usd == Decimal("0.05")
    assert posts(faults, wanted) == 0


def test_an_answer_that_was_asked_for_again_stands_beside_a_late_first_one(
    workspace: Workspace, faults: httpx.Client
) -> None:
    wanted = request()
    died_posting(workspace, wanted)
    place = in_pictures(workspace)
    assert asyncio.run(buy(workspace, SLOT, wanted, place, released())).outcome == "unknown"
    resolve(workspace, {SLOT.path: "charged"}, True, ADA)
    workspace.store.put_once(place("image/png"), b"a late picture", "image/png")
    bought = asyncio.run(buy(workspace, SLOT, wanted, place, released()))
    assert bought.answer is not None
    assert bought.answer.key.endswith("_ask02.png")
    assert workspace.store.get_exactly(bought.answer.key, bought.answer.sha256)
    assert posts(faults, wanted) == 1


def test_a_paid_answer_is_kept_even_where_something_else_lies_already(
    workspace: Workspace, faults: httpx.Client
) -> None:
    wanted, place = request(), in_pictures(workspace)
    workspace.store.put_once(place("image/png"), b"something else", "image/png")
    bought = asyncio.run(buy(workspace, SLOT, wanted, place, released()))
    assert bought.answer is not None
    assert bought.answer.key != place("image/png")
    assert workspace.store.get_exactly(bought.answer.key, bought.answer.sha256)


def test_an_answer_that_was_stored_before_a_crash_settles_without_a_post(
    workspace: Workspace, faults: httpx.Client
) -> None:
    wanted = request()
    obtain(workspace, wanted)
    workspace.store.delete(f"{workspace.keys.ledger}{SLOT.path}/9-closed.json")
    assert obtain(workspace, wanted).outcome == "settled"
    assert posts(faults, wanted) == 1


def test_the_same_request_in_the_same_show_is_copied_and_a_missing_copy_is_a_miss(
    workspace: Workspace, faults: httpx.Client
) -> None:
    wanted = request()
    first = obtain(workspace, wanted)
    assert first.answer is not None
    other = SLOT.model_copy(update={"candidate": 2})
    copied = obtain(workspace, wanted, other)
    assert copied.reused_from == first.answer.key
    assert copied.cost_usd == 0
    workspace.store.delete(first.answer.key)
    third = SLOT.model_copy(update={"candidate": 3})
    assert obtain(workspace, wanted, third).reused_from is None
    assert posts(faults, wanted) == 2


def test_nothing_is_reused_across_shows(
    workspace: Workspace, profile: Profile, objects: ObjectStore, faults: httpx.Client
) -> None:
    wanted = request()
    obtain(workspace, wanted)
    assert obtain(workspace_with(profile, objects), wanted).reused_from is None
    assert posts(faults, wanted) == 2


def test_a_budget_stops_before_the_post_and_gets_back_what_was_not_needed(
    profile: Profile, objects: ObjectStore, faults: httpx.Client
) -> None:
    workspace = workspace_with(profile, objects, budget_usd="0.06")
    spent = obtain(workspace, request(), release=released(ceiling="0.05")).cost_usd
    workspace.budget.close()
    assert {r.balance for r in workspace.budget.releases().values()} == {spent}
    wanted, second = request(), SLOT.model_copy(update={"candidate": 2})
    with pytest.raises(BudgetExceeded, match=r"of the budget of \$0.06 of \w+ is left"):
        obtain(workspace, wanted, second, released(second, "0.05"))
    assert posts(faults, wanted) == 0
    assert workspace.ledger.entry(second) is None


def test_nothing_is_asked_beyond_what_was_approved(
    workspace: Workspace, faults: httpx.Client
) -> None:
    wanted = request()
    with pytest.raises(CeilingReached, match=r"\$0.01 that was approved"):
        obtain(workspace, wanted, release=released(ceiling="0.01"))
    assert posts(faults, wanted) == 0
    assert workspace.ledger.entry(SLOT) is None
    assert workspace.budget.releases() == {}


def lost(workspace: Workspace, faults: httpx.Client) -> GenerationRequest:
    """A request whose answer never came."""
    wanted = request()
    rule = {"fault": "error-500", "role": "image", "times": 1, "match": shot_of(wanted)}
    faults.post("faults", json=rule).raise_for_status()
    assert obtain(workspace, wanted).outcome == "unknown"
    return wanted


@pytest.mark.parametrize(
    ("outcome", "cost", "counted"),
    [("not-charged", None, "0"), ("charged", "0.02", "0.02"), ("charged", None, None)],
)
def test_a_person_says_what_an_unknown_outcome_counts_at(
    workspace: Workspace, faults: httpx.Client, outcome: str, cost: str | None, counted: str | None
) -> None:
    wanted = lost(workspace, faults)
    ceiling = entry_of(workspace).reserved.estimate_usd
    assert spend(workspace).unknown_usd == ceiling
    given = Decimal(cost) if cost else None
    resolve(workspace, {SLOT.path: outcome}, False, ADA, cost_usd=given)  # type: ignore[dict-item]
    expected = Decimal(counted) if counted else ceiling
    assert (spend(workspace).unknown_usd, spend(workspace).spent_usd) == (Decimal(0), expected)
    assert [r.drawn for r in workspace.budget.releases().values()] == [expected]
    assert obtain(workspace, wanted).cost_usd == expected
    assert posts(faults, wanted) == 1
    with pytest.raises(Refused, match="only unknown ones are resolved"):
        resolve(workspace, {SLOT.path: "charged"}, False, ADA)


def test_what_a_person_lets_be_asked_again_is_asked_once_more_and_both_count(
    workspace: Workspace, faults: httpx.Client
) -> None:
    wanted = lost(workspace, faults)
    ceiling = entry_of(workspace).reserved.estimate_usd
    resolve(workspace, {SLOT.path: "charged"}, True, ADA, note="the console shows nothing")
    bought = obtain(workspace, wanted)
    assert (bought.outcome, bought.ask) == ("settled", 2)
    assert bought.cost_usd is not None
    assert bought.cost_usd > ceiling
    assert obtain(workspace, wanted).cost_usd == bought.cost_usd == spend(workspace).spent_usd
    assert posts(faults, wanted) == 2


def test_a_standing_permission_asks_again_below_its_ceiling_and_not_above(
    workspace: Workspace, faults: httpx.Client
) -> None:
    order(workspace, Terms(ask_again_below_usd=Decimal("0.001")), ADA, "")
    wanted = lost(workspace, faults)
    assert posts(faults, wanted) == 1
    order(workspace, Terms(ask_again_below_usd=Decimal("0.50")), ADA, "")
    bought = obtain(workspace, wanted)
    assert (bought.outcome, bought.ask) == ("settled", 2)
    assert posts(faults, wanted) == 2
    resolved = entry_of(workspace).resolved
    assert resolved is not None
    assert (resolved.by, resolved.decision) == ("Ada, standing", 2)


def test_a_standing_permission_gives_up_and_leaves_it_to_a_person(
    workspace: Workspace, faults: httpx.Client
) -> None:
    order(workspace, Terms(ask_again_below_usd=Decimal("0.50")), ADA, "")
    wanted = request()
    rule = {"fault": "error-500", "role": "image", "times": 9, "match": shot_of(wanted)}
    faults.post("faults", json=rule).raise_for_status()
    bought = obtain(workspace, wanted)
    assert (bought.outcome, bought.ask) == ("unknown", ALLOWED_ASKS)
    assert posts(faults, wanted) == ALLOWED_ASKS


def test_a_job_past_its_time_is_parked_and_found_again_later(
    workspace: Workspace, faults: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = GenerationRequest(
        role="video",
        purpose="clip",
        model="gemini-omni-1.2-flash",
        prompt=f"Shot: {secrets.token_hex(4)}\nSubject: a fox\nSize: wide",
        aspect_ratio="16:9",
        resolution="720p",
        seconds=3,
    )
    slot = Slot(subject="sq010_sh0010", kind="clip", version=1)
    row = model(wanted.model).model_copy(update={"deadline": 0.2})
    monkeypatch.setattr("greenlight.money.purchase.model", lambda name: row)
    before = faults.get("latency").json()
    faults.put("latency", json={"video": 3}).raise_for_status()
    try:
        with pytest.raises(JobParked, match="still at work on job"):
            obtain(workspace, wanted, slot)
        with pytest.raises(JobParked):
            obtain(workspace, wanted, slot)
        parked = workspace.ledger.entry(slot)
        assert parked is not None
        assert len(parked.parked) == 1
        monkeypatch.undo()  # it may take its time now: the machine may be busy
        later = now() + FIRST_WAIT + timedelta(seconds=1)
        monkeypatch.setattr("greenlight.money.purchase.now", lambda: later)
        assert obtain(workspace, wanted, slot).outcome == "settled"
    finally:
        faults.put("latency", json=before).raise_for_status()
    assert posts(faults, wanted) == 1


def test_the_first_end_that_was_recorded_counts(workspace: Workspace) -> None:
    workspace.ledger.reserve(SLOT, request(), Decimal("0.05"), simulated=True)
    workspace.ledger.close(SLOT, Closed(at=now(), outcome="refused", cost_usd=Decimal(0)))
    workspace.ledger.close(SLOT, Closed(at=now(), outcome="settled", cost_usd=Decimal(1)))
    entry = workspace.ledger.entry(SLOT)
    assert entry is not None
    assert entry.closed is not None
    assert entry.closed.outcome == "refused"

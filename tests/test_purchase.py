"""Buying an answer: at most one paid POST per slot, whatever happens, counted at the stand-in."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from greenlight.desk.submit import register
from greenlight.generate.request import GenerationRequest
from greenlight.intake import Intake, check_brief
from greenlight.money.budget import BudgetExceeded
from greenlight.money.ledger import MARGIN, Closed, Sending, Slot
from greenlight.purchase import Purchase, purchase
from greenlight.settings import Profile
from greenlight.store.keys import open_key
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from greenlight.studio import Studio, open_studio

SLOT = Slot(subject="sq010_sh0010", kind="frame", version=1, candidate=1)


@pytest.fixture
def faults(profile: Profile) -> Iterator[httpx.Client]:
    """The stand-in's fault switchboard, empty before and after."""
    with httpx.Client(base_url=f"{profile.models.base_url}/_standin/", trust_env=False) as client:
        client.delete("faults")
        yield client
        client.delete("faults")


def studio_with(profile: Profile, objects: ObjectStore, **fields: object) -> Studio:
    """A production that has no run: only its records and ledger are there."""
    word = secrets.token_hex(4)
    brief = check_brief({"title": word, "vision": "A fox.", "show": f"s{word}"} | fields, "test")
    register(profile, objects, Intake(brief, {}), "test", word)
    # Without its marker recovery leaves it alone: to recovery it looks like a submit that died.
    objects.delete(open_key(word))
    return open_studio(word, profile, objects)


@pytest.fixture
def studio(profile: Profile, objects: ObjectStore) -> Studio:
    return studio_with(profile, objects)


def request(prompt: str = "") -> GenerationRequest:
    return GenerationRequest(
        role="image",
        purpose="frame",
        model="gemini-nano-banana-2.1",
        prompt=f"Shot: {secrets.token_hex(4)}\nSubject: a fox\nSize: wide\n{prompt}",
        aspect_ratio="16:9",
        image_size="1K",
    )


def shot_of(wanted: GenerationRequest) -> str:
    return wanted.prompt.split("\n")[0].removeprefix("Shot: ")


def posts(faults: httpx.Client, wanted: GenerationRequest) -> int:
    """How often the stand-in was asked for this, by its own list."""
    rows = faults.get("requests", params={"paid": 1}).json()
    return sum(row["shot"] == shot_of(wanted) for row in rows)


def buy(studio: Studio, wanted: GenerationRequest, slot: Slot = SLOT) -> Purchase:
    key = f"{studio.keys.root}test/{slot.path}"
    return asyncio.run(purchase(studio, slot, wanted, key))


def test_a_bought_answer_is_stored_settled_and_found_again(
    studio: Studio, faults: httpx.Client
) -> None:
    wanted = request()
    bought = buy(studio, wanted)
    assert bought.outcome == "settled"
    assert bought.answer is not None
    assert studio.store.get_exactly(bought.answer.key, bought.answer.sha256)
    assert Decimal("0.02") < (bought.cost_usd or 0) < Decimal("0.06")
    again = buy(studio, wanted)
    assert again.answer is not None
    assert again.answer.sha256 == bought.answer.sha256
    assert posts(faults, wanted) == 1


def test_what_was_intended_first_is_the_only_thing_ever_sent(
    studio: Studio, faults: httpx.Client
) -> None:
    intended, edited = request(), request("Note: another template")
    studio.ledger.reserve(SLOT, intended, Decimal("0.05"), simulated=True)
    bought = buy(studio, edited)
    assert bought.fingerprint == intended.fingerprint
    assert (posts(faults, intended), posts(faults, edited)) == (1, 0)


def test_two_workers_on_one_slot_make_one_post(studio: Studio, faults: httpx.Client) -> None:
    wanted = request()
    key = f"{studio.keys.root}test/both"

    async def both() -> list[Purchase]:
        return await asyncio.gather(*(purchase(studio, SLOT, wanted, key) for _ in range(4)))

    bought = asyncio.run(both())
    assert {b.outcome for b in bought} == {"settled"}
    assert len({b.answer.sha256 for b in bought if b.answer}) == 1
    assert posts(faults, wanted) == 1


@pytest.mark.parametrize("fault", ["drop", "error-500", "error-503"])
def test_a_post_of_unknown_outcome_counts_as_spent_and_is_never_repeated(
    studio: Studio, faults: httpx.Client, fault: str
) -> None:
    wanted = request()
    rule = {"fault": fault, "role": "image", "times": 5, "match": shot_of(wanted)}
    faults.post("faults", json=rule).raise_for_status()
    assert buy(studio, wanted).outcome == "unknown"
    assert buy(studio, wanted).outcome == "unknown"
    assert posts(faults, wanted) == 1
    entry = studio.ledger.entry(SLOT)
    assert entry is not None
    assert entry.closed is not None
    assert entry.closed.cost_usd is None


def test_a_rate_limit_is_waited_for_and_posted_again(studio: Studio, faults: httpx.Client) -> None:
    wanted = request()
    rule = {"fault": "rate-limit", "role": "image", "times": 1, "match": shot_of(wanted)}
    faults.post("faults", json=rule).raise_for_status()
    assert buy(studio, wanted).outcome == "settled"
    entry = studio.ledger.entry(SLOT)
    assert entry is not None
    assert (len(entry.sending), len(entry.not_sent)) == (2, 1)


def test_a_refusal_costs_nothing_and_says_why(studio: Studio, faults: httpx.Client) -> None:
    wanted = request()
    rule = {"fault": "refusal", "role": "image", "times": 1, "match": shot_of(wanted)}
    faults.post("faults", json=rule).raise_for_status()
    bought = buy(studio, wanted)
    assert (bought.outcome, bought.cost_usd) == ("refused", 0)
    assert bought.reason


def test_a_post_begun_by_a_process_that_died_is_unknown_after_its_time(
    studio: Studio, faults: httpx.Client
) -> None:
    wanted = request()
    studio.ledger.reserve(SLOT, wanted, Decimal("0.05"), simulated=True)
    long_ago = now() - MARGIN - timedelta(seconds=60)
    step = Sending(at=long_ago, number=1, deadline=long_ago + timedelta(seconds=30))
    key = f"{studio.keys.ledger}{SLOT.path}/2-sending_001.json"
    assert studio.store.put_once(key, step.model_dump_json().encode())
    bought = buy(studio, wanted)
    assert bought.outcome == "unknown"
    assert posts(faults, wanted) == 0


def test_an_answer_that_was_stored_before_a_crash_settles_without_a_post(
    studio: Studio, faults: httpx.Client
) -> None:
    wanted = request()
    buy(studio, wanted)
    studio.store.delete(f"{studio.keys.ledger}{SLOT.path}/9-closed.json")
    assert buy(studio, wanted).outcome == "settled"
    assert posts(faults, wanted) == 1


def test_the_same_request_in_the_same_show_is_copied_and_a_missing_copy_is_a_miss(
    studio: Studio, faults: httpx.Client
) -> None:
    wanted = request()
    first = buy(studio, wanted)
    assert first.answer is not None
    other = SLOT.model_copy(update={"candidate": 2})
    copied = buy(studio, wanted, other)
    assert copied.reused_from == first.answer.key
    assert copied.cost_usd == 0
    studio.store.delete(first.answer.key)
    third = SLOT.model_copy(update={"candidate": 3})
    assert buy(studio, wanted, third).reused_from is None
    assert posts(faults, wanted) == 2


def test_nothing_is_reused_across_shows(
    studio: Studio, profile: Profile, objects: ObjectStore, faults: httpx.Client
) -> None:
    wanted = request()
    buy(studio, wanted)
    assert buy(studio_with(profile, objects), wanted).reused_from is None
    assert posts(faults, wanted) == 2


def test_a_budget_stops_before_the_post_and_gets_back_what_was_not_needed(
    profile: Profile, objects: ObjectStore, faults: httpx.Client
) -> None:
    studio = studio_with(profile, objects, budget_usd="0.06")
    spent = buy(studio, request()).cost_usd
    assert studio.budget is not None
    assert sum(studio.budget.draws().values()) == spent
    wanted, second = request(), SLOT.model_copy(update={"candidate": 2})
    with pytest.raises(BudgetExceeded, match=r"of the budget of \$0.06 is left"):
        buy(studio, wanted, second)
    assert posts(faults, wanted) == 0
    assert studio.ledger.entry(second) is None


def test_the_first_end_that_was_recorded_counts(studio: Studio) -> None:
    studio.ledger.reserve(SLOT, request(), Decimal("0.05"), simulated=True)
    studio.ledger.close(SLOT, Closed(at=now(), outcome="refused", cost_usd=Decimal(0)))
    studio.ledger.close(SLOT, Closed(at=now(), outcome="settled", cost_usd=Decimal(1)))
    entry = studio.ledger.entry(SLOT)
    assert entry is not None
    assert entry.closed is not None
    assert entry.closed.outcome == "refused"

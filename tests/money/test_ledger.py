"""The ledger's rows: what was written first counts, and only whoever claimed may post."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest

from greenlight.errors import UnknownSchema
from greenlight.generate.request import GenerationRequest
from greenlight.money.ledger import (
    MARGIN,
    Closed,
    Entry,
    Ledger,
    Outcome,
    Resolved,
    Slot,
    StoredAnswer,
)
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from tests.machine.fibers import Hub, Process
from tests.machine.s3 import SimulatedS3

SLOT = Slot(subject="sq010_sh0010", kind="frame", version=1, candidate=2)
CEILING = Decimal("0.05")


class Book:
    """A ledger in memory, and new copies of it as other processes would open them."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.store = ObjectStore(SimulatedS3(self.hub), "machine", 3)

    def open(self) -> Ledger:
        return Ledger(self.store, "ledger/night/porter/")

    def entry(self, slot: Slot = SLOT) -> Entry:
        entry = self.open().entry(slot)
        assert entry is not None
        return entry


@pytest.fixture
def book() -> Book:
    return Book()


def request(prompt: str = "a fox") -> GenerationRequest:
    return GenerationRequest(
        role="image", purpose="frame", model="gemini-nano-banana-2.1", prompt=prompt
    )


def closed(outcome: Outcome, cost: str | None) -> Closed:
    amount = None if cost is None else Decimal(cost)
    return Closed(at=now(), outcome=outcome, cost_usd=amount)


def resolved(cost: str, again: bool = False) -> Resolved:
    return Resolved(at=now(), cost_usd=Decimal(cost), again=again, by="Ada", decision=1)


def test_the_intent_that_was_written_first_is_the_one_that_counts(book: Book) -> None:
    book.open().reserve(SLOT, request(), CEILING, simulated=True, release="r")
    entry = book.open().reserve(SLOT, request("another"), Decimal(9), simulated=True)
    assert entry.reserved.request == request()
    assert (entry.reserved.estimate_usd, entry.reserved.release) == (CEILING, "r")


def test_a_slot_that_nobody_reserved_has_no_entry(book: Book) -> None:
    assert book.open().entry(SLOT) is None
    assert book.open().entries() == []


@pytest.mark.parametrize("workers", [2, 16])
def test_of_all_who_claim_at_once_one_may_post(book: Book, workers: int) -> None:
    entry = book.open().reserve(SLOT, request(), CEILING, simulated=True)
    won = []

    def claim(number: int) -> None:
        if book.open().claim(SLOT, entry, 30):
            won.append(number)

    for number in range(workers):
        book.hub.spawn(Process(str(number)), lambda n=number: claim(n))  # type: ignore[misc]
    book.hub.advance(Random(workers), 10_000, loyalty=0.0)
    assert len(won) == 1
    assert not book.entry().may_send


def test_a_claim_with_a_stale_view_of_the_row_is_not_granted(book: Book) -> None:
    stale = book.open().reserve(SLOT, request(), CEILING, simulated=True)
    ledger = book.open()
    assert ledger.claim(SLOT, stale, 30)
    ledger.not_sent(SLOT, 1, "429", 2)
    assert not book.open().claim(SLOT, stale, 30)
    assert book.open().claim(SLOT, book.entry(), 30)
    assert [s.number for s in book.entry().sending] == [1, 2]


def test_what_was_not_sent_may_be_sent_again_and_not_before_its_time(book: Book) -> None:
    ledger = book.open()
    entry = ledger.reserve(SLOT, request(), CEILING, simulated=True)
    ledger.claim(SLOT, entry, 30)
    ledger.not_sent(SLOT, 1, "429", 20)
    entry = book.entry()
    assert entry.may_send
    assert entry.not_sent[0].retry_at - entry.not_sent[0].at == timedelta(seconds=20)


def test_a_claim_is_lost_only_after_its_deadline_and_the_margin(book: Book) -> None:
    ledger = book.open()
    entry = ledger.reserve(SLOT, request(), CEILING, simulated=True)
    ledger.claim(SLOT, entry, -MARGIN.total_seconds() + 60)
    assert not book.entry().lost
    other = SLOT.model_copy(update={"candidate": 3})
    ledger.claim(other, ledger.reserve(other, request(), CEILING, simulated=True), -60)
    assert book.entry(other).lost
    ledger.submitted(other, "job-1")
    assert not book.entry(other).lost


@pytest.mark.parametrize(
    ("outcome", "cost", "counted", "unknown"),
    [
        ("settled", "0.03", "0.03", False),
        ("refused", "0", "0", False),
        ("failed", "0", "0", False),
        ("unknown", None, "0.05", True),
        ("settled", None, "0.05", True),
    ],
)
def test_what_a_row_counts_at(
    book: Book, outcome: Outcome, cost: str | None, counted: str, unknown: bool
) -> None:
    ledger = book.open()
    assert ledger.reserve(SLOT, request(), CEILING, simulated=True).counted_usd == CEILING
    ledger.close(SLOT, closed(outcome, cost))
    assert (book.entry().counted_usd, book.entry().unknown) == (Decimal(counted), unknown)


def test_the_first_end_and_the_first_word_about_it_count(book: Book) -> None:
    ledger = book.open()
    ledger.reserve(SLOT, request(), CEILING, simulated=True)
    ledger.close(SLOT, closed("unknown", None))
    book.open().close(SLOT, closed("settled", "0.01"))
    ledger.resolve(SLOT, resolved("0.02", again=True))
    book.open().resolve(SLOT, resolved("0.04"))
    entry = book.entry()
    assert entry.closed is not None
    assert entry.closed.outcome == "unknown"
    assert (entry.counted_usd, entry.unknown) == (Decimal("0.02"), False)
    assert entry.resolved is not None
    assert entry.resolved.again


def test_a_job_is_parked_as_often_as_it_takes(book: Book) -> None:
    ledger = book.open()
    ledger.reserve(SLOT, request(), CEILING, simulated=True)
    ledger.submitted(SLOT, "job-1")
    for minutes in (2, 4):
        ledger.park(SLOT, book.entry(), now() + timedelta(minutes=minutes))
    parked = book.entry().parked
    assert [p.number for p in parked] == [1, 2]
    assert parked[1].next_poll_at > parked[0].next_poll_at
    assert not book.entry().lost


def test_steps_are_put_in_order_whoever_wrote_them(book: Book) -> None:
    ledger = book.open()
    ledger.reserve(SLOT, request(), CEILING, simulated=True)
    for number in range(1, 12):
        assert ledger.claim(SLOT, book.entry(), 30)
        ledger.not_sent(SLOT, number, "429", 0)
    ledger.claim(SLOT, book.entry(), 30)
    answer = StoredAnswer(
        at=now(),
        key="shows/night/porter/k.png",
        sha256="0" * 64,
        size=1,
        mime="image/png",
        usage=None,
    )
    ledger.stored(SLOT, answer)
    entry = book.open().entries()[0]
    assert [s.number for s in entry.sending] == list(range(1, 13))
    assert entry.stored == answer
    assert not entry.may_send


def test_answers_kept_beside_a_row_are_no_steps(book: Book) -> None:
    ledger = book.open()
    ledger.reserve(SLOT, request(), CEILING, simulated=True)
    book.store.put_once(ledger.answer_key(SLOT, "json"), b"{}")
    assert len(ledger.entries()) == 1
    assert book.entry().stored is None


@pytest.mark.parametrize(
    ("name", "what"),
    [("5-blessed.json", "a ledger step that this release does not know"), ("9-closed.json", "99")],
)
def test_what_a_newer_release_wrote_stops_with_a_sentence(book: Book, name: str, what: str) -> None:
    book.open().reserve(SLOT, request(), CEILING, simulated=True)
    step = json.dumps({"schema_version": 99}).encode()
    book.store.put_once(f"ledger/night/porter/{SLOT.path}/{name}", step)
    with pytest.raises(UnknownSchema, match=what):
        book.open().entry(SLOT)

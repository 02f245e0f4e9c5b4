"""Scenes that a random search is lucky to meet: two processes, people, and late answers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random

import pytest

from greenlight.access.rights import EVERYTHING
from greenlight.desk import Change, Signature, Wish, choose_all
from greenlight.generate.request import GenerationRequest
from greenlight.money.budget import Release
from greenlight.money.ledger import Slot
from greenlight.money.purchase import Purchase, buy
from greenlight.production.names import TakeId
from greenlight.store.objects import sha256_of
from tests.machine.fibers import Fiber, Process, drive
from tests.machine.law import Law
from tests.machine.prefect import Prefect
from tests.machine.town import Town
from tests.production.world import World

ADA = Signature("Ada", "login:ada", "cli", True, EVERYTHING)
SLOT = Slot(subject="sq010_sh0010", kind="frame", version=1, candidate=1)
ROUND = Release("sq010_sh0010/frame/v001", Decimal(1))
REQUEST = GenerationRequest(
    role="image",
    purpose="frame",
    model="gemini-nano-banana-2.1",
    prompt="a fox",
    aspect_ratio="16:9",
    image_size="1K",
)


class Buyers:
    """A town whose runs are stopped, and processes that each buy the same thing."""

    def __init__(self) -> None:
        self.town = Town(2, shots=1, candidates=1, budget="")
        for process in self.town.hub.live():
            self.town.hub.kill(process)
        self.rng = Random(3)

    def buy(self, production: str = "p1") -> Fiber:
        """A process of its own that buys; it has not begun yet."""
        process = Process(f"buyer {len(self.town.hub.processes)}")
        workspace = process.workspace = self.town.workspace(production, process.name, 150)
        keys = workspace.keys

        def work() -> Purchase:
            workspace.records.facts()
            kept_at = f"{keys.root}shots/sq010_sh0010/frames/v001_c1.png"
            return drive(buy(workspace, SLOT, REQUEST, kept_at, ROUND))  # type: ignore[no-any-return]

        return self.town.hub.spawn(process, work)

    def until(self, fiber: Fiber, key: str) -> None:
        """Lets one process go on until an object of that name is there, and stalls it."""
        while not any(key in k for k in self.town.s3.objects):
            self.town.hub.step(fiber)
        fiber.process.frozen = True

    def rest(self) -> None:
        self.town.settle(self.rng)

    def come_to(self, fiber: Fiber) -> Purchase:
        fiber.process.frozen = False
        self.rest()
        assert fiber.done
        if fiber.error is not None:
            raise fiber.error
        bought = fiber.result
        assert isinstance(bought, Purchase)
        assert bought.answer is not None
        there = self.town.s3.objects[bought.answer.key].data
        assert sha256_of(there) == bought.answer.sha256
        return bought


@pytest.fixture
def buyers() -> Iterator[Buyers]:
    buyers = Buyers()
    yield buyers
    buyers.town.close()


def test_an_answer_that_comes_after_another_ask_was_allowed_harms_nobody(buyers: Buyers) -> None:
    town = buyers.town
    stalled = buyers.buy()
    while not town.service.accepted:
        town.hub.step(stalled)
    stalled.process.frozen = True
    town.hub.clock += 60
    buyers.buy()
    buyers.rest()  # and closes the row as unknown
    town.desks[0].resolve("p1", {SLOT.path: "charged"}, True, ADA)
    again = buyers.come_to(buyers.buy())
    late = buyers.come_to(stalled)
    assert (again.ask, late.ask) == (2, 2)
    assert again.answer == late.answer
    assert len(town.service.accepted) == 2
    account = town.desks[0].account("p1")[0]
    assert account.spent_usd == sum(e.counted_usd for e in town.desks[0].ledger("p1"))


def test_a_late_answer_comes_first_and_the_other_asks_answer_is_kept_beside_it(
    buyers: Buyers,
) -> None:
    town = buyers.town
    stalled = buyers.buy()
    while not town.service.accepted:
        town.hub.step(stalled)
    stalled.process.frozen = True
    town.hub.clock += 60
    buyers.buy()
    buyers.rest()
    town.desks[0].resolve("p1", {SLOT.path: "not-charged"}, True, ADA)
    stalled.process.frozen = False
    bought = buyers.come_to(stalled)
    assert bought.ask == 2
    assert len([k for k in town.s3.objects if "frames/v001_c1" in k]) == 2


def test_a_copy_and_an_answer_of_ones_own_do_not_spoil_each_other(buyers: Buyers) -> None:
    town = buyers.town
    stalled = buyers.buy()
    buyers.until(stalled, "p1/budget.json")  # it found nothing to copy, and is about to post
    other = buyers.come_to(buyers.buy("p2"))
    copied = buyers.come_to(buyers.buy())
    own = buyers.come_to(stalled)
    assert copied.reused_from == other.answer.key  # type: ignore[union-attr]
    assert own.reused_from is None
    assert own.answer is not None
    assert copied.answer is not None
    assert own.answer.sha256 != copied.answer.sha256
    assert len(town.service.accepted) == 2


@pytest.mark.parametrize("turns", range(0, 40, 2))
def test_a_resolution_at_any_moment_of_the_purchase_is_what_counts(
    buyers: Buyers, turns: int
) -> None:
    town = buyers.town
    town.service.fates = ["lost"]
    fiber = buyers.buy()
    buyers.until(fiber, "9-closed.json")
    fiber.process.frozen = False
    for _ in range(turns):
        if not fiber.done:
            town.hub.step(fiber)
    town.desks[0].resolve("p1", {SLOT.path: "not-charged"}, False, ADA)
    buyers.rest()
    assert town.desks[0].account("p1")[0].spent_usd == 0


# What people want otherwise while it is being made.


def begun_clip(fate: str, key: str) -> Town:
    """A production whose clip is under way, up to that ledger step; its run is stalled."""
    town = Town(1, shots=1, candidates=1, budget="")
    try:
        _begin_clip(town, fate, key)
    except BaseException:
        town.close()
        raise
    return town


def _begin_clip(town: Town, fate: str, key: str) -> None:
    Law(town)
    for _ in range(2):  # the list, then its frame
        town.settle(Random(1))
        town.desks[0].decide("p1", choose_all(town.state("p1").waiting)[0], ADA)
    town.service.fates = [fate]  # type: ignore[list-item]
    rng = Random(1)
    while not any("/clip/" in k and k.endswith(key) for k in town.s3.objects):
        assert town.hub.advance(rng, 1)
    for process in town.hub.live():
        process.frozen = True
    change = Change(fields={"sq010_sh0010": {"seconds": "6"}})
    listed = town.desks[0].change_shots("p1", change, ADA)
    town.desks[0].decide("p1", [Wish(target=str(listed.take), verdict="approve")], ADA)


def clips(town: Town) -> dict[str, int]:
    """The seconds of the clips that the service took on, by the attempt."""
    posted = [p for p in town.service.accepted if p.request.purpose == "clip"]
    return {str(p.slot).split("/")[-2]: p.request.seconds for p in posted}


def test_a_clip_whose_spec_was_edited_before_it_was_sent_is_never_sent() -> None:
    town = begun_clip("good", "1-reserved.json")
    try:
        for process in town.hub.live():
            process.frozen = False
        town.settle(Random(2))
        assert clips(town) == {"v002_c0": 6}
        assert str(TakeId("clip", 2, "sq010_sh0010")) in {w.take for w in town.state("p1").waiting}
    finally:
        town.close()


def test_a_clip_that_was_paid_for_is_fetched_though_its_run_died_and_its_spec_was_edited() -> None:
    town = begun_clip("slow", "3-submitted.json")
    try:
        for process in town.hub.live():
            town.hub.kill(process)
        town.recover()
        town.settle(Random(2))
        facts = town.facts("p1")
        old, new = (facts.takes[TakeId("clip", n, "sq010_sh0010")] for n in (1, 2))
        assert clips(town) == {"v001_c0": 4, "v002_c0": 6}
        assert town.store.get_exactly(old.key, old.sha256)
        assert [w.take for w in town.state("p1").waiting] == [new.take]
    finally:
        town.close()


def test_recovery_buries_no_run_that_somebody_wakes_while_it_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    town = Town(1, shots=1, candidates=1, budget="")
    try:
        town.settle(Random(1))
        wake = Prefect.resume
        monkeypatch.setattr(Prefect, "resume", lambda prefect, flow_run: False)
        town.desks[0].decide("p1", choose_all(town.state("p1").waiting)[0], ADA)
        # Whoever decided is first: to recovery the run is no longer one to resume.
        monkeypatch.setattr(Prefect, "resume", lambda prefect, run: wake(prefect, run) and False)
        town.recover()
        monkeypatch.undo()
        town.settle(Random(2))
        assert [run.type for run in town.runs.values()] == ["PAUSED"]
        assert {w.take.split("/")[1] for w in town.state("p1").waiting} == {"frame"}
    finally:
        town.close()


# What somebody opened before they heard of a decision.


def test_an_automatic_retake_opened_before_a_persons_word_was_heard_is_not_theirs() -> None:
    world = World(shots=1, candidates=1)
    world.list_shots()
    world.say("approve", "shotlist/v001")
    world.do(world.state.work[0])
    world.do(world.state.work[0], fail_rules=True)
    stale = world.state.work[0].opening
    assert stale is not None
    assert stale.cause == "check"
    world.say("retake", "sq010_sh0010/frame/v001_c1", note="warmer", reason="story")
    world.facts.add([stale])
    opening = world.state.work[0].opening
    assert opening is not None
    assert (opening.version, opening.cause, opening.note) == (3, "retake", "warmer")


def test_an_automatic_retake_goes_on_with_the_round_of_its_own_spec() -> None:
    world = World(shots=1, candidates=1)
    first = world.shots[0]
    other = first.model_copy(update={"action": "runs"})
    world.list_shots([first])
    world.say("approve", "shotlist/v001")
    world.do(world.state.work[0])
    for shots in ([other], [first]):
        version = world.list_shots(shots)
        world.say("approve", version)
        if shots == [other]:
            world.do(world.state.work[0])
    world.do(world.state.work[0], fail_rules=True)
    opening = world.state.work[0].opening
    assert opening is not None
    assert (opening.version, opening.cause, opening.previous) == (3, "check", 1)
    assert world.facts.attempts[TakeId("frame", 1, first.id)].spec_hash == opening.spec_hash

"""What approvals release, and what becomes of requests whose outcome nobody knows."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest

from greenlight.generate.request import GenerationRequest
from greenlight.money.budget import Budget, Release
from greenlight.money.ceilings import round_ceiling
from greenlight.money.ledger import Closed, Entry, Ledger, Resolved, Slot
from greenlight.money.releases import needed, opened_by, release_id, release_of
from greenlight.money.resolving import (
    apply_resolutions,
    count_rows,
    resolution_of,
    standing,
)
from greenlight.production.facts import Facts
from greenlight.production.names import TakeId
from greenlight.production.records import (
    Attempt,
    DecisionRecord,
    ProductionRecord,
    Resolution,
    Terms,
    Verdict,
)
from greenlight.production.state import fold
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from tests.machine.fibers import Hub, Process
from tests.machine.s3 import SimulatedS3
from tests.production.world import World, shot

SLOT = Slot(subject="sq010_sh0010", kind="frame", version=1, candidate=1)
CEILING = Decimal("0.05")
ROUND = Release("sq010_sh0010/frame/v001", Decimal("0.50"))


class Books:
    """Ledger and account of one production, with one row of unknown outcome."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.store = ObjectStore(SimulatedS3(self.hub), "machine", 3)
        self.facts = Facts()
        self.ledger = Ledger(self.store, "ledger/night/porter/")
        self.budget = Budget(self.store, "budget.json", None, production="porter")
        request = GenerationRequest(
            role="image", purpose="frame", model="gemini-nano-banana-2.1", prompt="a fox"
        )
        self.budget.draw(ROUND, SLOT.path, CEILING)
        self.ledger.reserve(SLOT, request, CEILING, simulated=True, release=ROUND.id)
        self.ledger.close(SLOT, Closed(at=now(), outcome="unknown", cost_usd=None))

    def say(self, cost: str, again: bool = False, **fields: object) -> None:
        """Somebody decides what became of it."""
        said = Resolution(
            slot=SLOT.path,
            take="sq010_sh0010/frame/v001_c1",
            ask=1,
            cost_usd=Decimal(cost),
            again=again,
        )
        self.decide(resolutions=(said,), **fields)

    def decide(self, who: str = "Ada", **fields: object) -> None:
        number = self.facts.watermark + 1
        base = {"at": now(), "number": number, "request": str(number), "who": who}
        base |= {"principal": f"login:{who}", "verified": True, "door": "cli"}
        self.facts.add([DecisionRecord.model_validate(base | fields)])

    def apply(self) -> None:
        apply_resolutions(self.facts, self.ledger, self.budget)

    @property
    def row(self) -> Entry:
        entry = self.ledger.entry(SLOT)
        assert entry is not None
        return entry

    @property
    def counted(self) -> Decimal:
        return self.budget.releases()[ROUND.id].slots[SLOT.path]


@pytest.fixture
def books() -> Books:
    return Books()


def test_an_unknown_outcome_counts_at_its_ceiling_until_somebody_resolves_it(books: Books) -> None:
    books.apply()
    assert (books.counted, books.row.unknown) == (CEILING, True)
    books.say("0.02")
    books.apply()
    assert (books.counted, books.row.counted_usd) == (Decimal("0.02"), Decimal("0.02"))
    assert not books.row.unknown


def test_the_first_who_resolved_it_is_heard_and_once(books: Books) -> None:
    books.say("0.02", who="Ada")
    books.say("0.04", again=True, who="Ben")
    for _ in range(3):
        books.apply()
    assert books.counted == Decimal("0.02")
    assert books.row.resolved is not None
    assert (books.row.resolved.by, books.row.resolved.again) == ("Ada", False)
    found = resolution_of(books.facts, SLOT.path)
    assert found is not None
    assert found.decision == 1
    assert resolution_of(books.facts, "another/slot") is None


def test_a_crash_between_row_and_account_is_made_up_for(books: Books) -> None:
    books.say("0")
    said = resolution_of(books.facts, SLOT.path)
    assert said is not None
    books.ledger.resolve(SLOT, said)
    books.apply()
    assert books.counted == 0


def test_whoever_resolves_it_at_the_same_moment_row_and_account_agree(books: Books) -> None:
    books.decide(who="Eve", terms=Terms(ask_again_below_usd=Decimal(1)))
    books.say("0.01")
    permission = standing(books.facts, CEILING)
    for seed in range(12):
        again = Books()
        again.facts = books.facts

        def by_permission(at: Books = again) -> None:
            at.ledger.resolve(SLOT, permission)

        again.hub.spawn(Process("flow"), again.apply)
        again.hub.spawn(Process("permission"), by_permission)
        again.hub.advance(Random(seed), 1000, loyalty=0.3)
        assert again.counted == again.row.counted_usd


def test_a_standing_permission_names_whoever_gave_it_last(books: Books) -> None:
    books.decide(who="Ada", terms=Terms(ask_again_below_usd=Decimal(1)))
    books.decide(who="Ben", terms=Terms(ask_again_below_usd=Decimal(2)))
    books.decide(who="Eve", terms=Terms(budget_usd=Decimal(2)))
    resolved: Resolved = standing(books.facts, CEILING)
    assert (resolved.by, resolved.decision) == ("Ben, standing", 2)
    assert (resolved.cost_usd, resolved.again) == (CEILING, True)


def test_what_was_drawn_and_never_came_into_the_ledger_is_given_back(books: Books) -> None:
    books.budget.draw(ROUND, "sq010_sh0010/frame/v001_c2/ask01", Decimal("0.04"))
    count_rows(books.ledger, books.budget)
    books.budget.close()
    row = books.budget.releases()[ROUND.id]
    assert row.balance == CEILING
    count_rows(books.ledger, books.budget)
    assert books.budget.releases()[ROUND.id] == row


def test_a_row_that_ended_and_was_not_counted_before_a_crash_is_counted(books: Books) -> None:
    other = SLOT.model_copy(update={"candidate": 2})
    books.budget.draw(ROUND, other.path, CEILING)
    request = books.row.reserved.request
    books.ledger.reserve(other, request, CEILING, simulated=True, release=ROUND.id)
    closed = Closed(at=now(), outcome="settled", cost_usd=Decimal("0.03"))
    books.ledger.close(other, closed)
    count_rows(books.ledger, books.budget)
    assert books.budget.releases()[ROUND.id].drawn == CEILING + Decimal("0.03")


# What approvals release.


@pytest.fixture
def world() -> World:
    world = World(shots=2, candidates=1)
    production = world.facts.production
    assert production is not None
    models = {
        "text_model": "gemini-3.8-flash",
        "image_model": "gemini-nano-banana-2.1",
        "video_model": "gemini-omni-1.2-flash",
    }
    world.facts.add([production.model_copy(update=models)])
    world.list_shots()
    return world


def production_of(world: World) -> ProductionRecord:
    assert world.facts.production is not None
    return world.facts.production


def shares(world: World, verdict: str, take: str, **fields: object) -> dict[str, Decimal]:
    """What this verdict would release, had it been said now."""
    before = world.state
    waiting = {w.take: w for w in before.waiting}
    record = world.facts.takes.get(Verdict(take=take, verdict="omit").id)
    shown = waiting.get(take) or record
    data: dict[str, object] = {"take": take, "verdict": verdict}
    if shown is not None:
        data |= {"sha256": shown.sha256, "spec_hash": shown.spec_hash}
    said = Verdict.model_validate(data | fields)
    decision = {"at": now(), "number": world.facts.watermark + 1, "request": "", "who": "Ada"}
    decision |= {"principal": "", "verified": True, "door": "cli", "verdicts": (said,)}
    after = fold(world.facts.deciding(DecisionRecord.model_validate(decision)))
    return opened_by(production_of(world), world.facts, before, after)


def frames(world: World) -> None:
    """Every shot's frame is made, checked and waits."""
    world.say("approve", "shotlist/v001")
    world.run()


def test_approving_a_list_releases_the_frames_of_its_shots(world: World) -> None:
    first, second = world.shots
    assert shares(world, "approve", "shotlist/v001") == {
        f"{s.id}/frame": round_ceiling(production_of(world), "frame", s) for s in (first, second)
    }


def test_approving_a_frame_releases_its_clip_and_nothing_else(world: World) -> None:
    frames(world)
    found = shares(world, "approve", "sq010_sh0010/frame/v001_c1")
    assert set(found) == {"sq010_sh0010/clip"}
    assert found["sq010_sh0010/clip"] == round_ceiling(production_of(world), "clip", world.shots[0])


def test_a_round_that_is_about_to_begin_is_released_once(world: World) -> None:
    frames(world)
    world.say("retake", "sq010_sh0010/frame/v001_c1", note="warmer")
    assert shares(world, "retake", "sq010_sh0010/frame/v001_c1", supersedes=1) == {}


def test_a_retake_is_released_also_while_an_automatic_one_is_about_to_begin(world: World) -> None:
    world.say("approve", "shotlist/v001")
    for _ in range(4):
        work = next(w for w in world.state.work if w.take.shot == "sq010_sh0010")
        if work.opening is not None and work.opening.cause == "check":
            break
        world.do(work, fail_rules=work.kind == "check")
    assert work.opening is not None
    assert work.opening.cause == "check"
    found = shares(world, "retake", "sq010_sh0010/frame/v001_c1", supersedes=1)
    assert set(found) == {"sq010_sh0010/frame"}


def test_a_round_for_another_spec_is_released_anew(world: World) -> None:
    world.say("approve", "shotlist/v001")
    first, second = world.shots
    changed = first.model_copy(update={"action": "runs " * 20})
    world.list_shots([changed, second])
    found = shares(world, "approve", "shotlist/v002")
    assert found == {f"{first.id}/frame": round_ceiling(production_of(world), "frame", changed)}


def attempt(version: int, cause: str, previous: int | None, **fields: object) -> Attempt:
    base: dict[str, object] = {"at": now(), "kind": "frame", "version": version, "cause": cause}
    base |= {"shot": "sq010_sh0010", "spec": shot("sq010_sh0010"), "spec_hash": "x"}
    return Attempt.model_validate(base | {"previous": previous} | fields)


def test_automatic_retakes_draw_from_the_release_of_their_round(world: World) -> None:
    first = attempt(2, "retake", 1, ceiling_usd=Decimal("0.30"))
    world.facts.add([attempt(1, "first", None), first, attempt(3, "check", 2)])
    last = world.facts.attempts[TakeId("frame", 3, "sq010_sh0010")]
    release = release_of(production_of(world), world.facts, last)
    assert release == Release(release_id(first.take), Decimal("0.30"))


def test_a_round_that_nobody_priced_has_the_ceiling_of_its_spec(world: World) -> None:
    first = attempt(1, "first", None)
    world.facts.add([first])
    release = release_of(production_of(world), world.facts, first)
    spec = shot("sq010_sh0010")
    assert release.ceiling == round_ceiling(production_of(world), "frame", spec)


def test_what_work_may_still_draw_from_is_needed(world: World) -> None:
    world.say("approve", "shotlist/v001")
    assert needed(world.facts, world.state) == {
        "sq010_sh0010/frame/v001",
        "sq010_sh0020/frame/v001",
    }
    world.run()
    assert needed(world.facts, world.state) == set()

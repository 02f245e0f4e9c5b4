"""Accounts: releases with a ceiling, slots that draw from them, under two limits at once."""

from __future__ import annotations

import json
from decimal import Decimal
from random import Random

import pytest

from greenlight.errors import Refused, UnknownSchema
from greenlight.money.budget import Budget, BudgetExceeded, CeilingReached, Release
from greenlight.money.show_budget import LimitRecord, ShowBudget
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from tests.machine.fibers import Hub, Process
from tests.machine.s3 import SimulatedS3

ROUND = Release("sq010_sh0010/frame/v001", Decimal("0.50"))


class Money:
    """A show with accounts of its productions, on a bucket in memory."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.s3 = SimulatedS3(self.hub)
        self.store = ObjectStore(self.s3, "machine", 3)
        self.show = ShowBudget(self.store, "night")

    def account(self, production: str = "porter", limit: str | None = None) -> Budget:
        amount = None if limit is None else Decimal(limit)
        key = f"shows/night/{production}/budget.json"
        return Budget(self.store, key, amount, production=production, show=self.show)

    def limit(self, amount: str | None) -> None:
        record = LimitRecord(
            at=now(),
            number=len(self.show.limits()) + 1,
            limit_usd=None if amount is None else Decimal(amount),
            who="Ada",
            principal="login:ada",
        )
        self.show.set_limit(record)

    def drawn(self, production: str = "porter") -> Decimal:
        return self.show.draws().get(production, Decimal(0))


@pytest.fixture
def money() -> Money:
    return Money()


def test_a_release_takes_its_whole_ceiling_once_and_slots_draw_from_it(money: Money) -> None:
    account = money.account(limit="0.60")
    account.draw(ROUND, "a", Decimal("0.10"))
    account.draw(ROUND, "b", Decimal("0.10"))
    row = account.releases()[ROUND.id]
    assert (row.balance, row.drawn) == (Decimal("0.50"), Decimal("0.20"))
    assert money.drawn() == Decimal("0.50")


def test_a_repeated_draw_is_the_same_draw_even_at_another_price(money: Money) -> None:
    account = money.account()
    account.draw(ROUND, "a", Decimal("0.10"))
    account.draw(ROUND, "a", Decimal("0.40"))
    account.draw(Release("other", Decimal(9)), "a", Decimal("0.40"))
    assert {n: r.slots for n, r in account.releases().items()} == {ROUND.id: {"a": Decimal("0.10")}}


def test_no_slot_draws_more_than_what_was_approved(money: Money) -> None:
    account = money.account()
    account.draw(ROUND, "a", Decimal("0.30"))
    with pytest.raises(CeilingReached, match=r"may cost \$0.30, and \$0.20 of the \$0.50"):
        account.draw(ROUND, "b", Decimal("0.30"))
    assert set(account.releases()[ROUND.id].slots) == {"a"}


def test_a_ceiling_stays_as_it_was_opened(money: Money) -> None:
    account = money.account()
    account.draw(ROUND, "a", Decimal("0.10"))
    with pytest.raises(CeilingReached):
        account.draw(Release(ROUND.id, Decimal(9)), "b", Decimal("0.60"))


def test_a_release_that_does_not_fit_under_the_limit_is_not_opened(money: Money) -> None:
    account = money.account(limit="0.80")
    account.draw(ROUND, "a", Decimal("0.10"))
    with pytest.raises(BudgetExceeded, match=r"\$0.30 of the budget of \$0.80 of porter is left"):
        account.draw(Release("second", Decimal("0.50")), "b", Decimal("0.10"))
    assert set(account.releases()) == {ROUND.id}
    assert money.drawn() == Decimal("0.50")


def test_a_lowered_limit_stops_new_releases_and_not_those_that_are_open(money: Money) -> None:
    money.account(limit="1").draw(ROUND, "a", Decimal("0.10"))
    lowered = money.account(limit="0.10")
    lowered.draw(ROUND, "b", Decimal("0.10"))
    with pytest.raises(BudgetExceeded):
        lowered.draw(Release("second", Decimal("0.01")), "c", Decimal("0.01"))


def test_what_a_closed_release_did_not_use_is_free_again_in_both_accounts(money: Money) -> None:
    account = money.account()
    account.draw(ROUND, "a", Decimal("0.10"))
    account.settle("a", Decimal("0.07"))
    assert account.close() == {ROUND.id: Decimal("0.43")}
    assert account.releases()[ROUND.id].balance == Decimal("0.07")
    assert money.drawn() == Decimal("0.07")
    assert account.close() == {}


def test_what_is_still_needed_stays_open(money: Money) -> None:
    account = money.account()
    account.draw(ROUND, "a", Decimal("0.10"))
    account.draw(Release("done", Decimal("0.20")), "b", Decimal("0.20"))
    assert account.close({ROUND.id}) == {"done": Decimal(0)}
    assert account.releases()[ROUND.id].open


def test_a_closed_release_is_opened_again_only_under_the_limit(money: Money) -> None:
    account = money.account(limit="0.60")
    account.draw(ROUND, "a", Decimal("0.10"))
    account.close()
    account.draw(ROUND, "b", Decimal("0.10"))
    assert account.releases()[ROUND.id].balance == money.drawn() == Decimal("0.50")
    account.close()
    account.draw(Release("second", Decimal("0.30")), "c", Decimal("0.30"))
    with pytest.raises(BudgetExceeded):
        account.draw(ROUND, "d", Decimal("0.10"))


def test_settling_after_the_close_reaches_the_show_too(money: Money) -> None:
    account = money.account()
    account.draw(ROUND, "a", Decimal("0.10"))
    account.close()
    account.settle("a", Decimal("0.02"))
    assert money.drawn() == Decimal("0.02")


def test_settling_what_nobody_drew_changes_nothing(money: Money) -> None:
    account = money.account()
    account.settle("a", Decimal(1))
    assert account.releases() == {}


def test_productions_share_their_shows_limit(money: Money) -> None:
    money.limit("0.80")
    money.account("porter").draw(ROUND, "a", Decimal("0.10"))
    other = money.account("baker")
    with pytest.raises(BudgetExceeded, match="of the show 'night' is left"):
        other.draw(ROUND, "a", Decimal("0.10"))
    assert other.releases() == {}
    money.limit(None)
    other.draw(ROUND, "a", Decimal("0.10"))
    assert sum(money.show.draws().values()) == Decimal("1.00")


def test_only_one_of_two_new_limits_for_a_show_is_recorded(money: Money) -> None:
    record = LimitRecord(at=now(), number=1, limit_usd=Decimal(1), who="Ada", principal="login:ada")
    money.show.set_limit(record)
    with pytest.raises(Refused, match="somebody else"):
        money.show.set_limit(record.model_copy(update={"limit_usd": Decimal(9)}))
    assert money.show.limit() == Decimal(1)


def test_what_died_between_the_two_accounts_is_given_back_when_all_is_quiet(money: Money) -> None:
    money.show.draw("porter", "lost", Decimal("0.30"), BudgetExceeded)
    account = money.account()
    account.close(quiet=False)
    assert money.drawn() == Decimal("0.30")
    account.close(quiet=True)
    assert money.drawn() == 0


def test_sixteen_processes_release_what_a_budget_for_five_allows(money: Money) -> None:
    refused = []

    def one(number: int) -> None:
        try:
            release = Release(f"round {number}", Decimal("0.20"))
            money.account(limit="1").draw(release, f"slot {number}", Decimal("0.10"))
        except BudgetExceeded:
            refused.append(number)

    for number in range(16):
        money.hub.spawn(Process(str(number)), lambda n=number: one(n))  # type: ignore[misc]
    money.hub.advance(Random(5), 100_000, loyalty=0.0)
    assert len(money.account().releases()) == 5
    assert len(refused) == 11
    assert sum((r.balance for r in money.account().releases().values()), Decimal(0)) == 1


def test_draws_of_the_first_release_still_count(money: Money) -> None:
    old = {"schema_version": 1, "draws": {"a": "0.25"}}
    money.store.put_once("shows/night/porter/budget.json", json.dumps(old).encode())
    account = money.account(limit="0.60")
    with pytest.raises(BudgetExceeded, match=r"\$0.35 of the budget"):
        account.draw(ROUND, "b", Decimal("0.10"))
    account.settle("a", Decimal("0.05"))
    account.draw(ROUND, "b", Decimal("0.10"))
    assert sum((r.balance for r in account.releases().values()), Decimal(0)) == Decimal("0.55")


def test_an_account_of_a_newer_release_stops_with_a_sentence(money: Money) -> None:
    money.store.put_once("shows/night/porter/budget.json", b'{"schema_version": 99}')
    with pytest.raises(UnknownSchema, match="schema 99"):
        money.account().releases()


@pytest.mark.parametrize("seed", range(60))
def test_whatever_closes_and_opens_at_once_the_show_has_set_aside_what_is_open(
    money: Money, seed: int
) -> None:
    money.account().draw(ROUND, "a", Decimal("0.10"))

    def draws() -> None:
        money.account().draw(ROUND, "b", Decimal("0.10"))

    def closes() -> None:
        money.account().close()

    for name, work in (("closes", closes), ("draws", draws), ("closes too", closes)):
        money.hub.spawn(Process(name), work)
    money.hub.advance(Random(seed), 1000, loyalty=0.5)
    row = money.account().releases()[ROUND.id]
    assert money.drawn() == row.balance


def test_what_a_crash_kept_from_the_show_is_told_it_by_the_next_close(money: Money) -> None:
    account = money.account()
    account.draw(ROUND, "a", Decimal("0.10"))
    process = Process("dies")
    fiber = money.hub.spawn(process, account.close)
    while account.releases()[ROUND.id].open:
        money.hub.step(fiber)
    money.hub.kill(process)
    assert money.drawn() == Decimal("0.50")
    account.close()
    assert money.drawn() == Decimal("0.10")

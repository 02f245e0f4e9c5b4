"""What a token submits in 24 hours: its ceiling holds for the sum, whoever is quicker."""

from __future__ import annotations

import itertools
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from greenlight.access.allowance import MOST_SUBMITS, PERIOD, enter_submit
from greenlight.access.signature import Signature
from greenlight.briefs.intake import check_brief
from greenlight.desk import Desk, this_person
from greenlight.errors import GreenlightError, Refused, ServiceUnavailable
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from greenlight.workspace import open_workspace

NUMBERS = itertools.count(1)


@pytest.fixture
def agent(desk: Desk) -> Signature:
    """An agent with a token of $5, as every door knows it."""
    return agent_of(desk, "5")


def agent_of(desk: Desk, most: str) -> Signature:
    name = f"rex{secrets.token_hex(4)}"
    desk.people.add(this_person(), name, ("agent",))
    text = desk.people.give_token(this_person(), name, 1, most_usd=Decimal(most))[1]
    return desk.people.enter(text, "mcp")


def enter(objects: ObjectStore, who: Signature, name: str, usd: str, hours: float = 0) -> Decimal:
    amount = Decimal(usd)
    return enter_submit(objects, who, name, amount, amount, now() + timedelta(hours=hours))


def test_the_ceiling_holds_for_the_sum(objects: ObjectStore, agent: Signature) -> None:
    assert enter(objects, agent, "a", "2") == 2
    assert enter(objects, agent, "b", "2.5") == Decimal("2.5")
    with pytest.raises(Refused, match=r"\$0\.5 left of \$5 for 24 hours"):
        enter(objects, agent, "c", "1")
    assert enter_submit(objects, agent, "d", Decimal("0.4"), Decimal(3)) == Decimal("0.5")
    with pytest.raises(Refused):
        enter(objects, agent, "e", "0.01")


def test_after_24_hours_there_is_room_again(objects: ObjectStore, agent: Signature) -> None:
    enter(objects, agent, "a", "3")
    enter(objects, agent, "b", "2", hours=10)
    with pytest.raises(Refused):
        enter(objects, agent, "c", "1", hours=23.9)
    assert enter(objects, agent, "c", "3", hours=24.1) == 3
    with pytest.raises(Refused):
        enter(objects, agent, "d", "1", hours=33.9)
    assert enter(objects, agent, "d", "2", hours=34.1) == 2


def test_a_repeated_submit_is_the_same_entry_however_late(
    objects: ObjectStore, agent: Signature
) -> None:
    enter(objects, agent, "a", "5")
    for hours in (0.0, 23.0, 25.0, 100.0):
        assert enter(objects, agent, "a", "4", hours=hours) == 5
    assert enter(objects, agent, "b", "5", hours=25) == 5


def test_their_number_is_limited_whatever_they_cost(objects: ObjectStore, desk: Desk) -> None:
    agent = agent_of(desk, "1000")
    for number in range(MOST_SUBMITS):
        enter(objects, agent, f"p{number}", "0.01")
    with pytest.raises(Refused, match=f"at most {MOST_SUBMITS}"):
        enter(objects, agent, "more", "0.01")
    assert enter(objects, agent, "p3", "0.01") == Decimal("0.01")
    assert enter(objects, agent, "more", "0.01", hours=PERIOD.total_seconds() / 3600) > 0


def test_tokens_have_their_own(objects: ObjectStore, desk: Desk, agent: Signature) -> None:
    enter(objects, agent, "a", "5")
    assert enter(objects, agent_of(desk, "5"), "b", "5") == 5


def test_thirty_at_once_come_to_no_more(objects: ObjectStore, agent: Signature) -> None:
    def one(number: int) -> Decimal:
        try:
            return enter(objects, agent, f"p{number % 25}", "0.7")
        except Refused:
            return Decimal(0)

    with ThreadPoolExecutor(10) as pool:
        granted = dict(zip(range(30), pool.map(one, range(30)), strict=True))
    by_name = {number % 25: usd for number, usd in granted.items() if usd}
    assert sum(by_name.values()) == Decimal("4.9")


def submit(desk: Desk, who: Signature, key: str = "", **brief: object) -> str:
    """Submits and returns the production's id; that Prefect is away here changes nothing."""
    title = f"Orchid {next(NUMBERS)} {secrets.token_hex(3)}" if not key else f"Orchid {key}"
    fields = {"title": title, "vision": "Ruta waters orchids.", "shots": 1, "candidates": 1}
    found = check_brief({**fields, "sheets": "none", "show": "allow"} | brief, "test")
    try:
        return desk.submit(found, Path(), who, key).production
    except ServiceUnavailable as error:
        return str(error).partition(" ")[0]


def test_submits_of_an_agent_come_to_its_ceiling_together(desk: Desk, objects: ObjectStore) -> None:
    agent = agent_of(desk, "3")
    made: list[str] = []
    with pytest.raises(Refused, match="24 hours"):  # noqa: PT012
        for number in range(20):
            made.append(submit(desk, agent, f"{agent.token} {number}", budget_usd="1"))
    budgets = [
        open_workspace(name, desk.profile, objects).production.brief.budget_usd for name in made
    ]
    assert budgets == [Decimal(1)] * 3
    again = submit(desk, agent, f"{agent.token} 0", budget_usd="1")
    assert again == made[0]


def test_a_submit_without_a_budget_gets_what_is_left(desk: Desk, objects: ObjectStore) -> None:
    agent = agent_of(desk, "4")
    submit(desk, agent, f"{agent.token} a", budget_usd="2")
    name = submit(desk, agent, f"{agent.token} b")
    assert open_workspace(name, desk.profile, objects).production.brief.budget_usd == 2


def test_a_refused_submit_makes_nothing(desk: Desk, objects: ObjectStore) -> None:
    agent = agent_of(desk, "2")
    submit(desk, agent, f"{agent.token} a", budget_usd="2")
    before = set(objects.keys("shows/"))
    with pytest.raises(GreenlightError):
        submit(desk, agent, f"{agent.token} b")
    assert set(objects.keys("shows/")) == before


def test_people_without_a_ceiling_are_not_counted(desk: Desk, objects: ObjectStore) -> None:
    submit(desk, this_person())
    assert not this_person().token

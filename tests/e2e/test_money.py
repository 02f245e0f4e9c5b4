"""Budgets on a real stack: a production that runs out of money is held, and goes on."""

from __future__ import annotations

from decimal import Decimal

import pytest
from typer.testing import CliRunner

from greenlight.cli.app import app
from greenlight.desk import Desk, Wish
from greenlight.production.records import Terms
from greenlight.settings import Profile
from greenlight.store.keys import open_key
from greenlight.views.status import Status
from tests.e2e import people

pytestmark = [pytest.mark.stack, pytest.mark.slow]


def until_held(desk: Desk, production: str, *, alone: bool) -> Status:
    """Waits until money holds something, and nothing else waits if `alone`."""

    def look() -> Status | None:
        status = desk.status(production)
        assert status.state not in ("failed", "cancelled", "delivered"), status
        gates = desk.look(production)[0].gates
        held = gates and any(w.cause == "money" for w in gates[max(gates)].waiting)
        there = status.run_state == "Suspended" and held
        return status if there and (status.held_by_money or not alone) else None

    found: Status = people.until(look)
    return found


def to_the_clips(desk: Desk, **fields: object) -> str:
    """A production whose frames have just been approved."""
    production = people.to_the_frames(desk, **fields)
    people.approve_all(desk, production)
    return production


def told_of(profile: Profile) -> set[str]:
    """The productions that Prefect was told of for want of money; events take a few seconds."""
    wanted = {"filter": {"event": {"name": ["greenlight.budget.reached"]}}, "limit": 50}
    with people.prefect(profile) as prefect:
        events = prefect.post("/events/filter", json=wanted).json()["events"]
    return {event["resource"]["prefect.resource.name"] for event in events}


def spent(desk: Desk, production: str) -> Decimal:
    found = desk.spend(production)
    return found.spent_usd + found.reserved_usd + found.unknown_usd


def test_a_production_out_of_money_is_held_and_goes_on_when_its_budget_is_raised(
    desk: Desk, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = Decimal("0.40")  # frames for two shots, and no clip at all
    production = to_the_clips(desk, budget_usd=str(limit))
    status = until_held(desk, production, alone=True)
    assert status.state == "waiting"
    assert "of $0.40 is left" in status.problem
    assert set(status.shots.values()) == {"held: budget"}
    assert spent(desk, production) <= limit
    account, _ = desk.account(production)
    assert account.open == {}

    def look_up(name: str = "") -> Desk:
        return desk

    monkeypatch.setattr("greenlight.cli.status.open_desk", look_up)
    watched = CliRunner().invoke(app, ["status", production, "--watch"], standalone_mode=False)
    assert getattr(watched.exception, "exit_code", None) == 11
    people.until(lambda: production in told_of(profile), 60)
    desk.order(production, Terms(budget_usd=Decimal(5)), people.ADA, "the producer agrees")
    people.finish(desk, production)
    people.until(lambda: not desk.store.exists(open_key(production)))
    account, show = desk.account(production)
    assert account.open == {}
    assert account.drawn_usd == account.spent_usd == spent(desk, production)
    assert show.open[production] == account.spent_usd


def test_a_show_s_budget_holds_too_and_omitting_a_shot_lets_the_rest_go_on(
    desk: Desk,
) -> None:
    production = people.to_the_frames(desk)
    so_far = spent(desk, production)
    show = desk.workspace(production).keys.show
    desk.limit_show(show, so_far + Decimal("0.60"), people.ADA)  # one clip's ceiling, not two
    people.approve_all(desk, production)
    status = until_held(desk, production, alone=False)
    assert "of the show's $" in status.problem
    shots = [s for s, stage in status.shots.items() if stage == "held: budget"]
    desk.decide(production, [Wish(target=s, verdict="omit") for s in shots], people.ADA)
    people.finish(desk, production)
    assert desk.show_account(show).spent_usd <= so_far + Decimal("0.60")


def test_the_same_brief_again_in_the_same_show_pays_nothing(desk: Desk, profile: Profile) -> None:
    words = {"title": "The lighthouse", "show": people.brief_of()["show"], "candidates": 2}
    people.finish(desk, people.submit(desk, **words))
    before = people.last_request(profile)
    asked = {r["digest"] for r in people.paid(profile)}
    again = people.submit(desk, **words)
    people.finish(desk, again)
    assert not asked & {r["digest"] for r in people.paid(profile, since=before)}
    spend = desk.spend(again)
    assert (spend.spent_usd, spend.posts) == (0, 0)
    assert all(t.reused_from for t in desk.look(again)[0].takes.values() if t.id.kind != "cut")


def test_a_spent_budget_holds_the_shot_for_a_person_and_spends_no_more(desk: Desk) -> None:
    production = to_the_clips(desk, shots=1, seconds=3, budget_usd="0.20")
    status = people.until_waiting(desk, production, "clip", suspended=True)
    assert "of $0.20 is left" in status.problem
    spend = desk.spend(production)
    assert spend.spent_usd + spend.reserved_usd + spend.unknown_usd <= Decimal("0.20")
    desk.cancel(production, people.ADA)

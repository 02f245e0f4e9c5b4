"""What a town's bucket says, read without the code that is under test."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from greenlight.production.facts import Facts
from greenlight.production.records import Verdict
from greenlight.store.keys import show_draws_key, show_limits
from tests.machine.town import SHOW, Town

NOTHING = Decimal(0)
DRAWS, LIMITS = show_draws_key(SHOW), show_limits(SHOW)


class Readings:
    """Limits and accounts of a town as they stand."""

    def __init__(self, town: Town) -> None:
        self.town = town

    def over(self, production: str) -> bool:
        """Whether its accounts may be closed behind the back of a process that still goes on."""
        state = self.town.state(production)
        return state.delivered or state.cancelled

    def limits(self, production: str) -> list[Decimal | None]:
        """The production's limit after each decision, the submit's first."""
        facts = self.town.facts(production)
        assert facts.production is not None
        limits = [facts.production.brief.budget_usd]
        for number in range(1, facts.watermark + 1):
            terms = facts.decisions[number].terms
            changed = terms.budget_usd if terms is not None else None
            if changed is None:
                limits.append(limits[-1])
            else:
                limits.append(changed if changed >= 0 else None)
        return limits

    def show_limits(self) -> list[Decimal | None]:
        """The limits that the show ever had; at first there was none."""
        keys = sorted(k for k in self.town.s3.objects if k.startswith(LIMITS))
        said = [json.loads(self.town.s3.objects[k].data)["limit_usd"] for k in keys]
        return [None, *(None if s is None else Decimal(s) for s in said)]

    def show_draws(self) -> dict[str, dict[str, Decimal]]:
        """What is set aside for each release of each production."""
        held = self.town.s3.objects.get(DRAWS)
        return draws_of(held and held.data)


def rows_of(data: bytes | None) -> Any:
    """The releases in the bytes of an account."""
    return json.loads(data)["releases"] if data else {}


def draws_of(data: bytes | None) -> dict[str, dict[str, Decimal]]:
    """The draws in the bytes of a show's account."""
    if not data:
        return {}
    said = json.loads(data)["productions"]
    return {p: {n: Decimal(a) for n, a in rows.items()} for p, rows in said.items()}


def total_of(draws: dict[str, dict[str, Decimal]]) -> Decimal:
    """All draws of a show in USD."""
    return sum((a for mine in draws.values() for a in mine.values()), NOTHING)


def drawn_of(row: Any) -> Decimal:
    """What the slots of a release count at in USD."""
    return sum(map(Decimal, row["slots"].values()), NOTHING)


def balance_of(row: Any) -> Decimal:
    """What a release takes from its budget in USD."""
    return max(Decimal(row["ceiling"]), drawn_of(row)) if row["open"] else drawn_of(row)


def newest_word(facts: Facts, kind: str, shot: str, last: int) -> Verdict | None:
    """The newest word on a shot's frame or clip among the first decisions, omissions left out."""
    newest = None
    for number in sorted(n for n in facts.decisions if n <= last):
        for verdict in facts.decisions[number].verdicts:
            take = verdict.id
            if (take.kind, take.shot) == (kind, shot) and verdict.verdict != "omit":
                newest = verdict
    return newest


def omitted_by(facts: Facts) -> set[str]:
    """The shots that people left out last."""
    said: dict[str, bool] = {}
    for number in sorted(facts.decisions):
        for verdict in facts.decisions[number].verdicts:
            said[verdict.id.shot] = verdict.verdict == "omit"
    return {shot for shot, omitted in said.items() if omitted}


def all_records(facts: Facts) -> Iterable[Any]:
    """Every record of a production."""
    yield facts.production
    for group in (facts.shot_lists, facts.attempts, facts.takes, facts.misses, facts.checks):
        yield from group.values()  # type: ignore[attr-defined]
    for group in (facts.decisions, facts.gates, facts.answers, facts.deliveries, facts.runs):
        yield from group.values()  # type: ignore[attr-defined]
    if facts.cancelled is not None:
        yield facts.cancelled

"""What belongs to a period, and that every way of adding up gives what the ledgers hold."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenlight.errors import InvalidInput
from greenlight.production.records import CancelRecord
from greenlight.reports.report import Period, last_days, period_of
from tests.production.world import World
from tests.reports.counted_world import AT, NOW, entry, material, played, report, rows

money = st.decimals(0, 50, places=6, allow_nan=False)


def test_a_period_holds_whole_days_and_what_happened_in_them() -> None:
    early, late = AT - timedelta(days=2), AT + timedelta(days=2)
    one = material(played(), entry("frame", "1", at=early), entry("frame", "2", version=2, at=late))
    only = period_of(AT.date(), AT.date())
    part = report(one, period=only).parts["simulated"]
    assert part.spending.total.usd == 0
    assert part.per_second.approved_shots == 2
    before = report(one, period=period_of(None, early.date())).parts["simulated"]
    assert (before.spending.total.usd, before.first_pass) == (Decimal(1), ())
    assert report(one, period=period_of(date(2027, 1, 1), None)).parts == {}
    assert last_days(7, date(2026, 11, 23)) == Period(
        since=date(2026, 11, 16), until=date(2026, 11, 22)
    )
    for wrong in (lambda: period_of(date(2026, 2, 2), date(2026, 2, 1)), lambda: last_days(0, AT)):
        with pytest.raises(InvalidInput):
            wrong()


def test_a_cancelled_production_has_spent_and_approved_nothing() -> None:
    world = played()
    world.facts.add([CancelRecord(at=NOW, who="Ada")])
    part = report(material(world, entry("clip", "3"))).parts["simulated"]
    assert part.standing.cancelled == 1
    assert (part.spending.total.usd, part.per_second.approved_shots) == (Decimal(3), 0)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["breakdown", "frame", "clip", "clip-rubric"]),
            money,
            st.sampled_from(["settled", "refused", "failed", "unknown", None]),
            st.integers(0, 40),
            st.sampled_from(["omni", "nano", "flash"]),
            st.booleans(),
            st.sampled_from(["a", "b", "c"]),
            st.one_of(st.none(), money),
        ),
        max_size=25,
    )
)
def test_every_way_of_adding_up_gives_the_ledgers_total(
    drawn: list[tuple[str, Decimal, str | None, int, str, bool, str, Decimal | None]],
) -> None:
    ledgers: dict[str, list[object]] = {"a": [], "b": [], "c": []}
    for number, (kind, usd, outcome, days, model, simulated, name, resolved) in enumerate(drawn):
        ledgers[name].append(
            entry(
                kind,
                str(usd),
                outcome=outcome,
                at=AT + timedelta(hours=7 * days),
                model=model,
                simulated=simulated,
                version=number + 1,
                resolved=str(resolved) if resolved is not None and outcome == "unknown" else None,
            )
        )
    made = [material(World(), *rest, production=name) for name, rest in ledgers.items()]  # type: ignore[arg-type]
    found = report(*made)
    counted = {True: Decimal(0), False: Decimal(0)}
    for one in made:
        for row in one.entries:
            counted[row.reserved.simulated] += row.counted_usd
    for name, part in found.parts.items():
        total = part.spending.total
        whole = total.usd + total.unknown_usd + total.reserved_usd
        assert whole == counted[name == "simulated"]
        for lines in part.spending.by.values():
            assert sum((line.usd for line in lines), Decimal(0)) == total.usd
            assert sum((line.unknown_usd for line in lines), Decimal(0)) == total.unknown_usd
            assert sum((line.reserved_usd for line in lines), Decimal(0)) == total.reserved_usd
            assert sum(line.posts for line in lines) == total.posts
    # Days side by side count everything once: no row belongs to two periods, or to none.
    days = sorted({row.day for row in rows(*made).spend})
    each = [rows(*made, period=period_of(day, day)).spend for day in days]
    assert sum(map(len, each)) == len(drawn)

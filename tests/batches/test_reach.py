"""A batch's limit: which rows it does not reach is said before anything starts."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from greenlight.batches.columns import read_briefs
from greenlight.batches.rows import Plan, plan_rows
from greenlight.batches.sources import open_source
from greenlight.batches.submitting import reach
from greenlight.briefs.batch_records import BatchStore
from greenlight.desk import this_person
from greenlight.desk.submit import new_id
from greenlight.money.budget import BudgetExceeded
from greenlight.settings import Profile
from greenlight.store.memory import MemoryS3
from greenlight.store.objects import ObjectStore


@pytest.fixture
def desk() -> Any:
    return SimpleNamespace(store=ObjectStore(MemoryS3(), "machine", 3))


def plan(text: str, folder: Path, profile: Profile) -> Plan:
    path = folder / "t.csv"
    path.write_text(text)
    source = open_source(str(path), profile)
    return plan_rows(
        source, read_briefs(source.data, source.name), "b", this_person("ada"), profile
    )


def test_rows_that_a_limit_does_not_reach_are_named(
    desk: Any, tmp_path: Path, nowhere: Profile
) -> None:
    rows = "".join(f"{name},x,5\n" for name in ("Fox", "Owl", "Elk"))
    found = reach(
        desk, plan(f"title,vision,budget_usd\n{rows}", tmp_path, nowhere), "b", Decimal(10)
    )
    assert found is not None
    assert found.waiting == (4,)
    assert found.sentence == "3 rows reserve $5.00 each = $15.00, more than $10.00: row 4 will wait"


def test_rows_of_several_amounts_are_told_by_their_sum(
    desk: Any, tmp_path: Path, nowhere: Profile
) -> None:
    """A row without a budget reserves its quote, and a small one goes ahead of a large one."""
    found = plan(
        "title,vision,shots,budget_usd\nFox,x,1,\nOwl,x,1,9\nElk,x,1,2\n", tmp_path, nowhere
    )
    first = found.rows[0].quote.total
    told = reach(desk, found, "b", first + 2)
    assert told is not None
    assert told.waiting == (3,)
    assert told.sentence == (
        f"3 rows reserve ${first + 11}, more than ${first + 2}: row 3 will wait"
    )


def test_a_limit_that_reaches_all_rows_needs_no_word(
    desk: Any, tmp_path: Path, nowhere: Profile
) -> None:
    found = plan("title,vision,budget_usd\nFox,x,5\n", tmp_path, nowhere)
    told = reach(desk, found, "b", Decimal(5))
    assert told is not None
    assert told.sentence == ""
    assert reach(desk, found, "b", None) is None


def test_what_has_begun_is_not_reserved_twice(desk: Any, tmp_path: Path, nowhere: Profile) -> None:
    found = plan("title,vision,budget_usd\nFox,x,5\nOwl,x,5\n", tmp_path, nowhere)
    begun = new_id(found.rows[0].brief, found.rows[0].key)
    BatchStore(desk.store, "b").budget.draw(begun, "row", Decimal(5), BudgetExceeded)
    told = reach(desk, found, "b", Decimal(10))
    assert told is not None
    assert (told.rows, told.waiting) == (1, ())

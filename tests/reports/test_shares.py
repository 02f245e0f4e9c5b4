"""Shares with their intervals, and percentiles: against tables and their own laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenlight.reports.figures import p90
from greenlight.reports.shares import Share, wilson


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(0, 10, 0.0, 0.2775), (1, 10, 0.0179, 0.4042), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1)],
)
def test_wilsons_interval_is_that_of_the_tables(
    hits: int, total: int, low: float, high: float
) -> None:
    assert wilson(hits, total) == pytest.approx((low, high), abs=0.0001)


@given(st.integers(1, 500), st.data())
def test_an_interval_holds_its_share_and_narrows_with_more_cases(
    total: int, data: st.DataObject
) -> None:
    hits = data.draw(st.integers(0, total))
    low, high = wilson(hits, total)
    assert 0 <= low <= hits / total <= high <= 1
    wider = wilson(hits * 10, total * 10)
    assert wider[1] - wider[0] < high - low
    assert Share(hits=0, total=0).interval is None


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60))
def test_nine_in_ten_waited_no_longer_than_the_ninetieth_percentile(seconds: list[float]) -> None:
    found = p90(seconds)
    assert found in seconds
    assert sum(s <= found for s in seconds) >= 0.9 * len(seconds)
    assert sum(s < found for s in seconds) < 0.9 * len(seconds)

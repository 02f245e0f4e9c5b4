"""What the bench calls the least: worked out by hand, and never below what each role needs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.bound import STAGES, provider_seconds

LATENCY = {"text": 0.5, "image": 5.0, "video": 20.0}


@pytest.mark.parametrize(
    ("productions", "shots", "places", "seconds"),
    [
        (1, 1, 4, 26.5),  # breakdown, frame, rubric, clip, rubric
        (1, 4, 4, 26.5),  # side by side
        (1, 5, 4, 46.5),  # the fifth clip waits for a place
        (2, 1, 1, 46.5),  # one place: clips 6 → 26 and 26 → 46, and the last rubric
    ],
)
def test_the_least_by_hand(productions: int, shots: int, places: int, seconds: float) -> None:
    limits = dict.fromkeys(LATENCY, places)
    assert provider_seconds(productions, shots, LATENCY, limits) == pytest.approx(seconds)


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 5))
def test_no_load_beats_its_longest_chain_or_its_busiest_role(
    productions: int, shots: int, places: int
) -> None:
    limits = dict.fromkeys(LATENCY, places)
    found = provider_seconds(productions, shots, LATENCY, limits)
    chain = LATENCY["text"] + sum(LATENCY[role] for role in STAGES)
    busiest = productions * shots * LATENCY["video"] / places
    assert found >= max(chain, busiest) - 1e-9
    assert found <= chain * productions * shots + 1e-9

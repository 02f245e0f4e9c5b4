"""No file that comes in ends in a traceback or without end, whatever it asks for, at any door."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.bounds.hostile import Hostile, hostile
from tests.bounds.measuring import Measured, measuring

pytestmark = pytest.mark.slow

MEGABYTES = 1000
"""Over three times what `make bench ARGS=bounds` aims at: other allocators take more."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Hostile], Measured]]:
    """Hands a file to its door."""
    with measuring(tmp_path_factory.mktemp("bounds")) as run:
        yield run


@pytest.mark.parametrize("case", hostile(), ids=lambda case: f"{case.door}-{case.kind}-{case.name}")
def test_a_file_is_read_or_refused_in_bounds(
    run: Callable[[Hostile], Measured], case: Hostile
) -> None:
    found = run(case)
    assert "Traceback" not in found.said
    assert not found.said.startswith("ended by"), found
    assert found.megabytes < MEGABYTES, found
    assert len(found.said) < 1500

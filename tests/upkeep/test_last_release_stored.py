"""What the last release stored still opens, on records alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from greenlight.desk import Desk
from greenlight.desk.keep import Keeping
from greenlight.settings import Profile
from greenlight.store.records import productions

SHOWS = ("release-frames", "release-clips", "release-delivered")


@pytest.fixture(scope="module")
def kept(bucket_with: Callable[..., Profile]) -> Desk:
    return Desk(bucket_with(*SHOWS))


def test_a_delivered_one_stays_delivered_and_can_be_pulled(kept: Desk, tmp_path: Path) -> None:
    (delivered,) = (p for p in productions(kept.store) if "delivered" in p)
    assert kept.standing(delivered).state == "delivered"
    assert len(list(kept.pull(delivered, tmp_path))) == 6
    assert next(Keeping(kept).verify([delivered])).findings == ()


def test_its_records_keep_the_schema_they_were_written_with(kept: Desk) -> None:
    assert len(productions(kept.store)) == 3
    for production in productions(kept.store):
        decisions = kept.look(production)[0].decisions
        assert {d.schema_version for d in decisions.values()} >= {1}

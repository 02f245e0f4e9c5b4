"""A few kills of the matrix that `make chaos` runs in full."""

from __future__ import annotations

import pytest

from tests.chaos import report
from tests.chaos.cases import planned
from tests.chaos.run import CaseRun
from tests.chaos.stack import Lane

pytestmark = pytest.mark.slow

PATIENCE = 240.0

HEALED = [
    "clip-id-after:flow",
    "frame-bytes-half:s3",
    "deliver-file2:flow",
]


@pytest.mark.parametrize("name", HEALED)
def test_a_production_killed_at_this_point_is_delivered_and_paid_once(
    lane: Lane, name: str
) -> None:
    (case,) = planned(name)
    result = CaseRun(lane, case, limit=PATIENCE).run()
    assert not result.violations, report.show(result)
    assert result.killed_pids


def test_a_post_whose_answer_was_lost_is_held_for_a_person_and_not_made_again(lane: Lane) -> None:
    (case,) = planned("frame-post-inside:flow")
    result = CaseRun(lane, case, limit=PATIENCE, detail=True).run()
    assert not result.violations, report.show(result)
    assert result.outcome == "held, then delivered", report.show(result)
    assert result.unknown == ["sq010_sh0010/frame/v001_c1/ask01: outcome"]
    images = [row for row in result.evidence["at the end"].paid if row["role"] == "image"]
    assert len(images) == 2  # the lost one, and the one that a person asked for

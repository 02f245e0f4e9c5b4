"""What stages make travels through Prefect's result store and comes out the same."""

from __future__ import annotations

import json

import pytest

from greenlight.production.records import Record
from tasks.filing import packed, unpacked
from tests.production.world import World


def made_by_stages() -> list[Record]:
    """One record of every kind that a stage returns."""
    world = World(shots=1, candidates=1)
    world.run()
    world.approve_one_each()
    world.do(world.state.work[0], miss="unknown")
    missed = list(world.facts.misses.values())
    world = World(shots=1, candidates=1)
    while not world.facts.deliveries:
        world.run()
        world.approve_one_each()
    facts = world.facts
    kinds = (facts.shot_lists, facts.takes, facts.checks, facts.deliveries)
    return [*missed, *(next(iter(found.values())) for found in kinds)]


@pytest.mark.parametrize("record", made_by_stages(), ids=lambda record: type(record).__name__)
def test_a_record_is_the_same_after_its_way_through_the_result_store(record: Record) -> None:
    result = json.loads(json.dumps(packed(record)))
    assert unpacked(result) == record

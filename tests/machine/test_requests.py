"""What a production asks of the object store, counted exactly: on a distant one it is latency."""

from __future__ import annotations

from random import Random

from tests.machine.test_outages import approve
from tests.machine.town import Town

MOST_PER_PAID_CALL = 31
"""Of its flow processes, five of them, without what only Prefect or pictures need."""


def test_a_production_asks_the_store_a_bounded_number_of_times_for_each_paid_call() -> None:
    town = Town(1, shots=6, candidates=2, budget="20")
    try:
        while not town.state("p1").delivered:
            town.settle(Random(1))
            if town.state("p1").waiting:
                approve(town)
        assert town.s3.requests <= MOST_PER_PAID_CALL * len(town.service.accepted)
    finally:
        town.close()

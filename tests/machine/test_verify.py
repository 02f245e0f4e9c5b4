"""Records that called a cost unknown stay right when a person resolves it; others do not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from random import Random
from typing import Any, Literal

import pytest

from greenlight.access.rights import EVERYTHING
from greenlight.desk import Signature, choose_all
from greenlight.upkeep.verify import examine
from greenlight.upkeep.verify.snapshot import Snapshot
from tests.machine.law import Law
from tests.machine.service import Fate
from tests.machine.town import Town
from tests.machine.verify import errors, snapshot_of

ADA = Signature("Ada", "login:ada", "cli", True, EVERYTHING)


def altered(snapshot: Snapshot, key: str, **fields: Any) -> Snapshot:
    seen = snapshot.objects[key]
    assert seen.data is not None
    data = json.dumps(json.loads(seen.data) | fields).encode()
    digest = hashlib.sha256(data).hexdigest()
    new = seen._replace(data=data, size=len(data), sha256=digest, recorded=digest)
    return Snapshot(snapshot.keys, {**snapshot.objects, key: new})


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town(1, shots=1, candidates=1, budget="")
    Law(town)
    yield town
    town.close()


def approve(town: Town, *fates: Fate) -> None:
    """Approves all that waits; the POSTs that follow meet these fates."""
    town.settle(Random(1))
    town.service.fates = list(fates)
    town.desks[0].decide("p1", choose_all(town.state("p1").waiting)[0], ADA)
    town.settle(Random(2))


def resolve(town: Town, outcome: Literal["charged", "not-charged"], *, again: bool) -> None:
    unknown = {e.slot.path: outcome for e in town.desks[0].ledger("p1") if e.unknown}
    assert unknown
    town.desks[0].resolve("p1", unknown, again, ADA)
    town.settle(Random(3))


def cost_records(snapshot: Snapshot) -> list[str]:
    """Keys of the records that say what something cost, and say that it is unknown."""
    return [
        key
        for key, seen in snapshot.objects.items()
        if key.startswith(snapshot.keys.root)
        and seen.data is not None
        and json.loads(seen.data).get("cost_usd", "") is None
    ]


@pytest.mark.parametrize("outcome", ["charged", "not-charged"])
@pytest.mark.parametrize("fate", ["lost", "no usage"])
@pytest.mark.parametrize("nth", [0, 1, 2, 3], ids=["frame", "frame check", "clip", "clip check"])
def test_what_a_record_called_unknown_may_be_known_later(
    town: Town, outcome: Literal["charged", "not-charged"], fate: Fate, nth: int
) -> None:
    if nth >= 2:
        approve(town)
    approve(town, *["good"] * (nth % 2), fate)
    assert cost_records(snapshot_of(town, "p1"))
    assert errors(snapshot_of(town, "p1")) == []
    again = fate == "lost" and nth % 2 == 0
    resolve(town, outcome, again=again)
    assert cost_records(snapshot_of(town, "p1"))
    assert errors(snapshot_of(town, "p1")) == []


def test_a_miss_after_another_ask_was_allowed_is_the_record_of_that_ask(town: Town) -> None:
    approve(town, "lost")
    town.service.fates = ["refused"]
    resolve(town, "charged", again=True)
    asks = [e.slot.ask for e in town.desks[0].ledger("p1") if e.slot.kind == "frame"]
    assert max(asks) == 2
    snapshot = snapshot_of(town, "p1")
    assert not [f for f in examine(snapshot).findings if "no record was made" in f.message]


@pytest.mark.parametrize("said", ["0.5", "0"])
def test_another_amount_than_the_ledgers_stays_an_error_after_a_resolution(
    town: Town, said: str
) -> None:
    approve(town, "good", "no usage")
    resolve(town, "charged", again=False)
    snapshot = snapshot_of(town, "p1")
    (record,) = cost_records(snapshot)
    (found,) = errors(altered(snapshot, record, cost_usd=said))
    assert f"says that it cost ${said}, and the ledger says" in found


def test_unknown_of_what_the_ledger_always_knew_is_an_error(town: Town) -> None:
    approve(town)
    snapshot = snapshot_of(town, "p1")
    key = next(k for k in snapshot.objects if k.endswith(".check.json"))
    (found,) = errors(altered(snapshot, key, cost_usd=None))
    assert "says that it cost unknown, and the ledger says $0.0" in found


def test_an_amount_that_nobody_has_resolved_is_an_error(town: Town) -> None:
    approve(town, "good", "no usage")
    snapshot = snapshot_of(town, "p1")
    (record,) = cost_records(snapshot)
    (found,) = errors(altered(snapshot, record, cost_usd="0.0175"))
    assert "says that it cost $0.0175, and the ledger says unknown" in found


def test_a_record_made_after_the_resolution_says_the_sum_and_is_held_to_it(town: Town) -> None:
    approve(town, "lost")
    resolve(town, "charged", again=True)
    snapshot = snapshot_of(town, "p1")
    assert errors(snapshot) == []
    key = next(k for k in snapshot.objects if k.endswith("v001_c1.take.json"))
    (found,) = errors(altered(snapshot, key, cost_usd="9"))
    assert "says that it cost $9" in found


def test_an_ask_for_which_an_answer_was_found_leaves_no_gap_in_the_ledger() -> None:
    town = Town(2, shots=1, candidates=1, budget="")
    try:
        Law(town)
        town.service.fates = ["lost", "garbage"]
        town.settle(Random(1))
        for name in town.productions:
            lost = {e.slot.path: "charged" for e in town.desks[0].ledger(name) if e.unknown}
            if lost:
                town.desks[0].resolve(name, lost, True, ADA)  # type: ignore[arg-type]
                town.settle(Random(2))
                asks = {e.slot.ask for e in town.desks[0].ledger(name)}
                assert asks == {1, 3}, "the second answer is the other production's"
            assert errors(snapshot_of(town, name)) == []
    finally:
        town.close()

"""Verification: whether everything of a production is there, whole, and tells one story.

Reads every byte and writes nothing. What is missing or altered is named, with what was expected.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

from greenlight.store.keys import INDEX
from greenlight.store.objects import ObjectStore
from greenlight.store.records import find_show
from greenlight.upkeep.verify import contents, money, slots, story
from greenlight.upkeep.verify.case import Case
from greenlight.upkeep.verify.findings import Finding, Report
from greenlight.upkeep.verify.snapshot import Snapshot, take_snapshot

__all__ = ["Finding", "Place", "Report", "examine", "places", "verify"]

_ORDER = {"error": 0, "warning": 1, "note": 2}
_SHOW_FOLDERS = {"reuse", "budget"}
"""What lies in a show's folder beside its productions."""


class Place(NamedTuple):
    """A production and the show that it lies in."""

    show: str
    production: str


def verify(bulk: ObjectStore, place: Place) -> Report:
    """Reads a production whole and says what is wrong with it."""
    begun = time.monotonic()
    report = examine(take_snapshot(bulk, place.show, place.production))
    return report.model_copy(update={"seconds": round(time.monotonic() - begun, 3)})


def examine(snapshot: Snapshot) -> Report:
    """What is wrong with a production as it was read."""
    case = Case(snapshot)
    contents.check_bytes(case)
    contents.read_records(case)
    slots.read_ledger(case)
    contents.check_order(case)
    contents.check_markers(case)
    story.check_takes(case)
    story.check_decisions(case)
    story.check_deliveries(case)
    slots.check_offers(case)
    money.check_ledger_against_records(case)
    money.check_resolutions(case)
    money.check_budget(case)
    money.check_show(case)
    story.note_removals(case)
    unique = dict.fromkeys(case.findings)
    return Report(
        production=snapshot.keys.production,
        show=snapshot.keys.show,
        findings=tuple(sorted(unique, key=lambda f: (_ORDER[f.severity], f.key))),
        objects=len(snapshot.objects),
        records=case.records,
        ledger_steps=case.steps,
        bytes=snapshot.bytes,
        seconds=0.0,
    )


def places(bulk: ObjectStore, store: ObjectStore, productions: Sequence[str] = ()) -> list[Place]:
    """Where these productions lie, or all of them; raises NotFound for one that is nowhere.

    What has records or a ledger is found without its index, which may be what is missing.
    """
    lying = _lying(bulk)
    if not productions:
        known = {place.production for place in lying}
        indexed = [row.key[len(INDEX) : -len(".json")] for row in bulk.listed(INDEX)]
        lying += [Place(find_show(store, name), name) for name in indexed if name not in known]
        return sorted(lying)
    found: list[Place] = []
    for name in dict.fromkeys(productions):
        here = [place for place in lying if place.production == name]
        found += here or [Place(find_show(store, name), name)]
    return found


def _lying(bulk: ObjectStore) -> list[Place]:
    found: set[Place] = set()
    for root in ("shows/", "ledger/"):
        for show in bulk.folders(root):
            names = bulk.folders(f"{root}{show}/")
            found |= {Place(show, name) for name in names if name not in _SHOW_FOLDERS}
    return list(found)

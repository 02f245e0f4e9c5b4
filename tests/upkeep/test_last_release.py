"""Productions that the last release left suspended go on under this one, from their records alone.

They come from a backup, and Prefect knows nothing of their runs: what holds here holds after the
loss of Prefect's database, too.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from greenlight.desk import Desk
from greenlight.desk.keep import Keeping
from greenlight.settings import Profile
from greenlight.store.records import productions
from greenlight.upkeep.backup import FolderVolume, Scope, restore
from greenlight.upkeep.recovery import recover
from greenlight.upkeep.verify import Report
from tests.e2e import people

pytestmark = pytest.mark.stack

FRAMES, CLIPS = "lighthouse-frames-6ab6", "lighthouse-clips-277b"
DELIVERED = "lighthouse-delivered-a5d4"
SHOWS = {FRAMES: "release-frames", CLIPS: "release-clips", DELIVERED: "release-delivered"}


def bring_back(desk: Desk, stored: Path, production: str) -> None:
    """Restores one production into the session's bucket, where recovery finds it."""
    if production not in productions(desk.store):
        restore(FolderVolume(stored), desk.store, Scope(SHOWS[production], production))


def wake(desk: Desk, production: str) -> None:
    """Lets recovery look until a second run is there; its schedule may be quicker."""

    def look() -> bool:
        recover(desk.profile)
        return len(desk.look(production)[0].runs) > 1

    people.until(look)
    runs = desk.look(production)[0].runs
    assert runs[2].cause == "recovery: its run was deleted in Prefect"


def look(desk: Desk, production: str) -> Report:
    return next(Keeping(desk).verify([production]))


@pytest.mark.slow
def test_at_the_frames_gate_it_asks_the_same_and_pays_for_what_is_new_alone(
    desk: Desk, profile: Profile, stored: Path
) -> None:
    before = people.last_request(profile)
    bring_back(desk, stored, FRAMES)
    assert look(desk, FRAMES).findings == ()
    asked = desk.look(FRAMES)[0].gates[3].waiting
    wake(desk, FRAMES)
    people.until_waiting(desk, FRAMES, "frame", suspended=True)
    gates = desk.look(FRAMES)[0].gates
    assert {(w.take, w.sha256) for w in gates[max(gates)].waiting} == {
        (w.take, w.sha256) for w in asked
    }
    assert [r for r in people.paid(profile, since=before) if r["role"] == "image"] == []
    settled = {e.reserved.slot.path for e in desk.workspace(FRAMES).ledger.entries() if e.closed}
    people.finish(desk, FRAMES)
    entries = {e.reserved.slot.path: e for e in desk.workspace(FRAMES).ledger.entries()}
    new = Counter(e.reserved.slot.kind for p, e in entries.items() if p not in settled)
    assert new == {"clip": 2, "clip-rubric": 2}
    assert all(len(e.sending) == 1 for e in entries.values())
    report = look(desk, FRAMES)
    assert report.errors == report.warnings == 0, report.findings


def test_at_the_clips_gate_it_asks_for_the_clip_that_is_left_and_pays_nothing_more(
    desk: Desk, stored: Path
) -> None:
    bring_back(desk, stored, CLIPS)
    spent = desk.spend(CLIPS).spent_usd
    steps = look(desk, CLIPS).ledger_steps
    wake(desk, CLIPS)
    status = people.until_waiting(desk, CLIPS, "clip", suspended=True)
    assert status.waiting_takes == ("sq010_sh0020/clip/v001",)
    people.finish(desk, CLIPS)
    report = look(desk, CLIPS)
    assert report.errors == report.warnings == 0, report.findings
    assert report.ledger_steps == steps
    assert desk.spend(CLIPS).spent_usd == spent == Decimal("0.494256")

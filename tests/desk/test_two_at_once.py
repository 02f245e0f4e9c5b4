"""Several people, tabs and repeats on one production, over the real object store."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from greenlight.desk import Desk, Wish
from greenlight.errors import Refused
from greenlight.production.records import ShotListRecord
from greenlight.production.shots import Shot
from greenlight.settings import Profile
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from greenlight.workspace import Workspace
from tests.production.buying import ADA, workspace_with

BEN = ADA._replace(who="Ben", principal="person:ben", door="review")


@pytest.fixture
def workspace(profile: Profile, objects: ObjectStore) -> Workspace:
    """A production whose shot list waits."""
    workspace = workspace_with(profile, objects)
    shot = Shot.model_validate(
        {"id": "sq010_sh0010", "action": "A fox looks up.", "subject": "fox"}
    )
    workspace.records.claim(
        ShotListRecord(at=now(), version=1, shots=(shot,), made_by="test", sha256="0" * 64)
    )
    return workspace


def together(*works: Callable[[], object]) -> list[object]:
    """What each came to, an exception being one, when all begin at the same moment."""
    gate = threading.Barrier(len(works))

    def begin(work: Callable[[], object]) -> object:
        gate.wait()
        try:
            return work()
        except Refused as refusal:
            return refusal

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(begin, works))


def test_of_two_people_at_once_one_wins_and_the_other_is_told_what_the_first_said(
    profile: Profile, workspace: Workspace
) -> None:
    name = workspace.keys.production
    approve = Wish(target="shotlist/v001", verdict="approve", seen=0)
    again = Wish(target="shotlist/v001", verdict="retake", reason="story", note="Less.", seen=0)
    ada, ben = Desk(profile), Desk(profile)
    results = together(
        lambda: ada.decide(name, [approve], ADA), lambda: ben.decide(name, [again], BEN)
    )
    refusals = [r for r in results if isinstance(r, Refused)]
    (decision,) = workspace.records.facts().decisions.values()
    (refusal,) = refusals
    done = "approved" if decision.verdicts[0].verdict == "approve" else "sent back"
    assert f"{decision.who} {done} shotlist/v001 meanwhile" in str(refusal)


def test_a_double_click_and_a_replayed_request_are_one_decision(
    profile: Profile, workspace: Workspace
) -> None:
    name = workspace.keys.production
    wish = Wish(target="shotlist/v001", verdict="approve", seen=0)
    desks = [Desk(profile) for _ in range(4)]
    results = together(*(lambda d=d: d.decide(name, [wish], ADA, "click-1") for d in desks))
    assert len(workspace.records.facts().decisions) == 1
    assert {getattr(r, "number", None) for r in results} == {1}
    assert desks[0].decide(name, [wish], ADA, "click-1").repeated

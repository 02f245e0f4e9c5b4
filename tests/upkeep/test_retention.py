"""Retention: what is no longer needed goes, and is known to be gone on purpose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from greenlight.desk import Desk, this_person
from greenlight.desk.keep import Keeping
from greenlight.errors import NotFound, Refused
from greenlight.production.records import CancelRecord
from greenlight.settings import Profile
from greenlight.store.keys import open_key
from greenlight.store.objects import open_bucket
from greenlight.store.patience import FLOW_SECONDS
from greenlight.store.records import now
from greenlight.upkeep.backup import FolderVolume, restore
from greenlight.upkeep.verify import Report

FRAMES, DELIVERED = "lighthouse-frames-6ab6", "lighthouse-delivered-a5d4"
ADA = this_person("Ada")


@pytest.fixture
def bucket(bucket_with: Callable[..., Profile]) -> Profile:
    """A bucket with two productions, to do with as a test likes."""
    return bucket_with("release-frames", "release-delivered")


@pytest.fixture
def desk(bucket: Profile) -> Desk:
    return Desk(bucket)


@pytest.fixture
def keeping(desk: Desk) -> Keeping:
    return Keeping(desk)


def cancel(desk: Desk, production: str) -> None:
    """Cancels without Prefect, which knows nothing of these productions."""
    desk.workspace(production).records.claim(CancelRecord(at=now(), who="Ada"))
    desk.store.delete(open_key(production))


def kept_keys(desk: Desk, production: str) -> set[str]:
    workspace = desk.workspace(production)
    return {*desk.store.keys(workspace.keys.root), *desk.store.keys(workspace.keys.ledger)}


def look(keeping: Keeping, production: str) -> Report:
    return next(keeping.verify([production]))


def test_an_unfinished_production_keeps_everything(keeping: Keeping) -> None:
    with pytest.raises(Refused, match="neither delivered nor cancelled"):
        keeping.plan_removal(FRAMES)
    plans, left = keeping.plan_removal("release-frames")
    assert (plans, left) == ([], [FRAMES])
    with pytest.raises(NotFound):
        keeping.plan_removal("nothing-of-that-name")


def test_a_plan_alone_removes_nothing(desk: Desk, keeping: Keeping) -> None:
    before = kept_keys(desk, DELIVERED)
    [plan], _ = keeping.plan_removal("release-delivered")
    assert plan.removed
    assert kept_keys(desk, DELIVERED) == before


def test_a_delivered_production_sheds_stills_and_keeps_what_was_delivered(
    desk: Desk, keeping: Keeping, tmp_path: Path
) -> None:
    before = kept_keys(desk, DELIVERED)
    [plan], _ = keeping.plan_removal(DELIVERED)
    assert all("/sheets/" in item.key for item in plan.removed)
    keeping.remove(plan, ADA)
    gone = before - kept_keys(desk, DELIVERED)
    assert gone == {item.key for item in plan.removed}
    report = look(keeping, DELIVERED)
    assert [f.severity for f in report.findings] == ["note"]
    assert "removed by gc on" in report.findings[0].message
    pulled = list(desk.pull(DELIVERED, tmp_path, takes=True))
    assert len(pulled) == 6 + 5
    assert keeping.plan_removal(DELIVERED)[0][0].empty


def test_a_cancelled_production_sheds_what_nobody_chose_and_its_offers(
    desk: Desk, keeping: Keeping
) -> None:
    cancel(desk, FRAMES)
    facts = desk.workspace(FRAMES).records.facts()
    [plan], _ = keeping.plan_removal(FRAMES)
    rejected = {item.key for item in plan.removed if "/sheets/" not in item.key}
    assert rejected == {take.key for take in facts.takes.values()}
    assert len(plan.offers) == len(rejected) == 3
    keeping.remove(plan, ADA)
    left = kept_keys(desk, FRAMES)
    assert not rejected & left
    assert {k for k in left if k.endswith(".json")} > {
        desk.workspace(FRAMES).keys.record(r)
        for r in (*facts.takes.values(), *facts.checks.values())
    }
    assert [f.severity for f in look(keeping, FRAMES).findings] == ["note"]


def test_what_is_missing_without_having_been_removed_is_still_an_error(
    desk: Desk, keeping: Keeping
) -> None:
    [plan], _ = keeping.plan_removal(DELIVERED)
    keeping.remove(plan, ADA)
    [clip] = [
        t.key for t in desk.workspace(DELIVERED).records.facts().takes.values()
        if t.take == "sq010_sh0010/clip/v001"
    ]  # fmt: skip
    desk.store.delete(clip)
    assert clip in {f.key for f in look(keeping, DELIVERED).findings if f.severity == "error"}


def test_a_removal_that_was_cut_short_is_finished_by_the_next(
    desk: Desk, keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancel(desk, FRAMES)
    [plan], _ = keeping.plan_removal(FRAMES)
    real, calls = desk.store.delete, []

    def die(key: str) -> None:
        calls.append(key)
        if len(calls) == 5:
            raise KeyboardInterrupt
        real(key)

    monkeypatch.setattr(type(desk.store), "delete", lambda self, key: die(key))
    with pytest.raises(KeyboardInterrupt):
        keeping.remove(plan, ADA)
    monkeypatch.undo()
    assert look(keeping, FRAMES).errors == 0
    [rest], _ = keeping.plan_removal(FRAMES)
    assert {item.key for item in rest.removed} < {item.key for item in plan.removed}
    keeping.remove(rest, ADA)
    assert not {item.key for item in plan.removed} & kept_keys(desk, FRAMES)
    assert look(keeping, FRAMES).errors == 0


def test_a_restore_does_not_bring_back_what_was_removed(
    desk: Desk, keeping: Keeping, bucket: Profile, tmp_path: Path
) -> None:
    where = str(tmp_path / "backup")
    cancel(desk, FRAMES)
    keeping.backup(where, bucket)
    [plan], _ = keeping.plan_removal(FRAMES)
    keeping.remove(plan, ADA)
    for _ in range(2):  # from a backup that does not know of it yet, and from one that does
        done = restore(FolderVolume(Path(where)), desk.store)
        gone = len(plan.removed) + len(plan.offers)
        assert (done.restored, done.removed, done.problems) == (0, gone, ())
        keeping.backup(where, bucket)


def test_an_upload_that_was_cut_short_long_ago_is_given_up(
    desk: Desk, keeping: Keeping, bucket: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    from greenlight.store.objects import connect
    from greenlight.upkeep import retention

    client, key = connect(bucket.s3), f"{desk.workspace(DELIVERED).keys.root}cuts/v009.mp4"
    client.create_multipart_upload(Bucket=bucket.s3.bucket, Key=key)
    [plan], _ = keeping.plan_removal(DELIVERED)
    assert plan.uploads == ()  # it may still be at work
    monkeypatch.setattr(retention, "UPLOAD_PATIENCE", -retention.UPLOAD_PATIENCE)
    [plan], _ = keeping.plan_removal(DELIVERED)
    assert [upload.key for upload in plan.uploads] == [key]
    keeping.remove(plan, ADA)
    assert open_bucket(bucket.s3, FLOW_SECONDS).uploads(desk.workspace(DELIVERED).keys.root) == []

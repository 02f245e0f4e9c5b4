"""Backup and restore: everything comes back as it was, and good bytes are never replaced."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from greenlight.desk import Desk
from greenlight.desk.keep import Keeping
from greenlight.errors import IntegrityError, InvalidInput, NotFound, Refused
from greenlight.settings import Profile
from greenlight.store.keys import open_key
from greenlight.store.objects import ObjectStore, Stored, connect
from greenlight.upkeep.backup import FolderVolume, Scope, restore
from greenlight.upkeep.backup.volume import checked_key

FRAMES, CLIPS = "lighthouse-frames-6ab6", "lighthouse-clips-277b"
ALL_OBJECTS, FRAMES_OBJECTS, CLIPS_OBJECTS = 247, 62, 88
TAKE = f"shows/release-clips/{CLIPS}/shots/sq010_sh0010/clips/v001.take.json"


@pytest.fixture
def bucket(bucket_with: Callable[..., Profile]) -> Profile:
    """A bucket with one production, to do with as a test likes."""
    return bucket_with("release-clips")


def contents(profile: Profile, prefix: str = "") -> dict[str, Stored]:
    store = ObjectStore(connect(profile.s3), profile.s3.bucket)
    return {key: store.head(key) for key in store.keys(prefix)}


def store_of(profile: Profile) -> ObjectStore:
    return ObjectStore(connect(profile.s3), profile.s3.bucket)


def test_a_backup_restored_into_an_empty_bucket_is_the_same_and_verifies(
    bucket_with: Callable[..., Profile], new_bucket: Callable[[], Profile], tmp_path: Path
) -> None:
    where, full, other = str(tmp_path / "backup"), bucket_with(), new_bucket()
    saved = Keeping(Desk(full)).backup(where, full)
    assert (saved.copied, saved.unchanged, saved.later) == (ALL_OBJECTS, 0, 0)
    done = Keeping(Desk(other)).restore(where, other)
    assert (done.restored, done.problems, done.asleep, done.finished) == (ALL_OBJECTS, (), (), True)
    assert contents(other) == contents(full)
    assert [report.findings for report in Keeping(Desk(other)).verify()] == [(), (), ()]


def test_a_second_backup_copies_what_is_new_alone(bucket: Profile, tmp_path: Path) -> None:
    desk, where = Desk(bucket), str(tmp_path / "backup")
    keeping = Keeping(desk)
    keeping.backup(where, bucket)
    again = keeping.backup(where, bucket)
    assert (again.copied, again.unchanged) == (0, CLIPS_OBJECTS)
    budget = desk.workspace(CLIPS).keys.budget
    data = json.loads(desk.store.get(budget)) | {"note": "changed"}
    desk.store.overwrite(budget, json.dumps(data).encode())
    desk.store.put_once(desk.workspace(CLIPS).keys.sheet("0" * 24), b"new", "image/jpeg")
    assert keeping.backup(where, bucket).copied == 2
    assert json.loads((tmp_path / "backup/objects" / budget).read_bytes()) == data


def test_one_production_and_one_show_can_be_kept_alone(
    bucket_with: Callable[..., Profile], new_bucket: Callable[[], Profile], tmp_path: Path
) -> None:
    two = bucket_with("release-frames", "release-clips")
    keeping = Keeping(Desk(two))
    one = keeping.backup(str(tmp_path / "one"), two, production=FRAMES)
    show = keeping.backup(str(tmp_path / "show"), two, show="release-frames")
    assert one.copied == show.copied == FRAMES_OBJECTS  # the only production of its show
    other = new_bucket()
    whole = str(tmp_path / "whole")
    keeping.backup(whole, two)
    assert Keeping(Desk(other)).restore(whole, other, production=FRAMES).restored == one.copied
    assert [r.findings for r in Keeping(Desk(other)).verify()] == [()]
    with pytest.raises(NotFound):
        Keeping(Desk(other)).restore(whole, other, production="nobody")


def test_a_bucket_elsewhere_keeps_a_backup_too(
    untouched: Profile, new_bucket: Callable[[], Profile]
) -> None:
    keeper, other = new_bucket(), new_bucket()
    where = f"s3://{keeper.s3.bucket}/greenlight/daily"
    keeping = Keeping(Desk(untouched))
    assert keeping.backup(where, keeper, production=FRAMES).copied
    assert keeping.backup(where, keeper, production=FRAMES, deep=True).copied == 0
    assert Keeping(Desk(other)).restore(where, keeper).problems == ()
    assert contents(other, "shows/") == contents(untouched, "shows/release-frames/")


def test_what_is_damaged_in_the_bucket_never_reaches_the_backup(
    bucket: Profile, tmp_path: Path
) -> None:
    desk, where = Desk(bucket), str(tmp_path / "backup")
    keeping = Keeping(desk)
    keeping.backup(where, bucket)
    kept = tmp_path / "backup/objects" / TAKE
    good = kept.read_bytes()
    client = connect(bucket.s3)
    metadata = client.head_object(Bucket=bucket.s3.bucket, Key=TAKE)["Metadata"]
    for data, said in ((good.replace(b"1", b"2"), metadata), (b"{}", {})):
        client.put_object(Bucket=bucket.s3.bucket, Key=TAKE, Body=data, Metadata=said)
        saved = keeping.backup(where, bucket)
        assert [TAKE in problem for problem in saved.problems] == [True]
        assert kept.read_bytes() == good


def test_a_restore_fills_gaps_and_replaces_nothing(bucket: Profile, tmp_path: Path) -> None:
    desk, where = Desk(bucket), str(tmp_path / "backup")
    keeping = Keeping(desk)
    keeping.backup(where, bucket)
    before = contents(bucket)
    decision = desk.workspace(CLIPS).keys.decisions + "000003.json"
    desk.store.delete(decision)
    desk.store.delete(TAKE)
    desk.store.put_once(TAKE, b"something else")
    desk.store.overwrite(desk.workspace(CLIPS).keys.budget, b"{}")
    done = keeping.restore(where, bucket)
    assert (done.restored, done.kept) == (1, 1)
    assert [TAKE in problem for problem in done.problems] == [True]
    assert desk.store.get(TAKE) == b"something else"
    assert contents(bucket)[decision] == before[decision]


def test_a_production_that_cannot_be_restored_whole_is_not_marked_as_open(
    stored: Path, new_bucket: Callable[[], Profile], tmp_path: Path
) -> None:
    import shutil

    folder, other = tmp_path / "backup", new_bucket()
    shutil.copytree(stored, folder)
    step = next((folder / "objects/ledger/release-clips").rglob("2-sending_001.json"))
    step.write_bytes(step.read_bytes() + b" ")
    done = restore(FolderVolume(folder), store_of(other))
    assert done.asleep == (CLIPS,)
    assert [step.name in problem for problem in done.problems] == [True]
    marked = [key for key in contents(other) if key.startswith("open/")]
    assert marked == [open_key("lighthouse-frames-6ab6")]
    shutil.copytree(stored, folder, dirs_exist_ok=True)
    assert restore(FolderVolume(folder), store_of(other)).restored == 2
    assert open_key(CLIPS) in contents(other)


def test_rot_in_a_backup_is_found_and_mended_by_a_deep_one(
    untouched: Profile, tmp_path: Path
) -> None:
    where = tmp_path / "backup"
    keeping = Keeping(Desk(untouched))
    keeping.backup(str(where), untouched)
    copy = next((where / "objects").rglob("*.take.json"))
    good = copy.read_bytes()
    copy.write_bytes(bytes([good[0] ^ 1]) + good[1:])
    assert keeping.backup(str(where), untouched).copied == 0
    assert keeping.backup(str(where), untouched, deep=True).copied == 1
    assert copy.read_bytes() == good


def test_a_backup_shows_one_moment(
    untouched: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = str(tmp_path / "backup")
    real = ObjectStore.clock
    monkeypatch.setattr(ObjectStore, "clock", lambda self: real(self) - timedelta(hours=1))
    saved = Keeping(Desk(untouched)).backup(where, untouched)
    kept = FolderVolume(Path(where)).index()
    # Of an hour ago there is nothing but what has no history: markers, budgets and offers.
    assert saved.later > 40
    assert all(key.startswith("open/") or "/reuse/" in key or "budget" in key for key in kept)


def test_a_backup_that_was_cut_short_is_gone_on_with_and_says_so(
    untouched: Profile, new_bucket: Callable[[], Profile], tmp_path: Path
) -> None:
    where, other = tmp_path / "backup", new_bucket()
    keeping = Keeping(Desk(untouched))

    def stop(done: int, total: int) -> None:
        if done == 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Keeping(Desk(untouched)).backup(str(where), untouched, progress=stop)
    assert keeping.backup(str(where), untouched).copied > 0
    index = where / "index.jsonl"
    index.write_bytes(index.read_bytes()[:-20])  # as if the power had failed in the last line
    volume = FolderVolume(where)
    assert len(volume.index()) == FRAMES_OBJECTS - 1
    volume.set_state(volume.state().model_copy(update={"finished": False}))
    assert not restore(volume, store_of(other)).finished
    assert keeping.backup(str(where), untouched).copied == 1
    assert len(volume.index()) == FRAMES_OBJECTS


@pytest.mark.parametrize(
    "key", ["../../etc/passwd", "shows/../x/y.json", "/shows/a", "results/x/y"]
)
def test_a_backup_that_names_other_keys_is_refused(tmp_path: Path, key: str) -> None:
    row = {"key": key, "sha256": "", "size": 0, "mime": "", "etag": ""}
    row["modified"] = "2026-01-01T00:00:00Z"
    (tmp_path / "index.jsonl").write_text(json.dumps(row) + "\n")
    with pytest.raises(IntegrityError, match="which is invalid"):
        FolderVolume(tmp_path).index()


def test_a_place_that_can_hold_no_backup_is_named(untouched: Profile, tmp_path: Path) -> None:
    keeping = Keeping(Desk(untouched))
    with pytest.raises(Refused, match="the bucket being backed up"):
        keeping.backup(f"s3://{untouched.s3.bucket}/beside", untouched)
    with pytest.raises(InvalidInput, match="s3://BUCKET/PREFIX"):
        keeping.backup("s3://-/x", untouched)
    with pytest.raises(NotFound, match="backup not found in"):
        keeping.restore(str(tmp_path / "none"), untouched)


def test_whatever_is_in_the_scope_of_a_backup_is_taken_into_one() -> None:
    for prefix in Scope().prefixes():
        assert checked_key(f"{prefix}fox-1.json")


def test_a_scope_without_a_show_is_everything() -> None:
    assert Scope().prefixes() == [
        *("shows/", "ledger/", "productions/", "open/"),
        *("access/", "audit/", "batches/", "batch-open/"),
    ]

"""Verification: whatever is taken away or altered is named, whichever object it is."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenlight.desk import Desk
from greenlight.desk.keep import Keeping
from greenlight.errors import NotFound
from greenlight.settings import Profile
from greenlight.store.keys import Keys, index_key, open_key
from greenlight.store.objects import ObjectStore, connect, open_bucket
from greenlight.store.patience import FLOW_SECONDS
from greenlight.upkeep.backup import FolderVolume
from greenlight.upkeep.backup.scope import Scope, chosen, owner
from greenlight.upkeep.backup.volume import Row
from greenlight.upkeep.verify import Finding, Place, examine, places, verify
from greenlight.upkeep.verify.snapshot import Seen, Snapshot

FRAMES = Place("release-frames", "lighthouse-frames-6ab6")
CLIPS = Place("release-clips", "lighthouse-clips-277b")
DELIVERED = Place("release-delivered", "lighthouse-delivered-a5d4")
EVERY = (FRAMES, CLIPS, DELIVERED)


def snapshot_of(folder: Path, place: Place) -> Snapshot:
    """A production as it lies in a backup, read as verification reads it from the bucket."""
    index = FolderVolume(folder).index()

    def read(key: str) -> bytes:
        return (folder / "objects" / key).read_bytes()

    below = [k for k in sorted(index) if k.startswith(tuple(Scope(*place).prefixes()))]
    keys = chosen(below, Scope(*place), read, {owner(k) for k in below})
    return Snapshot(Keys(*place), {k: seen_of(index[k], read(k)) for k in keys})


def seen_of(row: Row, data: bytes) -> Seen:
    kept = data if row.mime == "application/json" else None
    return Seen(row.key, len(data), hashlib.sha256(data).hexdigest(), row.sha256, row.mime, kept)


def without(snapshot: Snapshot, key: str) -> Snapshot:
    objects = {k: seen for k, seen in snapshot.objects.items() if k != key}
    return Snapshot(snapshot.keys, objects)


def found(snapshot: Snapshot, key: str) -> list[Finding]:
    return [f for f in examine(snapshot).findings if f.key == key]


@pytest.mark.parametrize("place", EVERY, ids=lambda p: p.show)
def test_productions_of_the_last_release_are_well(stored: Path, place: Place) -> None:
    report = examine(snapshot_of(stored, place))
    assert report.findings == ()
    assert report.records > 15
    assert report.ledger_steps > 25


@pytest.mark.parametrize("place", EVERY, ids=lambda p: p.show)
def test_whatever_object_is_taken_away_is_named(stored: Path, place: Place) -> None:
    snapshot = snapshot_of(stored, place)
    gates = sorted(k for k in snapshot.objects if "/gates/" in k)
    unnamed = [k for k in snapshot.objects if not found(without(snapshot, k), k)]
    # The newest gate, as long as nobody has answered it, is known to Prefect alone: without its
    # record the production asks again.
    assert unnamed == [gates[-1]]


@pytest.mark.parametrize("place", EVERY, ids=lambda p: p.show)
def test_whatever_byte_is_altered_is_named(stored: Path, place: Place) -> None:
    snapshot = snapshot_of(stored, place)
    keys = sorted(k for k, seen in snapshot.objects.items() if seen.data)

    @settings(max_examples=50)
    @given(key=st.sampled_from(keys), spot=st.randoms(use_true_random=False))
    def alter(key: str, spot: random.Random) -> None:
        seen = snapshot.objects[key]
        assert seen.data is not None
        data = bytearray(seen.data)
        data[spot.randrange(len(data))] ^= 1 << spot.randrange(8)
        altered = seen._replace(data=bytes(data), sha256=hashlib.sha256(data).hexdigest())
        objects = {**snapshot.objects, key: altered}
        assert [f for f in found(Snapshot(snapshot.keys, objects), key) if f.severity == "error"]

    alter()


def rewritten(snapshot: Snapshot, key: str, **fields: object) -> Snapshot:
    """The snapshot with a record that somebody wrote anew, with a sha256 to match."""
    seen = snapshot.objects[key]
    assert seen.data is not None
    data = json.dumps(json.loads(seen.data) | fields).encode()
    digest = hashlib.sha256(data).hexdigest()
    new = seen._replace(data=data, size=len(data), sha256=digest, recorded=digest)
    return Snapshot(snapshot.keys, {**snapshot.objects, key: new})


ROOT = f"shows/{CLIPS.show}/{CLIPS.production}/"
LEDGER = f"ledger/{CLIPS.show}/{CLIPS.production}/sq010_sh0010/clip/v001_c0/ask01/"


@pytest.mark.parametrize(
    ("key", "fields", "said"),
    [
        (
            f"{ROOT}shots/sq010_sh0010/clips/v001.take.json",
            {"cost_usd": "0.10"},
            "says that it cost",
        ),
        (f"{ROOT}shots/sq010_sh0010/clips/v001.take.json", {"sha256": "0" * 64}, "another sha256"),
        (f"{ROOT}shots/sq010_sh0010/clips/v001.take.json", {"take": "cut/v001"}, "belongs to"),
        (f"{ROOT}decisions/000001.json", {"number": 7}, "belongs to"),
        (f"{ROOT}decisions/000001.json", {"schema_version": 99}, "update greenlight"),
        (f"{ROOT}production.json", {"show": "elsewhere"}, "elsewhere"),
        (f"{ROOT}budget.json", {"draws": {}, "releases": {}}, "has no draw for"),
        (f"{LEDGER}9-closed.json", {"outcome": "refused"}, "says refused"),
        (f"{LEDGER}2-sending_001.json", {"number": 2}, "numbered 2"),
        (f"{LEDGER}1-reserved.json", {"simulated": False}, "simulated"),
    ],
)
def test_a_record_that_was_written_anew_contradicts_the_others(
    stored: Path, key: str, fields: dict[str, object], said: str
) -> None:
    findings = examine(rewritten(snapshot_of(stored, CLIPS), key, **fields)).findings
    about = [f for f in findings if f.severity == "error" and said in f.message]
    assert about, [f.message for f in findings]


def test_an_approval_of_other_bytes_is_no_approval(stored: Path) -> None:
    snapshot = snapshot_of(stored, CLIPS)
    key = f"{ROOT}decisions/000002.json"
    data = snapshot.objects[key].data
    assert data is not None
    verdicts = json.loads(data)["verdicts"]
    verdicts[0]["sha256"] = "f" * 64
    findings = examine(rewritten(snapshot, key, verdicts=verdicts)).findings
    assert any("no decision approves exactly that" in f.message for f in findings)


def test_a_second_post_for_a_slot_is_an_error(stored: Path) -> None:
    snapshot = snapshot_of(stored, CLIPS)
    first = snapshot.objects[f"{LEDGER}2-sending_001.json"]
    assert first.data is not None
    data = json.dumps(json.loads(first.data) | {"number": 2}).encode()
    digest = hashlib.sha256(data).hexdigest()
    key = f"{LEDGER}2-sending_002.json"
    second = Seen(key, len(data), digest, digest, first.mime, data)
    twice = Snapshot(snapshot.keys, {**snapshot.objects, key: second})
    assert found(twice, f"{LEDGER}2-not-sent_001.json")[0].severity == "error"


def with_record(snapshot: Snapshot, key: str, fields: dict[str, object]) -> Snapshot:
    """The snapshot with one more record, written in the proper way."""
    data = json.dumps(fields).encode()
    digest = hashlib.sha256(data).hexdigest()
    seen = Seen(key, len(data), digest, digest, "application/json", data)
    return Snapshot(snapshot.keys, {**snapshot.objects, key: seen})


@pytest.mark.parametrize(
    ("decision", "key", "said"),
    [
        (1, f"{LEDGER}9-resolved.json", "does not name"),
        (4, f"{ROOT}decisions/000004.json", "has heard of decision 4"),
    ],
)
def test_an_unknown_outcome_is_resolved_by_a_decision_that_says_so(
    stored: Path, decision: int, key: str, said: str
) -> None:
    fields = {"outcome": "unknown", "cost_usd": None}
    snapshot = rewritten(snapshot_of(stored, CLIPS), f"{LEDGER}9-closed.json", **fields)
    resolved = {"at": "2026-11-23T12:00:00Z", "cost_usd": "0.2", "again": False, "by": "Ada"}
    resolved["decision"] = decision
    case = with_record(snapshot, f"{LEDGER}9-resolved.json", resolved)
    assert [f for f in found(case, key) if said in f.message and f.severity == "error"]


def test_a_limit_of_the_show_that_is_gone_is_named(stored: Path) -> None:
    limit = {"at": "2026-11-23T12:00:00Z", "number": 2, "limit_usd": "5", "who": "Ada"}
    prefix = f"shows/{CLIPS.show}/budget/"
    limit["principal"] = "login:ada"
    case = with_record(snapshot_of(stored, CLIPS), f"{prefix}0002.json", limit)
    assert [f.key for f in examine(case).findings] == [f"{prefix}0001.json"]


@pytest.fixture
def bucket(bucket_with: Callable[..., Profile]) -> Profile:
    """A bucket with one production, to do with as a test likes."""
    return bucket_with(CLIPS.show)


@pytest.fixture
def desk(bucket: Profile) -> Desk:
    return Desk(bucket)


def alter(profile: Profile, key: str, spot: random.Random) -> None:
    """Changes one bit of an object behind everybody's back: what it says of itself stays."""
    client = connect(profile.s3)
    answer = client.get_object(Bucket=profile.s3.bucket, Key=key)
    data = bytearray(answer["Body"].read())
    data[spot.randrange(len(data))] ^= 1 << spot.randrange(8)
    client.put_object(
        Bucket=profile.s3.bucket,
        Key=key,
        Body=bytes(data),
        ContentType=answer["ContentType"],
        Metadata=answer["Metadata"],
    )


def names(store: ObjectStore, key: str, other: str) -> bool:
    return key.endswith(".json") and other.encode() in store.get(key)


def test_in_a_bucket_altered_and_missing_objects_are_named_and_nothing_else(
    bucket_with: Callable[..., Profile],
) -> None:
    bucket = bucket_with()
    bulk, desk = open_bucket(bucket.s3, FLOW_SECONDS), Desk(bucket)
    assert [r.findings for r in Keeping(desk).verify()] == [(), (), ()]
    spot = random.Random()
    keys = sorted(
        row.key
        for prefix in (f"shows/{DELIVERED.show}/", f"ledger/{DELIVERED.show}/")
        for row in bulk.listed(prefix)
    )
    gone = spot.choice([key for key in keys if key.endswith((".mp4", ".png"))])
    # Only who can still be read can miss it: what names it stays as it is.
    altered = spot.sample([k for k in keys if k != gone and not names(desk.store, k, gone)], 4)
    for key in altered:
        alter(bucket, key, spot)
    desk.store.delete(gone)
    findings = verify(bulk, DELIVERED).findings
    errors = {f.key for f in findings if f.severity == "error"}
    assert {*altered, gone} <= errors, (altered, gone, findings)
    assert verify(bulk, CLIPS).findings == ()


def test_nothing_is_mended_or_replaced(bucket: Profile, desk: Desk) -> None:
    key = f"{ROOT}shots/sq010_sh0010/frames/v001_c1.png"
    alter(bucket, key, random.Random())
    before = {row.key: row.etag for row in open_bucket(bucket.s3, FLOW_SECONDS).listed("")}
    assert next(Keeping(desk).verify([CLIPS.production])).errors
    assert {row.key: row.etag for row in open_bucket(bucket.s3, FLOW_SECONDS).listed("")} == before


def test_a_production_is_found_without_its_index(bucket: Profile, desk: Desk) -> None:
    desk.store.delete(index_key(CLIPS.production))
    report = next(Keeping(desk).verify([CLIPS.production]))
    assert [f.key for f in report.findings] == [index_key(CLIPS.production)]
    assert CLIPS in places(open_bucket(bucket.s3, FLOW_SECONDS), desk.store)
    with pytest.raises(NotFound, match="production 'nowhere' not found"):
        list(Keeping(desk).verify(["nowhere"]))


def test_an_open_production_without_its_marker_would_never_be_woken(desk: Desk) -> None:
    desk.store.delete(open_key(CLIPS.production))
    report = next(Keeping(desk).verify([CLIPS.production]))
    assert [f.key for f in report.findings] == [open_key(CLIPS.production)]


def test_a_production_that_changes_while_it_is_read_is_read_again(
    bucket: Profile, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., Iterator[object]] = ObjectStore.listed
    key, calls = f"{ROOT}sheets/later.jpg", []

    def listed(self: ObjectStore, prefix: str) -> Iterator[object]:
        yield from real(self, prefix)
        calls.append(prefix)
        if len(calls) < 9:  # something is written after each of the first two looks
            desk.store.overwrite(key, str(len(calls)).encode(), "image/jpeg")

    monkeypatch.setattr(ObjectStore, "listed", listed)
    report = verify(open_bucket(bucket.s3, FLOW_SECONDS), CLIPS)
    assert report.findings == ()
    assert len(calls) >= 12

"""The object store writes once, swaps, and notices altered bytes: against the real S3 server."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from greenlight.errors import IntegrityError, NotFound, ServiceUnavailable
from greenlight.settings import Profile
from greenlight.store.objects import PART_BYTES, ObjectStore, connect, sha256_of


@pytest.fixture
def key() -> str:
    return f"tests/{secrets.token_hex(6)}"


def test_of_many_writers_exactly_one_wins_and_its_bytes_stay(
    objects: ObjectStore, key: str
) -> None:
    bodies = [f"writer {n}".encode() for n in range(16)]
    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(lambda body: objects.put_once(key, body), bodies))
    assert won.count(True) == 1
    assert objects.get(key) == bodies[won.index(True)]


def test_swapping_counts_every_change_of_every_writer(objects: ObjectStore, key: str) -> None:
    objects.put_once(key, b"0")

    def add(_: int) -> None:
        while True:
            data, etag = objects.get_with_etag(key)
            if objects.swap(key, str(int(data) + 1).encode(), etag):
                return

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(add, range(24)))
    assert objects.get(key) == b"24"


def test_altered_bytes_are_noticed_when_read(
    objects: ObjectStore, profile: Profile, key: str
) -> None:
    objects.put_once(key, b"signed off")
    wrong = {"sha256": sha256_of(b"signed off")}
    client = connect(profile.s3)
    client.put_object(Bucket=objects.bucket, Key=key, Body=b"tampered!", Metadata=wrong)
    with pytest.raises(IntegrityError, match=key):
        objects.get(key)


def test_a_large_file_goes_up_in_parts_once(objects: ObjectStore, key: str, tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    path.write_bytes(secrets.token_bytes(1 << 20) * (PART_BYTES // (1 << 20) + 2))
    stored = objects.put_file_once(key, path, "video/mp4")
    assert objects.head(key) == stored
    assert objects.put_file_once(key, path, "video/mp4") == stored
    path.write_bytes(b"another movie")
    with pytest.raises(IntegrityError, match="never overwritten"):
        objects.put_file_once(key, path, "video/mp4")


def test_what_is_missing_is_named(objects: ObjectStore, key: str) -> None:
    with pytest.raises(NotFound, match=key):
        objects.get(key)
    assert not objects.exists(key)
    assert objects.age(key) is None


def test_a_store_that_is_down_is_said_to_be_down(profile: Profile, key: str) -> None:
    settings = profile.s3.model_copy(update={"endpoint_url": "http://127.0.0.1:9"})
    with pytest.raises(ServiceUnavailable, match=key):
        ObjectStore(connect(settings), "nowhere").get(key)

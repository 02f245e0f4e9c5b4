"""Productions of the last release, and buckets of their own to damage and to restore into."""

from __future__ import annotations

import secrets
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from greenlight.settings import Profile
from greenlight.store import memory
from greenlight.store.objects import ObjectStore, connect
from greenlight.upkeep.backup import FolderVolume, Scope, restore, save

STORED = Path(__file__).parent.parent / "release"


@pytest.fixture(autouse=True)
def settled(profile: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    """In memory nothing that was begun before a backup comes in after it."""
    if profile.s3.endpoint_url.startswith(memory.SCHEME):
        monkeypatch.setattr(save, "_SETTLING", 0.0)


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The backup that the last release left, unpacked; not to be changed."""
    folder = tmp_path_factory.mktemp("stored")
    with tarfile.open(STORED / "0.1.0.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="module")
def new_bucket(profile: Profile) -> Callable[[], Profile]:
    """Makes empty buckets beside the session's; each is the profile's with another bucket."""

    def make() -> Profile:
        s3 = profile.s3.model_copy(update={"bucket": f"keep-{secrets.token_hex(4)}"})
        connect(s3).create_bucket(Bucket=s3.bucket)
        return profile.model_copy(update={"s3": s3})

    return make


@pytest.fixture(scope="module")
def bucket_with(new_bucket: Callable[[], Profile], stored: Path) -> Callable[..., Profile]:
    """Makes a bucket with the stored productions of these shows, or of all."""

    def make(*shows: str) -> Profile:
        other = new_bucket()
        store = ObjectStore(connect(other.s3), other.s3.bucket)
        for show in shows or ("",):
            restore(FolderVolume(stored), store, Scope(show))
        return other

    return make


@pytest.fixture(scope="module")
def untouched(bucket_with: Callable[..., Profile]) -> Profile:
    """A bucket with one stored production, which no test changes."""
    return bucket_with("release-frames")

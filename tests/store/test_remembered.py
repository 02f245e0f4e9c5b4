"""What is kept of records on disk goes when nobody asks for it any more."""

from __future__ import annotations

from pathlib import Path

from greenlight.settings import S3Settings
from greenlight.store.remembered import Remembered


def test_what_is_no_longer_asked_for_is_deleted_and_nothing_else(tmp_path: Path) -> None:
    nowhere = S3Settings(
        endpoint_url="http://127.0.0.1:9",
        bucket="none",
        region="us-east-1",
        access_key_id="a",
        secret_access_key="s",
    )
    store = Remembered(nowhere, tmp_path)
    place = store._folder
    place.mkdir()
    for name in ("fox-1.json.gz", "owl-2.json.gz", "notes.txt"):
        (place / name).touch()
    other = tmp_path / "of-another-bucket"
    other.mkdir()
    (other / "fox-1.json.gz").touch()
    store.forget_others(["owl-2"])
    assert sorted(p.name for p in place.iterdir()) == ["notes.txt", "owl-2.json.gz"]
    assert (other / "fox-1.json.gz").exists()

"""`verify`, `backup`, `restore` and `gc` as programs and people meet them."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from greenlight.local.home import StackInfo
from greenlight.settings import Profile
from greenlight.store.objects import ObjectStore, connect
from greenlight.upkeep.backup import FolderVolume, Scope, restore

pytestmark = pytest.mark.stack

STORED = Path(__file__).parent.parent / "release" / "0.1.0.tar.xz"
SHOW, DELIVERED = "release-delivered", "lighthouse-delivered-a5d4"
CLIP = f"shows/{SHOW}/{DELIVERED}/shots/sq010_sh0010/clips/v001.mp4"


@pytest.fixture
def home(stack: StackInfo) -> Path:
    return stack.home


@pytest.fixture
def delivered(objects: ObjectStore, tmp_path: Path) -> str:
    """A production that the last release delivered, in the session's bucket."""
    folder = tmp_path / "stored"
    with tarfile.open(STORED) as archive:
        archive.extractall(folder, filter="data")
    restore(FolderVolume(folder), objects, Scope(SHOW, DELIVERED))
    return DELIVERED


@pytest.mark.slow
def test_one_altered_byte_is_named_and_the_backup_mends_it(
    cli, delivered: str, objects: ObjectStore, profile: Profile, tmp_path: Path
) -> None:
    where = str(tmp_path / "backup")
    assert cli("verify", delivered).returncode == 0
    done = cli("backup", where, "--production", delivered, "--json")
    assert (done.returncode, json.loads(done.stdout)["copied"] > 80) == (0, True)
    client = connect(profile.s3)
    answer = client.get_object(Bucket=objects.bucket, Key=CLIP)
    data, said = answer["Body"].read(), answer["Metadata"]
    altered = bytes([data[0] ^ 1]) + data[1:]
    client.put_object(Bucket=objects.bucket, Key=CLIP, Body=altered, Metadata=said)
    done = cli("verify", delivered)
    line = next(li for li in done.stdout.splitlines() if li.startswith("error"))
    assert (done.returncode, CLIP in line) == (10, True)
    [report] = json.loads(cli("verify", delivered, "--json").stdout)
    assert {f["key"] for f in report["findings"]} == {CLIP}
    assert cli("backup", where, "--production", delivered).returncode == 10
    # The damaged object stays until a person asks for it to be mended.
    assert "0 objects" in cli("restore", where, "--production", delivered).stdout
    assert cli("verify", delivered).returncode == 10
    assert f"mended   {CLIP}" in cli("restore", where, "--production", delivered, "--mend").stdout
    assert cli("verify", delivered).returncode == 0
    objects.delete(CLIP)
    assert "is missing" in cli("verify", delivered).stdout
    done = cli("restore", where, "--production", delivered, "--json")
    assert (done.returncode, json.loads(done.stdout)["restored"]) == (0, 1)
    assert cli("verify", delivered).returncode == 0


def test_gc_shows_first_and_removes_when_told(cli, delivered: str, objects: ObjectStore) -> None:
    shown = cli("gc", delivered)
    assert (shown.returncode, f"gc {delivered} --yes" in shown.stdout) == (0, True)
    [plan] = json.loads(cli("gc", SHOW, "--json").stdout)
    assert (plan["removed"], len(plan["objects"]) > 4) == (False, True)
    assert all(objects.exists(item["key"]) for item in plan["objects"])
    assert cli("gc", delivered, "--yes", "--as", "Ada").returncode == 0
    assert not any(objects.exists(item["key"]) for item in plan["objects"])
    done = cli("verify", delivered)
    assert (done.returncode, "removed by gc on" in done.stdout) == (0, True)
    assert "nothing to remove" in cli("gc", delivered).stdout


def test_what_cannot_be_done_is_said_in_one_line(cli, tmp_path: Path) -> None:
    for words, code in (
        (("verify", "nobody"), 3),
        (("gc", "nobody"), 3),
        (("restore", str(tmp_path / "none")), 3),
        (("backup", "s3://-/x"), 2),
        (("backup", str(tmp_path), "--show", "a", "--production", "b"), 2),
    ):
        done = cli(*words)
        assert (done.returncode, done.stderr.count("\n")) == (code, 1), (words, done)

"""Files below a named folder: private where they must be, and never beside it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from greenlight.errors import Refused
from greenlight.store.folders import Folder, write_file, write_private


@pytest.fixture(params=[0o022, 0o000, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    "name",
    ["/elsewhere/x", "../x", "a/../../x", "a/..", "", ".", "a//x", "./x", "a\0b", "a/"],
)
def test_a_name_that_leads_out_is_refused_and_nothing_is_made(tmp_path: Path, name: str) -> None:
    folder = Folder(tmp_path / "out")
    for work in (lambda: folder.write(name, b"x"), lambda: folder.append(name, b"x")):
        with pytest.raises(Refused, match="not a place below"):
            work()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["sub", "sub/deep"])
@pytest.mark.parametrize("dangling", [False, True])
def test_a_planted_folder_link_is_refused(tmp_path: Path, place: str, dangling: bool) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    (out / place).parent.mkdir(parents=True)
    if not dangling:
        other.mkdir()
    (out / place).symlink_to(other)
    folder = Folder(out)
    acts: list[Callable[[], object]] = [
        lambda: folder.write(f"{place}/x", b"x"),
        lambda: folder.append(f"{place}/x", b"x"),
        lambda: folder.write(f"{place}/more/x", b"x"),
    ]
    for act in acts:
        with pytest.raises(Refused, match="link"):
            act()
    assert not other.exists() or list(other.iterdir()) == []


def test_a_planted_file_link_is_replaced_or_refused_and_its_target_untouched(
    tmp_path: Path,
) -> None:
    out, victim = tmp_path / "out", tmp_path / "victim"
    out.mkdir()
    victim.write_text("mine")
    for name in ("x", ".x.part", ".x.json.part"):
        (out / name).symlink_to(victim)
    folder = Folder(out)
    for work in (lambda: folder.append("x", b"y"), lambda: folder.reading("x")):
        with pytest.raises(Refused, match="link"):
            work()
    folder.write("x", b"theirs")
    assert (out / "x").read_text() == "theirs"
    assert not (out / "x").is_symlink()
    with pytest.raises(Refused, match="link"):
        write_file(out / ".x.part", b"theirs")
    assert victim.read_text() == "mine"


def test_a_pipe_in_the_place_of_a_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x")
    with pytest.raises(Refused, match="not a plain file"):
        Folder(tmp_path).reading("x")


def test_private_files_are_the_owners_alone_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    folder = Folder(tmp_path / "out", private=True)
    folder.write("a/b/x", b"x")
    folder.append("index", b"x")
    write_private(tmp_path / "secret", "x")
    assert [mode(tmp_path / name) for name in ("out", "out/a", "out/a/b")] == [0o700] * 3
    files = ("out/a/b/x", "out/index", "secret")
    assert [mode(tmp_path / name) for name in files] == [0o600] * 3


def test_what_an_earlier_release_left_open_is_closed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(mode=0o755)
    (tmp_path / "index").write_text("x")
    (tmp_path / "index").chmod(0o644)
    folder = Folder(tmp_path, private=True)
    folder.write("a/x", b"x")
    folder.append("index", b"x")
    assert (mode(tmp_path / "a"), mode(tmp_path / "index")) == (0o700, 0o600)


def test_a_file_that_fails_half_way_leaves_the_old_one_and_no_part(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write("x", b"old")
    with pytest.raises(OSError, match="disk full"), folder.writing("x") as file:  # noqa: PT012
        file.write(b"new")
        raise OSError("disk full")
    assert [p.name for p in tmp_path.iterdir()] == ["x"]
    assert (tmp_path / "x").read_text() == "old"


def test_the_named_folder_may_be_a_link_of_the_persons_own(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    Folder(tmp_path / "link").write("a/x", b"x")
    assert (tmp_path / "real/a/x").read_bytes() == b"x"


def test_a_device_is_written_to(tmp_path: Path) -> None:
    write_file(Path("/dev/null"), b"x")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_errors_name_the_whole_path(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a file")
    with pytest.raises(OSError, match="directory") as caught:
        Folder(tmp_path).write("a/x", b"x")
    assert caught.value.filename == str(tmp_path / "a/x")

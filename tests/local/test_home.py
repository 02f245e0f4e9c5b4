from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from greenlight.errors import StackError
from greenlight.local.home import (
    load_credentials,
    lock_holder,
    locked,
    prepare_home,
    socket_folder,
)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_in_the_home_is_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    prepare_home(home)
    load_credentials(home)
    assert socket_folder(home) == home / "run"
    assert mode(home) == 0o700
    assert mode(home / "credentials.json") == 0o600
    assert all(mode(folder) == 0o700 for folder in home.iterdir() if folder.is_dir())


def test_credentials_are_generated_once_and_kept(tmp_path: Path) -> None:
    for name in ("one", "two"):
        prepare_home(tmp_path / name)
    one, again, two = (load_credentials(tmp_path / name) for name in ("one", "one", "two"))
    assert one == again
    assert not {*one.model_dump().values()} & {*two.model_dump().values()}


def test_a_home_of_an_earlier_release_gets_what_it_lacks_and_keeps_what_it_has(
    tmp_path: Path,
) -> None:
    prepare_home(tmp_path)
    made = load_credentials(tmp_path).model_dump()
    former = {name: value for name, value in made.items() if name != "prefect_auth"}
    (tmp_path / "credentials.json").write_text(json.dumps(former))
    added = load_credentials(tmp_path)
    assert added.model_dump() == {**former, "prefect_auth": added.prefect_auth}
    assert added.prefect_auth != made["prefect_auth"]
    assert load_credentials(tmp_path) == added
    assert mode(tmp_path / "credentials.json") == 0o600


def test_a_home_that_cannot_be_made_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StackError) as caught:
        prepare_home(tmp_path / "file" / "home")
    message = str(caught.value)
    assert str(tmp_path / "file" / "home") in message
    assert "GREENLIGHT_HOME" in message
    assert "\n" not in message


def test_an_almost_full_disk_is_refused_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("greenlight.local.home.MIN_FREE_BYTES", 1 << 60)
    with pytest.raises(StackError, match=r"only [\d.]+ GiB free at .* is needed"):
        prepare_home(tmp_path / "home")


def test_a_deep_home_has_its_sockets_in_a_short_private_folder(tmp_path: Path) -> None:
    home = deep_home(tmp_path)
    folder = socket_folder(home)
    try:
        assert len(str(folder / ".s.PGSQL.5432")) < 100
        assert mode(folder) == 0o700
        assert socket_folder(home) == folder
    finally:
        folder.rmdir()


@pytest.fixture
def short_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the sockets of `deep_home` go; nothing is there yet."""
    (tmp_path / "t").mkdir()
    monkeypatch.setattr("greenlight.local.home.gettempdir", lambda: str(tmp_path / "t"))
    folder = socket_folder(deep_home(tmp_path))
    folder.rmdir()
    return folder


def deep_home(tmp_path: Path) -> Path:
    home = tmp_path.joinpath(*["a-rather-long-folder-name"] * 5)
    prepare_home(home)
    return home


def link(folder: Path) -> None:
    (folder.parent / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(folder.parent / "elsewhere")


@pytest.mark.parametrize(
    "plant",
    [
        lambda folder: (folder.mkdir(), folder.chmod(0o777)),
        lambda folder: (folder.mkdir(), folder.chmod(0o710)),
        link,
        lambda folder: folder.symlink_to("nowhere"),
        lambda folder: folder.write_text("a file"),
    ],
    ids=["open", "group", "link", "dangling link", "file"],
)
def test_a_planted_socket_folder_is_refused(
    tmp_path: Path, short_folder: Path, plant: Callable[[Path], object]
) -> None:
    plant(short_folder)
    with pytest.raises(StackError, match=f"socket folder {short_folder} is refused"):
        socket_folder(deep_home(tmp_path))


def test_a_socket_folder_of_another_user_is_refused(
    tmp_path: Path, short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short_folder.mkdir(mode=0o700)
    assert socket_folder(deep_home(tmp_path)) == short_folder
    status = list(short_folder.lstat())
    status[4] = os.geteuid() + 1
    monkeypatch.setattr(Path, "lstat", lambda path: os.stat_result(status))
    with pytest.raises(StackError, match=f"socket folder {short_folder} is refused"):
        socket_folder(deep_home(tmp_path))


def test_the_lock_is_held_by_one_and_names_its_holder(tmp_path: Path) -> None:
    prepare_home(tmp_path)
    assert lock_holder(tmp_path) is None
    with locked(tmp_path) as first, locked(tmp_path) as second:
        assert first
        assert not second
        assert lock_holder(tmp_path) is not None
    assert lock_holder(tmp_path) is None

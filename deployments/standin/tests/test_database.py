from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from greenlight_standin.__main__ import main
from greenlight_standin.database import NewerData, open_database
from greenlight_standin.wire.bodies import digest

from deployments.standin.tests.calls import finished
from deployments.standin.tests.running import Running

# As the first release wrote them, before there was a version.
FIRST_RELEASE = """
create table requests (
  n integer primary key autoincrement, time text not null, role text not null, paid int not null,
  method text not null, path text not null, model text, digest text, shot text,
  outcome text not null, seconds real);
create table interactions (
  id text primary key, created text not null, updated text not null, status text not null,
  base text not null, model text, prompt text not null, request text not null, fault text,
  answer text);
create table files (
  id text primary key, created text not null, mime text not null, size int not null,
  interaction text);
"""
VIDEO = {"content": [{"type": "video", "uri": "https://x/v1/files/aa:download"}]}
TEXT = {"content": [{"type": "text", "text": "no"}]}


def body(action: str) -> dict[str, Any]:
    return {
        "model": "gemini-omni-1.2-flash",
        "background": True,
        "input": [{"type": "text", "text": f"Shot: sq010_sh0010\nAction: {action}"}],
        "response_format": [{"type": "video", "duration": "2s", "delivery": "uri"}],
    }


@pytest.fixture
def old_folder(tmp_path: Path) -> Path:
    """A data folder as the first release left it when it was killed in the middle of a job."""
    folder = tmp_path / "standin"
    (folder / "files").mkdir(parents=True)
    (folder / "files" / "aa").write_bytes(b"\0\0\0\0ftyp")
    (folder / "files" / "bb.part").write_bytes(b"half")
    db = sqlite3.connect(folder / "standin.sqlite3")
    db.executescript(FIRST_RELEASE)
    moment = "2026-11-20T10:00:0{}.000Z"
    jobs = [
        ("v1_made", "walks", "completed", {"steps": [VIDEO]}),
        ("v1_same", "walks", "completed", {"steps": [VIDEO]}),
        ("v1_refused", "bleeds", "completed", {"steps": [TEXT]}),
        ("v1_failed", "falls", "failed", {"steps": []}),
        ("v1_open", "runs", "in_progress", None),
    ]
    rows = [("breakdown", None, "ok"), ("image", None, "refused"), ("image", None, "dropped")]
    rows += [("video", action, "ok") for _, action, *_ in jobs]
    rows += [("video", "walks", "error 503"), ("poll", None, "ok"), ("image", None, "open")]
    for role, action, outcome in rows:
        db.execute(
            "insert into requests(time, role, paid, method, path, digest, outcome)"
            " values ('2026', ?, ?, 'POST', '/', ?, ?)",
            (role, role != "poll", digest(body(action)) if action else None, outcome),
        )
    for n, (ident, action, status, answer) in enumerate(jobs):
        at, request = moment.format(n), json.dumps(body(action))
        text = body(action)["input"][0]["text"]
        said = json.dumps(answer) if answer else None
        values = (ident, at, at, status, "https://x", None, text, request, None, said)
        db.execute("insert into interactions values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    db.execute("insert into files values ('aa', '2026', 'video/mp4', 8, 'v1_made')")
    db.commit()
    db.close()
    return folder


def test_a_folder_of_the_first_release_opens_and_its_list_says_what_came_of_it(
    old_folder: Path, start_standin: Callable[..., Running]
) -> None:
    running = start_standin()
    told = [
        (row["role"], row["outcome"], row["result"], row["remote_id"], row["billed"])
        for row in running.served()
    ]
    opened = told.pop(7)
    assert told == [
        ("breakdown", "ok", "made", None, True),
        ("image", "refused", "refused", None, False),
        ("image", "dropped", None, None, False),
        ("video", "ok", "made", "v1_made", True),
        ("video", "ok", "made", "v1_same", True),
        ("video", "ok", "refused", "v1_refused", False),
        ("video", "ok", "failed", "v1_failed", False),
        ("video", "error 503", None, None, False),
        ("poll", "ok", None, None, False),
        ("image", "interrupted", None, None, False),
    ]
    assert opened[3:] == ("v1_open", True)
    assert finished(running, "v1_open").status == "completed"
    assert running.served("?role=video")[4]["result"] == "made"
    assert running.client().files.download(file="https://x/v1/files/aa") == b"\0\0\0\0ftyp"
    assert not list(old_folder.glob("files/*.part"))


def test_a_migration_that_dies_half_way_leaves_the_folder_as_it_was(
    old_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = old_folder / "standin.sqlite3"
    before = "\n".join(sqlite3.connect(path).iterdump())

    def die(_: object) -> str:
        raise OSError("killed")

    with monkeypatch.context() as patched:
        patched.setattr("greenlight_standin.database.digest", die)
        with pytest.raises(OSError, match="killed"):
            open_database(path)
    assert "\n".join(sqlite3.connect(path).iterdump()) == before
    assert open_database(path).execute("pragma user_version").fetchone()[0] == 4


def test_a_folder_opens_again_and_again_and_keeps_its_list(
    start_standin: Callable[..., Running],
) -> None:
    for count in (1, 2, 3):
        running = start_standin()
        running.call("GET", "/v1/models")
        assert len(running.served()) == count
        running.stop()


def test_a_folder_of_a_newer_release_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "standin.sqlite3"
    db = sqlite3.connect(path)
    db.execute("pragma user_version = 99")
    db.close()
    with pytest.raises(NewerData, match="version 99"):
        open_database(path)
    assert main(["--data", str(tmp_path)]) == 2
    assert "written by a newer stand-in (known: up to 4)" in capsys.readouterr().err

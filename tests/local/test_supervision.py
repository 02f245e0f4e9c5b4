"""Real PostgreSQL and SeaweedFS, really killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from greenlight.errors import StackError
from greenlight.local.background import detach, down
from greenlight.local.home import lock_holder
from greenlight.local.info import ServiceEvent, StackInfo, read_stack, running
from greenlight.local.postgres import binaries
from greenlight.local.stack import Stack
from greenlight.store.objects import connect

pytestmark = pytest.mark.slow

STORES_ONLY = ("prefect", "worker", "models", "media")


def query(info: StackInfo, sql: str) -> str:
    """Ask the stack's database as a client would: over its socket, with its password."""
    bin_folder = binaries()
    assert bin_folder is not None
    socket = info.database_url.partition("?host=")[2].replace("%2F", "/")
    password = info.database_url.partition("postgres:")[2].partition("@")[0]
    answer = subprocess.run(
        [str(bin_folder / "psql"), "-h", socket, "-U", "postgres", "-Atc", sql],
        env={"PGPASSWORD": password},
        capture_output=True,
        text=True,
        check=True,
    )
    return answer.stdout.strip()


def s3(info: StackInfo) -> Any:
    return connect(info.profile.s3)


def test_a_stopped_stack_leaves_no_process_and_finds_its_data_again(
    home: Path, first_port: int, alive: Callable[[], list[psutil.Process]]
) -> None:
    stack = Stack(home, home.parent, first_port=first_port, without=STORES_ONLY)
    with stack as info:
        assert set(info.pids) == {"postgres", "s3"}
        assert alive()
        query(info, "create table kept (n int); insert into kept values (7)")
        s3(info).put_object(Bucket=info.profile.s3.bucket, Key="shows/kept", Body=b"seven")
    assert alive() == []
    assert running(home) is None
    again = Stack(home, home.parent, first_port=first_port, without=STORES_ONLY)
    with again as info:
        assert query(info, "select n from kept") == "7"
        body = s3(info).get_object(Bucket=info.profile.s3.bucket, Key="shows/kept")["Body"].read()
        assert body == b"seven"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to leave root")
def test_root_runs_the_database_with_and_without_user_namespaces(
    home: Path, first_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = (*STORES_ONLY, "s3")
    for way, user in (("", "root"), ("capability", "nobody"), ("", "root")):
        monkeypatch.setenv("GREENLIGHT_ROOT_BY", way)
        with Stack(home, home.parent, first_port=first_port, without=without) as info:
            assert psutil.Process(info.pids["postgres"]).username() == user
            query(info, "create table if not exists kept (n int); insert into kept values (7)")
            rows = query(info, "select count(*) from kept")
    assert rows == "3"


def test_a_second_start_finds_the_first(home: Path, first_port: int) -> None:
    with Stack(home, home.parent, first_port=first_port, without=STORES_ONLY) as info:
        found = running(home)
        assert found is not None
        assert found.profile.s3.endpoint_url == info.profile.s3.endpoint_url
        with pytest.raises(StackError, match=rf"running already \(pid {os.getpid()}"):
            Stack(home, home.parent).start()
        assert running(home) is not None


def test_what_the_stack_opens_is_on_loopback_and_asks_for_credentials(
    home: Path, first_port: int, alive: Callable[[], list[psutil.Process]]
) -> None:
    with Stack(home, home.parent, first_port=first_port, without=STORES_ONLY) as info:
        listening = {
            connection.laddr.ip
            for process in alive()
            for connection in process.net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN
        }
        assert listening == {"127.0.0.1"}
        wrong = info.model_copy(
            update={
                "database_url": info.database_url.replace("postgres:", "postgres:x"),
                "s3_secret_access_key": "wrong",
            }
        )
        with pytest.raises(subprocess.CalledProcessError):
            query(wrong, "select 1")
        with pytest.raises(Exception, match="SignatureDoesNotMatch"):
            s3(wrong).list_objects_v2(Bucket=info.profile.s3.bucket)


def test_a_service_that_dies_is_started_again_with_its_data(
    home: Path, first_port: int, eventually: Any
) -> None:
    events: list[ServiceEvent] = []
    stack = Stack(home, home.parent, events.append, first_port=first_port, without=STORES_ONLY)
    with stack as info:
        query(info, "create table kept (n int); insert into kept values (7)")
        os.kill(info.pids["postgres"], signal.SIGKILL)

        def is_up_again() -> bool:
            seen = [event.state for event in events if event.name == "postgres"]
            return seen == ["starting", "up", "restarting", "starting", "up"]

        eventually(is_up_again)
        after = read_stack(home)
        assert after is not None
        assert after.pids["postgres"] != info.pids["postgres"]
        assert after.pids["s3"] == info.pids["s3"]
        assert query(info, "select n from kept") == "7"
    said = next(event for event in events if event.state == "restarting")
    assert "signal 9" in said.detail


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_supervisor_that_ends_takes_all_with_it_and_loses_nothing(
    home: Path,
    first_port: int,
    alive: Callable[[], list[psutil.Process]],
    eventually: Any,
    number: int,
) -> None:
    info = detach(home, home.parent, first_port=first_port, without=STORES_ONLY)
    assert info.supervisor_pid != os.getpid()
    query(info, "create table kept (n int); insert into kept values (7)")
    s3(info).put_object(Bucket=info.profile.s3.bucket, Key="shows/kept", Body=b"seven")

    os.kill(info.supervisor_pid, number)
    eventually(lambda: not alive() and lock_holder(home) is None)
    assert running(home) is None

    again = detach(home, home.parent, first_port=first_port, without=STORES_ONLY)
    assert query(again, "select n from kept") == "7"
    body = s3(again).get_object(Bucket=again.profile.s3.bucket, Key="shows/kept")["Body"].read()
    assert body == b"seven"
    assert down(home)
    assert alive() == []


def test_after_everything_was_killed_at_once_the_next_start_finds_its_data(
    home: Path, first_port: int, alive: Callable[[], list[psutil.Process]], eventually: Any
) -> None:
    info = detach(home, home.parent, first_port=first_port, without=STORES_ONLY)
    query(info, "create table kept (n int); insert into kept values (7)")
    watchdogs = psutil.Process(info.supervisor_pid).children()
    for process in [*watchdogs, *alive(), psutil.Process(info.supervisor_pid)]:
        process.kill()
    eventually(lambda: not alive() and lock_holder(home) is None)
    assert (home / "postgres" / "data" / "postmaster.pid").exists()

    again = detach(home, home.parent, first_port=first_port, without=STORES_ONLY)
    assert query(again, "select n from kept") == "7"


def test_a_lock_file_that_names_somebody_else_s_process_is_no_obstacle(
    home: Path, first_port: int
) -> None:
    with Stack(home, home.parent, first_port=first_port, without=STORES_ONLY):
        held = (home / "postgres" / "data" / "postmaster.pid").read_text().splitlines()
    stale = [str(os.getpid()), *held[1:]]
    (home / "postgres" / "data" / "postmaster.pid").write_text("\n".join(stale))
    with Stack(home, home.parent, first_port=first_port, without=STORES_ONLY) as info:
        assert query(info, "select 1") == "1"


def test_stopping_what_does_not_run_says_so(home: Path) -> None:
    home.mkdir()
    assert not down(home)


def test_a_service_that_cannot_start_fails_in_one_line_and_leaves_nothing(
    home: Path, first_port: int, alive: Callable[[], list[psutil.Process]]
) -> None:
    home.mkdir()
    data = home / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(StackError) as caught:
        detach(home, home.parent, first_port=first_port, without=STORES_ONLY)
    assert str(caught.value).startswith("postgres ended with exit code")
    assert "\n" not in str(caught.value)
    assert alive() == []


def test_ignored_variables_and_moved_ports_are_told(home: Path, first_port: int) -> None:
    command = [
        *(sys.executable, "-m", "greenlight.local", "--home", str(home)),
        *("--first-port", str(first_port), "--events-fd", "1"),
        *(word for name in (*STORES_ONLY, "s3", "postgres") for word in ("--without", name)),
    ]
    environment = {**os.environ, "GEMINI_API_KEY": "do-not-print"}
    home.mkdir()
    (home / "ports.json").write_text(json.dumps({"s3": first_port + 70}))
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("{") and '"name":"stack","state":"up"' in line:
            break
    process.terminate()
    assert process.wait(10) == 0
    said = "".join(lines)
    assert "GEMINI_API_KEY" in said
    assert "do-not-print" not in said
    assert f"s3 {first_port + 70}" in said

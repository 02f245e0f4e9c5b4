"""Real PostgreSQL and SeaweedFS, really killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import psutil
import pytest

from greenlight.errors import StackError
from greenlight.local.background import detach, down
from greenlight.local.home import lock_holder, read_stack, running
from greenlight.local.postgres import binaries
from greenlight.local.stack import Stack
from greenlight.store.objects import connect
from tests.e2e.people import until
from tests.local.conftest import STORES_ONLY

pytestmark = pytest.mark.slow


def query(info, sql):
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


def keep(info):
    """Leaves something in both stores."""
    query(info, "create table if not exists kept (n int); insert into kept values (7)")
    s3 = info.profile.s3
    connect(s3).put_object(Bucket=s3.bucket, Key="shows/kept", Body=b"seven")


def is_kept(info):
    s3 = info.profile.s3
    body = connect(s3).get_object(Bucket=s3.bucket, Key="shows/kept")["Body"].read()
    return (query(info, "select n from kept"), body) == ("7", b"seven")


@pytest.fixture
def up(home, first_port):
    """Starts the stores of `home` as a process of their own."""
    return lambda: detach(home, home.parent, first_port=first_port, without=STORES_ONLY)


def test_a_stopped_stack_leaves_no_process_and_finds_its_data_again(home, stores, alive):
    with stores() as info:
        assert set(info.pids) == {"postgres", "s3"}
        assert alive()
        keep(info)
    assert alive() == []
    assert running(home) is None
    with stores() as info:
        assert is_kept(info)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to leave root")
def test_root_runs_the_database_with_and_without_user_namespaces(stores, monkeypatch):
    for way, user in (("", "root"), ("capability", "nobody"), ("", "root")):
        monkeypatch.setenv("GREENLIGHT_ROOT_BY", way)
        with stores(without=("s3",)) as info:
            assert psutil.Process(info.pids["postgres"]).username() == user
            query(info, "create table if not exists kept (n int); insert into kept values (7)")
            rows = query(info, "select count(*) from kept")
    assert rows == "3"


def test_a_second_start_finds_the_first(home, stores):
    with stores() as info:
        found = running(home)
        assert found is not None
        assert found.profile.s3 == info.profile.s3
        with pytest.raises(StackError, match=rf"running already \(pid {os.getpid()}"):
            Stack(home, home.parent).start()
        assert running(home) is not None


def test_the_stores_ask_for_credentials(stores):
    with stores() as info:
        url = info.database_url.replace("postgres:", "postgres:x")
        with pytest.raises(subprocess.CalledProcessError):
            query(info.model_copy(update={"database_url": url}), "select 1")
        wrong = info.profile.s3.model_copy(update={"secret_access_key": "wrong"})
        with pytest.raises(Exception, match="SignatureDoesNotMatch"):
            connect(wrong).list_objects_v2(Bucket=wrong.bucket)


def test_a_service_that_dies_is_started_again_with_its_data(home, stores):
    events = []
    with stores(events.append) as info:
        keep(info)
        os.kill(info.pids["postgres"], signal.SIGKILL)
        until(
            lambda: (
                [event.state for event in events if event.name == "postgres"]
                == ["starting", "up", "restarting", "starting", "up"]
            )
        )
        after = read_stack(home)
        assert after is not None
        assert after.pids["postgres"] != info.pids["postgres"]
        assert after.pids["s3"] == info.pids["s3"]
        assert is_kept(info)
    said = next(event for event in events if event.state == "restarting")
    assert "signal 9" in said.detail


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_supervisor_that_ends_takes_all_with_it_and_loses_nothing(home, up, alive, number):
    info = up()
    assert info.supervisor_pid != os.getpid()
    keep(info)
    os.kill(info.supervisor_pid, number)
    until(lambda: not alive() and lock_holder(home) is None)
    assert running(home) is None
    assert is_kept(up())
    assert down(home)
    assert alive() == []


def test_after_everything_was_killed_at_once_the_next_start_finds_its_data(home, up, alive):
    info = up()
    keep(info)
    watchdogs = psutil.Process(info.supervisor_pid).children()
    for process in [*watchdogs, *alive(), psutil.Process(info.supervisor_pid)]:
        process.kill()
    until(lambda: not alive() and lock_holder(home) is None)
    assert (home / "postgres" / "data" / "postmaster.pid").exists()
    assert is_kept(up())


def test_a_lock_file_that_names_another_process_is_no_obstacle(home, stores):
    lock = home / "postgres" / "data" / "postmaster.pid"
    with stores():
        held = lock.read_text().splitlines()
    lock.write_text("\n".join([str(os.getpid()), *held[1:]]))
    with stores() as info:
        assert query(info, "select 1") == "1"


def test_stopping_what_does_not_run_says_so(home):
    home.mkdir()
    assert not down(home)


def test_a_service_that_cannot_start_fails_in_one_line_and_leaves_nothing(home, up, alive):
    data = home / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(StackError) as caught:
        up()
    assert str(caught.value).startswith("postgres ended with exit code")
    assert "\n" not in str(caught.value)
    assert alive() == []


def test_ignored_variables_and_moved_ports_are_told(home, first_port):
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
    lines = []
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

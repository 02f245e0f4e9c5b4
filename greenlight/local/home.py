"""The folder that the embedded stack lives in: its secrets, its lock, where its services are."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir
from typing import Literal

from pydantic import Field, ValidationError

from greenlight.errors import StackError
from greenlight.production.model import Frozen
from greenlight.settings import Profile
from greenlight.store.folders import write_private

MIN_FREE_BYTES = 1 << 30

# A Unix socket's address holds 108 bytes on Linux and 104 on macOS, its file name included.
_MAX_SOCKET_PATH = 100


class Credentials(Frozen):
    """Secrets of one stack, generated once and kept across restarts."""

    stack_id: str = Field(default_factory=lambda: secrets.token_hex(8))
    postgres_password: str = Field(default_factory=lambda: secrets.token_hex(24))
    s3_access_key_id: str = Field(default_factory=lambda: f"GL{secrets.token_hex(9).upper()}")
    s3_secret_access_key: str = Field(default_factory=lambda: secrets.token_hex(24))
    s3_internal_key: str = Field(default_factory=lambda: secrets.token_hex(32))
    models_api_key: str = Field(default_factory=lambda: f"standin-{secrets.token_hex(16)}")
    prefect_auth: str = Field(default_factory=lambda: f"greenlight:{secrets.token_hex(24)}")
    media_secret: str = Field(default_factory=lambda: secrets.token_hex(32))


def prepare_home(home: Path) -> None:
    """Make the folder with owner-only rights; raises StackError for one that cannot work."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        home.chmod(0o700)
        for name in ("logs", "prefect", "postgres", "s3", "models"):
            (home / name).mkdir(exist_ok=True, mode=0o700)
        probe = home / ".probe"
        write_private(probe, "x")
        probe.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        raise StackError(
            f"home folder {home} cannot be used: {reason} (set GREENLIGHT_HOME to a writable one)"
        ) from error
    free = shutil.disk_usage(home).free
    if free < MIN_FREE_BYTES:
        raise StackError(
            f"only {free / (1 << 30):.2f} GiB free at {home} "
            f"(at least {MIN_FREE_BYTES / (1 << 30):.0f} GiB is needed)"
        )


def load_credentials(home: Path) -> Credentials:
    """The stack's secrets; those that an earlier release did not have are added and kept."""
    path = home / "credentials.json"
    kept = json.loads(path.read_text()) if path.exists() else {}
    credentials = Credentials.model_validate(kept)
    if credentials.model_dump().keys() - kept.keys():
        write_private(path, credentials.model_dump_json(indent=1))
    return credentials


def socket_folder(home: Path) -> Path:
    """Owner-only folder for Unix sockets: inside the home, or a short one if that is too deep."""
    inside = home / "run"
    if len(os.fsencode(inside / ".s.PGSQL.5432")) <= _MAX_SOCKET_PATH:
        inside.mkdir(mode=0o700, exist_ok=True)
        return inside
    digest = sha256(os.fsencode(home)).hexdigest()[:10]
    short = Path(gettempdir()) / f"greenlight-{os.geteuid()}-{digest}"
    with suppress(FileExistsError):
        short.mkdir(mode=0o700)
    # The folder is in a place where others may write: it must really be ours before it is trusted.
    status = short.lstat()
    private = stat.S_ISDIR(status.st_mode) and not stat.S_IMODE(status.st_mode) & 0o077
    if not private or status.st_uid != os.geteuid():
        raise StackError(
            f"socket folder {short} is refused: it must be a folder of this user's with mode 0700, "
            "not a link (remove it, or set TMPDIR)"
        )
    return short


@contextmanager
def locked(home: Path) -> Iterator[bool]:
    """Hold the stack's lock while inside; yields False where another process holds it.

    The kernel lets go when the holder dies, however it dies. The file names the holder's pid.
    """
    descriptor = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _try_lock(descriptor):
            yield False
            return
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid()}).encode(), 0)
        yield True
    finally:
        os.close(descriptor)


def lock_holder(home: Path) -> int | None:
    """Process id of the supervisor that holds the stack's lock, or None."""
    try:
        descriptor = os.open(home / "lock", os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        text = os.pread(descriptor, 100, 0)
        return int(json.loads(text)["pid"]) if text else None
    finally:
        os.close(descriptor)
    return None


def _try_lock(descriptor: int) -> bool:
    # `lock_holder` holds the lock for an instant while it looks: that is not a reason to give up.
    for _ in range(10):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.05)
        else:
            return True
    return False


State = Literal["starting", "up", "failed", "restarting", "stopped", "note"]


class ServiceEvent(Frozen):
    """One thing that happened to a service; `seconds` counts from that service's start."""

    name: str
    state: State
    seconds: float = 0.0
    detail: str = ""


class StackInfo(Frozen):
    """Addresses, credentials and processes of a running stack (kept in `stack.json`, 0600)."""

    state: Literal["starting", "up", "stopping"]
    version: str
    home: Path
    root: Path
    supervisor_pid: int
    started_at: datetime
    profile: Profile
    database_url: str
    ports: dict[str, int]
    pids: dict[str, int]


def write_stack(info: StackInfo) -> None:
    """Save where everything is, for other processes of the same owner."""
    write_private(info.home / "stack.json", info.model_dump_json(indent=1))


def read_stack(home: Path) -> StackInfo | None:
    """The record of the last stack of that home, whether it still runs or not."""
    path = home / "stack.json"
    try:
        text = path.read_text()
    except FileNotFoundError:
        return None
    try:
        return StackInfo.model_validate_json(text)
    except ValidationError as error:
        raise StackError(
            f"{path} was not written by this release (stop that stack, then remove the file)"
        ) from error


def running(home: Path) -> StackInfo | None:
    """The stack that runs (or starts) in that home now; None while it stops, too.

    The supervisor's lock decides: the kernel drops it with the process, so neither a stale file nor
    a reused process id can be mistaken for a running stack.
    """
    holder = lock_holder(home)
    if holder is None:
        return None
    info = read_stack(home)
    if info is None or info.supervisor_pid != holder or info.state == "stopping":
        return None
    return info

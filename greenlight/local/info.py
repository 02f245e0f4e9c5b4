"""Events of a starting stack, and its addresses, credentials and processes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from greenlight.errors import StackError
from greenlight.local.home import lock_holder
from greenlight.production.model import Frozen
from greenlight.settings import Profile
from greenlight.store.folders import write_private

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

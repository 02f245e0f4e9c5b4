"""Messages between worker and warm process: lines of JSON over a socket.

The worker asks for a run, the warm process answers with its process id and, later, with how it
ended. The end of the worker's side means: take no more, and leave when the last run has.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Word(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def line(self) -> bytes:
        """As it goes over the socket."""
        return self.model_dump_json().encode() + b"\n"


class Ask(_Word):
    """Fork a flow run with this environment in this folder; `quiet` throws its output away."""

    number: int
    environment: dict[str, str]
    folder: str
    quiet: bool = False


class Told(_Word):
    """A message of the warm process: ready, begun (`number`, `pid`), ended (`pid`, `status`)."""

    what: Literal["ready", "begun", "refused", "ended"]
    number: int = 0
    pid: int = 0
    status: int = 0
    """Exit code of a run that ended; negative: minus the signal that ended it."""

    peak_kb: int = 0
    """Most memory that the process had resident, shared pages included."""

    reason: str = ""

"""One tidy log per service, and one of all of them."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

MAX_LOG_BYTES = 16 << 20

_ANSI = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")

_ERROR = re.compile(r"\b(?:FATAL|PANIC|ERROR|\w*Error)\b")

# SeaweedFS tells each heartbeat, and its maintenance worker misses an admin page that is switched
# off: only its other warnings and errors are for the combined log.
_CHATTER = re.compile(rb"^(?:I\d{4} |\s|\xe2\x95|[WE]\d{4} \S+ (?:worker|client)\.go:)")

# What services put in front of their lines: the combined log has one clock and one layout.
_OWN_CLOCKS = re.compile(
    r"^(?:"
    r"\d{2}:\d{2}:\d{2}\.\d{3} \| "  # Prefect
    r"|[IWEF]\d{4} \d{2}:\d{2}:\d{2}\.\d+ +"  # SeaweedFS
    r"|\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d+ [A-Z]{3,5} (?:\[\d+\] )?"  # PostgreSQL
    r"|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\S* "
    r")"
)


class Logs:
    """The log folder of one stack: files that services write, and the combined one made of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, int] = {}
        self._rest: dict[str, bytes] = {}

    def path(self, service: str) -> Path:
        return self.folder / f"{service}.log"

    def open_for(self, service: str) -> BinaryIO:
        """The file that a service appends its output to; a long one is set aside first."""
        path = self.path(service)
        if service not in self._read:
            _set_aside(path)
            self._read[service] = path.stat().st_size if path.exists() else 0
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "ab")

    def say(self, service: str, line: str) -> None:
        """Put one line of the supervisor's own into the combined log."""
        self._append([f"{_now()} {service:<9} {line}\n"])

    def gather(self) -> None:
        """Carry what services wrote since the last call over into the combined log."""
        lines = [
            f"{_now()} {service:<9} {_tidy(line)}\n"
            for service in list(self._read)
            for line in self._new_lines(service)
            if line.strip() and not (service == "s3" and _CHATTER.match(line))
        ]
        if lines:
            self._append(lines)

    def reason(self, service: str) -> str:
        """The line that best tells why a service ended: its last error, else its last line."""
        path = self.path(service)
        if not path.exists():
            return ""
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 4096))
            lines = [_tidy(line) for line in file.read().splitlines() if line.strip()]
        errors = [line for line in lines[-10:] if _ERROR.search(line)]
        return (errors or lines or [""])[-1]

    def _new_lines(self, service: str) -> list[bytes]:
        path = self.path(service)
        size = path.stat().st_size
        position = self._read[service]
        if size <= position:
            return []
        with path.open("rb") as file:
            file.seek(position)
            data = self._rest.get(service, b"") + file.read(size - position)
        self._read[service] = size
        if size > MAX_LOG_BYTES:
            # The service holds the file open for appending, so it is emptied and not renamed.
            path.with_suffix(".log.1").write_bytes(path.read_bytes())
            os.truncate(path, 0)
            self._read[service] = 0
        *lines, self._rest[service] = data.split(b"\n")
        return lines

    def _append(self, lines: list[str]) -> None:
        path = self.folder / "greenlight.log"
        _set_aside(path)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.writelines(lines)


def _set_aside(path: Path) -> None:
    if path.exists() and path.stat().st_size > MAX_LOG_BYTES:
        path.replace(path.with_name(f"{path.name}.1"))


def _tidy(line: bytes) -> str:
    text = _ANSI.sub(b"", line).decode("utf-8", "replace").rstrip()
    return _OWN_CLOCKS.sub("", text, count=1)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")

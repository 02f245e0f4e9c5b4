"""Loopback ports of the stack: fixed by default, moved when taken, and remembered."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

from greenlight.errors import InvalidInput, StackError
from greenlight.store.folders import write_private

DEFAULT_PORT_BASE = 4700

# Offsets from the base. The first four are for people, the rest are SeaweedFS among itself.
_OFFSETS = {
    "prefect": 0,
    "s3": 1,
    "models": 2,
    "media": 3,
    "s3_grpc": 10,
    "master": 11,
    "master_grpc": 12,
    "volume": 13,
    "volume_grpc": 14,
    "filer": 15,
    "filer_grpc": 16,
    "admin": 17,
    "admin_grpc": 18,
}

# SeaweedFS also listens on a socket here for each gRPC port, whatever TMPDIR says, and cannot do so
# where the file of that name is another user's.
_SIDE_SOCKETS = Path("/tmp")  # noqa: S108

# Where a port goes when its own is taken: behind the stack's own block.
_SPARE = range(50, 300)


def port_base() -> int:
    """`GREENLIGHT_PORT_BASE` or 4700: the first of the stack's ports."""
    text = os.environ.get("GREENLIGHT_PORT_BASE") or str(DEFAULT_PORT_BASE)
    if not text.isascii() or not text.isdigit() or not 1024 <= int(text) <= 65000:
        raise InvalidInput(
            f"GREENLIGHT_PORT_BASE is {text!r} (allowed: a number from 1024 to 65000)"
        )
    return int(text)


def default_ports(base: int) -> dict[str, int]:
    """Name → port where nothing is taken."""
    return {name: base + offset for name, offset in _OFFSETS.items()}


def is_free(port: int) -> bool:
    """Whether a server could listen on that loopback port now."""
    if _left_by_another_user(port):
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: a closed connection's last minute must not make a port look taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _left_by_another_user(port: int) -> bool:
    for path in _SIDE_SOCKETS.glob(f"seaweedfs-*-grpc-{port}.sock"):
        with suppress(FileNotFoundError):
            if path.lstat().st_uid != os.geteuid():
                return True
    return False


def assign_ports(home: Path, base: int) -> dict[str, int]:
    """Name → free port: the last used, else the default, else a spare; remembered in the home."""
    memory = home / "ports.json"
    remembered: dict[str, int] = json.loads(memory.read_text()) if memory.exists() else {}
    defaults = default_ports(base)
    spare = (base + offset for offset in _SPARE)
    taken: set[int] = set()
    ports: dict[str, int] = {}
    for name, default in defaults.items():
        ports[name] = _first_free([remembered.get(name, default), default], spare, taken, name)
        taken.add(ports[name])
    write_private(memory, json.dumps(ports, indent=1))
    return ports


def _first_free(wanted: list[int], spare: Iterator[int], taken: set[int], name: str) -> int:
    for port in chain(wanted, spare):
        if port not in taken and is_free(port):
            return port
    raise StackError(
        f"no free loopback port for {name!r} (set GREENLIGHT_PORT_BASE to another range)"
    )

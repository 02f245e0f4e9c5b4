"""Files that spare a later process a look at one bucket: they may be deleted at any time."""

from __future__ import annotations

import gzip
import os
import tempfile
import zlib
from hashlib import sha256
from pathlib import Path

from greenlight.settings import S3Settings


def place_of(settings: S3Settings) -> str:
    """What tells one bucket's files from another's."""
    return sha256(f"{settings.endpoint_url} {settings.bucket}".encode()).hexdigest()[:16]


def read_kept(path: Path) -> bytes:
    """What was kept; raises OSError or EOFError where nothing is, or not what was kept."""
    try:
        return gzip.decompress(path.read_bytes())
    except zlib.error as error:
        raise OSError(f"{path} is damaged") from error


def keep(path: Path, data: bytes) -> None:
    """Keeps `data` whole or not at all; a read-only or full disk costs the next process time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(gzip.compress(data, 3))
        Path(name).replace(path)
    except OSError:
        return

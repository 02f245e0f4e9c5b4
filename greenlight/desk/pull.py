"""Pulling: a production's files onto this machine, each checked against its sha256."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from greenlight.errors import IntegrityError, Refused
from greenlight.production.facts import Facts
from greenlight.studio import Studio


class Pulled(NamedTuple):
    """A file that is now here."""

    path: Path
    size: int


def wanted(studio: Studio, facts: Facts, takes: bool) -> dict[str, str]:
    """Relative paths → keys: the newest delivery, and with `takes` every take's media."""
    files: dict[str, str] = {}
    if facts.deliveries:
        newest = facts.deliveries[max(facts.deliveries)]
        root = studio.keys.delivery(newest.version, "")
        files |= {key.removeprefix(root): key for key in newest.files}
    if takes:
        root = studio.keys.root
        files |= {t.key.removeprefix(root): t.key for t in facts.takes.values()}
    if not files:
        raise Refused(
            f"{studio.keys.production} has no delivery yet (its takes so far come with --takes)"
        )
    return files


def pull_file(studio: Studio, key: str, path: Path, expected: str) -> Pulled:
    """Fetches one object next to its place, checks it, and moves it there whole.

    Raises IntegrityError, and whatever the file system says (a full disk leaves nothing behind).
    """
    data = studio.store.get_exactly(key, expected) if expected else studio.store.get(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        if part.stat().st_size != len(data):
            raise IntegrityError(f"{path} was not written whole")
        os.replace(part, path)  # noqa: PTH105 - Path.replace is the same call, less plainly atomic
    finally:
        part.unlink(missing_ok=True)
    return Pulled(path, len(data))

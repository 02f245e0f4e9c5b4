"""Pulling: a production's files onto this machine, each checked against its sha256."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from greenlight.errors import Refused
from greenlight.folders import Folder
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


def pull_file(studio: Studio, key: str, folder: Folder, name: str, expected: str) -> Pulled:
    """Fetches one object, checks it, and puts it in its place below the folder whole.

    Raises IntegrityError, and whatever the file system says (a full disk leaves nothing behind).
    """
    data = studio.store.get_exactly(key, expected) if expected else studio.store.get(key)
    return Pulled(folder.write(name, data), len(data))

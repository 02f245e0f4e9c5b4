"""Pulling: a production's files onto this machine, each checked against its sha256."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from greenlight.errors import Refused
from greenlight.production.facts import Facts
from greenlight.store.folders import Folder
from greenlight.workspace import Workspace


class Pulled(NamedTuple):
    """A file that is now here."""

    path: Path
    size: int


def wanted(workspace: Workspace, facts: Facts, takes: bool) -> dict[str, str]:
    """Relative paths → keys: the newest delivery, and with `takes` every take's media."""
    files: dict[str, str] = {}
    if facts.deliveries:
        newest = facts.deliveries[max(facts.deliveries)]
        root = workspace.keys.delivery(newest.version, "")
        files |= {key.removeprefix(root): key for key in newest.files}
    if takes:
        root = workspace.keys.root
        files |= {t.key.removeprefix(root): t.key for t in facts.takes.values()}
    if not files:
        raise Refused(
            f"{workspace.keys.production} has no delivery yet (its takes so far come with --takes)"
        )
    return files


def pull_file(workspace: Workspace, key: str, folder: Folder, name: str, expected: str) -> Pulled:
    """Fetches one object, checks it, and puts it in its place below the folder whole.

    Raises IntegrityError, and whatever the file system says (a full disk leaves nothing behind).
    """
    data = workspace.store.get_exactly(key, expected) if expected else workspace.store.get(key)
    return Pulled(folder.write(name, data), len(data))

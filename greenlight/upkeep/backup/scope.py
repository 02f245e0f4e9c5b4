"""Which objects a backup or a restore is about, and in which order they are safe to write."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import NamedTuple

from greenlight.errors import NotFound

_SHOW_FOLDERS = {"reuse", "budget"}


class Scope(NamedTuple):
    """Everything, one show, or one production of a show."""

    show: str = ""
    production: str = ""

    def prefixes(self) -> list[str]:
        """Where to look for what belongs to it."""
        if not self.show:
            whole = ("shows", "ledger", "productions", "open", "access", "audit", "batches")
            return [*(f"{name}/" for name in whole), "batch-open/"]
        if not self.production:
            return [f"shows/{self.show}/", f"ledger/{self.show}/", "productions/", "open/"]
        own = [f"{root}/{self.show}/{self.production}/" for root in ("shows", "ledger")]
        marks = [f"{root}/{self.production}.json" for root in ("productions", "open")]
        shared = [f"shows/{self.show}/{name}" for name in ("budget/", "draws.json", "reuse/")]
        return [*own, *marks, *shared]


def owner(key: str) -> str:
    """The production that an object belongs to, empty for what a show shares."""
    match key.split("/"):
        case ["productions" | "open", name]:
            return name.removesuffix(".json")
        case ["shows" | "ledger", _, production, _, *_] if production not in _SHOW_FOLDERS:
            return production
    return ""


def chosen(
    keys: Iterable[str], scope: Scope, read: Callable[[str], bytes], productions: set[str]
) -> list[str]:
    """The keys that the scope is about; `productions` are those of its show.

    An offer for reuse belongs to the production that made it, which only its text says.
    """
    found: list[str] = []
    for key in keys:
        beat = key.endswith(".beat")  # says that a run lives, and those of a backup do not
        mark = scope.show and key.startswith(("productions/", "open/"))
        offer = scope.production and key.startswith(f"shows/{scope.show}/reuse/")
        foreign = (mark and owner(key) not in productions) or (
            offer and json.loads(read(key)).get("production") != scope.production
        )
        if not beat and not foreign:
            found.append(key)
    return found


def rank(key: str) -> int:
    """Lower is written first: a reader who finds an open production finds all of it.

    A run that recovery starts on half a production would pay again for what is not there yet.
    """
    if key.startswith(("open/", "batch-open/")):
        return 4
    if key.startswith("productions/"):
        return 3
    if key.startswith("ledger/"):
        return 1
    return 2 if key.endswith(".json") else 0


def show_in(keys: Iterable[str], production: str) -> str:
    """The show of a production among these keys; raises NotFound."""
    for key in keys:
        if owner(key) == production and key.startswith(("shows/", "ledger/")):
            return key.split("/")[1]
    raise NotFound(f"production {production!r} not found in the backup")

"""What reports are made of: each production's records and its ledger, read once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from greenlight.errors import NotFound
from greenlight.money.ledger import Entry, Ledger
from greenlight.production.facts import Facts
from greenlight.production.records import ProductionRecord
from greenlight.production.state import State, fold
from greenlight.settings import Profile, home
from greenlight.store.keys import Keys
from greenlight.store.records import RecordStore, find_show, productions
from greenlight.store.remembered import Remembered


@dataclass(frozen=True)
class Material:
    """One production: what was submitted, everything recorded since, and every paid request."""

    submitted: ProductionRecord
    facts: Facts
    entries: Sequence[Entry] = field(default_factory=tuple)

    @cached_property
    def production(self) -> ProductionRecord:
        """The production under its terms as they are now."""
        return self.submitted.under(self.facts.terms)

    @cached_property
    def state(self) -> State:
        """Where it stands, folded once."""
        return fold(self.facts)

    @property
    def name(self) -> str:
        return self.submitted.production


def gather(profile: Profile, show: str = "", folder: Path | None = None) -> Iterator[Material]:
    """Every production of a show, or of all, in the order of their ids; half-made ones are left.

    What was read before is found in `folder` (GREENLIGHT_HOME's `cache`). Raises NotFound for a
    show without productions, naming those there are.
    """
    store = Remembered(profile.s3, folder or home() / "cache" / "records")
    with store.remembering("_index"):
        index = [(find_show(store, name), name) for name in productions(store)]
    known = sorted({of for of, _ in index})
    if show and show not in known:
        raise NotFound(f"show {show!r} not found (known: {', '.join(known) or 'none yet'})")
    for of, name in index:
        if show not in ("", of):
            continue
        keys = Keys(of, name)
        with store.remembering(name):
            facts = RecordStore(store, keys).facts()
            entries = Ledger(store, keys.ledger).entries()
        if facts.production is not None:
            yield Material(facts.production, facts, entries)

"""Superseded work: it is not sent if it was not yet, and its answer is collected if it was."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Literal, cast, get_args

from greenlight.errors import GreenlightError
from greenlight.money.ledger import Entry, Slot
from greenlight.production.facts import Facts
from greenlight.production.folding import Work, WorkKind
from greenlight.production.names import Kind, TakeId
from greenlight.production.records import Attempt
from greenlight.production.state import State, fold

if TYPE_CHECKING:
    from greenlight.workspace import Workspace

_Made = Literal["sheet", "frame", "clip"]


class Superseded(GreenlightError):
    """People decided otherwise before a request was sent; nothing was sent, and nothing is owed."""

    def __init__(self, slot: Slot) -> None:
        self.slot = slot
        super().__init__(f"{slot.take} is no longer wanted as it was asked for: nothing was sent")


class Wanted:
    """Whether a production still asks for one piece of work, by its records as they are now."""

    def __init__(
        self, workspace: Workspace, kind: Kind | WorkKind, take: TakeId, facts: Facts
    ) -> None:
        self._workspace, self._kind, self._take = workspace, kind, take
        self._facts = facts

    def __call__(self) -> bool:
        """Reads what is new, which only what people do can be."""
        records = self._workspace.records
        if records.newer_than(self._facts):
            self._facts = records.facts()
        work = fold(self._facts).work
        return any((w.kind, w.take) == (self._kind, self._take) for w in work)


class Leftover:
    """Takes that were begun for what no longer holds, and of which a crash has left no record.

    They were paid for: so they are fetched, and kept as old takes.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._never: set[TakeId] = set()

    def work(self, facts: Facts, state: State, in_flight: Collection[str]) -> tuple[Work, ...]:
        """The work that brings them home; none of it sends anything."""
        wanted = {w.key for w in state.work}
        found = []
        for attempt in facts.attempts.values():
            for take in attempt.takes():
                work = self._unfiled(facts, attempt, take)
                if work is None or work.key in wanted or work.key in in_flight:
                    continue
                if self._begun(work):
                    found.append(work)
                else:
                    self._never.add(take)
        return tuple(found)

    def _unfiled(self, facts: Facts, attempt: Attempt, take: TakeId) -> Work | None:
        """The work of a take that is on no record, if a model was to make it."""
        if take in self._never or take in facts.takes or attempt.cause == "human":
            return None
        if attempt.kind not in get_args(_Made):
            return None
        kind, miss = cast("_Made", attempt.kind), facts.misses.get(take)
        if miss is None:
            return Work(kind, take)
        again = (miss.take, miss.ask) in facts.asked_again
        return Work(kind, take, ask=miss.ask + 1) if again else None

    def _begun(self, work: Work) -> bool:
        """Whether its last ask was sent and may yet come to an answer, or has one."""
        take, entry = work.take, None
        for ask in range(work.ask, work.ask + 100):
            later = self._workspace.ledger.entry(Slot.of(take, ask=ask))
            if later is None:
                break
            entry = later
            if entry.resolved is None or not entry.resolved.again:
                break
        return entry is not None and _owed(entry)


def _owed(entry: Entry) -> bool:
    if entry.closed is None:
        return not entry.may_send
    return entry.closed.outcome == "settled"

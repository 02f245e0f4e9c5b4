"""Everything that is recorded of one production, indexed for the fold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from greenlight.production.names import Kind, TakeId, parse_take
from greenlight.production.records import (
    Attempt,
    CancelRecord,
    CheckRecord,
    DecisionRecord,
    DeliveryRecord,
    GateAnswerRecord,
    GateRecord,
    MissRecord,
    ProductionRecord,
    Record,
    RunRecord,
    ShotListRecord,
    TakeRecord,
)


@dataclass
class Facts:
    """The records of one production; `production` is None until it has been submitted."""

    production: ProductionRecord | None = None
    shot_lists: dict[int, ShotListRecord] = field(default_factory=dict)
    attempts: dict[TakeId, Attempt] = field(default_factory=dict)
    takes: dict[TakeId, TakeRecord] = field(default_factory=dict)
    misses: dict[TakeId, MissRecord] = field(default_factory=dict)
    checks: dict[TakeId, CheckRecord] = field(default_factory=dict)
    decisions: dict[int, DecisionRecord] = field(default_factory=dict)
    gates: dict[int, GateRecord] = field(default_factory=dict)
    answers: dict[int, GateAnswerRecord] = field(default_factory=dict)
    deliveries: dict[int, DeliveryRecord] = field(default_factory=dict)
    runs: dict[int, RunRecord] = field(default_factory=dict)
    cancelled: CancelRecord | None = None

    def add(self, records: Iterable[Record]) -> Facts:
        """Puts each record in its place; the order does not matter."""
        for record in records:
            match record:
                case ProductionRecord():
                    self.production = record
                case ShotListRecord():
                    self.shot_lists[record.version] = record
                case Attempt():
                    self.attempts[record.take] = record
                case TakeRecord():
                    self.takes[record.id] = record
                case MissRecord():
                    self.misses[parse_take(record.take)] = record
                case CheckRecord():
                    self.checks[parse_take(record.take)] = record
                case DecisionRecord():
                    self.decisions[record.number] = record
                case GateRecord():
                    self.gates[record.number] = record
                case GateAnswerRecord():
                    self.answers[record.number] = record
                case DeliveryRecord():
                    self.deliveries[record.version] = record
                case RunRecord():
                    self.runs[record.number] = record
                case CancelRecord():
                    self.cancelled = record
                case _:
                    raise TypeError(f"no place for {type(record).__name__}")
        return self

    @property
    def watermark(self) -> int:
        """The ordinal of the newest decision, 0 when there is none."""
        return max(self.decisions, default=0)

    def attempts_of(self, kind: Kind, shot: str = "") -> list[Attempt]:
        """All attempts of one kind at one subject, oldest first."""
        found = [a for t, a in self.attempts.items() if t.kind == kind and t.shot == shot]
        return sorted(found, key=lambda a: a.version)

    def newest(self, kind: Kind, shot: str = "") -> int:
        """The highest version number of that kind that was ever used, 0 when none was."""
        numbers = [t.version for t in self.attempts if t.kind == kind and t.shot == shot]
        if kind == "shotlist":
            numbers += list(self.shot_lists)
        return max(numbers, default=0)

"""Everything that is recorded of one production, indexed for the fold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from greenlight.errors import Refused
from greenlight.production.checks import CheckRecord
from greenlight.production.names import Kind, TakeId
from greenlight.production.records import (
    KINDS,
    Attempt,
    CancelRecord,
    DecisionRecord,
    DeliveryRecord,
    GateAnswerRecord,
    GateRecord,
    MissRecord,
    ProductionRecord,
    Record,
    RemarkRecord,
    Resolution,
    RunRecord,
    ShotListRecord,
    TakeRecord,
    Terms,
    Verdict,
)

_BESIDE_TAKES = re.compile(r"shotlists|animatics|cuts|cast/[^/]+|shots/[^/]+/(?:frames|clips)")


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
    remarks: dict[int, RemarkRecord] = field(default_factory=dict)
    cancelled: CancelRecord | None = None

    def add(self, records: Iterable[Record]) -> Facts:
        """Puts each record in its place; the order does not matter."""
        self.__dict__.pop("_rounds", None)
        for record in records:
            field, by = record.INDEX
            if not by:
                setattr(self, field, record)
                continue
            rows, index = getattr(self, field), getattr(record, by)
            # Of several misses of a take the last ask counts.
            if not isinstance(record, MissRecord) or record.ask >= getattr(
                rows.get(index), "ask", 0
            ):
                rows[index] = record
        return self

    @property
    def watermark(self) -> int:
        """The ordinal of the newest decision, 0 when there is none."""
        return max(self.decisions, default=0)

    @property
    def decided(self) -> Iterator[tuple[DecisionRecord, Verdict]]:
        """Every verdict with its decision, in the order in which they were given."""
        return ((d, v) for _, d in sorted(self.decisions.items()) for v in d.verdicts)

    @property
    def terms(self) -> Terms:
        """What people changed of the terms since the submit, the newest word counting."""
        terms = Terms()
        for _, decision in sorted(self.decisions.items()):
            terms = decision.terms.over(terms) if decision.terms else terms
        return terms

    @property
    def asked_again(self) -> set[tuple[str, int]]:
        """Takes and their asks of unknown outcome that people allowed to be asked again."""
        first: dict[str, Resolution] = {}
        for _, decision in sorted(self.decisions.items()):
            for resolution in decision.resolutions:
                first.setdefault(resolution.slot, resolution)
        return {(r.take, r.ask) for r in first.values() if r.again}

    def attempts_of(self, kind: Kind, shot: str = "") -> list[Attempt]:
        """All attempts of one kind at one subject, oldest first."""
        return self._rounds.get((kind, shot), [])

    @cached_property
    def _rounds(self) -> dict[tuple[Kind, str], list[Attempt]]:
        found: dict[tuple[Kind, str], list[Attempt]] = {}
        for take in sorted(self.attempts):
            found.setdefault((take.kind, take.shot), []).append(self.attempts[take])
        return found

    def deciding(self, decision: DecisionRecord) -> Facts:
        """These facts, had that been decided as well."""
        return replace(self, decisions={**self.decisions, decision.number: decision})

    def newest(self, kind: Kind, shot: str = "") -> int:
        """The highest version number of that kind that was ever used, 0 when none was."""
        numbers = [a.version for a in self.attempts_of(kind, shot)]
        if kind == "shotlist":
            numbers += list(self.shot_lists)
        return max(numbers, default=0)


def newest_list(facts: Facts) -> ShotListRecord:
    """The newest version of the shot list, approved or not; raises Refused without one."""
    if not facts.shot_lists:
        raise Refused("no shot list yet: the breakdown is still being made")
    return facts.shot_lists[max(facts.shot_lists)]


def kind_at(path: str) -> type[Record] | None:
    """The kind of record under that path below a production's folder; None for other objects."""
    folder, _, name = path.rpartition("/")
    suffix = name.partition(".")[2]
    if _BESIDE_TAKES.fullmatch(folder):
        return KINDS.get(f"*.{suffix}")
    return KINDS.get(f"{folder}/*.{suffix}" if folder else name)

"""People at the gates: first-pass yield, waiting times, and the rubric beside their words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from statistics import median

from greenlight.production.agreement import Judged
from greenlight.reports.rows import GATES, ROBOT, AnswerRow, FirstRow, GateName, PendingRow
from greenlight.reports.shares import Figures, Share

THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_SHOT_GATES: tuple[GateName, ...] = ("shot list", "frame", "clip", "final review")


class FirstPass(Figures):
    """One gate: what passed as it was first made; `by_robots` of the first words were a robot's."""

    gate: GateName
    passed: Share
    by_robots: int


class Waiting(Figures):
    """How long takes waited for an answer, in seconds; `role` may be a robot's."""

    gate: str
    role: str
    answers: int
    median_seconds: float
    p90_seconds: float
    longest_seconds: float


class Pending(Figures):
    """What waits at a gate now, and for how many seconds the longest has."""

    gate: GateName
    count: int
    oldest_seconds: float


class At(Figures):
    """The rubric against people, if it flagged what scores below `threshold` in any criterion.

    `precision` is the share of flagged takes that people sent back, `recall` the share of what
    they sent back that would have been flagged.
    """

    threshold: float
    precision: Share
    recall: Share


class Rubric(Figures):
    """One version of a rubric: as it flagged, and as it would have by other thresholds."""

    rubric: str
    decided: int
    sent_back: int
    precision: Share
    recall: Share
    at: tuple[At, ...]


def first_pass(rows: Sequence[FirstRow]) -> tuple[FirstPass, ...]:
    """The yield of each gate that anybody has answered, in the order of the stages."""
    found = []
    for gate in GATES:
        here = [row for row in rows if row.gate == gate]
        if here:
            passed = Share(hits=sum(row.passed for row in here), total=len(here))
            robots = sum(row.role == ROBOT for row in here)
            found.append(FirstPass(gate=gate, passed=passed, by_robots=robots))
    return tuple(found)


def rolled(yields: Iterable[FirstPass]) -> float | None:
    """The product over the gates that every shot goes through; None while one has no answer."""
    known = {one.gate: one.passed.share for one in yields}
    shares = [known.get(gate) for gate in _SHOT_GATES]
    return None if None in shares else math.prod(s for s in shares if s is not None)


def waiting(rows: Iterable[AnswerRow]) -> tuple[Waiting, ...]:
    """By gate and role, and over all gates by people and by robots apart."""
    groups: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        if row.waited_seconds is None:
            continue
        whole = ROBOT if row.role == ROBOT else "people"
        groups.setdefault(("all gates", whole), []).append(row.waited_seconds)
        groups.setdefault((row.gate, row.role), []).append(row.waited_seconds)
    order = {name: place for place, name in enumerate(("all gates", *GATES))}
    return tuple(
        Waiting(
            gate=gate,
            role=role,
            answers=len(seconds),
            median_seconds=median(seconds),
            p90_seconds=p90(seconds),
            longest_seconds=max(seconds),
        )
        for (gate, role), seconds in sorted(groups.items(), key=lambda g: (order[g[0][0]], g[0][1]))
    )


def p90(seconds: Sequence[float]) -> float:
    """The least of these that nine in ten do not exceed (nearest rank)."""
    return sorted(seconds)[math.ceil(0.9 * len(seconds)) - 1]


def pending(rows: Sequence[PendingRow], at: datetime) -> tuple[Pending, ...]:
    """What waits at each gate at this moment."""
    found = []
    for gate in GATES:
        ages = [(at - row.at).total_seconds() for row in rows if row.gate == gate]
        if ages:
            found.append(Pending(gate=gate, count=len(ages), oldest_seconds=max(0.0, *ages)))
    return tuple(found)


def rubrics(rows: Iterable[Judged]) -> tuple[Rubric, ...]:
    """Every version of a rubric that graded something which a person then decided on.

    What only a rule flagged has no score and is left out, and so are omissions.
    """
    groups: dict[str, list[Judged]] = {}
    for row in rows:
        if row.scores and row.verdict != "omit":
            groups.setdefault(row.rubric, []).append(row)
    return tuple(_rubric(name, found) for name, found in sorted(groups.items()))


def _rubric(name: str, rows: Sequence[Judged]) -> Rubric:
    precision, recall = _against(rows, [row.flagged for row in rows])
    return Rubric(
        rubric=name,
        decided=len(rows),
        sent_back=sum(row.verdict == "retake" for row in rows),
        precision=precision,
        recall=recall,
        at=tuple(_at(rows, threshold) for threshold in THRESHOLDS),
    )


def _at(rows: Sequence[Judged], threshold: float) -> At:
    flags = [min(row.scores.values()) < threshold for row in rows]
    precision, recall = _against(rows, flags)
    return At(threshold=threshold, precision=precision, recall=recall)


def _against(rows: Sequence[Judged], flags: Sequence[bool]) -> tuple[Share, Share]:
    sent_back = [row.verdict == "retake" for row in rows]
    both = sum(flag and back for flag, back in zip(flags, sent_back, strict=True))
    return Share(hits=both, total=sum(flags)), Share(hits=both, total=sum(sent_back))

"""The figures of a part: spend, what an approved second costs, reliability, gates and rubrics."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from statistics import median

from greenlight.production.agreement import Judged
from greenlight.reports.rows import (
    GATES,
    ROBOT,
    AnswerRow,
    ApprovedRow,
    FirstRow,
    GateName,
    PendingRow,
    SpendRow,
    TakeRow,
    by_model,
)
from greenlight.reports.shares import Figures, Share

DIMENSIONS: Mapping[str, Callable[[SpendRow], str]] = {
    "show": lambda row: row.show,
    "production": lambda row: row.production,
    "model": lambda row: row.model,
    "role": lambda row: row.role,
    "purpose": lambda row: row.purpose,
    "day": lambda row: row.day.isoformat(),
}


class Line(Figures):
    """What one show, production, model, role, purpose or day came to, in USD.

    `usd` is what is known to be spent; what is unknown or still reserved stands beside it, each
    counted at its ceiling.
    """

    name: str
    usd: Decimal
    unknown_usd: Decimal
    reserved_usd: Decimal
    posts: int


class Spending(Figures):
    """The ledger's total and its parts; the lines of every dimension add up to the total."""

    total: Line
    by: Mapping[str, tuple[Line, ...]]


class PerSecond(Figures):
    """What a second of approved clip took; None while no clip is approved."""

    approved_seconds: Decimal
    approved_shots: int
    takes: int
    takes_per_second: float | None
    usd_per_second: Decimal | None


class Avoided(Figures):
    """Estimate: frames that gates turned down, times the clip that was not shot of each."""

    attempts: int
    usd: Decimal


def spending(rows: Sequence[SpendRow]) -> Spending:
    """The sums of these rows; days in their order, everything else the dearest first."""
    return Spending(total=_line("total", rows), by={d: _lines(d, rows) for d in DIMENSIONS})


def _lines(dimension: str, rows: Sequence[SpendRow]) -> tuple[Line, ...]:
    groups: dict[str, list[SpendRow]] = {}
    for row in rows:
        groups.setdefault(DIMENSIONS[dimension](row), []).append(row)
    lines = [_line(name, found) for name, found in sorted(groups.items())]
    if dimension != "day":
        lines.sort(key=lambda line: -line.usd)
    return tuple(lines)


def _line(name: str, rows: Iterable[SpendRow]) -> Line:
    sums = {"spent": Decimal(0), "unknown": Decimal(0), "reserved": Decimal(0)}
    posts = 0
    for row in rows:
        sums[row.state] += row.usd
        posts += row.posts
    return Line(
        name=name,
        usd=sums["spent"],
        unknown_usd=sums["unknown"],
        reserved_usd=sums["reserved"],
        posts=posts,
    )


def per_second(
    spend: Sequence[SpendRow], takes: Iterable[TakeRow], approved: Sequence[ApprovedRow]
) -> PerSecond:
    """All that was spent, and all takes that models made, over the seconds that were approved."""
    seconds = sum((row.seconds for row in approved), Decimal(0))
    made = sum(row.kind in ("sheet", "frame", "clip") and by_model(row) for row in takes)
    spent = sum((row.usd for row in spend if row.state == "spent"), Decimal(0))
    return PerSecond(
        approved_seconds=seconds,
        approved_shots=len(approved),
        takes=made,
        takes_per_second=made / float(seconds) if seconds else None,
        usd_per_second=(spent / seconds).quantize(Decimal("0.0001")) if seconds else None,
    )


CHAIN = ("breakdown", "frame", "frame rules", "frame rubric", "clip", "clip rules", "clip rubric")
"""What one shot goes through before people see its clip; sheets are not every shot's."""


class Step(Figures):
    """One step: how many of its asks came to what was asked, and what the others came to.

    `repeated` are POSTs that the service certainly did not take and that were made again: they
    cost only time, and do not count as failures of the step.
    """

    name: str
    good: Share
    refused: int = 0
    failed: int = 0
    unknown: int = 0
    repeated: int = 0


class Reliability(Figures):
    """Every step, and the product of those of a shot; None while a step has not been seen."""

    steps: tuple[Step, ...]
    end_to_end: float | None
    unseen: tuple[str, ...]


def reliability(spend: Iterable[SpendRow], takes: Iterable[TakeRow]) -> Reliability:
    """Steps by the ledger's outcomes, and by the rules that check what was made.

    The product is the chance that a shot of one frame and one clip needs nothing made again, if
    its steps fail independently of each other.
    """
    steps = _asked(spend) | _checked(takes)
    order = {
        name: place for place, name in enumerate(("breakdown", "sheet", "sheet rules", *CHAIN[1:]))
    }
    listed = tuple(sorted(steps.values(), key=lambda s: order.get(s.name, len(order))))
    unseen = tuple(name for name in CHAIN if name not in steps)
    known = [steps[name].good.share for name in CHAIN if name in steps]
    product = math.prod(share for share in known if share is not None)
    return Reliability(steps=listed, end_to_end=None if unseen else product, unseen=unseen)


def _asked(rows: Iterable[SpendRow]) -> dict[str, Step]:
    groups: dict[str, list[SpendRow]] = {}
    for row in rows:
        groups.setdefault(row.purpose.replace("-", " "), []).append(row)
    found = {}
    for name, asked in groups.items():
        ended = [row.outcome for row in asked if row.outcome]
        if ended:
            found[name] = Step(
                name=name,
                good=Share(hits=ended.count("settled"), total=len(ended)),
                refused=ended.count("refused"),
                failed=ended.count("failed"),
                unknown=ended.count("unknown"),
                repeated=sum(row.not_sent for row in asked),
            )
    return found


def _checked(rows: Iterable[TakeRow]) -> dict[str, Step]:
    groups: dict[str, list[bool]] = {}
    for row in rows:
        if row.kind in ("sheet", "frame", "clip") and row.usable is not None and by_model(row):
            groups.setdefault(f"{row.kind} rules", []).append(row.usable)
    return {
        name: Step(
            name=name,
            good=Share(hits=sum(usable), total=len(usable)),
            failed=len(usable) - sum(usable),
        )
        for name, usable in groups.items()
    }


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

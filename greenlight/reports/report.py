"""A report: all figures of a period, simulated and real money apart from the first row on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from greenlight.errors import InvalidInput
from greenlight.money.amounts import usd
from greenlight.money.spend import avoided
from greenlight.production.agreement import Judged, judged
from greenlight.reports.figures import (
    Avoided,
    FirstPass,
    Pending,
    PerSecond,
    Reliability,
    Rubric,
    Spending,
    Waiting,
    first_pass,
    pending,
    per_second,
    reliability,
    rolled,
    rubrics,
    spending,
    waiting,
)
from greenlight.reports.material import Material
from greenlight.reports.rows import (
    AnswerRow,
    ApprovedRow,
    FirstRow,
    Money,
    PendingRow,
    RoleOf,
    Row,
    SpendRow,
    TakeRow,
    answer_rows,
    approved_rows,
    first_rows,
    money_of,
    pending_rows,
    spend_rows,
    take_rows,
)
from greenlight.reports.shares import Figures

T = TypeVar("T", bound=Row)


class Period(Figures):
    """Whole days in UTC, both ends included; None leaves an end open."""

    since: date | None = None
    until: date | None = None

    def holds(self, at: datetime) -> bool:
        """Whether a moment lies in it."""
        day = at.date()
        return (not self.since or day >= self.since) and (not self.until or day <= self.until)

    def only(self, rows: Iterable[T]) -> list[T]:
        """The rows that lie in it."""
        return [row for row in rows if self.holds(row.at)]

    @property
    def sentence(self) -> str:
        """Such as "1 to 23 November 2026, UTC"."""
        if self.since is None and self.until is None:
            return "from the first record on"
        begin = f"from {self.since.isoformat()}" if self.since else "from the first record"
        return f"{begin} to {self.until.isoformat()}" if self.until else f"{begin} on"


class Standing(Figures):
    """How many productions had anything happen in the period, and how they stand now."""

    productions: int
    delivered: int
    cancelled: int
    open: int


class Part(Figures):
    """The figures of one kind of money; `unknowable` says what cannot be known, and why."""

    money: Money
    standing: Standing
    spending: Spending
    per_second: PerSecond
    avoided: Avoided
    first_pass: tuple[FirstPass, ...]
    rolled: float | None
    reliability: Reliability
    rubrics: tuple[Rubric, ...]
    waiting: tuple[Waiting, ...]
    pending: tuple[Pending, ...]
    unknowable: tuple[str, ...]


class Report(Figures):
    """What `greenlight report` shows; `parts` has one entry for each kind of money there is."""

    at: datetime
    show: str
    period: Period
    parts: Mapping[Money, Part]


@dataclass
class Rows:
    """The rows of all productions within a period: what figures and files are made of."""

    spend: list[SpendRow] = field(default_factory=list)
    takes: list[TakeRow] = field(default_factory=list)
    answers: list[AnswerRow] = field(default_factory=list)
    first: list[FirstRow] = field(default_factory=list)
    approved: list[ApprovedRow] = field(default_factory=list)
    pending: list[PendingRow] = field(default_factory=list)
    judged: list[tuple[Money, Judged]] = field(default_factory=list)
    saved: list[tuple[Money, Decimal]] = field(default_factory=list)
    standing: list[tuple[Money, str]] = field(default_factory=list)
    unpriced: list[tuple[Money, str]] = field(default_factory=list)

    def add(self, material: Material, period: Period, role_of: RoleOf) -> None:
        """Puts one production's rows beside the others."""
        money = money_of(simulated=material.submitted.simulated)
        before = self._count()
        self.spend += period.only(spend_rows(material))
        self.takes += period.only(take_rows(material))
        self.answers += period.only(answer_rows(material, role_of))
        self.first += period.only(first_rows(material, role_of))
        self.approved += period.only(approved_rows(material))
        decisions = material.facts.decisions
        self.judged += [
            (money, row)
            for row in judged(material.facts)
            if period.holds(decisions[row.decision].at)
        ]
        if self._count() > before or period.holds(material.submitted.at):
            state = material.state
            ended = "cancelled" if state.cancelled else "delivered" if state.delivered else "open"
            self.standing.append((money, ended))
        self.pending += pending_rows(material)
        try:
            saved = avoided(material.production, material.facts)
            self.saved += [(money, one.usd) for one in saved if period.holds(one.at)]
        except InvalidInput as error:  # a model without a price, or that left the catalogue
            self.unpriced.append((money, str(error)))

    def _count(self) -> int:
        lists: Sequence[Sequence[object]] = (self.spend, self.takes, self.answers, self.approved)
        return sum(map(len, lists))


def period_of(since: date | None, until: date | None) -> Period:
    """The period between two days; raises InvalidInput where it ends before it begins."""
    if since and until and until < since:
        raise InvalidInput(f"the period ends ({until}) before it begins ({since})")
    return Period(since=since, until=until)


def last_days(days: int, today: date) -> Period:
    """The so many whole days that end with yesterday; raises InvalidInput below 1."""
    if days < 1:
        raise InvalidInput(f"invalid period of {days} days (at least 1)")
    return Period(since=today - timedelta(days=days), until=today - timedelta(days=1))


def collect(materials: Iterable[Material], period: Period, role_of: RoleOf) -> Rows:
    """The rows of every production, each folded once."""
    rows = Rows()
    for material in materials:
        rows.add(material, period, role_of)
    return rows


def report_of(rows: Rows, at: datetime, show: str, period: Period) -> Report:
    """The figures that follow from the rows."""
    kinds: dict[Money, None] = dict.fromkeys(row.money for row in rows.spend)
    kinds |= dict.fromkeys(money for money, _ in rows.standing)
    parts = {money: _part(rows, money, at) for money in sorted(kinds)}
    return Report(at=at, show=show, period=period, parts=parts)


def _part(rows: Rows, money: Money, at: datetime) -> Part:
    def own(found: Iterable[T]) -> list[T]:
        return [row for row in found if row.money == money]

    spend, takes = own(rows.spend), own(rows.takes)
    passes = first_pass(own(rows.first))
    saved = [amount for of, amount in rows.saved if of == money]
    stands = [how for of, how in rows.standing if of == money]
    found = Part(
        money=money,
        standing=Standing(
            productions=len(stands),
            delivered=stands.count("delivered"),
            cancelled=stands.count("cancelled"),
            open=stands.count("open"),
        ),
        spending=spending(spend),
        per_second=per_second(spend, takes, own(rows.approved)),
        avoided=Avoided(attempts=len(saved), usd=sum(saved, Decimal(0))),
        first_pass=passes,
        rolled=rolled(passes),
        reliability=reliability(spend, takes),
        rubrics=rubrics(row for of, row in rows.judged if of == money),
        waiting=waiting(own(rows.answers)),
        pending=pending(own(rows.pending), at),
        unknowable=(),
    )
    unpriced = sorted({why for of, why in rows.unpriced if of == money})
    return found.model_copy(update={"unknowable": tuple(_unknowable(found, unpriced))})


def _unknowable(part: Part, unpriced: Sequence[str]) -> Iterable[str]:
    """Limits of what the report can know, in sentences."""
    total = part.spending.total
    if total.unknown_usd:
        yield (
            f"What paid requests of unknown outcome really cost: they stand apart, at their "
            f"ceilings ({usd(total.unknown_usd)}), until somebody resolves them."
        )
    if not part.per_second.approved_seconds:
        yield "Takes and dollars per approved second: no clip was approved in this period."
    for why in unpriced:
        yield f"What gates have saved, in part: {why}."
    if part.reliability.end_to_end is None:
        missing = ", ".join(part.reliability.unseen)
        yield f"Reliability from end to end: nothing was asked yet of {missing}."
    if part.rolled is None:
        yield "How many shots pass all gates as first made: a gate has no answer yet."
    if not part.rubrics:
        yield (
            "Whether the rubric agrees with people: no person decided on a graded take "
            "(robots do not count)."
        )
    if not any(w.role == "people" for w in part.waiting):
        yield "How long people were waited for: no person has answered anything yet."
    yield (
        "What rejecting a shot list or a sheet has saved, and time that people spent looking: "
        "nothing on record tells."
    )

"""Numbers: the report over everything that a desk's object store holds."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from greenlight.desk import Desk
from greenlight.reports.corpus import Written, write_corpus
from greenlight.reports.material import gather
from greenlight.reports.report import Period, Report, Rows, collect, report_of
from greenlight.reports.roles import role_finder
from greenlight.store.records import now


class Numbers(NamedTuple):
    """A report and the rows that its figures were made of."""

    report: Report
    rows: Rows


def numbers(desk: Desk, show: str, period: Period) -> Numbers:
    """The report of a show, or of all, for a period; raises NotFound for an unknown show."""
    at = now()
    rows = collect(gather(desk.profile, show), period, role_finder(desk.people))
    return Numbers(report_of(rows, at, show, period), rows)


def write_rejected(
    desk: Desk, folder: Path, show: str, period: Period, *, robots: bool = False
) -> Written:
    """Writes the corpus of what people turned down; raises NotFound for an unknown show."""
    role_of = role_finder(desk.people)
    materials = gather(desk.profile, show)
    return write_corpus(materials, desk.store, folder, period, role_of, robots=robots)

"""Numbers: the report over everything that a profile's object store holds."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from greenlight.access.people import People
from greenlight.reports.corpus import Written, write_corpus
from greenlight.reports.material import gather
from greenlight.reports.report import Period, Report, Rows, collect, report_of
from greenlight.reports.rows import ROBOT, RoleOf
from greenlight.settings import Profile
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now

LOGIN, FORM, GONE = "command line", "Prefect's form", "no longer known"


class Numbers(NamedTuple):
    """A report and the rows that its figures were made of."""

    report: Report
    rows: Rows


def numbers(profile: Profile, people: People, show: str, period: Period) -> Numbers:
    """The report of a show, or of all, for a period; raises NotFound for an unknown show."""
    at = now()
    rows = collect(gather(profile, show), period, role_finder(people))
    return Numbers(report_of(rows, at, show, period), rows)


def write_rejected(
    profile: Profile,
    people: People,
    store: ObjectStore,
    folder: Path,
    show: str,
    period: Period,
    *,
    robots: bool = False,
) -> Written:
    """Writes the corpus of what people turned down; raises NotFound for an unknown show."""
    role_of = role_finder(people)
    materials = gather(profile, show)
    return write_corpus(materials, store, folder, period, role_of, robots=robots)


def role_finder(people: People) -> RoleOf:
    """Tells principals' roles as they are now; one with several has them all, as `final, producer`.

    A holder of the profile's keys is "command line", Prefect's form, which knows no users, is its
    own, and robots are "robot".
    """
    named = {one.name: ", ".join(one.roles) for one in people.principals()}
    linked = {one.id: f"{one.share.role} (link)" for one in people.shares()}

    def role_of(principal: str) -> str:
        kind, _, name = principal.partition(":")
        if kind == "robot":
            return ROBOT
        if kind == "login":
            return LOGIN
        if kind == "prefect":
            return FORM
        found = linked.get(name) if kind == "link" else named.get(name)
        return found or GONE

    return role_of

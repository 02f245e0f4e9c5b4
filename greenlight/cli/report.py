"""`report`: what it cost, what came of it, and where it is lost."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from greenlight.cli.session import JsonOption, ProfileOption, open_desk
from greenlight.cli.show import out, print_json, remark, say, table
from greenlight.errors import InvalidInput
from greenlight.store.folders import write_file

if TYPE_CHECKING:
    from greenlight.reports.report import Part, Period

ShowOption = Annotated[
    str, typer.Option("--show", metavar="SHOW", show_default=False, help="One show only.")
]
SinceOption = Annotated[
    str,
    typer.Option("--since", metavar="DATE", show_default=False, help="First day, UTC: 2026-11-01."),
]
UntilOption = Annotated[
    str, typer.Option("--until", metavar="DATE", show_default=False, help="Last day, included.")
]


def report(
    show: ShowOption = "",
    since: SinceOption = "",
    until: UntilOption = "",
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write it as one page.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FOLDER", help="Write rows and figures as CSV.")
    ] = None,
    parquet: Annotated[
        Path | None, typer.Option("--parquet", metavar="FOLDER", help="The same as Parquet.")
    ] = None,
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show spend, yield, reliability and waiting times, from the records and the ledger.

    Simulated and real money are reported apart. The first report reads everything; what it has
    read is kept in GREENLIGHT_HOME, and the next ones take seconds.
    """
    from greenlight.reports.numbers import numbers

    period = period_option(since, until)
    desk = open_desk(profile)
    found = numbers(desk.profile, desk.people, show, period)
    written: list[Path] = []
    if html is not None:
        from greenlight.reports.page import page_of

        write_file(html, page_of(found.report).encode())
        written.append(html)
    if csv is not None or parquet is not None:
        from greenlight.reports.frames import frames_of, write_csv, write_parquet

        frames = frames_of(found.rows, found.report)
        written += write_csv(frames, csv) if csv else []
        written += write_parquet(frames, parquet) if parquet else []
    if as_json:
        data: dict[str, Any] = found.report.model_dump(mode="json")
        print_json(data)
    elif not written:
        _show(list(found.report.parts.values()), period)
    for path in written:
        (remark if as_json else say)(f"written: {path}")


def period_option(since: str, until: str) -> Period:
    """The period that `--since` and `--until` name; raises InvalidInput."""
    from greenlight.reports.report import period_of

    return period_of(_day(since, "--since"), _day(until, "--until"))


def _day(text: str, option: str) -> date | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day, not a moment
    except ValueError:
        raise InvalidInput(f"{option} {text!r} is no day (such as 2026-11-01)") from None


def _show(parts: list[Part], period: Period) -> None:
    from greenlight.reports.page import HEADINGS, standing_of
    from greenlight.reports.tables import tables_of

    if not parts:
        say(f"nothing happened {period.sentence}")
        return
    for part in parts:
        say(f"{HEADINGS[part.money]}, {period.sentence}", style="bold")
        say(standing_of(part))
        for found in tables_of(part):
            say()
            say(found.title, style="bold")
            table(found.heads, found.rows, found.right)
        say()
        say("What cannot be known", style="bold")
        for sentence in part.unknowable:
            say(f"  {sentence}")
    if not out().is_terminal:
        return
    remark("as a page: greenlight report --html report.html")

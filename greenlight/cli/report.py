"""`report` and `corpus`: figures over many productions, and rejected takes as data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from greenlight.cli.options import (
    JsonOption,
    ProfileOption,
    ShowOption,
    argument,
    day_option,
    flag,
    option,
)
from greenlight.cli.session import open_desk
from greenlight.cli.show import out, print_json, remark, say, table
from greenlight.reports.frames import frames_of, write_csv, write_parquet
from greenlight.reports.numbers import numbers, write_rejected
from greenlight.reports.page import HEADINGS, page_of, standing_of
from greenlight.reports.report import Part, Period, period_of
from greenlight.reports.tables import tables_of
from greenlight.store.folders import write_file

SinceOption = Annotated[str, option("DATE", "First day, UTC: 2026-11-01.", "--since")]
UntilOption = Annotated[str, option("DATE", "Last day, included.", "--until")]


def report(
    show: ShowOption = "",
    since: SinceOption = "",
    until: UntilOption = "",
    html: Annotated[Path | None, option("FILE", "Write it as one page.")] = None,
    csv: Annotated[Path | None, option("FOLDER", "Write rows and figures as CSV.")] = None,
    parquet: Annotated[Path | None, option("FOLDER", "The same as Parquet.")] = None,
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show spend, yield, reliability and waiting times, from the records and the ledger.

    Simulated and real money are reported apart. The first report reads everything; what it has
    read is kept in GREENLIGHT_HOME, and the next ones take seconds.
    """
    period = period_of(day_option(since, "--since"), day_option(until, "--until"))
    desk = open_desk(profile)
    found = numbers(desk.profile, desk.people, show, period)
    written: list[Path] = []
    if html is not None:
        write_file(html, page_of(found.report).encode())
        written.append(html)
    if csv is not None or parquet is not None:
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


def _show(parts: list[Part], period: Period) -> None:
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
        say("Limits of these figures", style="bold")
        for sentence in part.unknowable:
            say(f"  {sentence}")
    if out().is_terminal:
        remark("as a page: greenlight report --html report.html")


def corpus(
    folder: Annotated[Path, argument("OUT", "A folder; made if need be.")],
    show: ShowOption = "",
    since: SinceOption = "",
    until: UntilOption = "",
    robots: Annotated[
        bool, flag("--robots", "Include takes that robots rejected, such as the demo's.")
    ] = False,
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write rejected takes with spec, prompt, references, scores, reason, note and bytes.

    OUT gets corpus.parquet, a row per take, images/ with the takes and what they were to show, and
    COLUMNS.md, which explains each column. Run again, it adds new ones.
    """
    period = period_of(day_option(since, "--since"), day_option(until, "--until"))
    desk = open_desk(profile)
    found = write_rejected(
        desk.profile, desk.people, desk.store, folder, show, period, robots=robots
    )
    if as_json:
        print_json({"takes": found.takes, "files": found.files, "gone": list(found.gone)})
        return
    say(f"{found.takes} rejected takes and {found.files} files in {folder}", whole=True)
    if found.gone:
        remark(f"{len(found.gone)} takes are on record only, their bytes were removed:")
        for name in found.gone:
            remark(f"  {name}")
    if not found.takes and not robots:
        remark("takes that robots rejected are left out: --robots includes them")

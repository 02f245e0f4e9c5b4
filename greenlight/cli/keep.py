"""`verify`, `gc`, `backup`, `restore`: what was made stays whole, and no longer than it must."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer
from rich.status import Status

from greenlight.cli.consent import confirm
from greenlight.cli.hints import command
from greenlight.cli.options import (
    AsOption,
    JsonOption,
    ProfileOption,
    ShowOption,
    YesOption,
    argument,
    flag,
    option,
)
from greenlight.cli.session import open_desk, open_profile, person
from greenlight.cli.show import dump, err, print_json, remark, say, table
from greenlight.desk import Desk
from greenlight.desk.keep import Keeping
from greenlight.errors import IntegrityError, InvalidInput
from greenlight.upkeep.retention import Plan
from greenlight.upkeep.verify import Report

OneOption = Annotated[str, option("PRODUCTION", "One production only.", "--production")]
Where = Annotated[str, argument("FOLDER|s3://…", "A folder, or a bucket and a prefix.")]
KeeperOption = Annotated[
    str,
    option(
        "PROFILE", "Profile whose S3 holds the s3:// backup; the chosen one if not given.", "--at"
    ),
]
_STYLES = {"error": "red", "warning": "yellow", "note": "dim"}


def verify(
    productions: Annotated[
        list[str] | None, argument("[PRODUCTION]…", "All if none is named.")
    ] = None,
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Read productions whole and name whatever is missing, altered or out of order.

    Nothing is written and nothing is mended. Exits with 10 when something is wrong.
    """
    desk = open_desk(profile)
    reports: list[Report] = []
    for report in Keeping(desk).verify(productions or []):
        reports.append(report)
        if not as_json:
            _say_report(report)
    if as_json:
        print_json([dump(report) for report in reports])
    elif len(reports) != 1:
        wrong = sum(report.errors > 0 for report in reports)
        size = sum(report.bytes for report in reports)
        say(f"{len(reports)} productions, {size / 1e6:.1f} MB: {wrong} with errors", style="bold")
    if any(report.errors for report in reports):
        raise typer.Exit(IntegrityError.exit_code)


def _say_report(report: Report) -> None:
    for finding in report.findings:
        line = f"{finding.severity:<8} {finding.key}  {finding.message}"
        say(line, style=_STYLES[finding.severity], whole=True)
    verdict = "all is well"
    if report.errors or report.warnings:
        verdict = f"{report.errors} errors, {report.warnings} warnings"
    say(
        f"{report.production}: {report.objects} objects, {report.records} records, "
        f"{report.ledger_steps} ledger steps, {report.bytes / 1e6:.2f} MB "
        f"in {report.seconds:.1f} s: {verdict}",
        style="bold",
        whole=True,
    )


def gc(
    target: Annotated[str, argument("SHOW|PRODUCTION", "A show, or a production's id.")],
    yes: Annotated[bool, flag("--yes", "Remove it; without, it is only shown.")] = False,
    name: AsOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show, and with --yes remove, what finished productions no longer need.

    Rejected takes, contact sheets and graders' stills go, and offers to
    reuse them. Records, ledger, approved takes and deliveries stay.
    """
    desk = open_desk(profile)
    keeping = Keeping(desk)
    plans, left = keeping.plan_removal(target)
    if yes:
        for plan in plans:
            keeping.remove(plan, person(name))
    if as_json:
        print_json([{"removed": yes, **_plan_data(plan)} for plan in plans])
        return
    table(("production", "what", "objects", "MB"), _plan_rows(plans), ("objects", "MB"))
    for production in left:
        remark(f"{production} is left alone: it is not finished")
    count, size = sum(len(p.removed) for p in plans), sum(p.bytes for p in plans) / 1e6
    if yes:
        say(f"{count} objects are removed, {size:.2f} MB; records say which and why", style="bold")
    elif all(plan.empty for plan in plans):
        say("nothing to remove")
    else:
        again = command("gc", target, "--yes", profile=desk.profile)
        say(f"{count} objects, {size:.2f} MB would go: `{again}` removes them", whole=True)


def _plan_data(plan: Plan) -> dict[str, object]:
    return {
        "production": plan.production,
        "bytes": plan.bytes,
        "objects": [dump(item) for item in plan.removed],
        "offers": list(plan.offers),
        "beats": list(plan.beats),
        "uploads": [upload.key for upload in plan.uploads],
    }


def _plan_rows(plans: list[Plan]) -> list[tuple[str, str, str, str]]:
    rows: list[tuple[str, str, str, str]] = []
    for plan in plans:
        sheets = [item for item in plan.removed if "/sheets/" in item.key]
        takes = [item for item in plan.removed if "/sheets/" not in item.key]
        for what, items in (("takes not chosen", takes), ("contact sheets, stills", sheets)):
            size = f"{sum(item.size for item in items) / 1e6:.2f}"
            rows.append((plan.production, what, str(len(items)), size))
        loose = len(plan.offers) + len(plan.beats) + len(plan.uploads)
        rows.append((plan.production, "offers, beats, uploads cut short", str(loose), ""))
    return rows


def backup(
    where: Where,
    show: ShowOption = "",
    production: OneOption = "",
    deep: Annotated[
        bool, flag("--deep", "Read and check what the backup holds already, too.")
    ] = False,
    at: KeeperOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Copy whatever is new to a folder or another bucket, each object checked on the way.

    It shows one moment, and nothing is ever removed from it. Exits with 10
    when something in the bucket is damaged.
    """
    desk = open_desk(profile)
    keeper = open_profile(at) if at else desk.profile
    _one_of(show, production)
    with err().status("looking …") as spinner:
        saved = Keeping(desk).backup(
            where, keeper, show, production, deep=deep, progress=_told(spinner)
        )
    if as_json:
        print_json({**saved._asdict(), "as_of": saved.as_of.isoformat()})
    else:
        for problem in saved.problems:
            say(f"error    {problem}", style="red", whole=True)
        say(
            f"{saved.copied} objects, {saved.bytes / 1e6:.2f} MB copied to {where}, as of "
            f"{saved.as_of:%Y-%m-%d %H:%M:%S} UTC; {saved.unchanged} were there",
            style="bold",
            whole=True,
        )
        if saved.later:
            say(f"{saved.later} were written since and are left to the next backup")
    if saved.problems:
        raise typer.Exit(IntegrityError.exit_code)


def restore(
    where: Where,
    show: ShowOption = "",
    production: OneOption = "",
    mend: Annotated[
        bool, flag("--mend", "Read what is there too, and mend what is damaged.")
    ] = False,
    yes: YesOption = False,
    at: KeeperOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Put back what a backup holds and the bucket lacks; nothing there is ever replaced.

    Productions that were open go on by themselves, as of the backup. Exits
    with 10 when something could not be restored.
    """
    desk = open_desk(profile)
    keeper = open_profile(at) if at else desk.profile
    _one_of(show, production)
    if not desk.profile.simulated and not yes:
        _confirm(desk)
    with err().status("looking …") as spinner:
        done = Keeping(desk).restore(
            where, keeper, show, production, mend=mend, progress=_told(spinner)
        )
    if as_json:
        print_json(done._asdict())
    else:
        for problem in done.problems:
            say(f"error    {problem}", style="red", whole=True)
        for key in done.mended:
            say(f"mended   {key}", style="green", whole=True)
        for name in done.asleep:
            say(
                f"{name} is not complete and stays asleep; see `verify`", style="yellow", whole=True
            )
        if not done.finished:
            say("the last backup there was not finished: it may lack the newest", style="yellow")
        say(
            f"{done.restored} objects, {done.bytes / 1e6:.2f} MB restored; {done.there} were "
            f"there, {done.kept} have changed since and are kept, {done.removed} had been removed "
            "by gc",
            style="bold",
            whole=True,
        )
    if done.problems:
        raise typer.Exit(IntegrityError.exit_code)


def _one_of(show: str, production: str) -> None:
    if show and production:
        raise InvalidInput("--show and --production exclude each other: a production has one show")


def _told(spinner: Status) -> Callable[[int, int], None]:
    return lambda done, total: spinner.update(f"{done} of {total} objects")


def _confirm(desk: Desk) -> None:
    """Open productions go on after a restore, which may spend real money: a person says so."""
    text = (
        "open productions go on from where the backup was taken, and profile "
        f"{desk.profile.name!r} spends real money: later payments are made again"
    )
    unattended = f"{text}; confirm it at a terminal, or with --yes"
    confirm(f"{text}. Restore?", unattended, "not restored")

"""Prints a batch: the plan of a table, its rejects, and the state of its rows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from rich.text import Text

from greenlight.access import dashboard
from greenlight.batches.going import Progress
from greenlight.batches.rows import Plan
from greenlight.batches.sources import Source
from greenlight.batches.submitting import Reach
from greenlight.briefs.grid import Reject
from greenlight.briefs.spreadsheet import as_text
from greenlight.cli.hints import command
from greenlight.cli.show import dump, facts, say, table
from greenlight.desk import Desk
from greenlight.errors import InvalidInput
from greenlight.money.amounts import usd
from greenlight.production.readable import plain
from greenlight.store.folders import write_file
from greenlight.views.batch import BatchView

_SHOWN = 20
_STYLES = {
    "working": "cyan",
    "queued": "dim",
    "waiting": "yellow",
    "held": "yellow",
    "delivered": "green",
    "stalled": "red",
    "cancelled": "dim",
}


def write_rejects(rejects: tuple[Reject, ...], path: Path) -> Path | None:
    """Writes bad rows as CSV, with nothing in it that a spreadsheet would run; None without any."""
    if not rejects:
        return None
    rows = [("row", "column", "value", "reason"), *((str(r.row), *r[1:]) for r in rejects)]
    try:
        write_file(path, as_text(rows).encode("utf-8-sig"))
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror or error}") from error
    return path


def summary_of(
    desk: Desk,
    chosen: str,
    source: Source,
    plan: Plan,
    written: Path | None,
    reached: Reach | None,
) -> dict[str, Any]:
    """The plan of a table, for programs."""
    return {
        "batch": chosen,
        "table": source.place,
        "rows": len(plan.rows),
        "rejected": len(plan.rejects),
        "rejects": [r._asdict() for r in plan.rejects],
        "rejects_file": str(written) if written else None,
        "video_seconds": plan.video_seconds,
        "once_usd": plan.once_usd,
        "quote_usd": plan.total_usd,
        "budget_usd": reached.limit_usd if reached else None,
        "reserves_usd": reached.reserves_usd if reached else None,
        "will_wait": reached.waiting if reached else (),
        "cautions": [
            {"row": row.number, "caution": said} for row in plan.rows for said in row.quote.cautions
        ],
        "simulated": desk.profile.simulated,
    }


def show_plan(
    desk: Desk, chosen: str, plan: Plan, written: Path | None, reached: Reach | None
) -> None:
    """Prints the plan of a table: valid rows, rejects, the quote, rows that its budget holds."""
    bad = len({r.row for r in plan.rejects})
    say(f"{chosen}: {len(plan.rows)} valid rows, {bad} rejected", style="bold", whole=True)
    if plan.rejects:
        shown = [(str(r.row), r.column, r.value, r.reason) for r in plan.rejects[:_SHOWN]]
        table(("row", "column", "value", "reason"), shown, ("row",))
        if len(plan.rejects) > _SHOWN:
            say(f"  … and {len(plan.rejects) - _SHOWN} more", style="dim")
        say(f"  all of them in {written}", style="yellow", whole=True)
    most = usd(plan.total_usd, simulated=desk.profile.simulated)
    say(
        f"quote: {usd(plan.once_usd)} with {plan.video_seconds} s of video when nothing is made "
        f"again, up to about {most}",
        style="bold",
    )
    for row in plan.rows:
        for caution in row.quote.cautions:
            say(f"  ! row {row.number}: {caution}", style="yellow")
    if reached is not None and reached.sentence:
        say(f"  ! {reached.sentence}", style="yellow")
    for warning in dict.fromkeys(w for row in plan.rows for w in row.quote.warnings):
        say(f"  ! {warning}", style="yellow")


def progress_data(progress: Progress, plan: Plan | None = None) -> dict[str, Any]:
    """The productions that were started, for programs."""
    reasons = Counter(progress.held.values())
    before = len(plan.rows) - len(progress.begun) - len(progress.held) if plan else None
    return {
        "started": len(progress.begun),
        "productions": progress.begun,
        **({"found": before} if before is not None else {}),
        "held": len(progress.held),
        "held_for": dict(reasons),
        "under_way": progress.under_way,
        "ended": progress.ended,
    }


def say_progress(desk: Desk, chosen: str, progress: Progress, plan: Plan | None = None) -> None:
    """Prints what was begun, what is held and where to look."""
    said = progress_data(progress, plan)
    parts = [f"{said['started']} started"]
    parts += [f"{said['found']} already started"] if said.get("found") else []
    parts += [f"{said['held']} held"] if said["held"] else []
    say(", ".join(parts), style="bold green" if said["started"] else "bold")
    for reason in list(said["held_for"])[:_SHOWN]:
        say(f"  ! {reason}", style="yellow")
    facts(
        [
            ("watch", command("batch", "status", chosen, "--watch", profile=desk.profile)),
            ("dashboard", dashboard.link(desk.profile, f"/artifacts/key/batch-{chosen}")),
        ]
    )


def standing_data(found: BatchView) -> dict[str, Any]:
    """The state of a batch, for programs."""
    shown = dump(found) | {"at": found.at.isoformat()}
    return shown | {"counts": found.counts, "rejects": [r._asdict() for r in found.rejects]}


def counted(found: BatchView) -> str:
    """How many rows stand where, in words."""
    return ", ".join(f"{n} {state}" for state, n in found.counts.items())


def show_standing(desk: Desk, found: BatchView) -> None:
    """Prints where a batch stands, a line a row."""
    say(f"{found.batch}  {found.state}", style="bold")
    spent = usd(found.spent_usd, simulated=found.simulated)
    limits = [f"{found.concurrency} at once"] if found.concurrency else []
    limits += [f"priority {found.priority}"]
    listed = [
        ("table", found.place),
        ("rows", counted(found)),
        ("rejected", str(len({r.row for r in found.rejects}) or "")),
        ("spent", spent),
        ("unknown", usd(found.unknown_usd) if found.unknown_usd else ""),
        (
            "budget",
            f"{usd(found.allotted_usd)} of {usd(found.budget_usd)} allocated"
            if found.budget_usd is not None
            else "",
        ),
        ("terms", ", ".join(limits)),
        ("dashboard", dashboard.link(desk.profile, f"/artifacts/key/batch-{found.batch}")),
    ]
    facts([pair for pair in listed if pair[1]])
    rows = [
        (
            str(row.number) if row.in_table else f"({row.number})",
            row.id or plain(row.title),
            row.production,
            Text(row.state, style=_STYLES.get(row.state, "")),
            row.stage,
            row.waits_for,
            usd(row.spent_usd),
            row.note,
        )
        for row in found.rows
    ]
    columns = ("row", "brief", "production", "state", "at", "waits for", "spent", "note")
    table(columns, rows, ("row", "spent"))
    if any(not row.in_table for row in found.rows):
        say(
            "  (bracketed rows are no longer in the table; their productions continue)",
            style="dim",
        )

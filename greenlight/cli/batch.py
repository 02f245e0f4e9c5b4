"""`batch`: a table of briefs, one production a row."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from greenlight.batches.columns import read_briefs
from greenlight.batches.going import cancel as give_cancel
from greenlight.batches.going import go_on
from greenlight.batches.going import pause as give_pause
from greenlight.batches.going import resume as give_resume
from greenlight.batches.rows import plan_rows
from greenlight.batches.sources import open_source
from greenlight.batches.submitting import Wanted, batch_id, check_wanted, reach, submit
from greenlight.briefs.batch_records import BatchStore, batches
from greenlight.cli.batch_shown import (
    counted,
    progress_data,
    say_progress,
    show_plan,
    show_standing,
    standing_data,
    summary_of,
    write_rejects,
)
from greenlight.cli.consent import confirm_cancel, confirm_spending
from greenlight.cli.groups import group
from greenlight.cli.hints import command
from greenlight.cli.options import (
    AsOption,
    JsonOption,
    NoteOption,
    ProfileOption,
    WatchOption,
    YesOption,
    argument,
    flag,
    option,
)
from greenlight.cli.session import open_desk, person
from greenlight.cli.show import err, print_json, remark, say, table
from greenlight.cli.watch import Snapshot, follow_changes
from greenlight.desk import Desk
from greenlight.errors import GreenlightError, InvalidInput
from greenlight.money.amounts import amount_of, usd
from greenlight.production.readable import plain
from greenlight.views.batch import BatchReader

_COMMANDS = ("status", "list", "pause", "resume", "cancel", "start", "-h", "--help", "")
BatchArgument = Annotated[str, argument("BATCH", "Its name, as `batch list` prints it.")]
Budget = Annotated[str, option("USD", "Rows beyond it wait for room.")]
Concurrency = Annotated[int | None, option("N", "Productions at work at once; 0: no limit.")]
Priority = Annotated[str, option("high|normal|low", "Whose runs go first.")]


batch = typer.Typer(
    cls=group("start", _COMMANDS),
    help=(
        "Make a production of each row of a table of briefs; `batch TABLE --dry-run` quotes it, "
        "`batch start --help` lists the options."
    ),
    no_args_is_help=True,
)


@batch.command("start")
def start(
    table_: Annotated[
        str, argument("TABLE", "CSV, TSV, .xlsx, Parquet or JSON lines: a path, s3:// or https.")
    ],
    name: Annotated[str, option("NAME", "Tables of one name are one batch.")] = "",
    show: Annotated[str, option("SHOW", "Put all rows into this show.")] = "",
    sheet: Annotated[str, option("SHEET", "Of an Excel file.")] = "",
    budget: Budget = "",
    concurrency: Concurrency = None,
    priority: Priority = "",
    rejects: Annotated[
        Path | None, option("FILE", "Bad rows as CSV; TABLE.rejects.csv here.")
    ] = None,
    dry_run: Annotated[bool, flag("--dry-run", "Check all rows and show the quote only.")] = False,
    yes: Annotated[bool, flag("--yes", "Ask nothing; refused where money is real.")] = False,
    who: AsOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Check every row of a table, show the quote, and start a production for each good one.

    Bad rows are written to a rejects table and stop no good one. The same table again starts
    nothing; a row that was changed starts that row.
    """
    desk, signature = open_desk(profile), person(who)
    wanted = _wanted(budget, concurrency, priority)
    check_wanted(wanted)
    source = open_source(table_, desk.profile)
    read = read_briefs(source.data, source.name, sheet)
    chosen = batch_id(source.place, name)
    plan = plan_rows(source, read, chosen, signature, desk.profile, show)
    written = write_rejects(plan.rejects, rejects or Path(f"{Path(source.name).stem}.rejects.csv"))
    reached = reach(desk, plan, chosen, wanted.budget_usd)
    summary = summary_of(desk, chosen, source, plan, written, reached)
    if not as_json:
        show_plan(desk, chosen, plan, written, reached)
    if not plan.rows:
        if as_json:
            print_json(summary)
        raise InvalidInput(f"{source.name} has no valid row ({len(plan.rejects)} bad)")
    if dry_run:
        if as_json:
            print_json(summary)
        return
    if not desk.profile.simulated:
        about = f"{len(plan.rows)} rows, up to about {usd(plan.total_usd)}"
        again = command("batch", table_, profile=desk.profile)
        confirm_spending(desk.profile, plan.total_usd, about, again, yes=yes)
    submit(desk, source, plan, chosen, signature, wanted)
    with err().status("starting …") as spinner:
        progress = go_on(desk, chosen, lambda n, of: spinner.update(f"starting: {n} of {of}"))
    _page(desk, chosen)
    if as_json:
        print_json(summary | progress_data(progress, plan))
        return
    say_progress(desk, chosen, progress, plan)


@batch.command("status")
def status(
    batch_: BatchArgument,
    watch: WatchOption = False,
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show each row: its production, its state, who is waited for and what it has cost."""
    desk = open_desk(profile)
    reader = _reader(desk, batch_)

    def look() -> Snapshot:
        found = reader.view()
        return Snapshot(
            lambda: standing_data(found),
            lambda: show_standing(desk, found),
            lambda: found.state in ("done", "cancelled"),
        )

    if watch:
        follow_changes(look, as_json=as_json)
    elif as_json:
        print_json(look().data())
    else:
        look().show()


@batch.command("list")
def list_(profile: ProfileOption = "", as_json: JsonOption = False) -> None:
    """List all batches with where their rows stand."""
    desk = open_desk(profile)
    found = [_reader(desk, name).view() for name in batches(desk.store)]
    if as_json:
        print_json([{k: v for k, v in standing_data(b).items() if k != "rows"} for b in found])
    elif not found:
        say(f"no batches yet: `{command('batch', 'TABLE', profile=desk.profile)}`")
    else:
        rows = [
            (b.batch, b.state, str(len(b.rows)), counted(b), usd(b.spent_usd), b.place)
            for b in found
        ]
        table(("batch", "state", "rows", "of which", "spent", "table"), rows, ("rows", "spent"))


@batch.command("pause")
def pause(
    batch_: BatchArgument,
    note: NoteOption = "",
    who: AsOption = "",
    profile: ProfileOption = "",
) -> None:
    """Start and wake nothing of a batch until it is resumed; running work continues to its gate."""
    desk = open_desk(profile)
    give_pause(desk, batch_, person(who), note)
    say(
        f"{batch_} is paused: {command('batch', 'resume', batch_, profile=desk.profile)}",
        whole=True,
    )


@batch.command("resume")
def resume(
    batch_: BatchArgument,
    budget: Budget = "",
    concurrency: Concurrency = None,
    priority: Priority = "",
    who: AsOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Resume a batch that was paused, interrupted or held by its budget; also changes its terms."""
    desk = open_desk(profile)
    wanted = _wanted(budget, concurrency, priority)
    progress = give_resume(desk, batch_, person(who), wanted)
    if as_json:
        print_json(progress_data(progress))
    else:
        say_progress(desk, batch_, progress)


@batch.command("cancel")
def cancel(
    batch_: BatchArgument,
    yes: YesOption = False,
    note: NoteOption = "",
    who: AsOption = "",
    profile: ProfileOption = "",
) -> None:
    """Stop a batch and all its productions for good; what was made and delivered stays."""
    desk = open_desk(profile)
    store = BatchStore(desk.store, batch_)
    store.record()
    if not yes:
        count = len(store.started() - set(store.ended()))
        confirm_cancel(
            f"Stop {plain(batch_)} and its {count} productions for good?",
            command("batch", "cancel", batch_, "--yes", profile=desk.profile),
        )
    stopped = give_cancel(desk, batch_, person(who), note)
    say(f"{batch_} is cancelled, with {stopped} productions that were under way", whole=True)


def _wanted(budget: str, concurrency: int | None, priority: str) -> Wanted:
    limit = amount_of(budget, "--budget") if budget else None
    return Wanted(limit, concurrency, priority or None)


def _reader(desk: Desk, batch: str) -> BatchReader:
    return BatchReader(desk.store, desk.standings, desk.people, batch)


def _page(desk: Desk, chosen: str) -> None:
    """Asks for a run that shows the batch in Prefect; recovery does it too, within a minute."""
    reading = len(BatchStore(desk.store, chosen).editions())
    try:
        desk.runs.page(chosen, f"greenlight-batch-{chosen}-{reading}")
    except GreenlightError as error:
        remark(f"Prefect shows the batch in a minute ({error})")

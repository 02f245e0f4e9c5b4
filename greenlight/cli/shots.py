"""`shots`: the shot list in people's hands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from greenlight.cli.hints import command
from greenlight.cli.session import AsOption, JsonOption, Production, ProfileOption, open_desk
from greenlight.cli.shot_list import list_data, show_list
from greenlight.cli.show import print_json, say
from greenlight.errors import InvalidInput

if TYPE_CHECKING:
    from greenlight.desk import Desk, Signature


def shots(
    production: Production,
    fields: Annotated[
        list[str],
        typer.Argument(
            metavar="[FIELD=VALUE]...",
            default_factory=list,
            help="Fields of the shot that --add-after, --add-before or --split makes.",
        ),
    ],
    changes: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="SHOT.FIELD=VALUE",
            default_factory=list,
            show_default=False,
            help="Change a field, as in sq010_sh0020.size=wide; can be repeated.",
        ),
    ],
    drop: Annotated[
        list[str],
        typer.Option(
            "--drop",
            metavar="SHOT",
            default_factory=list,
            show_default=False,
            help="Take a shot out; can be repeated.",
        ),
    ],
    move: Annotated[
        list[str],
        typer.Option(
            "--move",
            metavar="SHOT:OTHER",
            default_factory=list,
            show_default=False,
            help="Put SHOT right after OTHER, or `first`; can be repeated.",
        ),
    ],
    add_after: Annotated[
        str, typer.Option(metavar="SHOT", show_default=False, help="Add a shot after this one.")
    ] = "",
    add_before: Annotated[
        str, typer.Option(metavar="SHOT", show_default=False, help="Add a shot before this one.")
    ] = "",
    split: Annotated[
        str,
        typer.Option(
            metavar="SHOT",
            show_default=False,
            help="Make two of it: the first keeps the id, FIELD=VALUE are the second's.",
        ),
    ] = "",
    at: Annotated[
        str,
        typer.Option(
            metavar="SECONDS", show_default=False, help="Where --split cuts; the middle otherwise."
        ),
    ] = "",
    dialogue: Annotated[
        str,
        typer.Option(
            metavar="first|second",
            show_default=False,
            help="The part of --split that the dialogue stays with; first otherwise.",
        ),
    ] = "",
    order: Annotated[
        str, typer.Option(metavar="A,B,C", show_default=False, help="The new story order.")
    ] = "",
    edit: Annotated[bool, typer.Option("--edit", help="Edit the list as YAML in $EDITOR.")] = False,
    from_file: Annotated[
        Path | None,
        typer.Option(
            "--import",
            "--from",
            metavar="FILE",
            show_default=False,
            help="Take the list from .csv, .tsv, .xlsx, .yaml or .json; other shots are dropped.",
        ),
    ] = None,
    sheet: Annotated[
        str,
        typer.Option(metavar="NAME", show_default=False, help="The sheet of an Excel file."),
    ] = "",
    leave: Annotated[
        bool,
        typer.Option("--leave-columns", help="Leave columns unread that are not known; say which."),
    ] = False,
    export: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", show_default=False, help="Write the list as .csv, .tsv or .xlsx."
        ),
    ] = None,
    breakdown: Annotated[
        str,
        typer.Option(metavar="NOTE", show_default=False, help="Ask for a new breakdown instead."),
    ] = "",
    note: Annotated[
        str, typer.Option(metavar="NOTE", show_default=False, help="Why it was changed.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what a change would void, and change nothing.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask before a change that voids takes.")
    ] = False,
    name: AsOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show the shot list, or change it: every change is a new version that waits for approval.

    Before it is written you are told what it voids, and asked if that is anything: takes
    of shots that are left alone stay, and so do ids, which are never given out twice.

    --add-after SHOT action="…" adds a shot; what is not given (subject, place,
    light, style) is as in the shot beside it. An --import keeps shots by their ids
    and fields whose columns are missing; rows without an id are new shots.
    """
    from greenlight.cli.shot_changes import carry_out, import_rows, read_change
    from greenlight.desk import this_person
    from greenlight.desk.changes import apply

    desk, who = open_desk(profile), this_person(name)
    changed = bool(
        changes or add_after or add_before or split or at or dialogue or drop or move or order
    ) or bool(fields)
    ways = sum([changed, edit, *(bool(way) for way in (from_file, export, breakdown))])
    if ways > 1:
        raise InvalidInput(
            "one at a time: changes by option, --edit, --import FILE, --export FILE, or "
            "--breakdown NOTE"
        )
    if breakdown:
        ask_breakdown(desk, production, breakdown, who, dry_run=dry_run)
        return
    if export is not None:
        _export(desk, production, export, as_json=as_json)
        return
    left: list[str] = []
    if edit:
        from greenlight.cli.editing import edit_shots

        plan = edit_shots(desk, production, who, note, yes=yes, dry_run=dry_run)
    elif changed:
        change = read_change(
            changes,
            fields,
            add_after=add_after,
            add_before=add_before,
            split=split,
            at=at,
            dialogue=dialogue,
            move=move,
            drop=drop,
            order=order,
        )
        base = desk.shot_list(production)
        plan = desk.plan_shots(production, apply(base, change), who, note, base.version)
        carry_out(desk, production, plan, who, yes=yes, dry_run=dry_run, as_json=as_json)
    elif from_file is not None:
        facts, _ = desk.look(production)
        rows, left = import_rows(
            desk, production, facts, from_file, sheet=sheet, leave=leave, as_json=as_json
        )
        seen = max(facts.shot_lists, default=0)
        plan = desk.plan_shots(production, rows, who, note, seen)
        carry_out(desk, production, plan, who, yes=yes, dry_run=dry_run, as_json=as_json)
    else:
        show_list(desk, production, desk.shot_list(production), as_json=as_json)
        return
    if as_json:
        extra = {"written": not dry_run, "impact": plan.impact, "left_columns": left}
        print_json({**list_data(desk, production, plan.record), **extra})
        return
    show_list(desk, production, plan.record, as_json=False)
    if left:
        say(f"left unread: {', '.join(left)}", style="yellow")
    take = str(plan.record.take)
    if dry_run:
        say(f"nothing was written: this would be {take}", style="yellow")
        return
    answer = command("decide", production, "--approve", take, profile=desk.profile)
    say(f"{take} waits for approval: `{answer}`", style="yellow", whole=True)


def _export(desk: Desk, production: str, path: Path, *, as_json: bool) -> None:
    from greenlight.briefs.listing import listing_of
    from greenlight.briefs.spreadsheet import write_table

    record = desk.shot_list(production)
    write_table(path, listing_of(record.shots))
    if as_json:
        print_json({"file": path, "take": str(record.take), "shots": len(record.shots)})
    else:
        say(f"{record.take}: {len(record.shots)} shots in {path}", whole=True)


def ask_breakdown(
    desk: Desk, production: str, note: str, who: Signature, *, dry_run: bool = False
) -> None:
    """Says what a new breakdown of the brief with this note costs, and asks for it."""
    from greenlight.cli.outcome import say_consequences
    from greenlight.desk import Wish

    newest = desk.shot_list(production).take
    wish = Wish(target=str(newest), verdict="retake", reason="story", note=note)
    follows = desk.foresee(production, [wish], who)
    say_consequences(follows)
    if dry_run:
        return
    desk.decide(production, [wish], who, at_most=follows.total_usd)
    say("a new breakdown is being made; it comes as the next version of the shot list")

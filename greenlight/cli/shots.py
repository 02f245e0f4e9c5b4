"""`shots` and `retime`: show a shot list, and make the next version of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

from greenlight.cli.hints import command
from greenlight.cli.options import (
    AsOption,
    JsonOption,
    NoteOption,
    ProductionArgument,
    ProfileOption,
    YesOption,
    argument,
    flag,
    option,
    options,
)
from greenlight.cli.outcome import outcome_of, say_consequences, say_outcome
from greenlight.cli.session import open_desk, person
from greenlight.cli.shot_list import (
    confirm_plan,
    edit_shots,
    export_list,
    import_rows,
    list_data,
    show_list,
)
from greenlight.cli.show import print_json, say, table
from greenlight.desk import Change, Desk, Signature, Split, Wish
from greenlight.desk.changes import apply
from greenlight.errors import InvalidInput
from greenlight.production.shots import LONGEST_SECONDS, SHORTEST_SECONDS

_PARTS = ("first", "second")
DryRun = Annotated[bool, flag("--dry-run", "Show what the change would void, and change nothing.")]


def shots(
    production: ProductionArgument,
    fields: Annotated[
        list[str],
        argument(
            "[FIELD=VALUE]...",
            "Fields of the shot that --add-after, --add-before or --split makes.",
            default_factory=list,
        ),
    ],
    changes: Annotated[
        list[str],
        options(
            "SHOT.FIELD=VALUE",
            "Change a field, as in sq010_sh0020.size=wide; can be repeated.",
            "--set",
        ),
    ],
    drop: Annotated[list[str], options("SHOT", "Remove a shot; can be repeated.", "--drop")],
    move: Annotated[
        list[str],
        options("SHOT:OTHER", "Put SHOT right after OTHER, or `first`; can be repeated.", "--move"),
    ],
    add_after: Annotated[str, option("SHOT", "Add a shot after this one.")] = "",
    add_before: Annotated[str, option("SHOT", "Add a shot before this one.")] = "",
    split: Annotated[
        str,
        option("SHOT", "Split it in two: the first keeps the id, FIELD=VALUE are the second's."),
    ] = "",
    at: Annotated[str, option("SECONDS", "Where --split cuts; default: the middle.")] = "",
    dialogue: Annotated[
        str,
        option("first|second", "The part of --split that keeps the dialogue; default: first."),
    ] = "",
    order: Annotated[str, option("A,B,C", "The new story order.")] = "",
    edit: Annotated[bool, flag("--edit", "Edit the list as YAML in $EDITOR.")] = False,
    from_file: Annotated[
        Path | None,
        option(
            "FILE",
            "Take the list from .csv, .tsv, .xlsx, .yaml or .json; other shots are dropped.",
            "--import --from",
        ),
    ] = None,
    sheet: Annotated[str, option("NAME", "The sheet of an Excel file.")] = "",
    leave: Annotated[
        bool, flag("--leave-columns", "Ignore unknown columns, and list them.")
    ] = False,
    export: Annotated[Path | None, option("FILE", "Write the list as .csv, .tsv or .xlsx.")] = None,
    breakdown: Annotated[str, option("NOTE", "Ask for a new breakdown instead.")] = "",
    note: NoteOption = "",
    dry_run: DryRun = False,
    yes: Annotated[bool, flag("--yes", "Do not ask before a change that voids takes.")] = False,
    name: AsOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show the shot list, or change it: every change is a new version that waits for approval.

    Before it is written you see which takes it voids, and are asked if there are any. Takes of
    unchanged shots stay, and so do ids, which are never used twice.

    --add-after SHOT action="…" adds a shot; fields that are not given (subject, place,
    light, style) are as in the shot beside it. An --import keeps shots by their ids
    and fields whose columns are missing; rows without an id are new shots.
    """
    desk, who = open_desk(profile), person(name)
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
    if sum(map(bool, (change, edit, from_file, export, breakdown))) > 1:
        raise InvalidInput(
            "one at a time: changes by option, --edit, --import FILE, --export FILE, or "
            "--breakdown NOTE"
        )
    if breakdown:
        ask_breakdown(desk, production, breakdown, who, dry_run=dry_run)
        return
    if export is not None:
        export_list(desk, production, export, as_json=as_json)
        return
    left: list[str] = []
    if edit:
        plan = edit_shots(desk, production, who, note, yes=yes, dry_run=dry_run)
    elif change is None and from_file is None:
        show_list(desk, production, desk.shot_list(production), as_json=as_json)
        return
    else:
        if change is not None:
            base = desk.shot_list(production)
            rows: Sequence[Mapping[str, Any]] = apply(base, change)
            seen = base.version
        elif from_file is not None:
            facts, _ = desk.look(production)
            seen = max(facts.shot_lists, default=0)
            rows, left = import_rows(
                desk, production, facts, from_file, sheet=sheet, leave=leave, as_json=as_json
            )
        plan = desk.plan_shots(production, rows, who, note, seen)
        confirm_plan(plan, yes=yes, dry_run=dry_run, as_json=as_json)
        if not dry_run:
            desk.write_shots(production, plan, who)
    if as_json:
        extra = {"written": not dry_run, "impact": plan.impact, "left_columns": left}
        print_json({**list_data(desk, production, plan.record), **extra})
        return
    show_list(desk, production, plan.record)
    if left:
        say(f"ignored columns: {', '.join(left)}", style="yellow")
    take = str(plan.record.take)
    if dry_run:
        say(f"nothing was written: this would be {take}", style="yellow")
        return
    answer = command("decide", production, "--approve", take, profile=desk.profile)
    say(f"{take} waits for approval: `{answer}`", style="yellow", whole=True)


def ask_breakdown(
    desk: Desk, production: str, note: str, who: Signature, *, dry_run: bool = False
) -> None:
    """Says what a new breakdown of the brief with this note costs, and asks for it."""
    newest = desk.shot_list(production).take
    wish = Wish(target=str(newest), verdict="retake", reason="story", note=note)
    follows = desk.foresee(production, [wish], who)
    say_consequences(follows)
    if dry_run:
        return
    desk.decide(production, [wish], who, at_most=follows.total_usd)
    say("a new breakdown is under way; it will be the next version of the shot list")


def retime(
    production: ProductionArgument,
    lengths: Annotated[list[str], argument("SHOT=SECONDS...", "As in sq010_sh0020=2.5.")],
    note: NoteOption = "",
    dry_run: DryRun = False,
    yes: YesOption = False,
    name: AsOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Change how long shots last, and approve that: frames stay, the animatic is remade.

    Before a shot's clip is made this costs nothing. Clips that were made for another
    length are voided; you see which, and what remaking them costs at most.
    """
    desk, who = open_desk(profile), person(name)
    wanted = dict(_length(text) for text in lengths)
    before = {s.id: s.seconds for s in desk.shot_list(production).shots}
    plan = desk.plan_timing(production, wanted, who, note)
    confirm_plan(plan, yes=yes, dry_run=dry_run, as_json=as_json)
    decided = None if dry_run else desk.retime(production, plan, who)
    if as_json:
        listed = {s.id: str(s.seconds) for s in plan.record.shots}
        data = {"shots": listed, "impact": plan.impact, "written": not dry_run}
        print_json(data | {"decision": decided.number if decided else None})
        return
    rows = [
        (s.id, f"{before[s.id].normalize():f} s", f"{s.seconds.normalize():f} s")
        for s in plan.record.shots
        if s.id in plan.impact.edited
    ]
    table(("shot", "was", "is"), rows)
    length = sum((s.seconds for s in plan.record.shots), Decimal(0)).normalize()
    say(f"{len(plan.record.shots)} shots, {length:f} s in all")
    if decided is None:
        say("nothing was written", style="yellow")
        return
    say_outcome(outcome_of(desk, production, decided))


def _length(text: str) -> tuple[str, Decimal]:
    shot, value = _parts(text, "=", "SHOT=SECONDS, such as sq010_sh0020=2.5")
    seconds = _seconds(value)
    if not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
        raise InvalidInput(
            f"invalid length of {shot}: {value} s ({SHORTEST_SECONDS} to {LONGEST_SECONDS} s)"
        )
    return shot, seconds


def _seconds(text: str) -> Decimal:
    try:
        seconds = Decimal(text.removesuffix("s").strip())
    except InvalidOperation:
        seconds = Decimal("nan")
    if not seconds.is_finite():
        raise InvalidInput(f"invalid length {text!r} (seconds, such as 2.5)")
    return seconds


def read_change(
    changes: Sequence[str] = (),
    fields: Sequence[str] = (),
    *,
    add_after: str = "",
    add_before: str = "",
    split: str = "",
    at: str = "",
    dialogue: str = "",
    move: Sequence[str] = (),
    drop: Sequence[str] = (),
    order: str = "",
) -> Change | None:
    """The change that the options ask for, None without any; raises InvalidInput with the form."""
    made = [shot for shot in (add_after, add_before, split) if shot]
    if not (made or changes or fields or at or dialogue or move or drop or order):
        return None
    if len(made) > 1:
        raise InvalidInput("one at a time: --add-after, --add-before or --split")
    if fields and not made:
        raise InvalidInput(
            f"{fields[0]!r} belongs to no shot: --set changes one, --add-after SHOT, "
            "--add-before SHOT and --split SHOT make one"
        )
    if (at or dialogue) and not split:
        raise InvalidInput("--at and --dialogue belong to --split SHOT")
    wanted: dict[str, dict[str, str]] = {}
    for text in changes:
        target, value = _parts(text, "=", "SHOT.FIELD=VALUE", empty=True)
        shot, field = _parts(target, ".", "SHOT.FIELD=VALUE")
        wanted.setdefault(shot, {})[field] = value
    added = dict(_parts(text, "=", "FIELD=VALUE", empty=True) for text in fields)
    return Change(
        fields=wanted,
        add_after={add_after: added} if add_after else {},
        add_before={add_before: added} if add_before else {},
        split={split: _split(at, dialogue, added)} if split else {},
        move=dict(_parts(text, ":", "SHOT:OTHER or SHOT:first") for text in move),
        drop=tuple(drop),
        order=tuple(part.strip() for part in order.split(",") if part.strip()),
    )


def _parts(text: str, sign: str, form: str, *, empty: bool = False) -> tuple[str, str]:
    """The text before and after the first `sign`; `empty` allows nothing after it, kept as is."""
    before, found, after = text.partition(sign)
    if not empty:
        before, after = before.strip(), after.strip()
    if not found or not before or not (after or empty):
        raise InvalidInput(f"invalid {text!r} (must be {form})")
    return before, after


def _split(at: str, dialogue: str, fields: Mapping[str, str]) -> Split:
    if dialogue and dialogue not in _PARTS:
        raise InvalidInput(f"invalid --dialogue {dialogue!r} (allowed: {', '.join(_PARTS)})")
    part = dialogue or "first"
    seconds = _seconds(at) if at else None
    return Split.model_validate({"at": seconds, "dialogue": part, "fields": fields})

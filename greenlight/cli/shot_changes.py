"""Changing a shot list from the command line: options and files become one plan, which is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from greenlight.cli.outcome import say_consequences, told
from greenlight.cli.show import at_terminal, print_json, remark
from greenlight.errors import DecisionNeeded, InvalidInput, Refused

if TYPE_CHECKING:
    from greenlight.desk import Change, Desk, Plan, Signature, Split
    from greenlight.production.facts import Facts

_PARTS = ("first", "second")
_LISTS = (".yaml", ".yml", ".json")


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
) -> Change:
    """The change that the options ask for; raises InvalidInput naming the form."""
    from greenlight.desk import Change

    if sum(bool(way) for way in (add_after, add_before, split)) > 1:
        raise InvalidInput("one at a time: --add-after, --add-before or --split")
    if fields and not (add_after or add_before or split):
        raise InvalidInput(
            f"{fields[0]!r} belongs to no shot: --set changes one, --add-after SHOT, "
            "--add-before SHOT and --split SHOT make one"
        )
    if (at or dialogue) and not split:
        raise InvalidInput("--at and --dialogue belong to --split SHOT")
    wanted: dict[str, dict[str, str]] = {}
    for text in changes:
        target, equals, value = text.partition("=")
        shot, dot, field = target.partition(".")
        if not equals or not dot or not shot or not field:
            raise InvalidInput(f"{text!r} is not of the form SHOT.FIELD=VALUE")
        wanted.setdefault(shot, {})[field] = value
    added = _pairs(fields)
    return Change(
        fields=wanted,
        add_after={add_after: added} if add_after else {},
        add_before={add_before: added} if add_before else {},
        split={split: _split(at, dialogue, added)} if split else {},
        move=dict(_move(text) for text in move),
        drop=tuple(drop),
        order=tuple(part.strip() for part in order.split(",") if part.strip()),
    )


def _pairs(fields: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in fields:
        field, equals, value = text.partition("=")
        if not equals or not field:
            raise InvalidInput(f"{text!r} is not of the form FIELD=VALUE")
        found[field] = value
    return found


def _split(at: str, dialogue: str, fields: Mapping[str, str]) -> Split:
    from greenlight.desk import Split

    if dialogue and dialogue not in _PARTS:
        raise InvalidInput(f"{dialogue!r} is no part of a shot (allowed: {', '.join(_PARTS)})")
    try:
        seconds = Decimal(at.removesuffix("s").strip()) if at else None
    except InvalidOperation:
        raise InvalidInput(f"--at {at!r} is no length in seconds, such as 2.5") from None
    if seconds is not None and not seconds.is_finite():
        raise InvalidInput(f"--at {at!r} is no length in seconds, such as 2.5")
    part = "second" if dialogue == "second" else "first"
    return Split.model_validate({"at": seconds, "dialogue": part, "fields": fields})


def _move(text: str) -> tuple[str, str]:
    shot, colon, after = (part.strip() for part in text.partition(":"))
    if not colon or not shot or not after:
        raise InvalidInput(f"{text!r} is not of the form SHOT:OTHER or SHOT:first")
    return shot, after


def import_rows(
    desk: Desk,
    production: str,
    facts: Facts,
    path: Path,
    *,
    sheet: str = "",
    leave: bool = False,
    as_json: bool = False,
) -> tuple[Sequence[Mapping[str, Any]], list[str]]:
    """The rows of a list in a file, and the columns that were left unread.

    Every cell that cannot be used is printed; raises BadCells then, and nothing was changed.
    """
    from greenlight.briefs.files import read_bytes, read_text
    from greenlight.briefs.listing import BadCells, read_listing
    from greenlight.briefs.tables import FORMATS
    from greenlight.cli.editing import read_rows
    from greenlight.production.cast import cast_of

    kind = path.suffix.casefold()
    if kind in _LISTS:
        return read_rows(read_text(read_bytes(path), str(path)), str(path)), []
    if kind not in FORMATS:
        raise InvalidInput(
            f"{path}: a shot list is read from {', '.join((*FORMATS, *_LISTS))} "
            "(a screenplay goes with `greenlight submit --screenplay`)"
        )
    brief = desk.workspace(production).production.brief
    newest = facts.shot_lists.get(max(facts.shot_lists, default=0))
    before = newest.shots if newest else ()
    names = [r.name for r in cast_of(brief, newest)]
    try:
        found = read_listing(path, before, names, Decimal(brief.fps), leave=leave, sheet=sheet)
    except BadCells as error:
        problems = error.incoming.problems
        if as_json:
            listed = [problem._asdict() for problem in problems]
            print_json({"written": False, "problems": listed, "left": error.incoming.left})
        else:
            for problem in (*problems, *error.incoming.doubts):
                remark(f"  {problem}", style="yellow")
        raise
    if not as_json:
        for doubt in found.doubts:
            remark(f"  {doubt}", style="yellow")
    if found.numbers and not as_json:
        shown = ", ".join(found.numbers[:5]) + (" …" if len(found.numbers) > 5 else "")
        remark(
            f"{shown}: numbers of your own; these rows are new shots and get ids "
            "(--export first, and its ids keep what was made)",
            style="yellow",
        )
    return found.rows, found.left


def carry_out(
    desk: Desk,
    production: str,
    plan: Plan,
    who: Signature,
    *,
    yes: bool = False,
    dry_run: bool = False,
    as_json: bool = False,
) -> None:
    """Says what a planned version voids, asks where that is anything, and writes it.

    Raises DecisionNeeded where nobody is here to answer, and Refused when it was declined.
    """
    confirm_plan(plan, yes=yes, dry_run=dry_run, as_json=as_json)
    if not dry_run:
        desk.write_shots(production, plan, who)


def confirm_plan(plan: Plan, *, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Says what a planned version voids and asks where that is anything; errors as `carry_out`."""
    if not as_json:
        for change in plan.impact.changes:
            remark(change, style="bold" if plan.impact.costs else "dim")
        say_consequences(plan.impact.consequences, beside=True)
    if dry_run:
        return
    if plan.impact.costs and not yes:
        if not at_terminal():
            said = "; ".join([*plan.impact.changes, *told(plan.impact.consequences)])
            raise DecisionNeeded(f"{said}: nothing was written; say --yes, or --dry-run to look")
        if not typer.confirm("Write this version?", default=True, err=True):
            raise Refused("the shot list was left as it is")

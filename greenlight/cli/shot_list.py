"""A shot list as people see and edit it: a table, YAML in an editor, a file."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import yaml

from greenlight.briefs.documents import read_document
from greenlight.briefs.files import read_bytes, read_text
from greenlight.briefs.listing import BadCells, listing_of, read_listing
from greenlight.briefs.spreadsheet import write_table
from greenlight.briefs.tables import FORMATS
from greenlight.cli.consent import confirm
from greenlight.cli.outcome import say_consequences, told
from greenlight.cli.show import print_json, remark, say, table
from greenlight.desk import Desk, Plan, Signature
from greenlight.errors import DecisionNeeded, InvalidInput, Refused
from greenlight.production.cast import cast_of
from greenlight.production.facts import Facts
from greenlight.production.records import ShotListRecord
from greenlight.production.shots import LONGEST_SECONDS, SHORTEST_SECONDS, Angle, Movement, Size

_LISTS = (".yaml", ".yml", ".json")

_COMMENT = f"""\
# The shot list. Save and close to make it the next version; delete everything to give up.
# Rows without an id are new shots; missing rows are dropped; the order of rows is story order.
#
# size:     {", ".join(get_args(Size))}
# angle:    {", ".join(get_args(Angle))}
# movement: {", ".join(get_args(Movement))}
# seconds:  {SHORTEST_SECONDS} to {LONGEST_SECONDS};  lens_mm: 8 to 400
# also:     subject, action, setting, time_of_day, lighting, mood, palette, style, dialogue, sound,
#           references (names from the brief)
"""


def show_list(
    desk: Desk, production: str, record: ShotListRecord, *, as_json: bool = False
) -> None:
    """Prints a shot list with what it is expected to cost."""
    if as_json:
        print_json(list_data(desk, production, record))
        return
    quote = desk.list_quote(production, record)
    if record.logline:
        say(record.logline, style="italic")
    rows = [
        (
            shot.id,
            f"{shot.size}, {shot.angle}\n{shot.movement}, {shot.lens_mm} mm",
            f"{shot.subject}: {shot.action}"
            + (f"\n“{shot.dialogue}”" if shot.dialogue else "")
            + (f"\n{shot.setting}" if shot.setting else ""),
            f"{shot.seconds.normalize():f} s",
        )
        for shot in record.shots
    ]
    table(("shot", "camera", "what happens", "length"), rows, ("length",))
    total = sum((s.seconds for s in record.shots), start=type(quote.total)(0))
    say(
        f"{record.take} · {len(record.shots)} shots · {total.normalize():f} s · "
        f"all of it {quote.most}",
        style="bold",
    )
    if more := desk.above_estimate(production, quote):
        say(more, style="yellow")
    if left := desk.unshown(production, record):
        names = ", ".join(f"{r.name} ({r.kind})" for r in left)
        say(f"in no shot: {names}; no picture of them is made or used", style="yellow", whole=True)


def list_data(desk: Desk, production: str, record: ShotListRecord) -> Mapping[str, Any]:
    """A shot list as programs read it."""
    quote = desk.list_quote(production, record)
    return {
        "production": production,
        "take": str(record.take),
        "logline": record.logline,
        "made_by": record.made_by,
        "note": record.note,
        "shots": [s.model_dump() for s in record.shots],
        "unshown": [r.name for r in desk.unshown(production, record)],
        "quote_usd": quote.total,
        "simulated": quote.simulated,
    }


def export_list(desk: Desk, production: str, path: Path, *, as_json: bool) -> None:
    """Writes the newest list as a table."""
    record = desk.shot_list(production)
    write_table(path, listing_of(record.shots))
    if as_json:
        print_json({"file": path, "take": str(record.take), "shots": len(record.shots)})
    else:
        say(f"{record.take}: {len(record.shots)} shots in {path}", whole=True)


def to_yaml(record: ShotListRecord) -> str:
    """The list as people edit it; empty fields are left out."""
    rows = []
    for shot in record.shots:
        row = {k: v for k, v in shot.model_dump(mode="json").items() if v not in ("", [], None)}
        row["seconds"] = float(shot.seconds)
        rows.append(row)
    # A blank line between shots, which the emitter has no option for.
    parts = [yaml.safe_dump([row], sort_keys=False, allow_unicode=True, width=90) for row in rows]
    return "\n".join(parts)


def read_rows(text: str, name: str) -> list[dict[str, Any]]:
    """The rows of an edited list; raises InvalidInput naming line or row."""
    data = read_document(text, name)
    rows = data.get("shots") if isinstance(data, dict) else data
    if not isinstance(rows, list):
        raise InvalidInput(f"{name}: a shot list is a list of shots")
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise InvalidInput(f"{name}: shot {number} is not a mapping of fields")
    return rows


def edit_shots(
    desk: Desk,
    production: str,
    who: Signature,
    note: str = "",
    *,
    yes: bool = False,
    dry_run: bool = False,
) -> Plan:
    """Opens the newest list in an editor until what is saved can stand as a new version.

    A problem is written on top and the editor opened again. Raises Refused when the list is
    emptied, left unchanged, saved twice with the same problem, declined for what it voids, or
    overtaken by another version; a draft that differs is kept.
    """
    base = desk.shot_list(production)
    original = to_yaml(base)
    descriptor, name = tempfile.mkstemp(prefix=f"{base.take.label}-", suffix=".yaml")
    os.close(descriptor)
    path = Path(name)
    body, problem = original, ""
    while True:
        head = f"# NOT SAVED YET: {problem}\n{_COMMENT}" if problem else _COMMENT
        path.write_text(f"{head}\n{body}", encoding="utf-8")
        _open_editor(path)
        edited = _body(path.read_text(encoding="utf-8"))
        if not edited.strip() or edited == original:
            path.unlink()
            raise Refused("the shot list was not changed")
        if problem and edited == body:
            raise Refused(f"{problem} ({_kept(path)})")
        try:
            rows = read_rows(edited, "the list")
            plan = desk.plan_shots(production, rows, who, note, base.version)
            confirm_plan(plan, yes=yes, dry_run=dry_run)
            if not dry_run:
                desk.write_shots(production, plan, who)
        except InvalidInput as error:
            body, problem = edited, " ".join(str(error).split())
            continue
        except (DecisionNeeded, Refused) as error:
            raise type(error)(f"{error} ({_kept(path)})") from error
        if dry_run:
            remark(_kept(path))
        else:
            path.unlink()
        return plan


def _kept(path: Path) -> str:
    return f"your draft is kept: greenlight shots --import {path}"


def _body(text: str) -> str:
    """The text without the comments and blank lines on top, which are ours."""
    lines = text.splitlines(keepends=True)
    while lines and (lines[0].startswith("#") or not lines[0].strip()):
        lines.pop(0)
    return "".join(lines)


def _open_editor(path: Path) -> None:
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        code = subprocess.call([*shlex.split(editor), str(path)])
    except OSError as error:
        raise InvalidInput(
            f"editor {editor!r} cannot be started ({error.strerror}): set EDITOR, or edit {path} "
            "and use --import"
        ) from error
    if code != 0:
        raise Refused(f"editor {editor!r} ended with {code}; your draft is kept in {path}")


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
    """The rows of a list in a file, and the columns that were ignored.

    Prints every invalid cell, then raises BadCells.
    """
    kind = path.suffix.casefold()
    if kind in _LISTS:
        return read_rows(read_text(read_bytes(path), str(path)), str(path)), []
    if kind not in FORMATS:
        raise InvalidInput(
            f"{path}: unsupported shot list format (supported: {', '.join((*FORMATS, *_LISTS))}); "
            "for a screenplay use `greenlight submit --screenplay`"
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
            f"{shown}: unknown numbers; these rows are new shots and get ids "
            "(--export the list first: its ids keep what was made)",
            style="yellow",
        )
    return found.rows, found.left


def confirm_plan(plan: Plan, *, yes: bool, dry_run: bool = False, as_json: bool = False) -> None:
    """Says what a planned version voids, and asks before it voids anything.

    Raises DecisionNeeded without a terminal, and Refused when it was declined.
    """
    if not as_json:
        for change in plan.impact.changes:
            remark(change, style="bold" if plan.impact.costs else "dim")
        say_consequences(plan.impact.consequences, beside=True)
    if plan.impact.costs and not yes and not dry_run:
        said = "; ".join([*plan.impact.changes, *told(plan.impact.consequences)])
        confirm(
            "Write this version?",
            f"{said}: nothing was written; confirm with --yes, or look with --dry-run",
            "the shot list was not changed",
            default=True,
        )

"""The shot list as YAML: in an editor, again and again until it stands or is given up."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import yaml

from greenlight.briefs.documents import read_document
from greenlight.cli.show import remark
from greenlight.errors import DecisionNeeded, InvalidInput, Refused
from greenlight.production.shots import LONGEST_SECONDS, SHORTEST_SECONDS, Angle, Movement, Size

if TYPE_CHECKING:
    from greenlight.desk import Desk, Plan, Signature
    from greenlight.production.records import ShotListRecord

_COMMENT = f"""\
# The shot list. Save and close to make it the next version; delete everything to give up.
# Rows without an id are new shots; rows that are gone are dropped; their order is the story's.
#
# size:     {", ".join(get_args(Size))}
# angle:    {", ".join(get_args(Angle))}
# movement: {", ".join(get_args(Movement))}
# seconds:  {SHORTEST_SECONDS} to {LONGEST_SECONDS};  lens_mm: 8 to 400
# also:     subject, action, setting, time_of_day, lighting, mood, palette, style, dialogue, sound,
#           references (names from the brief)
"""


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

    A problem is written on top and the editor opened again. Raises Refused when it is given up:
    emptied, left unchanged, saved twice with the same problem, declined when it was said what it
    voids, or overtaken by somebody else's version; the draft is kept wherever there is one.
    """
    from greenlight.cli.shot_changes import carry_out

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
            raise Refused("the shot list was left as it is")
        if problem and edited == body:
            raise Refused(f"{problem} ({_kept(path)})")
        try:
            rows = read_rows(edited, "the list")
            plan = desk.plan_shots(production, rows, who, note, base.version)
            carry_out(desk, production, plan, who, yes=yes, dry_run=dry_run)
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

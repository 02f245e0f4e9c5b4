"""The columns of a table of briefs: its cells become the fields that its rows name."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from greenlight.briefs.grid import Cell, Reject, Row, Table, cell_text, is_empty, shortened
from greenlight.briefs.tables import read_table
from greenlight.errors import InvalidInput

COLUMNS = {
    "id": "your own name for the row; each once in a table",
    "brief": "a YAML or JSON brief beside the table; the other columns replace what it says",
    "title": "working title",
    "vision": "what happens",
    "show": "the show it belongs to",
    "look": "style, palette, lenses",
    "aspect_ratio": "16:9, 9:16, 2.39:1 …",
    "fps": "frames per second",
    "shots": "how many shots",
    "seconds": "length of the cut",
    "candidates": "stills to choose from, 1 to 4",
    "sheets": "recurring, all or none",
    "release": "what lets clips be made: shot or animatic",
    "budget_usd": "nothing is spent beyond it",
    "screenplay": "a Fountain or Final Draft file beside the table",
    "scenes": "its scenes, such as 3,5-7",
    "text_model": "the model that writes",
    "image_model": "the model that draws",
    "video_model": "the model that films",
}
NESTED = ("references", "models")
"""What a line of JSON can say and no cell."""


_NAMED = 10
"""So many unknown columns are named in a message."""


class Fields(NamedTuple):
    """What a row says, by column; `number` counts as the file's own program does."""

    number: int
    values: Mapping[str, Any]


def read_briefs(data: bytes, name: str, sheet: str = "") -> Table:
    """The table of briefs in these bytes; raises InvalidInput for anything else."""
    return read_table(data, name, sheet, lambda head: _column(head[:80]) in COLUMNS)


def fields_of(table: Table, name: str) -> tuple[list[Fields], list[Reject]]:
    """What each row says, and the rows that cannot be used.

    Raises InvalidInput for columns that no row could use.
    """
    columns = [_column(head[:80]) for head in table.head]
    _check_columns(table, columns, name)
    rows: list[Fields] = []
    rejects = list(table.rejects)
    for row in table.rows:
        bad = _merged(table, row, len(columns))
        values: dict[str, Any] = {}
        for column, cell in zip(columns, row.cells, strict=True):
            if is_empty(cell):
                continue
            if column in values:
                raise InvalidInput(f"{name} has two columns of one name: {column}")
            values[column] = _value(column, cell)
            if not column:
                said = "its column has no name"
                bad.append(Reject(row.number, "", shortened(cell), said))
            elif not _is_allowed(column, cell):
                said = "a spreadsheet made a date or time of it: format the column as text"
                bad.append(Reject(row.number, column, shortened(cell), said))
        rejects += bad
        if values and not bad:
            rows.append(Fields(row.number, values))
    return rows, rejects


def _column(head: str) -> str:
    return re.sub(r"[\s-]+", "_", head.strip().casefold())


def _value(column: str, cell: Cell) -> Any:
    if isinstance(cell, (list, dict)):
        return cell
    text = cell_text(cell)
    # Amounts are left as they are: 1,500 may be meant as a thousand and a half.
    decimal_comma = column in ("seconds", "fps") and re.fullmatch(r"\d{1,3},\d{1,3}", text)
    return text.replace(",", ".") if decimal_comma else text


def _is_allowed(column: str, cell: Cell) -> bool:
    if isinstance(cell, dt.time):
        return column == "aspect_ratio"  # 16:9
    return not isinstance(cell, (dt.date, dt.timedelta))


def _merged(table: Table, row: Row, columns: int) -> list[Reject]:
    said = "cells {} are merged: split them, so that each row has its own"
    return [
        Reject(row.number, "", area.name, said.format(area.name))
        for area in table.merged
        if row.number in area.rows and area.columns.start < columns
    ]


def _check_columns(table: Table, columns: list[str], name: str) -> None:
    for area in table.merged:
        if 1 in area.rows and len(area.columns) > 1 and area.columns.start < len(columns):
            raise InvalidInput(f"{name}: cells {area.name} of the head are merged: split them")
    known = (*COLUMNS, *NESTED)
    unknown = []
    for column in dict.fromkeys(c for c in columns if c and c not in known):
        near = difflib.get_close_matches(column, known, n=1, cutoff=0.6)
        unknown.append(f"{column!r} (did you mean {near[0]!r}?)" if near else repr(column))
    missing = [] if "brief" in columns else [c for c in ("title", "vision") if c not in columns]
    if table.rows and (missing or unknown):
        said = [f"missing: {', '.join(missing)}"] if missing else []
        more = f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
        said += [f"unknown: {', '.join(unknown[:_NAMED])}{more}"] if unknown else []
        raise InvalidInput(f"{name}: columns {'; '.join(said)} (known: {', '.join(COLUMNS)})")

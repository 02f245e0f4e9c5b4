"""Tables: the bytes of a CSV, TSV, Excel, Parquet or JSON lines file become rows of cells.

Unreadable rows are named, and the rest is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import PurePosixPath

from greenlight.briefs.files import read_text
from greenlight.briefs.grid import (
    FILE_BYTES,
    Cell,
    Table,
    body_of,
    cell_text,
    is_empty,
    rows_within,
    shortened,
)
from greenlight.errors import InvalidInput

FORMATS = (".csv", ".tsv", ".xlsx", ".parquet", ".jsonl", ".ndjson")

_MEANT = {
    ".xls": "the old Excel format: save it as .xlsx",
    ".xlsm": "a workbook with macros: save it as .xlsx",
    ".xlsb": "a binary workbook: save it as .xlsx",
    ".ods": "OpenDocument: save it as .xlsx or .csv",
    ".numbers": "a Numbers document: export it as CSV or .xlsx",
    ".json": "one JSON document: a table has one object a line (.jsonl)",
    ".txt": "text: name it .csv or .tsv",
}
_LOOKED_AT = 10
"""Rows in which the head is looked for, where the first one names no column."""


def is_table(name: str) -> bool:
    """Whether the name ends like a table that can be read."""
    return PurePosixPath(name).suffix.casefold() in FORMATS


def read_table(
    data: bytes, name: str, sheet: str = "", knows: Callable[[str], bool] | None = None
) -> Table:
    """The table in these bytes; `name` tells the format and stands in messages.

    Rows are counted as a spreadsheet does (the head is row 1), lines of JSON and records of Parquet
    from 1. `sheet` names one of an Excel file. `knows` says of a text whether it names a column: by
    it the head is told from a title above it. Raises InvalidInput for anything else.
    """
    suffix = PurePosixPath(name).suffix.casefold()
    if suffix not in FORMATS:
        said = _MEANT.get(suffix, "an unsupported format")
        raise InvalidInput(f"{name} is {said} (tables: {', '.join(FORMATS)})")
    if len(data) > FILE_BYTES:
        raise InvalidInput(f"{name} has over {FILE_BYTES:,} bytes: split the table")
    if not data.strip():
        raise InvalidInput(f"{name} is empty")
    found = _read(data, name, suffix, sheet, knows)
    if not found.rows and not found.rejects:
        raise InvalidInput(f"{name} has no rows below its head")
    return found


def _read(
    data: bytes, name: str, suffix: str, sheet: str, knows: Callable[[str], bool] | None
) -> Table:
    # Each format is loaded when it is asked for: a command that reads none of it starts sooner.
    match suffix:
        case ".jsonl" | ".ndjson":
            from greenlight.briefs.jsonlines import read_lines

            return read_lines(read_text(data, name), name)
        case ".parquet":
            from greenlight.briefs.parquet import read_parquet

            return read_parquet(data, name)
        case ".xlsx":
            from greenlight.briefs.workbook import read_workbook

            book = read_workbook(data, name, sheet)
            found = _headed(book.rows, name, knows)
            return found._replace(merged=book.merged)
    from greenlight.briefs.separated import read_separated

    tabs = suffix == ".tsv"
    return _headed(read_separated(read_text(data, name), name, tabs=tabs, knows=knows), name, knows)


def _headed(
    rows: Iterable[tuple[int, Sequence[Cell]]], name: str, knows: Callable[[str], bool] | None
) -> Table:
    """A table whose head is the first filled row; raises InvalidInput for a title in its place."""
    filled: Iterator[tuple[int, Sequence[Cell]]] = rows_within(rows, name)
    begin = list(islice(filled, _LOOKED_AT))
    if not begin:
        raise InvalidInput(f"{name} is empty")
    if knows is not None:
        _check_head(begin, name, knows)
    head = tuple(cell_text(cell) for cell in begin[0][1])
    good, bad = body_of(head, chain(begin[1:], filled))
    return Table(head, good, tuple(bad))


def _check_head(
    rows: Sequence[tuple[int, Sequence[Cell]]], name: str, knows: Callable[[str], bool]
) -> None:
    named = [sum(1 for c in cells if isinstance(c, str) and knows(c)) for _, cells in rows]
    best = named.index(max(named))
    # One word of a title may be the name of a column too.
    if not best or (named[0] and named[best] < 3):
        return
    (first, title), (number, cells) = rows[0], rows[best]
    shown = next(shortened(cell) for cell in title if not is_empty(cell))
    columns = ", ".join(shortened(cell) for cell in cells[:5])
    raise InvalidInput(
        f"{name}: row {first} ({shown!r}) is a title and not the head, which is row {number} "
        f"({columns}): delete the rows above it"
    )

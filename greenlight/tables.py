"""Tables of briefs: the bytes of a file become rows of cells, each known by its number.

CSV, TSV, Excel, Parquet and JSON lines. What spoils one row spoils no other: it is named, and the
rest is read.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from greenlight.errors import InvalidInput
from greenlight.exchange.files import read_text

MOST_ROWS = 2_000
MOST_COLUMNS = 60
UNPACKED_BYTES = 200_000_000
FORMATS = (".csv", ".tsv", ".xlsx", ".parquet", ".jsonl", ".ndjson")

_MEANT = {
    ".xls": "the old Excel format: save it as .xlsx",
    ".ods": "OpenDocument: save it as .xlsx or .csv",
    ".json": "one JSON document: a table has one object a line (.jsonl)",
    ".txt": "text: name it .csv or .tsv",
}


class TableRow(NamedTuple):
    """A row's filled cells by column; `number` counts as the file's own program does."""

    number: int
    values: dict[str, Any]


class Reject(NamedTuple):
    """Why a row is not used: its number, the column, what stands there, and the reason."""

    row: int
    column: str
    value: str
    reason: str


class Table(NamedTuple):
    """The rows of a table in their order, and those that could not be read."""

    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    rejects: tuple[Reject, ...] = ()


def is_table(name: str) -> bool:
    """Whether the name ends like a table that can be read."""
    return PurePosixPath(name).suffix.casefold() in FORMATS


def read_table(data: bytes, name: str, sheet: str = "") -> Table:
    """The table in these bytes; `name` tells the format and stands in messages.

    Rows are counted as a spreadsheet does (the header is row 1), lines of JSON and records of
    Parquet from 1. `sheet` names one of an Excel file. Raises InvalidInput for what is no table.
    """
    suffix = PurePosixPath(name).suffix.casefold()
    if suffix not in FORMATS:
        said = _MEANT.get(suffix, "not a table that is known here")
        raise InvalidInput(f"{name} is {said} (tables: {', '.join(FORMATS)})")
    if not data.strip():
        raise InvalidInput(f"{name} is empty")
    match suffix:
        case ".jsonl" | ".ndjson":
            found = _lines(read_text(data, name), name)
        case ".parquet":
            found = _parquet(data, name)
        case ".xlsx":
            found = _excel(data, name, sheet)
        case _:
            found = _separated(read_text(data, name), name, suffix)
    if not found.rows and not found.rejects:
        raise InvalidInput(f"{name} has a header and no rows")
    return found


def _separated(text: str, name: str, suffix: str) -> Table:
    import pandas as pd

    if "\0" in text:
        raise InvalidInput(f"{name} is no text: export the table as CSV or .xlsx")
    lines = text.count("\n")
    first = text.split("\n", 1)[0]
    # Excel writes semicolons where the comma is the decimal point.
    separator = "\t" if suffix == ".tsv" else max(",;\t", key=first.count)
    try:
        frame = pd.read_csv(
            io.StringIO(text),
            sep=separator,
            header=None,
            names=range(MOST_COLUMNS + 1),
            index_col=False,
            dtype=str,
            keep_default_na=False,
            skip_blank_lines=False,
            # One more than is allowed, so that a table that is too long is known as such.
            nrows=None if lines <= MOST_ROWS else _filled_limit(lines),
        )
    except (ValueError, pd.errors.ParserError) as error:
        said = str(error).removeprefix("Error tokenizing data. C error: ")
        raise InvalidInput(f"{name} is no valid CSV: {said}") from error
    return _of_cells(frame.itertuples(index=False, name=None), name)


def _filled_limit(lines: int) -> int:
    # Cells with line breaks make more lines than rows.
    return min(lines + 1, 50 * MOST_ROWS)


def _excel(data: bytes, name: str, sheet: str) -> Table:
    import openpyxl
    import pandas as pd

    # What openpyxl raises for files that are damaged is not of one kind.
    damaged = (ValueError, KeyError, OSError, TypeError, AttributeError, zipfile.BadZipFile)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(item.file_size for item in packed.infolist()) > UNPACKED_BYTES:
                raise InvalidInput(f"{name} unpacks to over {UNPACKED_BYTES:,} bytes")
        skimmed = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        names = [s.title for s in skimmed.worksheets if s.sheet_state == "visible"]
        if sheet and sheet not in names:
            raise InvalidInput(f"{name} has no sheet {sheet!r} (sheets: {', '.join(names)})")
        if not names:
            raise InvalidInput(f"{name} has no sheet with cells")
        chosen = sheet or names[0]
        wanted = skimmed[chosen].iter_rows(max_row=10 * MOST_ROWS, values_only=True)
        filled = sum(any(_text(cell) for cell in row) for row in wanted)
        if filled > MOST_ROWS + 1:
            raise _too_long(name, filled - 1)
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        frame = pd.read_excel(
            pd.ExcelFile(book), sheet_name=chosen, header=None, dtype=object, keep_default_na=False
        )
    except damaged as error:
        raise InvalidInput(f"{name} is no readable Excel file (.xlsx): {error}") from error
    merged = {
        row: str(area.coord)
        for area in book[chosen].merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
    }
    if 1 in merged:
        raise InvalidInput(f"{name}: cells {merged[1]} of the header are merged: split them")
    return _of_cells(frame.itertuples(index=False, name=None), name, merged)


def _parquet(data: bytes, name: str) -> Table:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        found = pq.ParquetFile(io.BytesIO(data))
        if found.metadata.num_rows > MOST_ROWS:
            raise _too_long(name, found.metadata.num_rows)
        if found.metadata.num_columns > MOST_COLUMNS:
            raise InvalidInput(f"{name} has over {MOST_COLUMNS} columns")
        frame = pd.read_parquet(io.BytesIO(data), dtype_backend="pyarrow")
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InvalidInput(f"{name} is no readable Parquet file: {error}") from error
    head = tuple(_column(str(c)) for c in frame.columns)
    _once(head, name)
    rows = [
        TableRow(number, values)
        for number, cells in enumerate(frame.itertuples(index=False, name=None), 1)
        if (values := _values(head, cells))
    ]
    return Table(head, tuple(rows))


def _lines(text: str, name: str) -> Table:
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MOST_ROWS:
        raise _too_long(name, len(lines))
    columns: dict[str, None] = {}
    rows, rejects = [], []
    for number, line in lines:
        try:
            found = json.loads(line)
        except ValueError as error:
            rejects.append(Reject(number, "", line[:80], f"not valid JSON: {error}"))
            continue
        if not isinstance(found, dict):
            rejects.append(Reject(number, "", line[:80], "not a JSON object, {…}, of one brief"))
            continue
        values = {_column(k): v for k, v in found.items() if v is not None and v != ""}
        columns.update(dict.fromkeys(values))
        if values:
            rows.append(TableRow(number, values))
    return Table(tuple(columns), tuple(rows), tuple(rejects))


def _of_cells(
    cells: Iterator[Sequence[object]], name: str, merged: dict[int, str] | None = None
) -> Table:
    """A table whose header is the first row with anything in it."""
    numbered = ((n, [_text(c) for c in row]) for n, row in enumerate(cells, 1))
    filled = [(n, row) for n, row in numbered if any(row)]
    if not filled:
        raise InvalidInput(f"{name} is empty")
    if len(filled) > MOST_ROWS + 1:
        raise _too_long(name, len(filled) - 1)
    head = [_column(cell) for cell in filled[0][1]]
    while head and not head[-1]:
        head.pop()
    if len(head) > MOST_COLUMNS:
        raise InvalidInput(f"{name} has over {MOST_COLUMNS} columns")
    _once(head, name)
    rows, rejects = [], []
    for number, row in filled[1:]:
        beyond = next((c for c in row[len(head) :] if c), "")
        if merged and number in merged:
            said = f"cells {merged[number]} are merged: split them, so that each row has its own"
            rejects.append(Reject(number, "", merged[number], said))
        elif beyond:
            said = "it has more cells than the header has columns: is a text with commas unquoted?"
            rejects.append(Reject(number, "", beyond[:80], said))
        else:
            values = {k: v for k, v in zip(head, row, strict=False) if v and k}
            nameless = next((v for k, v in zip(head, row, strict=False) if v and not k), "")
            if nameless:
                rejects.append(Reject(number, "", nameless[:80], "its column has no name"))
            else:
                rows.append(TableRow(number, values))
    return Table(tuple(h for h in head if h), tuple(rows), tuple(rejects))


def _too_long(name: str, rows: int) -> InvalidInput:
    return InvalidInput(
        f"{name} has {rows:,} rows or more, and a batch has at most {MOST_ROWS:,}: split the table"
    )


def _once(head: Sequence[str], name: str) -> None:
    twice = sorted({h for h in head if h and head.count(h) > 1})
    if twice:
        raise InvalidInput(f"{name} has two columns of one name: {', '.join(twice)}")


def _column(cell: object) -> str:
    return re.sub(r"[\s-]+", "_", str(cell).strip().casefold())


def _values(head: Sequence[str], cells: Sequence[object]) -> dict[str, Any]:
    return {k: text for k, cell in zip(head, cells, strict=True) if (text := _text(cell))}


def _text(cell: object) -> str:
    """What a spreadsheet shows in a cell that holds a number or, for 16:9, a time."""
    match cell:
        case None:
            return ""
        case str():
            return cell.strip()
        case bool():
            return str(cell).lower()
        case float():
            if cell != cell:  # NaN: an empty cell
                return ""
            return str(int(cell)) if cell.is_integer() else repr(cell)
        case dt.time():
            return f"{cell.hour}:{cell.minute}"
    text = str(cell).strip()
    return "" if text in ("<NA>", "NaT") else text

"""Tables in files: CSV, TSV and Excel become rows of cells, and rows become files."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from greenlight.errors import InvalidInput
from greenlight.exchange.cells import guarded
from greenlight.folders import write_file

FILE_BYTES = 10_000_000
UNPACKED_BYTES = 100_000_000
MOST_ROWS = 2_000
MOST_COLUMNS = 200
TABLES = (".csv", ".tsv", ".xlsx")
LISTS = (".yaml", ".yml", ".json")

Cell = object
"""What stands in a cell: text, or what Excel has made of it (numbers, times)."""


class Table(NamedTuple):
    """The cells of a file; `rows` are counted as a spreadsheet does, `head` being row 1."""

    head: Sequence[str]
    rows: Sequence[tuple[int, Sequence[Cell]]]


def read_bytes(path: Path) -> bytes:
    """The bytes of a file; raises InvalidInput for what cannot be read or is too large."""
    try:
        if path.is_dir():
            raise InvalidInput(f"{path} is a folder: name the file in it")
        if path.stat().st_size > FILE_BYTES:
            raise InvalidInput(f"{path} has over {FILE_BYTES:,} bytes")
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror or error}") from error


def read_text(data: bytes, name: str) -> str:
    """The text of a file in UTF-8, or UTF-16 with its mark; raises InvalidInput naming the line."""
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InvalidInput(f"{name}, line {line}: not UTF-8: save it as UTF-8 text") from error


def read_table(path: Path, sheet: str = "") -> Table:
    """The table in a CSV, TSV or Excel file; empty rows are left out.

    `sheet` names one of an Excel file, whose first visible one is read otherwise. Raises
    InvalidInput for what is no table.
    """
    data = read_bytes(path)
    if path.suffix.casefold() == ".xlsx":
        rows = _excel(data, str(path), sheet)
    else:
        rows = _separated(read_text(data, str(path)), path)
    kept = [(n, row) for n, row in enumerate(rows, 1) if any(_filled(cell) for cell in row)]
    if not kept:
        raise InvalidInput(f"{path} is empty")
    if len(kept) > MOST_ROWS or max(len(row) for _, row in kept) > MOST_COLUMNS:
        raise InvalidInput(f"{path} has over {MOST_ROWS} rows or {MOST_COLUMNS} columns")
    head = ["" if cell is None else str(cell).strip() for cell in kept[0][1]]
    return Table(head, kept[1:])


def _filled(cell: Cell) -> bool:
    return cell is not None and str(cell).strip() != ""


def _separated(text: str, path: Path) -> list[Sequence[Cell]]:
    if "\0" in text:
        raise InvalidInput(f"{path} is no text: export the list as CSV or .xlsx")
    first = text.split("\n", 1)[0]
    # Excel writes semicolons where the comma is the decimal point.
    known = "\t" if path.suffix.casefold() == ".tsv" else max(",;\t", key=first.count)
    try:
        return [*csv.reader(io.StringIO(text, newline=""), delimiter=known, strict=True)]
    except csv.Error as error:
        raise InvalidInput(f"{path} is no valid CSV: {error}") from error


def _excel(data: bytes, name: str, sheet: str) -> list[Sequence[Cell]]:
    import openpyxl

    # What openpyxl raises for files that are damaged is not of one kind.
    damaged = (ValueError, KeyError, OSError, TypeError, AttributeError, zipfile.BadZipFile)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(item.file_size for item in packed.infolist())
        if unpacked > UNPACKED_BYTES:
            raise InvalidInput(f"{name} unpacks to over {UNPACKED_BYTES:,} bytes")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        names = [s.title for s in book.worksheets if s.sheet_state == "visible"]
        if sheet and sheet not in names:
            raise InvalidInput(f"{name} has no sheet {sheet!r} (sheets: {', '.join(names)})")
        if not names:
            raise InvalidInput(f"{name} has no sheet with cells")
        chosen = book[sheet or names[0]]
        rows = chosen.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS + 1, values_only=True)
        return [_trimmed(row) for row in rows]
    except damaged as error:
        raise InvalidInput(f"{name} is no readable Excel file (.xlsx): {error}") from error


def _trimmed(row: Sequence[Cell]) -> Sequence[Cell]:
    """A row without the empty cells that a sheet is filled up with."""
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return row[:end]


def write_table(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """Writes rows, the head first, as the file's ending says; raises InvalidInput for another."""
    suffix = path.suffix.casefold()
    try:
        if suffix == ".xlsx":
            write_file(path, _as_excel(rows))
        elif suffix in (".csv", ".tsv"):
            text = as_text(rows, "\t" if suffix == ".tsv" else ",")
            # The mark makes Excel read UTF-8 as such.
            write_file(path, text.encode("utf-8-sig"))
        else:
            raise InvalidInput(
                f"{path}: it is written as {', '.join(TABLES)} (`shots --json` prints JSON)"
            )
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror or error}") from error


def as_text(rows: Sequence[Sequence[str]], separator: str = ",") -> str:
    """Rows as CSV, with nothing in them that a spreadsheet would run."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows([guarded(c) for c in row] for row in rows)
    return out.getvalue()


def _as_excel(rows: Sequence[Sequence[str]]) -> bytes:
    import openpyxl
    from openpyxl.styles import Alignment, Font

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Shot list"
    for number, row in enumerate(rows, 1):
        for place, text in enumerate(row, 1):
            cell = sheet.cell(number, place)
            cell.value, cell.data_type = guarded(text), "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font = Font(bold=True)
    sheet.freeze_panes = "B2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()

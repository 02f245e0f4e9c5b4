"""Rows for spreadsheets: CSV, TSV and Excel in which no cell runs as a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path

from greenlight.errors import InvalidInput
from greenlight.store.folders import write_file

WRITTEN = (".csv", ".tsv", ".xlsx")

_SIGNS = "=+\\-@＝＋－＠"
_BEGIN = rf"(?='*[ \u00a0\u3000]*[{_SIGNS}\t\r\n])"
# A program that splits a CSV at semicolons or tabs begins a cell after each of them, and a row
# after a line break, whether the text is quoted or not.
_INSIDE = rf"(?='*[ \u00a0\u3000\"]*[{_SIGNS}])"
_GUARD = re.compile(rf"^{_BEGIN}|(?<=[;\t\r\n]){_INSIDE}")
_GUARDED = re.compile(rf"^'{_BEGIN}|(?<=[;\t\r\n])'{_INSIDE}")
_QUOTED = re.compile(r'[;,\t\r\n"]')


def guarded(text: str) -> str:
    """The text with an apostrophe before each place where a spreadsheet would see a formula."""
    return _GUARD.sub("'", text)


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return _GUARDED.sub("", text)


def as_text(rows: Sequence[Sequence[object]], separator: str = ",") -> str:
    """Rows as CSV; None is an empty cell, and texts are guarded."""
    return "".join(separator.join(_written(cell) for cell in row) + "\n" for row in rows)


def _written(cell: object) -> str:
    if cell is None or cell != cell:
        return ""
    text = guarded(cell) if isinstance(cell, str) else str(cell)
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def write_table(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """Writes rows, the head first, as the file's ending says; raises InvalidInput for another."""
    suffix = path.suffix.casefold()
    try:
        if suffix == ".xlsx":
            write_file(path, _as_excel(rows))
        elif suffix in WRITTEN:
            text = as_text(rows, "\t" if suffix == ".tsv" else ",")
            # The mark makes Excel read UTF-8 as such.
            write_file(path, text.encode("utf-8-sig"))
        else:
            raise InvalidInput(
                f"{path}: unsupported format (a list is written as {', '.join(WRITTEN)}; "
                "`shots --json` prints JSON)"
            )
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror or error}") from error


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

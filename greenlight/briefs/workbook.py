"""Excel workbooks: the cells of one sheet, with what else is in the file left unread.

openpyxl gets a copy of the parts that matter, cut where a table of the allowed size has ended. A
dimension that reaches to the last row, merged areas, pictures and links cost nothing that way.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO, Any, NamedTuple

from greenlight.briefs.grid import MOST_CELLS, UNPACKED_BYTES, Cell, Formatted, Merged
from greenlight.errors import InvalidInput

_MOST_PARTS = 1_000
_MOST_SIGNS = 280_000
"""Of `<` in a sheet: enough for 60,000 filled cells, and for as many that are only formatted."""

_ROW_SIGNS = 2
"""What the beginning of a row counts beside its own, by the time that reading it takes."""

_MOST_SIGNS_BESIDE = 250_000
"""In the other parts together: enough for 60,000 texts."""

_STYLE_SIGNS = 4
"""What one in the styles counts, by the time that reading it takes."""

_MOST_MERGED = 2_000
_LAST_ROW = 1_048_576
_CHUNK = 1 << 20

_READ = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|(?:.*/)?worksheets/[^/]+\.xml"
    r"|(?!docProps/|customXml/)(?:[^/]+/)?(?:_rels/)?[^/]+\.xml(?:\.rels)?"
)
_SHEET = re.compile(r"(?:.*/)?worksheets/[^/]+\.xml")
_BEGIN = re.compile(rb"<(?P<ns>\w+:)?worksheet\b[^>]*>")
_END = re.compile(rb"</(?:\w+:)?sheetData\s*>")
_AREA = re.compile(
    rb"<(?:\w+:)?mergeCell\b[^>]{0,200}?\bref=[\"'](?P<area>[A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']"
)
_UNUSUAL = re.compile(r"(?i)e[+-]|^[^.;]*00|\"")
"""Number formats that show other digits than the number has, or letters."""

# What openpyxl raises for files that are damaged is not of one kind.
_DAMAGED = (
    ValueError,
    KeyError,
    IndexError,
    OSError,
    TypeError,
    AttributeError,
    SyntaxError,
    NotImplementedError,
    RuntimeError,
    zipfile.BadZipFile,
)


class _Sheet(NamedTuple):
    """A sheet as it is copied: its XML up to the last cell, whether that is whole, and the rest."""

    xml: Sequence[bytes | bytearray | memoryview]
    whole: bool
    rest: bytes


class Workbook(NamedTuple):
    """The rows of a sheet, to be read once, and its merged areas."""

    rows: Iterator[tuple[int, Sequence[Cell]]]
    merged: tuple[Merged, ...]


def read_workbook(data: bytes, name: str, sheet: str) -> Workbook:
    """The sheet of that name, or the first visible one; raises InvalidInput naming the sheets."""
    import openpyxl

    copy = io.BytesIO()
    try:
        sheets = _copy(data, copy, name)
        book = openpyxl.load_workbook(copy, read_only=True, data_only=True, keep_links=False)
        names = [s.title for s in book.worksheets if s.sheet_state == "visible"]
    except _DAMAGED as error:
        raise _unreadable(name, error) from error
    if not names:
        raise InvalidInput(f"{name} has no sheet with cells")
    if sheet and sheet not in names:
        shown = ", ".join(names[:20])
        raise InvalidInput(f"{name} has no sheet {sheet!r} (sheets: {shown})")
    chosen = book[sheet or names[0]]
    copied = sheets[chosen._worksheet_path]
    return Workbook(_rows(chosen, name, whole=copied.whole), _areas(copied.rest, name))


def _unreadable(name: str, error: Exception) -> InvalidInput:
    said = " ".join(str(error).split())[:120]
    return InvalidInput(f"{name}: unreadable Excel file (.xlsx): {said}")


def _copy(data: bytes, to: IO[bytes], name: str) -> dict[str, _Sheet]:
    """Copies the parts that cells are read from, within the limits; returns the sheets by part."""
    sheets: dict[str, _Sheet] = {}
    left, signs = UNPACKED_BYTES, _MOST_SIGNS_BESIDE
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(to, "w") as new:
        if len(packed.infolist()) > _MOST_PARTS:
            raise InvalidInput(f"{name} has over {_MOST_PARTS:,} parts")
        for part in packed.infolist():
            if not _READ.fullmatch(part.filename):
                continue
            if _SHEET.fullmatch(part.filename):
                sheet = _read_sheet(packed, part, left)
                sheets[part.filename] = sheet
                xml = sheet.xml
            else:
                if part.file_size > left:
                    raise InvalidInput(f"{name} unpacks to over {UNPACKED_BYTES:,} bytes")
                content = packed.read(part)
                weight = _STYLE_SIGNS if part.filename.endswith("styles.xml") else 1
                signs -= weight * content.count(b"<")
                if signs < 0:
                    raise InvalidInput(f"{name} has too many texts or formats: save it as CSV")
                xml = [content]
            left -= sum(map(len, xml))
            with new.open(part.filename, "w") as out:
                for piece in xml:
                    out.write(piece)
    return sheets


def _read_sheet(packed: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> _Sheet:
    content, signs, whole = bytearray(), 0, False
    with packed.open(part) as stream:
        while signs <= _MOST_SIGNS and len(content) <= most:
            chunk = stream.read(_CHUNK)
            if not chunk:
                whole = True
                break
            content += chunk
            signs += chunk.count(b"<") + _ROW_SIGNS * chunk.count(b"<row ")
    begin, end = _BEGIN.search(content, 0, 10_000), _END.search(content)
    if begin is None:
        raise ValueError(f"{part.filename}: not a sheet of cells")
    ns = begin["ns"] or b""
    # openpyxl looks for a dimension through all cells, where the sheet does not state it.
    head = content[: begin.end()] + b'<%bdimension ref="A1"/>' % ns
    cells = memoryview(content)[begin.end() : end.end() if end else len(content)]
    if end is None:
        return _Sheet((head, cells), whole, b"")
    return _Sheet((head, cells, b"</%bworksheet>" % ns), True, bytes(content[end.end() :]))


def _rows(sheet: Any, name: str, *, whole: bool) -> Iterator[tuple[int, Sequence[Cell]]]:
    sheet.reset_dimensions()
    gap: object = None
    try:
        for number, row in enumerate(sheet.iter_rows(), 1):
            if number > _LAST_ROW:
                raise InvalidInput(f"{name}: a row beyond {_LAST_ROW:,}")
            if row is gap:
                continue
            gap = row  # openpyxl gives the same empty row for each one that is missing
            yield number, [_value(cell) for cell in row]
    except _DAMAGED as error:
        if not whole:
            raise InvalidInput(
                f"{name} has too many cells, filled or formatted (at most {MOST_CELLS:,} filled "
                "ones): copy the table alone to a new sheet"
            ) from error
        raise _unreadable(name, error) from error


def _value(cell: Any) -> Cell:
    value = cell.value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        shown = str(cell.number_format)
        if shown not in ("General", "0", "@") and _UNUSUAL.search(shown):
            return Formatted(value, shown)
    return value


def _areas(xml: bytes, name: str) -> tuple[Merged, ...]:
    from openpyxl.utils import range_boundaries

    found = [m["area"].decode() for m in _AREA.finditer(xml)]
    if len(found) > _MOST_MERGED:
        raise InvalidInput(f"{name} has over {_MOST_MERGED:,} merged areas: split them")
    areas = []
    for area in found:
        try:
            left, top, right, bottom = range_boundaries(area)
        except ValueError as error:
            raise _unreadable(name, error) from error
        areas.append(Merged(area, range(top, bottom + 1), range(left - 1, right)))
    return tuple(areas)

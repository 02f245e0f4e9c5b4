"""A table as it was read: its head, its rows of cells, its bad rows, and how much it may hold.

The limits hold for every format, independent of the file's own claims: reading or refusing a table
takes no more than two seconds of CPU and 300 MB.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from greenlight.errors import InvalidInput

FILE_BYTES = 10_000_000
UNPACKED_BYTES = 32_000_000
"""Of a compressed file, only what is read of it counts: pictures in a workbook do not."""

MOST_ROWS = 2_000
MOST_COLUMNS = 200
MOST_CELLS = 60_000
"""Filled ones, of all rows together."""

CELL_CHARACTERS = 32_767
"""As many as Excel takes."""

MOST_CHARACTERS = 10_000_000
"""Of all cells together: a file can name one long text in every row."""

SHOWN = 60

Cell = object
"""What stands in a cell: text, or a number, date, time, list or mapping; None for an empty one."""


class Formatted(NamedTuple):
    """A number that a spreadsheet shows in another way: 1000 as 1E+03, or 7 as 007."""

    number: int | float
    format: str


class Row(NamedTuple):
    """A row's cells, one a column of the head; `number` counts as the file's own program does."""

    number: int
    cells: tuple[Cell, ...]


class Reject(NamedTuple):
    """Why a row is not used: its number, the column, what stands there, and the reason."""

    row: int
    column: str
    value: str
    reason: str


class Merged(NamedTuple):
    """Merged cells of a spreadsheet, of which only the first holds anything."""

    name: str
    rows: range
    columns: range


class Table(NamedTuple):
    """The filled rows of a table in their order, and those that could not be read."""

    head: tuple[str, ...]
    rows: tuple[Row, ...]
    rejects: tuple[Reject, ...] = ()
    merged: tuple[Merged, ...] = ()


def rows_within(
    rows: Iterable[tuple[int, Sequence[Cell]]], name: str
) -> Iterator[tuple[int, Sequence[Cell]]]:
    """The filled rows without trailing empty cells; raises InvalidInput beyond a limit."""
    filled = cells = characters = 0
    for number, row in rows:
        trimmed = _trimmed(row)
        if not trimmed:
            continue
        filled += 1
        # One more for the head.
        if filled > MOST_ROWS + 1:
            raise too_long(name, filled - 1)
        if len(trimmed) > MOST_COLUMNS:
            raise InvalidInput(f"{name}, row {number}: over {MOST_COLUMNS} columns")
        for cell in trimmed:
            cells += not is_empty(cell)
            characters += len(cell) if isinstance(cell, str) else 0
        if cells > MOST_CELLS:
            raise InvalidInput(f"{name} has over {MOST_CELLS:,} filled cells: split the table")
        if characters > MOST_CHARACTERS:
            raise InvalidInput(f"{name} has over {MOST_CHARACTERS:,} characters: split the table")
        yield number, trimmed


def _trimmed(row: Sequence[Cell]) -> Sequence[Cell]:
    """A row without the empty cells that it is filled up with."""
    end = len(row)
    while end and is_empty(row[end - 1]):
        end -= 1
    return row[:end]


def is_empty(cell: Cell) -> bool:
    """Whether nothing stands in a cell; NaN is how data frames write that."""
    if isinstance(cell, str):
        return not cell or cell.isspace()
    return cell is None or cell != cell


def body_of(
    head: Sequence[str], rows: Iterable[tuple[int, Sequence[Cell]]]
) -> tuple[tuple[Row, ...], list[Reject]]:
    """The rows below a head, and those with cells that no column or no table can hold."""
    good: list[Row] = []
    bad: list[Reject] = []
    for number, cells in rows:
        long = next((p for p, c in enumerate(cells) if _is_long(c)), None)
        beyond = next((c for c in cells[len(head) :] if not is_empty(c)), None)
        if long is not None:
            column = head[long] if long < len(head) else ""
            said = f"the cell has over {CELL_CHARACTERS:,} characters"
            bad.append(Reject(number, column, shortened(cells[long]), said))
        elif beyond is not None:
            said = "more cells than the head has columns (is a text with commas unquoted?)"
            bad.append(Reject(number, "", shortened(beyond), said))
        else:
            empty = (None,) * (len(head) - len(cells))
            good.append(Row(number, (*cells[: len(head)], *empty)))
    return tuple(good), bad


def _is_long(cell: Cell) -> bool:
    return isinstance(cell, str) and len(cell) > CELL_CHARACTERS


def too_long(name: str, rows: int) -> InvalidInput:
    """The error for a table of more rows than it may have; `rows` is how many were seen."""
    return InvalidInput(
        f"{name} has {rows:,} rows or more (a table has at most {MOST_ROWS:,}: split the table)"
    )


def shortened(cell: Cell) -> str:
    """What stands in a cell, as far as it fits into a message."""
    text = cell_text(cell)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def cell_text(cell: Cell) -> str:
    """What a spreadsheet shows in a cell, numbers and 16:9 as they were typed."""
    match cell:
        case None:
            return ""
        case str():
            return cell.strip()
        case bool():
            return str(cell).lower()
        case float() if cell != cell:
            return ""
        case float() if _is_whole(cell):
            return str(int(cell))
        case Decimal():
            return str(int(cell)) if _is_whole(cell) else f"{cell.normalize():f}"
        case dt.datetime() if cell.time() == dt.time():
            return str(cell.date())
        case dt.time() if not cell.second:
            return f"{cell.hour}:{cell.minute}"
        case Formatted():
            return cell_text(cell.number)
    return str(cell).strip()


def _is_whole(number: float | Decimal) -> bool:
    # int() of 1E+999999999 would not end.
    return -(10**15) < number < 10**15 and number % 1 == 0

"""CSV and TSV: which character separates the cells, and the rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence

from greenlight.briefs.grid import CELL_CHARACTERS, MOST_COLUMNS, MOST_ROWS
from greenlight.errors import InvalidInput

Knows = Callable[[str], bool]

_MOST_LINES = 100 * MOST_ROWS
"""Cells may hold line breaks; a table has fewer lines."""

_SAMPLE_CHARACTERS, _SAMPLE_ROWS = 65_536, 12
_DECLARED = re.compile(r'^"?sep=(?P<by>[^\r\n])"?[,;\t|]*(?:\r\n?|\n|$)', re.IGNORECASE)


def read_separated(
    text: str, name: str, *, tabs: bool, knows: Knows | None
) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows of a CSV or TSV file, numbered as a spreadsheet does.

    A first line `sep=;`, which Excel writes and hides, says what separates cells. Otherwise it is
    the character that makes the most names of columns that `knows` accepts.
    """
    if "\0" in text:
        raise InvalidInput(f"{name}: not text: export the table as CSV or .xlsx")
    if text.count("\n") + text.count("\r") > 2 * _MOST_LINES:
        raise InvalidInput(f"{name} has over {_MOST_LINES:,} lines")
    if declared := _DECLARED.match(text):
        separator, text = declared["by"], text[declared.end() :]
    else:
        separator = _sniffed(text[:_SAMPLE_CHARACTERS], tabs, knows)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, 1):
            yield number, row
    except csv.Error as error:
        at = f"{name}, row {number + 1}"
        if "field limit" in str(error):
            raise InvalidInput(
                f"{at}: a cell has over {CELL_CHARACTERS:,} characters (is a quote not closed?)"
            ) from error
        raise InvalidInput(f"{at}: invalid CSV: {error} (is a quote not closed?)") from error


def _sniffed(sample: str, tabs: bool, knows: Knows | None) -> str:
    # Excel writes semicolons where the comma is the decimal point.
    choices = "\t,;|" if tabs else ",;\t|"
    return max(choices, key=lambda separator: _heads(sample, separator, knows))


def _heads(sample: str, separator: str, knows: Knows | None) -> tuple[int, int]:
    """How many columns that are known a row names, and how many cells the first filled row has."""
    known = width = 0
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
    try:
        for _, row in zip(range(_SAMPLE_ROWS), reader, strict=False):
            if knows is not None:
                known = max(known, sum(map(knows, row[:MOST_COLUMNS])))
            width = width or (len(row) if any(cell.strip(" ,;\t|") for cell in row) else 0)
    except csv.Error:
        return known, 0
    return known, width

"""JSON lines: one object a line, its keys the columns."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

from greenlight.briefs.documents import levels_and_values, unique_keys
from greenlight.briefs.grid import (
    MOST_CHARACTERS,
    MOST_COLUMNS,
    MOST_ROWS,
    Cell,
    Reject,
    Table,
    body_of,
    is_empty,
    rows_within,
    shortened,
    too_long,
)
from greenlight.errors import InvalidInput

LINE_CHARACTERS = 1_000_000
DEEPEST = 8
_MOST_DIGITS = 100
MOST_VALUES = 1_000
"""In one line, lists and mappings included: a brief with twenty references has a tenth of it."""


def read_lines(text: str, name: str) -> Table:
    """The objects of a JSON lines file by their line; lines end at \\n alone, as JSON says."""
    objects: list[tuple[int, dict[str, Cell]]] = []
    rejects: list[Reject] = []
    columns: dict[str, None] = {}
    for number, line in _filled(text, name):
        try:
            found = _object(line)
        except (ValueError, RecursionError) as error:
            said = "nested too deeply" if isinstance(error, RecursionError) else str(error)
            rejects.append(Reject(number, "", shortened(line[:200]), f"invalid line: {said}"))
            continue
        columns.update(dict.fromkeys(found))
        if len(columns) > MOST_COLUMNS:
            raise InvalidInput(f"{name}, line {number}: over {MOST_COLUMNS} columns")
        objects.append((number, found))
    head = tuple(columns)
    cells = ((number, [found.get(column) for column in head]) for number, found in objects)
    rows, long = body_of(head, rows_within(cells, name))
    return Table(head, rows, (*rejects, *long))


def _filled(text: str, name: str) -> Iterator[tuple[int, str]]:
    if text.count("\n") > 100 * MOST_ROWS or len(text) > MOST_CHARACTERS:
        raise InvalidInput(f"{name} has over {100 * MOST_ROWS:,} lines")
    count = 0
    # Not splitlines(): U+2028, U+0085 and form feeds may stand inside a JSON text.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            count += 1
            if count > MOST_ROWS:
                raise too_long(name, count)
            yield number, line


def _object(line: str) -> dict[str, Cell]:
    """The filled keys of the one object in a line; raises ValueError or RecursionError."""
    if len(line) > LINE_CHARACTERS:
        raise ValueError(f"over {LINE_CHARACTERS:,} characters")
    found = json.loads(
        line,
        # How data frames write an empty cell of a column of numbers.
        parse_constant=lambda constant: None,
        parse_float=_finite,
        parse_int=_short,
        object_pairs_hook=unique_keys,
    )
    if not isinstance(found, dict):
        raise ValueError("not a JSON object, {…}, of one row")
    depth, values = levels_and_values(found, DEEPEST + 1, MOST_VALUES + 1)
    if values > MOST_VALUES + 1:
        raise ValueError(f"over {MOST_VALUES:,} values in one row")
    if depth > DEEPEST + 1:
        raise ValueError(f"nested deeper than {DEEPEST} levels")
    if r"\ud" in line.casefold():
        try:
            json.dumps(found, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise ValueError("half of a character (a lone \\ud800 to \\udfff)") from error
    return {str(key).strip(): cell for key, cell in found.items() if not is_empty(cell)}


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{shortened(text)} is out of range")
    return number


def _short(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ValueError(f"{shortened(text[:200])} has over {_MOST_DIGITS} digits")
    return int(text)

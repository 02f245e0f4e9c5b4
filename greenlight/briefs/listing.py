"""A table becomes a shot list, and a shot list a table: every cell is understood or named."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from greenlight.briefs.cells import (
    CHOICES,
    LISTS,
    in_range,
    read_camera,
    read_frames,
    read_lens,
    read_list,
    read_number,
    read_rate,
    read_seconds,
    write_list,
)
from greenlight.briefs.files import read_bytes
from greenlight.briefs.grid import Cell, Merged, Table, cell_text, shortened
from greenlight.briefs.heads import COLUMNS, COUNTED, Columns, is_head, read_heads
from greenlight.briefs.spreadsheet import unguarded
from greenlight.briefs.tables import read_table
from greenlight.errors import InvalidInput
from greenlight.production.names import is_shot
from greenlight.production.problems import problems
from greenlight.production.shots import Shot

_NUMBERED = ("id", "sequence")
_KEPT_WHEN_EMPTY = ("size", "angle", "movement", "lens_mm", "seconds", "subject", "action")


class Problem(NamedTuple):
    """An invalid cell; `row` is counted as in the spreadsheet, the head being row 1."""

    row: int
    column: str
    problem: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.problem}"


class Incoming(NamedTuple):
    """What a file says: rows as `write` takes them, what is wrong, and what was left unread.

    `numbers` are the rows' own shot numbers where they are not our ids; `doubts` are numbers
    that a spreadsheet may have changed.
    """

    rows: list[dict[str, Any]]
    problems: list[Problem]
    left: list[str]
    numbers: list[str]
    doubts: list[Problem]


class BadCells(InvalidInput):
    """A table of shots has invalid cells, so none of it was taken."""

    def __init__(self, name: str, incoming: Incoming) -> None:
        self.incoming = incoming
        first = incoming.problems[0]
        more = len(incoming.problems) - 1
        rest = f" (and {more} more)" if more else ""
        super().__init__(f"{name}: {first}{rest}; nothing was changed")


def read_listing(
    path: Path,
    before: Sequence[Shot],
    references: Sequence[str],
    fps: Decimal = Decimal(24),
    *,
    leave: bool = False,
    sheet: str = "",
) -> Incoming:
    """The rows of a table of shots, over what the list has `before`.

    A column that is not there leaves its field as it is, an empty cell clears it. Columns that
    are not known are refused by name, or left unread with `leave`, as is the second of two columns
    for one field. Raises InvalidInput for anything but a table of shots, BadCells naming all cells
    that cannot be used.
    """
    table = read_table(read_bytes(path), str(path), sheet, is_head)
    columns = read_heads(table, str(path), leave=leave)
    known = {shot.id: shot.model_dump(mode="json") for shot in before}
    problems = [Problem(bad.row, bad.column or "cells", bad.reason) for bad in table.rejects]
    incoming = Incoming([], problems, columns.left, [], _doubts(table, columns.fields))
    for number, cells in table.rows:
        reader = _Row(number, table.head, columns, cells, references, fps)
        reader.complain_of_merged(table.merged)
        row = reader.read(known, incoming.numbers)
        incoming.problems.extend(reader.problems)
        incoming.rows.append(row)
    if incoming.problems:
        incoming.problems.sort(key=lambda problem: problem.row)
        raise BadCells(str(path), incoming)
    return incoming


def _doubts(table: Table, fields: Mapping[int, str]) -> list[Problem]:
    """Numbers in a column of texts: 1E3 is one, and nothing tells it from 1000 afterwards."""
    found = []
    for place, field in fields.items():
        cells = [(row.number, row.cells[place]) for row in table.rows]
        numbers = [(n, c) for n, c in cells if isinstance(c, (int, float))]
        if field not in _NUMBERED or not any(isinstance(c, str) and c.strip() for _, c in cells):
            continue
        for number, cell in numbers:
            said = f"{cell_text(cell)} is a number here and the others are text: was it 1E3 or 01?"
            found.append(Problem(number, table.head[place], said))
    return found


class _Row:
    """One row of a table, read cell by cell."""

    def __init__(
        self,
        number: int,
        head: Sequence[str],
        columns: Columns,
        cells: Sequence[Cell],
        references: Sequence[str],
        fps: Decimal,
    ) -> None:
        self.number, self.head, self.cells = number, head, cells
        self.fields, self.beside = columns.fields, columns.beside
        self.references = {name.casefold(): name for name in references}
        self.fps = fps
        self.problems: list[Problem] = []
        self.column = ""

    def complain_of_merged(self, merged: Sequence[Merged]) -> None:
        """Names merged cells: only the first of them holds anything, and others look empty.

        A scene that is merged over its shots is one scene.
        """
        for area in merged:
            if self.number not in area.rows:
                continue
            covered = [p for p in self.fields if p in area.columns]
            alone = len(area.columns) == 1 and [self.fields[p] for p in covered] == ["sequence"]
            if covered and not alone:
                self.column = self.head[covered[0]]
                self.complain(f"cells {area.name} are merged: split them")

    def read(self, known: Mapping[str, dict[str, Any]], numbers: list[str]) -> dict[str, Any]:
        """The row as fields, over those of the shot of its id."""
        said: dict[str, Any] = {}
        said_in: dict[str, str] = {}
        counted: dict[str, tuple[str, Cell]] = {}
        for place, field in self.fields.items():
            self.column = self.head[place]
            cell = self.cells[place]
            if field in COUNTED:
                counted[field] = self.column, cell
                continue
            try:
                found = self._cell(field, cell)
            except InvalidInput as error:
                self.complain(str(error))
                continue
            if place in self.beside:
                found = {name: value for name, value in found.items() if name == field}
            for name, value in found.items():
                if name in said and said[name] != value and name in CHOICES:
                    self.complain(f"{value} here, but {said[name]} under {said_in[name]}")
                said[name], said_in[name] = value, self.column
        try:
            self._count(counted, said)
        except InvalidInput as error:
            self.complain(str(error))
        name = said.pop("id", "")
        if name and not is_shot(name):
            numbers.append(name)
            name = ""
        base = known.get(name, {})
        row = {**base, **said}
        if name:
            row["id"] = name
        self._complete(row)
        return row

    def _count(self, counted: Mapping[str, tuple[str, Cell]], said: dict[str, Any]) -> None:
        """The length of a shot that a tracker says in frames; raises InvalidInput."""
        number: dict[str, int | None] = {}
        rate = self.fps
        for field, (self.column, cell) in counted.items():
            if field == "rate":
                rate = read_rate(cell) or rate
            else:
                number[field] = read_frames(cell)
        frames, first, last = map(number.get, ("frames", "first_frame", "last_frame"))
        if first is not None and last is not None:
            frames = last - first + 1
        if frames is None:
            return
        self.column = next(head for field, (head, _) in counted.items() if field != "rate")
        seconds = in_range(frames / rate, f"of {frames} frames at {rate} a second")
        before = Decimal(said.get("seconds", seconds))
        if abs(before - seconds) * rate > 1:
            raise InvalidInput(f"{frames} frames are {seconds} s, but another column says {before}")
        said["seconds"] = str(seconds)

    def _complete(self, row: dict[str, Any]) -> None:
        """A new shot needs to say what happens; who does it may follow from that."""
        if not row.get("action"):
            self.column = COLUMNS["action"]
            self.complain("missing action: say what happens")
        elif not row.get("subject"):
            row["subject"] = _subject(str(row["action"]), [*self.references.values()])
        if self.problems:
            return
        spec = {k: v for k, v in row.items() if k != "sequence"}
        try:
            Shot.model_validate({"id": "sq010_sh0010", **spec})
        except ValidationError as error:
            for wrong in problems(error.errors(include_url=False), Shot):
                heads = (self.head[place] for place, f in self.fields.items() if f == wrong.field)
                self.column = next(heads, COLUMNS.get(wrong.field, wrong.field))
                self.complain(wrong.sentence)

    def _cell(self, field: str, cell: Cell) -> dict[str, Any]:
        text = (unguarded(cell) if isinstance(cell, str) else cell_text(cell)).strip()
        if not text:
            if field in _NUMBERED or field in _KEPT_WHEN_EMPTY:
                return {}
            return {field: [] if field in LISTS else ""}
        if field in _NUMBERED:
            return {field: read_number(text if isinstance(cell, str) else cell)}
        if isinstance(cell, date):
            raise InvalidInput(f"{text} is a date (format the column as text, and type it again)")
        if field in CHOICES:
            return dict(read_camera(field, text))
        if field == "seconds":
            return {field: str(read_seconds(cell if not isinstance(cell, str) else text, self.fps))}
        if field == "lens_mm":
            return {field: read_lens(text)}
        if field == "references":
            return {field: [self._reference(name) for name in read_list(text)]}
        if field == "palette":
            return {field: read_list(text)}
        return {field: text}

    def _reference(self, name: str) -> str:
        if name.casefold() in self.references:
            return self.references[name.casefold()]
        near = difflib.get_close_matches(name.casefold()[:80], self.references, n=1)
        hint = f"did you mean {self.references[near[0]]!r}? " if near else ""
        known = ", ".join(self.references.values()) or "none"
        raise InvalidInput(
            f"unknown character, place or prop {shortened(name)!r} ({hint}known: {known})"
        )

    def complain(self, problem: str) -> None:
        self.problems.append(Problem(self.number, self.column, problem))


def _subject(action: str, references: Sequence[str]) -> str:
    """Who or what a shot is of, where no column says so: a reference it names, or how it begins."""
    for name in references:
        if re.search(rf"\b{re.escape(name)}\b", action, re.IGNORECASE):
            return name
    words = re.split(r"[,.;:!?\n]", action.strip())[0].split()
    return (" ".join(words[:4]) or action)[:80]


def listing_of(shots: Sequence[Shot]) -> list[list[str]]:
    """A shot list as a table with a head: what `read_listing` reads back unchanged."""
    return [list(COLUMNS.values()), *([_written(s, field) for field in COLUMNS] for s in shots)]


def _written(shot: Shot, field: str) -> str:
    value = getattr(shot, field)
    if field in LISTS:
        return write_list(value)
    if field == "lens_mm":
        return f"{value} mm"
    if field == "seconds":
        return f"{value.normalize():f}"
    return str(value)

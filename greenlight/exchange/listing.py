"""A table becomes a shot list, and a shot list a table: every cell is understood or named."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from greenlight.errors import InvalidInput
from greenlight.exchange.cells import (
    CHOICES,
    LISTS,
    read_camera,
    read_lens,
    read_list,
    read_seconds,
    unguarded,
    write_list,
)
from greenlight.exchange.files import Cell, Table, read_table
from greenlight.exchange.words import aliases, plain_word
from greenlight.production.names import is_shot
from greenlight.production.problems import problems
from greenlight.production.shots import Shot

COLUMNS = {
    "id": "Shot",
    "size": "Size",
    "angle": "Angle",
    "movement": "Movement",
    "lens_mm": "Lens",
    "subject": "Subject",
    "action": "Action",
    "dialogue": "Dialogue",
    "sound": "Sound",
    "seconds": "Seconds",
    "setting": "Setting",
    "time_of_day": "Time of day",
    "lighting": "Lighting",
    "mood": "Mood",
    "palette": "Palette",
    "style": "Style",
    "references": "References",
}
"""What an export is headed with, by field."""

_KEPT_WHEN_EMPTY = ("size", "angle", "movement", "lens_mm", "seconds", "subject", "action")


class Problem(NamedTuple):
    """A cell that cannot be used; `row` is counted as in the spreadsheet, the head being row 1."""

    row: int
    column: str
    problem: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.problem}"


class Incoming(NamedTuple):
    """What a file says: rows as `write` takes them, what is wrong, and what was left unread.

    `numbers` are the rows' own shot numbers where they are no ids of ours.
    """

    rows: list[dict[str, Any]]
    problems: list[Problem]
    left: list[str]
    numbers: list[str]


class BadCells(InvalidInput):
    """A table of shots has cells that cannot be used; nothing of it was taken."""

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
    are not known are refused by name, or left unread with `leave`. Raises InvalidInput for what is
    no table of shots, and BadCells naming every cell that cannot be used.
    """
    table = read_table(path, sheet)
    fields, left = _columns(table, str(path), leave)
    if not table.rows:
        raise InvalidInput(f"{path} has a head and no shots")
    known = {shot.id: shot.model_dump(mode="json") for shot in before}
    incoming = Incoming([], [], left, [])
    for number, cells in table.rows:
        reader = _Row(number, table.head, fields, cells, references, fps)
        row = reader.read(known, incoming.numbers)
        incoming.problems.extend(reader.problems)
        incoming.rows.append(row)
    if incoming.problems:
        raise BadCells(str(path), incoming)
    return incoming


def _columns(table: Table, name: str, leave: bool) -> tuple[dict[int, str], list[str]]:
    """The field of each column that is known, by its place, and the heads that are not."""
    fields: dict[int, str] = {}
    unknown: list[str] = []
    for place, head in enumerate(table.head):
        field = aliases("columns").get(plain_word(head))
        if field is None:
            filled = any(len(row) > place and row[place] not in (None, "") for _, row in table.rows)
            if head or filled:
                unknown.append(head or f"column {place + 1}")
        elif field in fields.values():
            twice = [table.head[p] for p, f in fields.items() if f == field]
            raise InvalidInput(f"{name}: {twice[0]!r} and {head!r} are both {COLUMNS[field]}")
        else:
            fields[place] = field
    if unknown and not leave:
        near = difflib.get_close_matches(plain_word(unknown[0]), aliases("columns"), n=1)
        hint = f"did you mean {COLUMNS.get(aliases('columns')[near[0]])!r}? " if near else ""
        raise InvalidInput(
            f"{name}: unknown columns: {', '.join(unknown)} ({hint}known: "
            f"{', '.join(COLUMNS.values())}, Scene; --leave-columns leaves them unread)"
        )
    if not set(fields.values()) & {"action", "id"}:
        raise InvalidInput(f"{name}: no column says what happens (call one Action or Description)")
    return fields, unknown


class _Row:
    """One row of a table, read cell by cell."""

    def __init__(
        self,
        number: int,
        head: Sequence[str],
        fields: Mapping[int, str],
        cells: Sequence[Cell],
        references: Sequence[str],
        fps: Decimal,
    ) -> None:
        self.number, self.head, self.fields, self.cells = number, head, fields, cells
        self.references = {name.casefold(): name for name in references}
        self.fps = fps
        self.problems: list[Problem] = []
        self.column = ""

    def read(self, known: Mapping[str, dict[str, Any]], numbers: list[str]) -> dict[str, Any]:
        """The row as fields, over those of the shot of its id."""
        said: dict[str, Any] = {}
        said_in: dict[str, str] = {}
        for place, field in self.fields.items():
            self.column = self.head[place]
            cell = self.cells[place] if place < len(self.cells) else ""
            try:
                found = self._cell(field, cell)
            except InvalidInput as error:
                self.complain(str(error))
                continue
            for name, value in found.items():
                if name in said and said[name] != value and name in CHOICES:
                    self.complain(f"{value} here, but {said[name]} under {said_in[name]}")
                said[name], said_in[name] = value, self.column
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

    def _complete(self, row: dict[str, Any]) -> None:
        """A new shot needs to say what happens; who does it may follow from that."""
        if not row.get("action"):
            self.column = COLUMNS["action"]
            self.complain("a shot needs an action: say what happens")
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
        text = "" if cell is None else unguarded(str(cell)).strip()
        if not text:
            if field in ("id", "sequence") or field in _KEPT_WHEN_EMPTY:
                return {}
            return {field: [] if field in LISTS else ""}
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
        if field in ("id", "sequence"):
            return {field: _tidy_number(text)}
        return {field: text}

    def _reference(self, name: str) -> str:
        if name.casefold() in self.references:
            return self.references[name.casefold()]
        near = difflib.get_close_matches(name.casefold(), self.references, n=1)
        hint = f"did you mean {self.references[near[0]]!r}? " if near else ""
        known = ", ".join(self.references.values()) or "none"
        raise InvalidInput(f"no character, place or prop {name!r} ({hint}known: {known})")

    def complain(self, problem: str) -> None:
        self.problems.append(Problem(self.number, self.column, problem))


def _tidy_number(text: str) -> str:
    """A number as people wrote it: Excel reads 3 as 3.0."""
    return re.sub(r"^(\d+)\.0+$", r"\1", text)


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

"""The heads of a shot list: which column says what, in the words of the trade."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from greenlight.briefs.cells import read_camera
from greenlight.briefs.grid import Table, cell_text, is_empty
from greenlight.briefs.words import aliases, plain_word
from greenlight.errors import InvalidInput

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

COUNTED = {
    "frames": "Frames",
    "first_frame": "Frame in",
    "last_frame": "Frame out",
    "rate": "FPS",
}
"""Columns of trackers that say a length in frames, by what they hold."""

_NAMES = {**COLUMNS, **COUNTED, "sequence": "Scene"}
_HEAD = 80
_NAMED = 20


class Columns(NamedTuple):
    """The field of each column that is read, by its place, and the heads that are left unread.

    The columns `beside` another of the same head's usual meaning say their own field and no other.
    """

    fields: Mapping[int, str]
    beside: frozenset[int]
    left: list[str]


def is_head(text: str) -> bool:
    """Whether a text names a column of a shot list."""
    return _plain(text) in aliases("columns")


def _plain(head: str) -> str:
    return plain_word(head[:_HEAD])


def read_heads(table: Table, name: str, *, leave: bool) -> Columns:
    """What the columns of a table say.

    Columns that are not known, and the second one for a field, are left unread with `leave`; raises
    InvalidInput naming them otherwise, and for a table that says nothing of shots.
    """
    places: dict[str, list[int]] = {}
    unknown: list[int] = []
    for place, head in enumerate(table.head):
        field = aliases("columns").get(_plain(head))
        if field is not None:
            places.setdefault(field, []).append(place)
        elif head or any(not is_empty(row.cells[place]) for row in table.rows):
            unknown.append(place)
    beside = _beside(table, places, leave=leave)
    heads = [head[:_HEAD] or f"column {place + 1}" for place, head in enumerate(table.head)]
    if not leave:
        _check(heads, places, unknown, name)
    fields = {found[0]: field for field, found in places.items()}
    read = {place: field for place, field in sorted(fields.items()) if field in _used(places)}
    if not set(read.values()) & {"action", "id"}:
        raise InvalidInput(f"{name}: missing column for the action (name it Action or Description)")
    filled = {*unknown, *(place for found in places.values() for place in found)}
    return Columns(read, beside, [heads[place] for place in sorted(filled - set(read))])


def _check(
    heads: list[str], places: Mapping[str, list[int]], unknown: list[int], name: str
) -> None:
    for field, (first, *others) in places.items():
        if others:
            raise InvalidInput(
                f"{name}: {heads[first]!r} and {heads[others[0]]!r} are both {_NAMES[field]} "
                "(--leave-columns reads the first)"
            )
    if unknown:
        near = difflib.get_close_matches(_plain(heads[unknown[0]]), aliases("columns"), n=1)
        hint = f"did you mean {_NAMES[aliases('columns')[near[0]]]!r}? " if near else ""
        more = f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
        named = ", ".join(heads[place] for place in unknown[:_NAMED])
        raise InvalidInput(
            f"{name}: unknown columns: {named}{more} ({hint}known: "
            f"{', '.join(COLUMNS.values())}, Scene; --leave-columns leaves them unread)"
        )


def _beside(table: Table, places: dict[str, list[int]], *, leave: bool) -> frozenset[int]:
    """Gives a column its second meaning where another one has its first; returns such columns.

    One whose cells do not say that is the second of two for one field.
    """
    moved = set()
    for field, found in [*places.items()]:
        for place in [*found]:
            meaning = aliases("beside").get(_plain(table.head[place]))
            alone = len(places[field]) == 1
            if meaning is None or meaning in places or alone:
                continue
            if leave and not _readable(meaning, (row.cells[place] for row in table.rows)):
                places[field].append(places[field].pop(places[field].index(place)))
                continue
            places[field].remove(place)
            places[meaning] = [place]
            moved.add(place)
    return frozenset(moved)


def _readable(field: str, cells: Iterable[object]) -> bool:
    try:
        for cell in cells:
            if not is_empty(cell):
                read_camera(field, cell_text(cell))
    except InvalidInput:
        return False
    return True


def _used(places: Mapping[str, list[int]]) -> set[str]:
    """The fields that are read: of columns of frames, those that a length follows from."""
    used = set(places) - set(COUNTED)
    if "frames" in places:
        return used | {"frames", "rate"}
    if "seconds" not in places and {"first_frame", "last_frame"} <= set(places):
        return used | {"first_frame", "last_frame", "rate"}
    return used

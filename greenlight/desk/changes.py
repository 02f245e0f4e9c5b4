"""Changes to a shot list, as people say them: set, add, split, move, drop, reorder."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from greenlight.errors import InvalidInput
from greenlight.production.records import ShotListRecord
from greenlight.production.shots import SHORTEST_SECONDS, Shot

Fields = Mapping[str, str]
FIRST = "first"
"""Where a shot is moved to that comes before all others."""

_INHERITED = ("subject", "setting", "time_of_day", "lighting", "mood", "palette", "style")


class Split(BaseModel):
    """A shot in two: `at` seconds the second part begins, which differs by `fields`.

    Without `at` both parts are of one length. Dialogue stays with the part that `dialogue` names.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: Decimal | None = None
    dialogue: Literal["first", "second"] = "first"
    fields: Fields = Field(default_factory=dict)


class Change(BaseModel):
    """What is to be different: fields per shot, shots added, split, moved, dropped, reordered.

    `move` puts a shot right after another, or FIRST.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fields: Mapping[str, Fields] = Field(default_factory=dict)
    add_after: Mapping[str, Fields] = Field(default_factory=dict)
    add_before: Mapping[str, Fields] = Field(default_factory=dict)
    split: Mapping[str, Split] = Field(default_factory=dict)
    move: Mapping[str, str] = Field(default_factory=dict)
    drop: tuple[str, ...] = ()
    order: tuple[str, ...] = ()


def apply(base: ShotListRecord, change: Change) -> list[dict[str, Any]]:
    """The rows of the changed list, new ones without id; raises InvalidInput for unknown shots."""
    rows = {s.id: s.model_dump(mode="json") for s in base.shots}
    targets = [after for after in change.move.values() if after != FIRST]
    mentioned = [*change.fields, *change.add_after, *change.add_before, *change.split]
    for shot in [*mentioned, *change.move, *targets, *change.drop, *change.order]:
        if shot not in rows:
            raise InvalidInput(f"{shot!r} is not in the shot list (shots: {', '.join(rows)})")
    for shot, fields in change.fields.items():
        rows[shot].update(_values(fields))
    order = _moved(_ordered(rows, change), change.move)
    result: list[dict[str, Any]] = []
    for shot in order:
        if shot in change.add_before:
            result.append(_like(rows[shot], change.add_before[shot]))
        if shot in change.split:
            result += _parts(shot, rows[shot], change.split[shot])
        elif shot not in change.drop:
            result.append(rows[shot])
        if shot in change.add_after:
            result.append(_like(rows[shot], change.add_after[shot]))
    return result


def _ordered(rows: Mapping[str, Any], change: Change) -> list[str]:
    order = list(change.order) or list(rows)
    if not change.order:
        return order
    if len(set(order)) < len(order):
        twice = next(s for s in order if order.count(s) > 1)
        raise InvalidInput(f"the new order names {twice} twice")
    missing = [s for s in rows if s not in order and s not in change.drop]
    if missing:
        raise InvalidInput(f"the new order leaves out {', '.join(missing)}: drop them or name them")
    return order


def _moved(order: list[str], move: Mapping[str, str]) -> list[str]:
    for shot, after in move.items():
        if shot == after:
            raise InvalidInput(f"{shot} cannot be moved after itself")
        order.remove(shot)
        order.insert(0 if after == FIRST else order.index(after) + 1, shot)
    return order


def _like(row: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    """A new shot beside another: what is not said is as it is there."""
    return {**{k: v for k, v in row.items() if k in _INHERITED}, **_values(fields)}


def _parts(shot: str, row: Mapping[str, Any], split: Split) -> list[dict[str, Any]]:
    """Both parts of a shot: lengths add up, and the first keeps the id."""
    total = Decimal(str(row["seconds"]))
    said = _values(split.fields)
    given = said.pop("seconds", None)
    try:
        rest = None if given is None else Decimal(str(given))
    except ArithmeticError:
        raise InvalidInput(f"invalid length {given!r} (seconds, such as 2.5)") from None
    at = split.at if split.at is not None else total - rest if rest is not None else total / 2
    at = at.quantize(Decimal("0.01"))
    if rest is not None and at + rest != total:
        raise InvalidInput(f"{shot} is {total} s long: {at} s and {rest} s do not add up to it")
    if min(at, total - at) < SHORTEST_SECONDS:
        raise InvalidInput(
            f"{shot} is {total} s long and cannot be split at {at} s: each part has at least "
            f"{SHORTEST_SECONDS} s"
        )
    first = {**row, "seconds": str(at)}
    second = {k: v for k, v in row.items() if k != "id"} | {"seconds": str(total - at)}
    (second if split.dialogue == "first" else first)["dialogue"] = ""
    return [first, {**second, **said}]


def _values(fields: Fields) -> dict[str, Any]:
    for name in fields:
        if name not in Shot.model_fields or name == "id":
            known = ", ".join(n for n in Shot.model_fields if n != "id")
            raise InvalidInput(f"unknown field {name!r} of a shot (known: {known})")
    return {name: _value(name, text) for name, text in fields.items()}


def _value(name: str, text: str) -> Any:
    if name in ("palette", "references"):
        return [part.strip() for part in text.split(",") if part.strip()]
    return int(text) if name == "lens_mm" and text.isdigit() else text

"""Rows become briefs: each is checked whole before anything starts, and bad ones are named."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from greenlight.access.signature import Signature
from greenlight.batches.sources import Source
from greenlight.desk.submit import draft, within
from greenlight.errors import Forbidden, GreenlightError, InvalidInput, ServiceUnavailable
from greenlight.intake import check_brief, first_problem, gather, with_scenes
from greenlight.money.amounts import usd
from greenlight.money.quote import Quote
from greenlight.money.quoting import brief_quote, first_frame_price
from greenlight.production.brief import Brief
from greenlight.production.shots import digest
from greenlight.settings import Profile
from greenlight.tables import Reject, Table, TableRow

COLUMNS = {
    "id": "your own name for the row; each once in a table",
    "brief": "a YAML or JSON brief beside the table; the other columns replace what it says",
    "title": "working title",
    "vision": "what happens",
    "show": "the show it belongs to",
    "look": "style, palette, lenses",
    "aspect_ratio": "16:9, 9:16, 2.39:1 …",
    "fps": "frames per second",
    "shots": "how many shots",
    "seconds": "length of the cut",
    "candidates": "stills to choose from, 1 to 4",
    "sheets": "recurring, all or none",
    "release": "what lets clips be made: shot or animatic",
    "budget_usd": "nothing is spent beyond it",
    "screenplay": "a Fountain or Final Draft file beside the table",
    "scenes": "its scenes, such as 3,5-7",
    "text_model": "the model that writes",
    "image_model": "the model that draws",
    "video_model": "the model that films",
}
_NESTED = ("references", "models")
"""What a line of JSON can say and no cell."""

_MODELS = ("text", "image", "video")
_CELL = 80


class Planned(NamedTuple):
    """A valid row with its quote; `key` is the same for the same content in the same batch."""

    number: int
    id: str
    key: str
    brief: Brief
    quote: Quote


class Plan(NamedTuple):
    """What a table comes to before anything starts; `pictures` are bytes by sha256."""

    rows: tuple[Planned, ...]
    rejects: tuple[Reject, ...]
    pictures: Mapping[str, tuple[bytes, str]]

    @property
    def video_seconds(self) -> int:
        return sum(r.quote.video_seconds for r in self.rows)

    @property
    def once_usd(self) -> Decimal:
        return sum((r.quote.once for r in self.rows), Decimal(0))

    @property
    def total_usd(self) -> Decimal:
        return sum((r.quote.total for r in self.rows), Decimal(0))


def plan_rows(
    source: Source, table: Table, batch: str, who: Signature, profile: Profile, show: str = ""
) -> Plan:
    """Checks every row; raises InvalidInput for columns that no row could use.

    `show` puts every row into that show. Raises ServiceUnavailable when a place that rows name does
    not answer: whether they are good is not known then.
    """
    _check_columns(table, source.name)
    rows: list[Planned] = []
    rejects = list(table.rejects)
    pictures: dict[str, tuple[bytes, str]] = {}
    ids: dict[str, int] = {}
    keys: dict[str, int] = {}
    for row in table.rows:
        given = str(row.values.get("id", "")).strip()
        if given and given in ids:
            said = f"the id of row {ids[given]}: each row has an id of its own"
            rejects.append(Reject(row.number, "id", given[:_CELL], said))
            continue
        if given:
            ids[given] = row.number
        try:
            brief = _brief(source, row, show)
            intake = gather(brief, Path.cwd(), profile)
            planned = _planned(intake.brief, row.number, given, batch, who, profile)
        except (ServiceUnavailable, Forbidden):
            raise
        except GreenlightError as error:
            rejects += _rejects(row, error)
            continue
        if planned.key in keys:
            said = f"the same brief as row {keys[planned.key]}: give each an id to make both"
            rejects.append(Reject(row.number, "", "", said))
            continue
        keys[planned.key] = row.number
        pictures |= {k: v for k, v in intake.pictures.items() if k not in pictures}
        rows.append(planned)
    rejects.sort(key=lambda r: r.row)
    return Plan(tuple(rows), tuple(rejects), pictures)


def _check_columns(table: Table, name: str) -> None:
    known = (*COLUMNS, *_NESTED)
    unknown = []
    for column in (c for c in table.columns if c not in known):
        near = difflib.get_close_matches(column, known, n=1, cutoff=0.6)
        unknown.append(f"{column!r} (did you mean {near[0]!r}?)" if near else repr(column))
    missing = (
        []
        if "brief" in table.columns
        else [c for c in ("title", "vision") if c not in table.columns]
    )
    if table.rows and (missing or unknown):
        said = [f"missing: {', '.join(missing)}"] if missing else []
        said += [f"unknown: {', '.join(unknown)}"] if unknown else []
        raise InvalidInput(f"{name}: columns {'; '.join(said)} (known: {', '.join(COLUMNS)})")


def _brief(source: Source, row: TableRow, show: str) -> Brief:
    fields = {k: v for k, v in row.values.items() if k not in ("id", "brief")}
    models = {m: fields.pop(f"{m}_model") for m in _MODELS if f"{m}_model" in fields}
    base: dict[str, Any] = {}
    beside = source
    if "brief" in row.values:
        base, beside = _named_brief(source, str(row.values["brief"]))
    merged = {**_placed(base, beside), **_placed(fields, source)}
    if models:
        before = merged.get("models")
        merged["models"] = {**(before if isinstance(before, dict) else {}), **models}
    if show:
        merged["show"] = show
    brief = check_brief(merged, f"row {row.number}")
    return with_scenes(brief, Path.cwd())


def _named_brief(source: Source, name: str) -> tuple[dict[str, Any], Source]:
    import yaml

    place = source.beside(name)
    text = source.read_beside(place)
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InvalidInput(f"{name} is not valid YAML or JSON") from error
    if not isinstance(found, dict):
        raise InvalidInput(f"{name} is no brief: a brief is a mapping with title and vision")
    folder = str(Path(place).parent) if source.local else place
    return found, dataclasses.replace(source, base=folder)


def _placed(fields: Mapping[str, Any], source: Source) -> dict[str, Any]:
    """The fields with the full places of the files that they name."""
    placed = dict(fields)
    if isinstance(placed.get("screenplay"), str):
        place = source.beside(placed["screenplay"])
        if not source.local or "://" in place:
            raise InvalidInput(
                f"screenplay {placed['screenplay']!r}: a screenplay is read from this machine only"
            )
        placed["screenplay"] = place
    if isinstance(placed.get("references"), list):
        placed["references"] = [
            {**r, "image": source.beside(r["image"])}
            if isinstance(r, dict) and isinstance(r.get("image"), str)
            else r
            for r in placed["references"]
        ]
    return placed


def _planned(
    brief: Brief, number: int, given: str, batch: str, who: Signature, profile: Profile
) -> Planned:
    who.demand("submit", show=brief.show)
    record = draft(profile, brief, "quote", who.who)
    quote = brief_quote(record)
    brief = within(brief, quote, who)
    if brief.budget_usd is not None:
        least = first_frame_price(record)
        if brief.budget_usd < least:
            raise _TooLittle(brief.budget_usd, least)
    return Planned(number, given, _key(brief, batch, given), brief, quote)


class _TooLittle(InvalidInput):
    def __init__(self, budget: Decimal, least: Decimal) -> None:
        self.budget = budget
        super().__init__(f"does not reach its first frame, for which it takes up to {usd(least)}")


def _key(brief: Brief, batch: str, given: str) -> str:
    """Defaults and paths stay out: a row is the same row in the next release, or on a new disk."""
    content = brief.model_dump(mode="json", exclude_defaults=True, exclude={"screenplay"})
    for reference in content.get("references", ()):
        if reference.get("image_sha256"):
            reference.pop("image", None)
    return digest("row", batch, given, content)


def _rejects(row: TableRow, error: GreenlightError) -> list[Reject]:
    cause = error.__cause__
    if isinstance(error, _TooLittle):
        return [Reject(row.number, "budget_usd", f"{error.budget:f}", str(error))]
    if not isinstance(cause, ValidationError):
        said = str(error).removeprefix(f"row {row.number}: ")
        column = _blamed(row, said)
        return [Reject(row.number, column, str(row.values.get(column, ""))[:_CELL], said)]
    found = []
    for problem in cause.errors():
        place = [str(part) for part in problem["loc"]]
        column = f"{place[1]}_model" if place[0] == "models" and place[1:] else place[0]
        match problem["type"]:
            case "extra_forbidden":
                said, value = first_problem(cause, Brief), str(problem["input"])
            case "missing":
                said, value = "is missing", ""
            case _:
                said = problem["msg"].removeprefix("Value error, ")
                value = str(problem["input"])
        found.append(Reject(row.number, column, value[:_CELL], said))
    return found


def _blamed(row: TableRow, said: str) -> str:
    """The column whose value the reason quotes, or the file that the row names; empty if neither.

    References are in no column of a cell, so that what is said of them is said of the brief.
    """
    for column, value in row.values.items():
        if column not in ("id", "title", "vision") and repr(str(value)) in said:
            return column
    return next((c for c in ("brief", "screenplay") if c in row.values), "")

"""Rows become briefs: each is checked whole before anything starts, and bad ones are named."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from greenlight.access.signature import Signature
from greenlight.batches.columns import Fields, fields_of
from greenlight.batches.sources import Source
from greenlight.briefs.documents import read_document
from greenlight.briefs.grid import Reject, Table
from greenlight.briefs.intake import InvalidBrief, check_brief, gather
from greenlight.desk.submit import draft, within
from greenlight.errors import Forbidden, GreenlightError, InvalidInput, ServiceUnavailable
from greenlight.money.amounts import usd
from greenlight.money.quote import Quote
from greenlight.money.quoting import first_frame_price
from greenlight.production.brief import Brief
from greenlight.production.problems import Problem
from greenlight.production.shots import digest
from greenlight.settings import Profile

_MODELS = ("text", "image", "video")
_CELL = 80
_MOST_PROBLEMS = 20


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
    given_rows, rejects = fields_of(table, source.name)
    rows: list[Planned] = []
    pictures: dict[str, tuple[bytes, str]] = {}
    ids: dict[str, int] = {}
    keys: dict[str, int] = {}
    for row in given_rows:
        given = str(row.values.get("id", "")).strip()
        if given and given in ids:
            said = f"the id of row {ids[given]}: each row has an id of its own"
            rejects.append(Reject(row.number, "id", given[:_CELL], said))
            continue
        if given:
            ids[given] = row.number
        named: dict[str, Any] = {}
        beside = source
        try:
            if "brief" in row.values:
                named, beside = _named_brief(source, str(row.values["brief"]))
        except InvalidInput as error:
            rejects += _rejects(row, error)
            continue
        try:
            brief = _brief(source, row, show, named, beside)
            intake = gather(brief, Path.cwd(), profile, source.reach)
            planned = _planned(intake.brief, row.number, given, batch, who, profile)
        except (ServiceUnavailable, Forbidden):
            raise
        except GreenlightError as error:
            rejects += _rejects(row, error, secret=bool(named))
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


def _brief(
    source: Source, row: Fields, show: str, named: Mapping[str, Any], beside: Source
) -> Brief:
    """What a row says, over what the brief says that it names."""
    fields = {k: v for k, v in row.values.items() if k not in ("id", "brief")}
    models = {m: fields.pop(f"{m}_model") for m in _MODELS if f"{m}_model" in fields}
    merged = {**_placed(named, beside), **_placed(fields, source)}
    if models:
        before = merged.get("models")
        merged["models"] = {**(before if isinstance(before, dict) else {}), **models}
    if show:
        merged["show"] = show
    return check_brief(merged, f"row {row.number}")


def _named_brief(source: Source, name: str) -> tuple[dict[str, Any], Source]:
    place = source.beside(name)
    text = source.read_beside(place)
    found = read_document(text, name)
    if not isinstance(found, dict):
        raise InvalidInput(f"invalid brief {name} (a mapping with title and vision)")
    return found, source.at(place)


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
    record, quote = draft(profile, brief, "quote", who.who)
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


def _rejects(row: Fields, error: GreenlightError, *, secret: bool = False) -> list[Reject]:
    """Why a row is not used; what a brief says that it names is `secret` and never repeated.

    Readers of the rejects may lack the right to read that place.
    """
    if isinstance(error, _TooLittle):
        own = "budget_usd" in row.values or not secret
        return [Reject(row.number, "budget_usd", f"{error.budget:f}" if own else "", str(error))]
    if not isinstance(error, InvalidBrief):
        said = str(error).removeprefix(f"row {row.number}: ")
        column, own = _blamed(row, said)
        if secret and not own:
            said = "something in the brief is invalid: `greenlight submit BRIEF --dry-run` tells"
        return [Reject(row.number, column, str(row.values.get(column, ""))[:_CELL], said)]
    return [_reject(row, p, secret=secret) for p in error.problems]


def _reject(row: Fields, problem: Problem, *, secret: bool) -> Reject:
    column = _column(problem)
    said = problem.sentence if len(problem.owner) == 1 else str(problem)
    if secret and column not in row.values:
        told = problem.sentence.startswith(("is missing", "unknown field"))
        return Reject(row.number, column, "", said if told else "is invalid in the brief")
    return Reject(row.number, column, problem.value, said)


def _column(problem: Problem) -> str:
    place = problem.place
    return f"{place[1]}_model" if problem.field == "models" and place[1:] else problem.field


def _blamed(row: Fields, said: str) -> tuple[str, bool]:
    """The column whose value the reason quotes and True, or the file that the row names and False.

    References are in no column of a cell, so that what is said of them is said of the brief.
    """
    for column, value in row.values.items():
        if column not in ("id", "title", "vision") and repr(str(value)) in said:
            return column, True
    return next((c for c in ("brief", "screenplay") if c in row.values), ""), False

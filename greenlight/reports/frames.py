"""Reports as data frames and files: the rows behind the figures, and the figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from greenlight.briefs.spreadsheet import as_text
from greenlight.reports.report import Report, Rows
from greenlight.reports.rows import (
    AnswerRow,
    ApprovedRow,
    FirstRow,
    PendingRow,
    SpendRow,
    TakeRow,
)
from greenlight.store.folders import Folder

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_DIGITS = (28, 12)
"""Digits of an amount in Parquet, and how many of them are behind the point."""


_FILES: Mapping[str, tuple[type, str]] = {
    "spend": (SpendRow, "spend"),
    "takes": (TakeRow, "takes"),
    "answers": (AnswerRow, "answers"),
    "first_pass": (FirstRow, "first"),
    "approved": (ApprovedRow, "approved"),
    "waiting_now": (PendingRow, "pending"),
}
"""The files of rows: the dataclass of a row, and the field of `Rows` that holds them."""


def frames_of(rows: Rows, report: Report) -> dict[str, pd.DataFrame]:
    """A frame for each file: six of rows, and `figures`, one line a figure of the report."""
    import pandas as pd

    frames = {
        name: pd.DataFrame(
            [asdict(row) for row in getattr(rows, source)], columns=[f.name for f in fields(kind)]
        )
        for name, (kind, source) in _FILES.items()
    }
    heads = ["money", "figure", "of", "value", "hits", "total", "low", "high"]
    frames["figures"] = pd.DataFrame(list(_figures(report)), columns=heads)
    return frames


def _figures(report: Report) -> list[dict[str, Any]]:
    """Shares with their counts and intervals, amounts and times, by name."""
    found: list[dict[str, Any]] = []
    for money, part in report.parts.items():

        def put(figure: str, of: str, value: Any, share: Any = None, money: str = money) -> None:
            low, high = (share.interval or (None, None)) if share else (None, None)
            counts = {"hits": share.hits, "total": share.total} if share else {}
            number = None if value is None else float(value)
            line = {"money": money, "figure": figure, "of": of, "value": number}
            found.append(line | counts | {"low": low, "high": high})

        for dimension, lines in part.spending.by.items():
            for line in lines:
                put(f"usd by {dimension}", line.name, line.usd)
        put("usd spent", "", part.spending.total.usd)
        put("usd unknown", "", part.spending.total.unknown_usd)
        put("usd reserved", "", part.spending.total.reserved_usd)
        put("usd not spent (estimate)", "", part.avoided.usd)
        put("seconds approved", "", part.per_second.approved_seconds)
        put("takes per approved second", "", part.per_second.takes_per_second)
        put("usd per approved second", "", part.per_second.usd_per_second)
        for one in part.first_pass:
            put("first-pass yield", one.gate, one.passed.share, one.passed)
        put("first-pass yield", "all gates", part.rolled)
        for step in part.reliability.steps:
            put("reliability", step.name, step.good.share, step.good)
        put("reliability", "end to end", part.reliability.end_to_end)
        for rubric in part.rubrics:
            for name in ("precision", "recall"):
                share = getattr(rubric, name)
                put(f"rubric {name}", rubric.rubric, share.share, share)
                for at in rubric.at:
                    share = getattr(at, name)
                    of = f"{rubric.rubric} below {at.threshold:.1f}"
                    put(f"rubric {name}", of, share.share, share)
        for wait in part.waiting:
            of = f"{wait.gate}, {wait.role}"
            put("median seconds waited", of, wait.median_seconds)
            put("p90 seconds waited", of, wait.p90_seconds)
    return found


def write_csv(frames: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Writes every frame as CSV in UTF-8; text that a spreadsheet would run gets an apostrophe."""
    place = Folder(folder)
    written = []
    for name, frame in frames.items():
        rows = [list(record.values()) for record in _records(frame)]
        text = as_text([list(frame.columns), *rows])
        written.append(place.write(f"{name}.csv", text.encode()))
    return written


def write_parquet(frames: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Writes every frame as Parquet; amounts are exact decimals, and types never hang on rows."""
    place = Folder(folder)
    written = []
    for name, frame in frames.items():
        schema = schema_of(_FILES[name][0]) if name in _FILES else _figures_schema()
        written.append(place.write(f"{name}.parquet", parquet(_records(frame), schema)))
    return written


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame, with None where nothing is known."""
    found: list[dict[str, Any]] = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return found


def parquet(records: list[dict[str, Any]], schema: pa.Schema) -> bytes:
    """Records with these types as a Parquet file, compressed."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = BytesIO()
    pq.write_table(pa.Table.from_pylist(records, schema=schema), out, compression="zstd")
    return out.getvalue()


def schema_of(kind: type) -> pa.Schema:
    """The Parquet schema of a dataclass, by the types of its fields."""
    import pyarrow as pa

    return pa.schema([(name, arrow_type(hint)) for name, hint in get_type_hints(kind).items()])


def arrow_type(hint: Any) -> pa.DataType:
    """The Parquet type of a field: exact decimals, UTC times, text for anything that has words."""
    import pyarrow as pa

    known: dict[Any, pa.DataType] = {
        Decimal: pa.decimal128(*_DIGITS),
        datetime: pa.timestamp("us", tz="UTC"),
        date: pa.date32(),
        int: pa.int64(),
        float: pa.float64(),
        bool: pa.bool_(),
    }
    return next((known[part] for part in (hint, *get_args(hint)) if part in known), pa.string())


def _figures_schema() -> pa.Schema:
    import pyarrow as pa

    text = [(name, pa.string()) for name in ("money", "figure", "of")]
    counts = [("value", pa.float64()), ("hits", pa.int64()), ("total", pa.int64())]
    return pa.schema([*text, *counts, ("low", pa.float64()), ("high", pa.float64())])

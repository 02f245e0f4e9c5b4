"""Tables of briefs: one row a brief, every row validated before anything starts."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, NamedTuple

from greenlight.errors import InvalidInput, NotFound
from greenlight.intake import check_brief
from greenlight.production.brief import Brief
from greenlight.production.shots import digest
from greenlight.settings import Profile
from greenlight.store.objects import ObjectStore, connect

TABLE_BYTES = 50_000_000
COLUMNS = (
    "title",
    "vision",
    "show",
    "look",
    "aspect_ratio",
    "fps",
    "shots",
    "seconds",
    "candidates",
    "budget_usd",
)


class Row(NamedTuple):
    """A valid row; the same content in the same table has the same `key`."""

    number: int
    key: str
    brief: Brief


class BadRow(NamedTuple):
    """A row that cannot be used, counted as in a spreadsheet (the header is row 1)."""

    number: int
    problem: str


def fetch(table: str, profile: Profile) -> bytes:
    """The bytes of a table on this machine or under s3://bucket/key."""
    if table.startswith("s3://"):
        bucket, _, key = table.removeprefix("s3://").partition("/")
        store = ObjectStore(connect(profile.s3), bucket or profile.s3.bucket)
        try:
            return store.get(key)
        except NotFound:
            raise InvalidInput(f"there is no table at {table}") from None
    path = Path(table).expanduser()
    try:
        if path.stat().st_size > TABLE_BYTES:
            raise InvalidInput(f"{path} is over {TABLE_BYTES:,} bytes")
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror or error}") from error


def read_table(data: bytes, name: str) -> tuple[list[Row], list[BadRow]]:
    """The good and the bad rows of a CSV; raises InvalidInput for what is no table of briefs."""
    import pandas as pd

    try:
        frame = pd.read_csv(
            io.BytesIO(data), dtype=str, keep_default_na=False, encoding="utf-8-sig"
        )
    except (ValueError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InvalidInput(f"{name} is not a CSV in UTF-8: {error}") from error
    frame.columns = [str(c).strip().lower() for c in frame.columns]
    unknown = [c for c in frame.columns if c not in COLUMNS]
    missing = [c for c in ("title", "vision") if c not in frame.columns]
    if missing or unknown:
        said = [f"missing: {', '.join(missing)}"] if missing else []
        said += [f"unknown: {', '.join(unknown)}"] if unknown else []
        raise InvalidInput(f"{name}: columns {'; '.join(said)} (known: {', '.join(COLUMNS)})")
    good: list[Row] = []
    bad: list[BadRow] = []
    seen: dict[str, int] = {}
    for index, values in enumerate(frame.to_dict("records")):
        number = index + 2
        fields: dict[str, Any] = {k: v.strip() for k, v in values.items() if v.strip()}
        try:
            brief = check_brief(fields, f"row {number}")
        except InvalidInput as error:
            bad.append(BadRow(number, str(error)))
            continue
        key = digest("row", brief.model_dump(mode="json"))
        if key in seen:
            bad.append(BadRow(number, f"row {number}: the same brief as row {seen[key]}"))
            continue
        seen[key] = number
        good.append(Row(number, key, brief))
    if not good and not bad:
        raise InvalidInput(f"{name} has a header and no rows")
    return good, bad

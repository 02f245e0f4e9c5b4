"""Parquet: columns of plain values, as data frames write them."""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from greenlight.briefs.grid import (
    MOST_COLUMNS,
    MOST_ROWS,
    UNPACKED_BYTES,
    Cell,
    Table,
    body_of,
    rows_within,
    too_long,
)
from greenlight.errors import InvalidInput

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_MOST_GROUPS = 1_000
_ROW_LABELS = re.compile(r"__index_level_\d+__")
"""How pandas calls an index without a name: row labels, and no column of anybody's table."""


def read_parquet(data: bytes, name: str) -> Table:
    """The rows of a Parquet file, counted from 1; an index of pandas that has a name is a column.

    Texts are read as a dictionary, in which each lies once, however many rows name it.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(io.BytesIO(data))
        _check_size(file.metadata, name)
        fields = [f for f in file.schema_arrow if not _ROW_LABELS.fullmatch(f.name)]
        _check_types(fields, name)
        texts = [f.name for f in fields if _is_text(f.type)]
        # Once more: what is read as a dictionary is said when a file is opened.
        file = pq.ParquetFile(io.BytesIO(data), read_dictionary=texts)
        columns = [f.name for f in fields]
        labels = _ranges(file.schema_arrow.metadata, file.metadata.num_rows, columns)
        head = (*columns, *labels)
        rows = rows_within(_rows(file, columns, labels), name)
        good, bad = body_of(head, rows)
    except (pa.ArrowException, OSError, ValueError, TypeError, OverflowError) as error:
        said = " ".join(str(error).split())[:120]
        raise InvalidInput(f"{name}: unreadable Parquet file: {said}") from error
    return Table(head, good, tuple(bad))


def _check_size(metadata: pq.FileMetaData, name: str) -> None:
    if metadata.num_columns > MOST_COLUMNS:
        raise InvalidInput(f"{name} has over {MOST_COLUMNS} columns")
    if metadata.num_rows > MOST_ROWS:
        raise too_long(name, metadata.num_rows)
    if metadata.num_row_groups > _MOST_GROUPS:
        raise InvalidInput(f"{name} has over {_MOST_GROUPS:,} row groups")
    groups = [metadata.row_group(g) for g in range(metadata.num_row_groups)]
    if sum(group.num_rows for group in groups) > MOST_ROWS:
        raise too_long(name, MOST_ROWS)
    chunks = (group.column(c) for group in groups for c in range(group.num_columns))
    if sum(chunk.total_uncompressed_size for chunk in chunks) > UNPACKED_BYTES:
        raise InvalidInput(f"{name} unpacks to over {UNPACKED_BYTES:,} bytes")


def _check_types(fields: Sequence[pa.Field], name: str) -> None:
    import pyarrow.types as kinds

    plain = (
        kinds.is_integer,
        kinds.is_floating,
        kinds.is_boolean,
        kinds.is_decimal,
        kinds.is_date,
        kinds.is_time,
        kinds.is_timestamp,
        kinds.is_null,
    )
    for field in fields:
        if not _is_text(field.type) and not any(is_kind(field.type) for is_kind in plain):
            raise InvalidInput(
                f"{name}: column {field.name[:60]!r} holds {str(field.type)[:60]} (allowed: text, "
                "numbers, true and false; JSON lines hold lists)"
            )


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow.types as kinds

    kind = kind.value_type if kinds.is_dictionary(kind) else kind
    return bool(kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind))


def _ranges(
    metadata: dict[bytes, bytes] | None, rows: int, columns: Sequence[str]
) -> dict[str, range]:
    """Indexes of pandas that have a name and are counted, so that no column stores them."""
    found: dict[str, range] = {}
    said = json.loads((metadata or {}).get(b"pandas") or b"{}")
    indexes = said.get("index_columns", []) if isinstance(said, dict) else []
    index: Any
    for index in indexes if isinstance(indexes, list) else []:
        if not isinstance(index, dict) or index.get("kind") != "range":
            continue
        label, start, step = index.get("name"), index.get("start"), index.get("step")
        if isinstance(label, str) and label not in columns:
            begin, by = int(start or 0), int(step or 1)
            found[label] = range(begin, begin + by * rows, by)
    return found


def _rows(
    file: pq.ParquetFile, columns: Sequence[str], labels: dict[str, range]
) -> Iterator[tuple[int, Sequence[Cell]]]:
    number = 0
    for batch in file.iter_batches(MOST_ROWS, columns=list(columns)):
        arrays = [batch.column(c) for c in columns]
        for cells in zip(*(_cells(array) for array in arrays), strict=True):
            yield number + 1, (*cells, *(label[number] for label in labels.values()))
            number += 1


def _cells(array: pa.Array) -> list[Any]:
    import pyarrow as pa
    import pyarrow.types as kinds

    if isinstance(array, pa.DictionaryArray):
        texts = array.dictionary.to_pylist()
        return [None if i is None else texts[i] for i in array.indices.to_pylist()]
    if kinds.is_floating(array.type):
        return _shortest(array)
    if kinds.is_timestamp(array.type):
        # Nanoseconds would come as objects of pandas.
        return list(array.cast(pa.timestamp("us"), safe=False).to_pylist())
    return list(array.to_pylist())


def _shortest(array: pa.Array) -> list[Any]:
    """Numbers by their shortest decimal in their own precision: 23.976 and not 23.97599983."""
    import pyarrow as pa

    numbers = (None if n is None else float(n) for n in array.cast(pa.string()).to_pylist())
    return [n if n is not None and math.isfinite(n) else None for n in numbers]

"""Tables of briefs: whatever the format, good rows are read and bad ones named by their number."""

from __future__ import annotations

import datetime as dt
import io
import json
import time

import openpyxl
import pandas as pd
import pytest

from greenlight.batches.columns import fields_of, read_briefs
from greenlight.briefs.grid import MOST_ROWS, Reject
from greenlight.briefs.tables import read_table
from greenlight.errors import InvalidInput

HEADER = "title,vision,aspect_ratio,fps,shots,budget_usd\n"


def excel(rows: list[list[object]], merge: str = "") -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rows_of(data: bytes, name: str) -> list[tuple[int, dict[str, object]]]:
    rows, rejects = fields_of(read_briefs(data, name), name)
    assert rejects == []
    return [(row.number, dict(row.values)) for row in rows]


def sorted_out(data: bytes, name: str) -> tuple[list[object], list[Reject]]:
    rows, rejects = fields_of(read_briefs(data, name), name)
    return [row.values["title"] for row in rows], rejects


def test_rows_are_counted_as_a_spreadsheet_does_with_empty_ones_left_out() -> None:
    text = HEADER + 'Fox,"A fox.\nIt runs.",16:9,24,3,1.50\n,,,,,\nHen,A hen.,,,,\n'
    first, second = rows_of(text.encode(), "t.csv")
    assert (first[0], first[1]["title"]) == (2, "Fox")
    assert second == (4, {"title": "Hen", "vision": "A hen."})


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("\ufeffTitle,Vision,Aspect Ratio\nFuchs,„Läuft.“,16:9\n".encode(), "t.csv"),
        ("Title;Vision;Aspect ratio\r\nFuchs;„Läuft.“;16:9\r\n".encode(), "t.csv"),
        ("title\tvision\taspect_ratio\nFuchs\t„Läuft.“\t16:9\n".encode("utf-16"), "t.tsv"),
        (
            excel([["Title", "Vision", "Aspect ratio"], ["Fuchs", "„Läuft.“", dt.time(16, 9)]]),
            "t.xlsx",
        ),
        (
            b'{"title":"Fuchs","vision":"\xe2\x80\x9eL\xc3\xa4uft.\xe2\x80\x9c","aspect-ratio":"16:9"}',
            "t.jsonl",
        ),
    ],
    ids=["a mark", "semicolons", "UTF-16 tabs", "Excel, with a ratio read as a time", "JSON lines"],
)
def test_every_way_to_save_a_table_gives_the_same_row(data: bytes, name: str) -> None:
    ((_, values),) = rows_of(data, name)
    assert values == {"title": "Fuchs", "vision": "„Läuft.“", "aspect_ratio": "16:9"}


def test_parquet_gives_numbers_as_they_are_written() -> None:
    frame = pd.DataFrame({"title": ["Fox", "Hen"], "vision": ["x", "y"], "shots": [3, None]})
    frame["budget_usd"] = [1.5, 2.0]
    out = io.BytesIO()
    frame.to_parquet(out)
    (number, first), (_, second) = rows_of(out.getvalue(), "t.parquet")
    assert (number, first["shots"], first["budget_usd"]) == (1, "3", "1.5")
    assert "shots" not in second
    assert second["budget_usd"] == "2"


def test_rows_with_merged_cells_are_rejected_and_their_neighbours_are_not() -> None:
    rows: list[list[object]] = [["title", "vision"], ["Fox", "x"], ["Hen", "y"], ["", "z"]]
    titles, rejects = sorted_out(excel(rows, merge="A3:A4"), "t.xlsx")
    assert titles == ["Fox"]
    assert [(r.row, r.value) for r in rejects] == [(3, "A3:A4"), (4, "A3:A4")]
    assert "merged" in rejects[0].reason


def test_a_merged_header_is_no_table() -> None:
    with pytest.raises(InvalidInput, match="A1:B1 of the head are merged"):
        sorted_out(excel([["title", ""], ["Fox", "x"]], merge="A1:B1"), "t.xlsx")


def test_a_row_with_too_many_cells_is_rejected_alone() -> None:
    titles, rejects = sorted_out(b"title,vision\nFox,one, two\nHen,x\n", "t.csv")
    assert titles == ["Hen"]
    assert [(r.row, r.value) for r in rejects] == [(2, "two")]


def test_a_line_that_is_no_json_is_rejected_alone() -> None:
    lines = b'{"title": "Fox", "vision": "x"}\n{"title": \n\n[1]\n{"title": "Hen", "vision": "y"}\n'
    table = read_table(lines, "t.jsonl")
    assert [r.number for r in table.rows] == [1, 5]
    assert [r.row for r in table.rejects] == [2, 4]


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.xlsx", "t.parquet"])
def test_fifty_thousand_rows_are_refused_within_seconds_and_in_words(name: str) -> None:
    count = 50_000
    match name:
        case "t.csv":
            data = b"title,vision\n" + b"Fox,A fox.\n" * count
        case "t.jsonl":
            data = (json.dumps({"title": "Fox", "vision": "x"}) + "\n").encode() * count
        case "t.xlsx":
            book = openpyxl.Workbook(write_only=True)
            sheet = book.create_sheet()
            for _ in range(count):
                sheet.append(["Fox", "A fox."])
            out = io.BytesIO()
            book.save(out)
            data = out.getvalue()
        case _:
            out = io.BytesIO()
            pd.DataFrame({"title": ["Fox"] * count, "vision": ["x"] * count}).to_parquet(out)
            data = out.getvalue()
    begun = time.process_time()
    with pytest.raises(InvalidInput, match=f"at most {MOST_ROWS:,}: split the table"):
        read_table(data, name)
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "t.csv", "is empty"),
        (b"title,vision\n", "t.csv", "no rows"),
        (b",,\n", "t.csv", "is empty"),
        ("title,vision\nF\xfcchse,x\n".encode("latin-1"), "t.csv", "line 2: not UTF-8"),
        (b"title,vision\nFox,x\n\0", "t.csv", "not text"),
        (b'title,vision\nFox,"x\n', "t.csv", "row 2: invalid CSV"),
        (b"no zip", "t.xlsx", "unreadable Excel"),
        (b"no parquet", "t.parquet", "unreadable Parquet"),
        (b"x", "t.xls", "old Excel format: save it as .xlsx"),
        (b"x", "t.pdf", "tables: .csv"),
    ],
)
def test_what_is_no_table_is_said_in_a_line(data: bytes, name: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read_table(data, name)


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(InvalidInput, match="two columns of one name: title"):
        sorted_out(b"title,Title,vision\nFox,Fox,x\n", "t.csv")


def test_a_sheet_is_chosen_by_its_name() -> None:
    book = openpyxl.load_workbook(io.BytesIO(excel([["title", "vision"], ["Fox", "x"]])))
    second = book.create_sheet("Nights")
    for row in (["title", "vision"], ["Hen", "y"]):
        second.append(row)
    out = io.BytesIO()
    book.save(out)
    assert read_table(out.getvalue(), "t.xlsx", "Nights").rows[0].cells[0] == "Hen"
    with pytest.raises(InvalidInput, match=r"no sheet 'Days' \(sheets: Sheet, Nights"):
        read_table(out.getvalue(), "t.xlsx", "Days")


@pytest.mark.parametrize("inside", ["\u2028", "\u2029", "\x85", "\f", "\v", "\x1c", "\x1e"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_line_of_json_ends_at_a_line_feed_alone(inside: str, end: str) -> None:
    said = f"Ruta waters orchids.{inside}Frost."
    escaped = inside if inside in "\u2028\u2029\x85" else json.dumps(inside)[1:-1]
    line = f'{{"id": "%s", "title": "Orchids", "vision": "{said.replace(inside, escaped)}"}}{end}'
    rows = rows_of((line % "a" + line % "b").encode(), "t.jsonl")
    assert [(number, row["vision"]) for number, row in rows] == [(1, said), (2, said)]


@pytest.mark.parametrize("empty", ["NaN", "null", '""', "Infinity", "-Infinity", '"  "'])
def test_what_data_frames_write_for_an_empty_cell_is_one(empty: str) -> None:
    line = f'{{"title": "Tap", "vision": "x", "seconds": {empty}, "look": {empty}}}'
    ((_, row),) = rows_of(line.encode(), "t.jsonl")
    assert row == {"title": "Tap", "vision": "x"}


def test_numbers_are_read_as_they_were_meant_in_every_format() -> None:
    line = b'{"title": "x", "vision": "y", "shots": 2.0, "fps": 23.976, "seconds": 8.40}'
    ((_, row),) = rows_of(line, "t.jsonl")
    assert (row["shots"], row["fps"], row["seconds"]) == ("2", "23.976", "8.4")
    data = excel([["title", "vision", "fps", "shots"], ["x", "y", 23.976, 2.0]])
    ((_, row),) = rows_of(data, "t.xlsx")
    assert (row["fps"], row["shots"]) == ("23.976", "2")


@pytest.mark.parametrize("kind", ["float32", "float64"])
@pytest.mark.parametrize("number", ["23.976", "29.97", "8.4", "4.1", "0.1", "24"])
def test_a_number_in_parquet_is_its_shortest_decimal(kind: str, number: str) -> None:
    frame = pd.DataFrame({"title": ["x", "y"], "vision": ["z", "z"]})
    frame["seconds"] = pd.Series([float(number), float("nan")], dtype=kind)
    (_, first), (_, second) = rows_of(parquet(frame), "t.parquet")
    assert first["seconds"] == number
    assert "seconds" not in second


def parquet(frame: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.to_parquet(out)
    return out.getvalue()


def test_an_index_of_pandas_is_a_column_where_it_has_a_name() -> None:
    frame = pd.DataFrame({"id": ["a", "b"], "title": ["Fox", "Hen"], "vision": ["x", "y"]})
    expected = [(n, dict(row)) for n, row in enumerate(frame.to_dict("records"), 1)]
    for index in ("id", "title", ["id", "title"]):
        assert rows_of(parquet(frame.set_index(index)), "t.parquet") == expected
    ((_, row),) = rows_of(parquet(frame[frame["id"] == "b"]), "t.parquet")
    assert row == expected[1][1]
    labelled = frame.set_index(pd.Index(["p", "q"]))
    assert rows_of(parquet(labelled), "t.parquet") == expected
    counted = frame.drop(columns="id").set_index(pd.RangeIndex(7, 11, 2, name="id"))
    assert [row["id"] for _, row in rows_of(parquet(counted), "t.parquet")] == ["7", "9"]


@pytest.mark.parametrize("column", ["id", "scenes", "title", "seconds"])
def test_a_date_in_a_cell_rejects_its_row_by_name(column: str) -> None:
    rows: list[list[object]] = [["title", "vision", column], ["Fox", "x", dt.date(2026, 3, 5)]]
    if column == "title":
        rows = [["title", "vision"], [dt.date(2026, 3, 5), "x"]]
    _, rejects = sorted_out(excel(rows), "t.xlsx")
    assert [(r.row, r.column, r.value) for r in rejects] == [(2, column, "2026-03-05")]
    frame = pd.DataFrame(
        {"title": ["Fox"], "vision": ["x"], column: pd.to_datetime(["2026-03-05"])}
    )
    _, rejects = sorted_out(parquet(frame), "t.parquet")
    assert [(r.row, r.column, r.value) for r in rejects] == [(1, column, "2026-03-05")]


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\nid;title;vision\na;Fox;It runs, it jumps.\n",
        "id|title|vision\na|Fox|It runs, it jumps.\n",
        "id\ttitle\tvision\na\tFox\tIt runs, it jumps.\n",
        "\n\nid;title;vision\na;Fox;It runs, it jumps.\n",
        'id;"title";vision\na;Fox;"It runs, it jumps."\n',
        "id;title;vision\ra;Fox;It runs, it jumps.\r",
    ],
)
def test_the_separator_is_found_by_the_names_of_columns(text: str) -> None:
    ((_, row),) = rows_of(text.encode(), "t.csv")
    assert row == {"id": "a", "title": "Fox", "vision": "It runs, it jumps."}


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
def test_a_title_above_the_head_is_named_as_one(name: str) -> None:
    rows: list[list[object]] = [["Table 1"], [None], ["id", "title", "vision"], ["a", "Fox", "x"]]
    text = "Table 1,,\n,,\nid,title,vision\na,Fox,x\n"
    data = text.encode() if name == "t.csv" else excel(rows, merge="A1:C1")
    with pytest.raises(InvalidInput, match=r"row 1 \('Table 1'\) is a title .* which is row 3"):
        read_briefs(data, name)


def test_formatted_cells_far_away_are_no_rows() -> None:
    book = openpyxl.load_workbook(io.BytesIO(excel([["title", "vision"], ["Fox", "x"]])))
    for cell in ("D1048576", "XFD3", "XFD1048576"):
        book.active[cell].number_format = "0.00"
    out = io.BytesIO()
    book.save(out)
    assert rows_of(out.getvalue(), "t.xlsx") == [(2, {"title": "Fox", "vision": "x"})]

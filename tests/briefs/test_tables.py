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
        (b"title,vision\nFox,x\n\0", "t.csv", "is no text"),
        (b'title,vision\nFox,"x\n', "t.csv", "row 2: no valid CSV"),
        (b"no zip", "t.xlsx", "no readable Excel"),
        (b"no parquet", "t.parquet", "no readable Parquet"),
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

"""Tables that claim little and hold much, with what is said of each."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEAD = '<row r="1"><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
FOX = '<row r="2"><c t="s"><v>2</v></c><c t="s"><v>3</v></c></row>'
TEXTS = "<si><t>title</t></si><si><t>vision</t></si><si><t>Fox</t></si><si><t>A fox.</t></si>"
STRINGS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def book(cells: str = "", after: str = "", texts: str = "", styles: str = "") -> bytes:
    """A workbook with a row of titles and a fox, and this XML in its parts."""
    plain, out = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "[Content_Types].xml":
                override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{STRINGS}"/>'
                data = data.replace(b"</Types>", f"{override}</Types>".encode())
            if name == "xl/worksheets/sheet1.xml":
                sheet = f"<worksheet {MAIN}><sheetData>{HEAD}{FOX}{cells}</sheetData>{after}"
                data = f"{sheet}</worksheet>".encode()
            if name == "xl/styles.xml":
                data = data.replace(b"</cellXfs>", f"{styles}</cellXfs>".encode())
            if name != "xl/sharedStrings.xml":
                new.writestr(name, data)
        new.writestr("xl/sharedStrings.xml", f"<sst {MAIN}>{TEXTS}{texts}</sst>")
    return out.getvalue()


def rows(cells: str, until: int) -> str:
    return "".join(f'<row r="{n}">{cells}</row>' for n in range(3, until))


FAR = '<row r="1048576"><c r="XFD1048576" {}></row>'
RICH = '<si><r><rPr><b/><sz val="11"/></rPr><t>x</t></r></si>'
STYLE = '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0"/>'
_BOOKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a formatted cell in the last row": (lambda: book(FAR.format('s="0"/')), "rows 1"),
    "a text in the last cell": (
        lambda: book(FAR.format('t="s"><v>2</v></c')),
        "over 200 columns",
    ),
    "a row beyond the last": (
        lambda: book('<row r="99999999999"><c><v>1</v></c></row>'),
        "a row beyond",
    ),
    "one merged area of all": (
        lambda: book(after='<mergeCells><mergeCell ref="A3:XFD1048576"/></mergeCells>'),
        "rows 1",
    ),
    "merged areas without end": (
        lambda: book(after='<mergeCells><mergeCell ref="A3:B3"/>' * 200_000),
        "merged areas",
    ),
    "95 MB of cells": (
        lambda: book(rows("<c><v>12345</v></c>" * 20, 230_000)),
        "split the table",
    ),
    "a row of millions": (
        lambda: book(f"<row>{'<c><v>1</v></c>' * 3_000_000}</row>"),
        "too many cells",
    ),
    "formatted cells without end": (
        lambda: book(rows('<c s="0"/>' * 50, 40_000)),
        "too many cells",
    ),
    "empty rows without end": (
        lambda: book("".join(f'<row r="{n}" ht="12"/>' for n in range(3, 600_000))),
        "too many cells",
    ),
    "as many cells as are read": (lambda: book(rows('<c s="0"/>' * 50, 5_000)), "rows 1"),
    "texts without end": (lambda: book(texts="<si><t>x</t></si>" * 2_000_000), "unpacks to over"),
    "as many texts as are read": (lambda: book(texts="<si><t>x</t></si>" * 60_000), "rows 1"),
    "rich texts": (lambda: book(texts=RICH * 20_000), "rows 1"),
    "one long text in each row": (
        lambda: book(
            rows('<c t="s"><v>2</v></c><c t="s"><v>4</v></c>', 2_000),
            texts=f"<si><t>{'word ' * 5_000_000}</t></si>",
        ),
        "10,000,000 characters",
    ),
    "formats without end": (lambda: book(styles=STYLE * 80_000), "formats"),
    "as many formats as are read": (lambda: book(styles=STYLE * 60_000), "rows 1"),
    "nested cells": (lambda: book(f"<row>{'<c>' * 130_000}{'</c>' * 130_000}</row>"), "rows 1"),
}


def crowded() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for number in range(60_000):
            new.writestr(zipfile.ZipInfo(str(number)), b"")
    return out.getvalue()


def parquet(table: pa.Table, **options: str) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


def long_texts() -> bytes:
    vision = pa.DictionaryArray.from_arrays(pa.array([0] * 2_000), ["x" * 1_000_000])
    return parquet(pa.table({"title": ["Fox"] * 2_000, "vision": vision}), compression="zstd")


def nested() -> bytes:
    return parquet(pa.table({"title": ["Fox"], "vision": ["x"], "references": [[["y"]]]}))


def wide_bytes() -> bytes:
    cells = pa.array([b"x" * 100_000] * 200, pa.binary(100_000))
    return parquet(pa.table({"title": ["Fox"] * 200, "vision": cells}), compression="zstd")


TABLES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    **{name: ("t.xlsx", make, said) for name, (make, said) in _BOOKS.items()},
    "a zip of many parts": ("t.xlsx", crowded, "parts"),
    "one long text in a dictionary": ("t.parquet", long_texts, "10,000,000 characters"),
    "lists in Parquet": ("t.parquet", nested, "holds list"),
    "blocks of bytes": ("t.parquet", wide_bytes, "holds fixed_size_binary"),
    "nested brackets": (
        "t.jsonl",
        lambda: b'{"title":"a","vision":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        "nested too deeply",
    ),
    "brackets that a parser takes": (
        "t.jsonl",
        lambda: b'{"title":"a","vision":' + b"[" * 500 + b"]" * 500 + b"}",
        "nested deeper than 8",
    ),
    "long digits": (
        "t.jsonl",
        lambda: b'{"title":"a","vision":"b","seconds":' + b"9" * 900_000 + b"}",
        "over 100 digits",
    ),
    "a number out of range": (
        "t.jsonl",
        lambda: b'{"title":"a","vision":"b","seconds":1e999}',
        "out of range",
    ),
    "lists of lists": (
        "t.jsonl",
        lambda: (b'{"title":"a","references":[' + b",".join([b"[]"] * 330_000) + b"]}\n") * 9,
        "values in one row",
    ),
    "keys without end": (
        "t.jsonl",
        lambda: json.dumps({f"k{n}": 1 for n in range(60_000)}).encode(),
        "values in one row",
    ),
    "one key again and again": (
        "t.jsonl",
        lambda: b"{" + b",".join([b'"a":1'] * 160_000) + b"}",
        "given twice",
    ),
    "half a character": ("t.jsonl", lambda: b'{"title":"\\ud800","vision":"x"}', "half of a"),
    "lines without end": ("t.csv", lambda: b"title,vision\n" + b"\n" * 9_900_000, "lines"),
    "commas without end": ("t.csv", lambda: b"title,vision\nx" + b"," * 9_900_000, "rows 1"),
    "an open quote": ("t.csv", lambda: b'title,vision\nx,"' + b"y, " * 3_000_000, "quote"),
    "a cell of 40,000 characters": (
        "t.csv",
        lambda: b"title,vision\nx," + b"y" * 40_000 + b"\nz,w\n",
        "over 32,767 characters",
    ),
}
"""By name: the file, its bytes, and what is said of it."""

CELLS = {
    "a long size": ("Action,Size\nwalks," + "wide high " * 12_900, "over 32,767 characters"),
    "many sizes": ("Action,Size\nwalks," + "wide " * 6_000, "invalid size"),
    "many movements": ("Action,Movement\nwalks," + "a " * 90, "invalid movement"),
    "a long length": ("Action,Seconds\nwalks," + "9" * 30_000, "invalid length"),
    "a long lens": ("Action,Lens\nwalks," + "3" * 30_000, "invalid lens"),
    "many frames": ("Action,Frames\nwalks," + "9" * 30_000, "invalid number of frames"),
    "brackets": ("Action,References\nwalks," + "[" * 30_000, "unknown character"),
    "many references": ("Action,References\nwalks," + "a;" * 15_000, "unknown character"),
}
"""Cells of a shot list, with what is said of them."""

"""What goes out to spreadsheets: no cell runs, however the file is split, and texts come back."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenlight.briefs.spreadsheet import as_text, guarded, unguarded

SIGNS = "=+-@＝＋－＠"
ODD = st.text(st.sampled_from(f"{SIGNS}';,\t\r\n \"a"), max_size=12)


@given(st.one_of(st.text(max_size=20), ODD))
def test_a_guarded_text_comes_back_and_starts_no_formula(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in (*SIGNS, "\t", "\r")


@given(st.one_of(st.text(max_size=20), ODD), st.sampled_from(",;\t"))
def test_no_cell_starts_a_formula_where_a_file_is_split_at_other_signs(text: str, by: str) -> None:
    for line in re.split(r"[\r\n]", as_text([["a", text, "b"]])):
        for cell in line.split(by)[1:] if by != "," else []:
            assert not cell.lstrip(' "').startswith(tuple(SIGNS))
    # As programs read a CSV that starts each field with a quote where it is quoted.
    for cell in next(csv.reader(io.StringIO(as_text([["a", text, "b"]]), newline=""))):
        assert not cell.lstrip(" ").startswith(tuple(SIGNS))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("foo;=1+1", '"foo;\'=1+1"'),
        ("foo\t@SUM(A1)", '"foo\t\'@SUM(A1)"'),
        ("＝1+1", "'＝1+1"),
        ("  =1", "'  =1"),
        ("a;b", '"a;b"'),
        ("well - no", "well - no"),
        ('say "no"', '"say ""no"""'),
        ("a\n-b", '"a\n\'-b"'),
    ],
)
def test_each_place_where_a_cell_may_begin_is_guarded_and_no_other(text: str, written: str) -> None:
    assert as_text([["x", text]]) == f"x,{written}\n"


def test_numbers_and_empty_cells_are_left_as_they_are() -> None:
    assert as_text([[-1, None, float("nan"), True, "-1"]]) == "-1,,,True,'-1\n"

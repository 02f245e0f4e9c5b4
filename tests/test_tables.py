"""Tables of briefs: good rows go, bad ones are named by their number."""

from __future__ import annotations

import pytest

from greenlight.errors import InvalidInput
from greenlight.tables import read_table

HEADER = "title,vision,aspect_ratio,fps,shots,budget_usd\n"


def test_good_and_bad_rows_are_told_apart() -> None:
    rows = "Fox,A fox.,16:9,24,3,1.50\nHen,,,,,\nOwl,An owl.,4:5,,,\nBat,A bat.,,,,\n"
    good, bad = read_table((HEADER + rows).encode(), "t.csv")
    assert [(r.number, r.brief.title) for r in good] == [(2, "Fox"), (5, "Bat")]
    assert [b.number for b in bad] == [3, 4]
    assert "'vision' is missing" in bad[0].problem


def test_the_same_row_is_the_same_key_and_a_twin_is_named() -> None:
    data = (HEADER + "Fox,A fox.,,,,\nFox,A fox.,,,,\n").encode()
    good, bad = read_table(data, "t.csv")
    assert good[0].key == read_table(data, "t.csv")[0][0].key
    assert "same brief as row 2" in bad[0].problem


def test_a_table_saved_by_a_spreadsheet_is_read() -> None:
    data = "\ufeffTitle,Vision\nFuchs,„Ein Fuchs läuft.“\n".encode()
    good, _ = read_table(data, "t.csv")
    assert good[0].brief.vision == "„Ein Fuchs läuft.“"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a CSV"),
        (b"title,vision\n", "no rows"),
        (b"title,mood\nFox,dark\n", "missing: vision; unknown: mood"),
        ("title,vision\nF\xfcchse,x\n".encode("latin-1"), "UTF-8"),
    ],
)
def test_what_is_no_table_of_briefs_is_said_in_a_line(data: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read_table(data, "t.csv")

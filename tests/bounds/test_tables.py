"""What is said of tables that claim little and hold much."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bounds.doors import cells, table
from tests.bounds.tables import CELLS, TABLES

_LARGE = {
    "95 MB of cells",
    "formatted cells without end",
    "empty rows without end",
    "lists of lists",
    "a zip of many parts",
    *(name for name, (*_, said) in TABLES.items() if said == "rows 1"),
}
"""Take most of a second each; smaller ones are refused in the same words."""


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] * (name in _LARGE)) for name in TABLES],
)
def test_a_table_is_refused_for_what_it_holds(tmp_path: Path, name: str) -> None:
    file, make, said = TABLES[name]
    (tmp_path / file).write_bytes(make())
    assert said in table(tmp_path / file)


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_of_a_shot_list_is_refused_in_a_short_sentence(tmp_path: Path, name: str) -> None:
    text, said = CELLS[name]
    path = tmp_path / "list.csv"
    path.write_text(f"{text}\n")
    heard = cells(path)
    assert said in heard
    assert len(heard) < 600

"""Shot lists as tables: what goes out comes back, and what cannot be used is named by its place."""

from __future__ import annotations

import csv
import io
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenlight.briefs.listing import BadCells, Incoming, listing_of, read_listing
from greenlight.briefs.spreadsheet import write_table
from greenlight.desk.shot_list import _checked
from greenlight.errors import InvalidInput
from greenlight.production.brief import Reference
from greenlight.production.shots import LONGEST_SECONDS, SHORTEST_SECONDS, Shot
from tests.production.world import shot

CAST = ("the night porter", "Mara", "a, b; [c]")
SHOTS = [shot(f"sq010_sh00{n}0") for n in (1, 2, 3)]


def table(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def read(path: Path, before: list[Shot] | None = None, **options: Any) -> Incoming:
    return read_listing(path, SHOTS if before is None else before, CAST, **options)


LINES = st.text(st.characters(codec="utf-8", exclude_characters="\x7f"), max_size=30)
SOME = LINES.filter(lambda t: any(c.isprintable() and not c.isspace() for c in t))


@st.composite
def any_shot(draw: st.DrawFn, number: int) -> Shot:
    from greenlight.production.shots import Angle, Movement, Size

    fields: dict[str, Any] = {"id": f"sq010_sh{number:04d}"}
    for name in ("dialogue", "sound", "setting", "time_of_day", "mood", "style", "lighting"):
        fields[name] = draw(LINES)
    fields["subject"], fields["action"] = "s" + draw(SOME), draw(SOME) + "a"
    for name, choices in (("size", Size), ("angle", Angle), ("movement", Movement)):
        fields[name] = draw(st.sampled_from(choices.__args__))  # type: ignore[attr-defined]
    fields["lens_mm"] = draw(st.integers(8, 400))
    fields["seconds"] = draw(st.decimals(SHORTEST_SECONDS, LONGEST_SECONDS, places=2))
    fields["references"] = draw(st.lists(st.sampled_from(CAST), unique=True))
    fields["palette"] = draw(st.lists(st.sampled_from(["#aabbcc", "teal", "=x"]), unique=True))
    return Shot.model_validate(fields)


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".xlsx"])
@given(data=st.data())
def test_an_exported_list_comes_back_unchanged(
    tmp_path_factory: pytest.TempPathFactory, ending: str, data: st.DataObject
) -> None:
    shots = [data.draw(any_shot(n)) for n in (10, 20)]
    path = tmp_path_factory.mktemp("list") / f"shots{ending}"
    write_table(path, listing_of(shots))
    found = read(path, shots)
    references = [Reference(name=name) for name in CAST]
    assert _checked(found.rows, {s.id for s in shots}, references) == shots


def test_the_heads_and_abbreviations_of_the_trade_are_understood(tmp_path: Path) -> None:
    path = table(
        tmp_path / "list.csv",
        "Shot #,Scene,Shot Size,Camera Angle,Move,Lens,Description,Line,Audio,Length,Location,D/N\n"
        "1,12,ECU,Low,Push in,85mm,Mara opens her eyes,,Heartbeat,0:03,Hotel room,Night\n"
        "2,13,MCU OTS,,Static,50,Mara turns to the porter,Who are you?,,4s,Lobby,NIGHT\n",
    )
    found = read(path, [])
    first, second = found.rows
    assert (first["size"], first["angle"]) == ("extreme close-up", "low")
    assert (first["movement"], first["lens_mm"], first["seconds"]) == ("dolly in", 85, "3.00")
    assert (first["setting"], first["time_of_day"], first["sequence"]) == (
        "Hotel room",
        "Night",
        "12",
    )
    assert (second["size"], second["angle"]) == ("medium close-up", "over the shoulder")
    assert (second["subject"], second["dialogue"]) == ("Mara", "Who are you?")
    assert found.numbers == ["1", "2"]
    shots = _checked(found.rows, set(), ())
    assert [s.id for s in shots] == ["sq010_sh0010", "sq020_sh0010"]


def test_a_column_that_is_not_there_leaves_its_field_and_an_empty_cell_clears_it(
    tmp_path: Path,
) -> None:
    before = [shot("sq010_sh0010", dialogue="Hello.", sound="rain", lens_mm=85)]
    path = table(tmp_path / "list.csv", "Shot,Dialogue,Size\nsq010_sh0010,,\n")
    (row,) = read(path, before).rows
    assert (row["dialogue"], row["sound"], row["lens_mm"]) == ("", "rain", 85)
    assert row["size"] == "medium"


def test_every_bad_cell_is_named_by_row_and_column(tmp_path: Path) -> None:
    path = table(
        tmp_path / "list.csv",
        "Shot,Size,Description,Length,Refs\n"
        "sq010_sh0010,huge,walks,4,Mara\n"
        ",CU,,12,Maro\n"
        f",CU,{'x' * 700},4,\n",
    )
    with pytest.raises(
        BadCells, match=r"row 2, Size: invalid size 'huge'.*\(and 4 more\); nothing was changed"
    ) as bad:
        read(path)
    said = [str(problem) for problem in bad.value.incoming.problems]
    assert [" ".join(s.split(":")[0].split()) for s in said] == [
        "row 2, Size",
        "row 3, Length",
        "row 3, Refs",
        "row 3, Action",
        "row 4, Description",
    ]
    assert "did you mean 'Mara'" in said[2]
    assert "600" in said[4]


def test_unknown_columns_are_refused_by_name_or_left_and_listed(tmp_path: Path) -> None:
    path = table(tmp_path / "list.csv", "Action,Sise,Grip notes\nwalks,CU,none\n")
    with pytest.raises(InvalidInput, match=r"Sise, Grip notes \(did you mean 'Size'"):
        read(path)
    found = read(path, leave=True)
    assert (found.left, found.rows[0]["action"]) == (["Sise", "Grip notes"], "walks")


def test_two_columns_for_one_field_are_refused(tmp_path: Path) -> None:
    path = table(tmp_path / "list.csv", "Action,Description\nwalks,runs\n")
    with pytest.raises(InvalidInput, match="'Action' and 'Description' are both Action"):
        read(path)


def test_two_columns_that_disagree_about_the_camera_are_a_bad_cell(tmp_path: Path) -> None:
    path = table(tmp_path / "list.csv", "Action,Size,Angle\nwalks,CU OTS,Low\n")
    with pytest.raises(BadCells, match="row 2, Angle: low here, but over the shoulder under Size"):
        read(path)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"Action\n", "no rows"),
        ("a.csv", b"Gaffer,Grip\nx,y\n", "unknown columns"),
        ("a.csv", "Action\ngeht über\n".encode("latin-1"), "line 2: not UTF-8"),
        ("a.csv", b'Action\n"walks\n', "invalid CSV"),
        ("a.csv", b"PK\x03\x04\x00\x00", "not text"),
        ("a.xlsx", b"Action\nwalks\n", "unreadable Excel"),
        ("a.xlsx", b"PK\x05\x06" + b"\0" * 18, "unreadable Excel"),
    ],
)
def test_a_file_that_is_no_table_of_shots_is_refused(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InvalidInput, match=said):
        read(tmp_path / name)


def test_a_folder_or_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is a folder"):
        read(tmp_path)
    with pytest.raises(InvalidInput, match="cannot be read"):
        read(tmp_path / "none.csv")


def test_an_excel_file_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"\0" * 200_000_000)
    with pytest.raises(InvalidInput, match="unpacks to over"):
        read(path)


def test_an_excel_file_with_an_entity_bomb_is_refused(tmp_path: Path) -> None:
    good, path = tmp_path / "good.xlsx", tmp_path / "bomb.xlsx"
    write_table(good, [["Action"], ["walks"]])
    entities = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]>'
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            head, _, rest = text.partition("?>")
            new.writestr(name, f"{head}?>{entities}{rest}" if rest else f"{entities}{text}")
    with pytest.raises(InvalidInput, match="unreadable Excel"):
        read(path)


def test_what_excel_makes_of_cells_is_read_as_it_was_meant(tmp_path: Path) -> None:
    from datetime import time

    path = tmp_path / "list.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["Shot", "Description", "Duration", "Lens"])
    book.active.append([3, "Mara walks", time(0, 4), 35.0])
    book.create_sheet("Act 2").append(["Description"])
    book["Act 2"].append(["The night porter leaves"])
    book.save(path)
    (row,) = read(path).rows
    assert (row["seconds"], row["lens_mm"]) == ("4.00", 35)
    (row,) = read(path, sheet="Act 2").rows
    assert row["subject"] == "the night porter"
    with pytest.raises(InvalidInput, match="sheets: Sheet, Act 2"):
        read(path, sheet="Act 3")


def test_semicolons_and_tabs_separate_where_the_head_says_so(tmp_path: Path) -> None:
    path = table(tmp_path / "list.csv", "Action;Seconds\nwalks, slowly;4,5\n")
    assert read(path).rows[0]["seconds"] == "4.50"


def test_an_export_runs_no_formula(tmp_path: Path) -> None:
    shots = [shot("sq010_sh0010", action='=HYPERLINK("http://x")')]
    write_table(tmp_path / "a.csv", listing_of(shots))
    rows = [*csv.reader(io.StringIO((tmp_path / "a.csv").read_text("utf-8-sig")))]
    assert all(not cell.startswith("=") for row in rows for cell in row)
    write_table(tmp_path / "a.xlsx", listing_of(shots))
    cells = [c for row in openpyxl.load_workbook(tmp_path / "a.xlsx").active for c in row]
    assert all(cell.data_type != "f" for cell in cells)


def test_an_export_is_refused_for_a_format_that_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"\.csv, \.tsv, \.xlsx"):
        write_table(tmp_path / "list.pdf", [["Action"]])


def test_frames_count_at_the_brief_s_rate(tmp_path: Path) -> None:
    path = table(tmp_path / "list.csv", "Action,Length\nwalks,60f\n")
    assert read(path, fps=Decimal(30)).rows[0]["seconds"] == "2.00"

"""Shot lists as other programs write them: StudioBinder, Kitsu, ShotGrid, ftrack, Excel."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from greenlight.briefs.listing import BadCells, Incoming, read_listing
from greenlight.errors import InvalidInput


def read(path: Path, content: str | bytes, fps: int = 24, **options: Any) -> Incoming:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_listing(path, [], ["Ruta"], Decimal(fps), **options)


def book(path: Path, *rows: list[object], formats: dict[str, str] | None = None) -> Path:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    for cell, shown in (formats or {}).items():
        made.active[cell].number_format = shown
    made.save(path)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "list.csv"


STUDIOBINDER = "Scene,Shot,Description,Shot Size,Shot Type,Movement,Equipment\n"


def test_the_angle_is_under_shot_type_where_shot_size_says_the_size(path: Path) -> None:
    text = f"{STUDIOBINDER}1,1A,Ruta waters,WS,Eye Level,Static,Sticks\n1,1B,Ruta,CU,OTS,Push In,\n"
    found = read(path, text, leave=True)
    assert [(r["size"], r["angle"]) for r in found.rows] == [
        ("wide", "eye level"),
        ("close-up", "over the shoulder"),
    ]
    assert found.left == ["Equipment"]
    turned = text.replace("Shot Size,Shot Type", "Shot Type,Shot Size").replace(
        "WS,Eye Level", "Eye Level,WS"
    )
    assert read(path, turned.replace("CU,OTS", "OTS,CU"), leave=True).rows == found.rows


def test_shot_type_alone_is_the_size_as_before(path: Path) -> None:
    (row,) = read(path, "Shot,Description,Shot Type\n1,Ruta waits,CU\n").rows
    assert row["size"] == "close-up"


def test_a_shot_type_that_is_no_angle_is_named_or_left(path: Path) -> None:
    text = "Shot,Description,Shot Size,Shot Type\n1,Ruta waits,CU,Single\n2,Both,MS,Two Shot\n"
    with pytest.raises(BadCells, match="row 2, Shot Type: invalid angle 'Single'"):
        read(path, text)
    found = read(path, text, leave=True)
    assert found.left == ["Shot Type"]
    assert [r["size"] for r in found.rows] == ["close-up", "medium"]


def test_the_second_column_of_a_field_is_left_where_columns_may_be(path: Path) -> None:
    text = "Action,Description\nwalks,runs\n"
    with pytest.raises(InvalidInput, match=r"both Action .*--leave-columns reads the first"):
        read(path, text)
    found = read(path, text, leave=True)
    assert (found.rows[0]["action"], found.left) == ("walks", ["Description"])


KITSU = "Project,Episode,Sequence,Name,Description,Nb Frames,Frame In,Frame Out,FPS\n"


def test_kitsus_frames_become_seconds_at_their_own_rate(path: Path) -> None:
    text = f"{KITSU}Mill,,SQ01,SH010,Ruta waters,96,1001,1096,24\nMill,,SQ01,SH020,Tap,60,,,30\n"
    found = read(path, text, fps=25, leave=True)
    assert [(r["sequence"], r["seconds"]) for r in found.rows] == [
        ("SQ01", "4.00"),
        ("SQ01", "2.00"),
    ]
    assert found.numbers == ["SH010", "SH020"]
    assert found.left == ["Project", "Episode", "Frame In", "Frame Out"]


@pytest.mark.parametrize(
    ("head", "row", "seconds"),
    [
        ("Shot Code,Description,Cut In,Cut Out", "sh010,walks,1009,1056", "2.00"),
        ("Name,Description,Frame start,Frame end,FPS", "sh010,walks,1001,1100,25", "4.00"),
        ("Shot,Description,fstart,fend,fps", "sh010,walks,1,71.0,23.976", "2.96"),
        ("Shot Code,Description,Cut Duration", "sh010,walks,48", "2.00"),
        ("Shot,Description,Frames", "1,walks,36 frames", "1.50"),
        ("Shot,Description,Frames,FPS", '1,walks,72,"23,976"', "3.00"),
        ("Shot,Description,Frames,FPS", "1,walks,72,0", "3.00"),
        ("Shot,Description,Duration,Frames", "1,walks,3 s,72", "3.00"),
    ],
)
def test_a_trackers_frames_are_a_length(path: Path, head: str, row: str, seconds: str) -> None:
    assert read(path, f"{head}\n{row}\n").rows[0]["seconds"] == seconds


@pytest.mark.parametrize(
    ("head", "row", "said"),
    [
        (
            "Shot,Description,Nb Frames",
            "1,walks,many",
            "Nb Frames: invalid number of frames",
        ),
        ("Shot,Description,Frames,FPS", "1,walks,48,fast", "FPS: invalid frame rate 'fast'"),
        ("Shot,Description,Frames", "1,walks,960", "Frames: invalid length of 960 frames"),
        ("Shot,Description,Duration,Frames", "1,walks,5,48", "but another column says 5.00"),
        ("Shot,Description,Cut In,Cut Out", "1,walks,100,90", "invalid length of -9 frames"),
    ],
)
def test_frames_that_are_no_length_are_named(path: Path, head: str, row: str, said: str) -> None:
    with pytest.raises(BadCells) as bad:
        read(path, f"{head}\n{row}\n")
    assert said in str(bad.value)


def test_no_frames_leave_the_length_as_it_is(path: Path) -> None:
    assert "seconds" not in read(path, "Shot,Description,Nb Frames\n1,walks,0\n").rows[0]
    text = "Shot,Description,Frame Rate\n1,walks,24fps\n"
    assert read(path, text).left == ["Frame Rate"]


GERMAN = "Szene;Einstellung;Beschreibung;Einstellungsgröße;Dauer;Brennweite\n"


@pytest.mark.parametrize("mark", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_german_excel_list_is_read(path: Path, mark: str) -> None:
    text = (
        f'{GERMAN}1;1A;"Ruta gießt; dann wartet sie";Totale;4,5 s;35,0 mm\n1;1B;Hände;Nah;2,25;50\n'
    )
    first, second = read(path, text.encode(mark)).rows
    assert (first["size"], first["seconds"], first["lens_mm"]) == ("wide", "4.50", 35)
    assert first["action"] == "Ruta gießt; dann wartet sie"
    assert (second["size"], second["seconds"]) == ("medium close-up", "2.25")


def test_another_encoding_is_refused_with_its_line_and_what_it_may_be(path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"line 1: not UTF-8 but probably Windows-1252.*'ö'"):
        read(path, f"{GERMAN}1;1A;x;Totale;4;35\n".encode("cp1252"))
    with pytest.raises(InvalidInput, match=r"line 2: not UTF-8 \(byte 0x81\)"):
        read(path, b"Action\nwalks \x81\n")


@pytest.mark.parametrize("first", ["sep=;\n", '"sep=;"\r\n', "SEP=;\n", "\ufeffsep=;\n"])
def test_the_line_that_names_the_separator_is_heard(path: Path, first: str) -> None:
    text = f"{first}Scene;Shot;Description;Seconds\n1;1A;Ruta waters, slowly;4\n1;1B;Tap;99\n"
    with pytest.raises(BadCells, match="row 3, Seconds") as bad:
        read(path, text)
    assert bad.value.incoming.rows[0]["action"] == "Ruta waters, slowly"


@pytest.mark.parametrize(
    "title", ["Night shoot\n", "Shot list,,,\n", "Project: Mill,,\n,,\nDraft 3,,\n", '"A, B",,\n\n']
)
def test_a_title_above_the_head_is_named_as_one(path: Path, title: str) -> None:
    with pytest.raises(
        InvalidInput, match=r"row 1 \(.*\) is a title and not the head, which is row"
    ):
        read(path, f"{title}Scene,Shot,Description\n1,1A,Ruta waters\n")


def test_a_row_with_more_cells_than_the_head_is_named(path: Path) -> None:
    with pytest.raises(BadCells, match="row 2, cells: more cells than the head"):
        read(path, "Shot,Description\n1,walks, then runs\n")


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
@pytest.mark.parametrize("column", ["Scene", "Shot"])
def test_a_date_is_no_number_of_a_scene_or_shot(tmp_path: Path, ending: str, column: str) -> None:
    path = tmp_path / f"list{ending}"
    head: list[object] = [column, "Description"]
    if ending == ".xlsx":
        book(path, head, [dt.date(2026, 1, 2), "walks"], [dt.time(1, 2), "runs"])
    else:
        path.write_text(f"{column},Description\n02-Jan,walks\n2026-01-02,runs\n")
    with pytest.raises(BadCells) as bad:
        read_listing(path, [], [], Decimal(24))
    said = [str(problem) for problem in bad.value.incoming.problems]
    assert [s.partition(":")[0] for s in said] == [f"row 2, {column}", f"row 3, {column}"]
    assert "is a date, not a scene or shot number" in said[0]


@pytest.mark.parametrize(
    ("cell", "shown"), [(1000, "0.00E+00"), (7, "000"), (7, '"sh"000'), (1.1, "General")]
)
def test_a_number_that_is_shown_in_another_way_is_no_shot_number(
    tmp_path: Path, cell: float, shown: str
) -> None:
    path = book(tmp_path / "l.xlsx", ["Shot", "Action"], [cell, "walks"], formats={"A2": shown})
    with pytest.raises(BadCells, match=r"row 2, Shot: .* shows in another way"):
        read_listing(path, [], [], Decimal(24))


def test_a_number_among_texts_is_doubted_and_numbers_alone_are_not(tmp_path: Path) -> None:
    rows = [["Scene", "Shot", "Action"], [1, "1A", "walks"], [1, 1000, "runs"]]
    found = read_listing(book(tmp_path / "l.xlsx", *rows), [], [], Decimal(24))
    assert [str(d).partition(" is")[0] for d in found.doubts] == ["row 3, Shot: 1000"]
    assert found.numbers == ["1A", "1000"]
    rows = [["Shot", "Action"], [10, "walks"], [20.0, "runs"]]
    found = read_listing(book(tmp_path / "m.xlsx", *rows), [], [], Decimal(24))
    assert (found.doubts, found.numbers) == ([], ["10", "20"])


def test_excels_times_are_lengths_and_its_dates_are_not(tmp_path: Path) -> None:
    rows = [["Action", "Duration"], ["a", dt.time(0, 0, 4)], ["b", dt.timedelta(seconds=3)]]
    found = read_listing(book(tmp_path / "l.xlsx", *rows), [], [], Decimal(24))
    assert [r["seconds"] for r in found.rows] == ["4.00", "3.00"]
    rows.append(["c", dt.datetime.fromisoformat("2025-12-09 00:00:04")])
    with pytest.raises(BadCells, match="row 4, Duration: 2025-12-09 00:00:04 is a date"):
        read_listing(book(tmp_path / "l.xlsx", *rows), [], [], Decimal(24))


def test_a_scene_that_is_merged_over_its_shots_is_read_and_other_merged_cells_are_named(
    tmp_path: Path,
) -> None:
    path = tmp_path / "l.xlsx"
    rows = [["Scene", "Shot", "Action"], ["12", "1", "walks"], [None, "2", "runs"]]
    made = openpyxl.load_workbook(book(path, *rows))
    made.active.merge_cells("A2:A3")
    made.save(path)
    assert len(read_listing(path, [], [], Decimal(24)).rows) == 2
    made.active.merge_cells("C2:C3")
    made.save(path)
    with pytest.raises(BadCells, match="row 2, Action: cells C2:C3 are merged"):
        read_listing(path, [], [], Decimal(24))


@pytest.mark.parametrize("text", ["35,0 mm", "35.0mm", "35,00", "35mm.", " 35 MM "])
def test_a_lens_is_read_with_a_comma_or_a_point(path: Path, text: str) -> None:
    assert read(path, f'Action,Lens\nwalks,"{text}"\n').rows[0]["lens_mm"] == 35

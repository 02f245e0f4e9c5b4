"""Rows become briefs: each is judged by itself, and known again by what it says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from greenlight.batches.columns import COLUMNS, fields_of, read_briefs
from greenlight.batches.rows import Plan, plan_rows
from greenlight.batches.sources import Source, open_source
from greenlight.briefs.grid import Row, Table
from greenlight.desk import this_person
from greenlight.errors import InvalidInput
from greenlight.production.brief import Brief
from greenlight.settings import Profile

WHO = this_person("ada")


def plan(text: str, folder: Path, profile: Profile, batch: str = "b", name: str = "t.csv") -> Plan:
    path = folder / name
    path.write_text(text)
    source = open_source(str(path), profile)
    return plan_rows(source, read_briefs(source.data, source.name), batch, WHO, profile)


def remote(text: str, place: str, profile: Profile) -> Source:
    folder, _, name = place.rpartition("/")
    return Source(place, name, text.encode(), profile, f"{folder}/")


def test_each_problem_of_a_row_is_named_with_its_column_and_value(
    tmp_path: Path, nowhere: Profile
) -> None:
    head = "title,vision,fps,candidates,aspect_ratio,video_model\n"
    rows = f"{head}Fox,x,24,1,16:9,\n,y,12,9,,\nOwl,z,,,9:1,\nElk,w,,,,veo-9\n"
    found = plan(rows, tmp_path, nowhere)
    assert [(r.number, r.brief.title) for r in found.rows] == [(2, "Fox")]
    assert [(r.row, r.column, r.value) for r in found.rejects] == [
        (3, "title", ""),
        (3, "fps", "12"),
        (3, "candidates", "9"),
        (4, "aspect_ratio", "9:1"),
        (5, "video_model", "veo-9"),
    ]


def test_a_decimal_comma_is_read_in_lengths_and_rates_and_refused_in_amounts(
    tmp_path: Path, nowhere: Profile
) -> None:
    rows = "title;vision;seconds;fps;budget_usd\nFox;x;8,5;23,976;\nOwl;y;;;1,500\n"
    found = plan(f"sep=;\n{rows}", tmp_path, nowhere)
    assert [(r.brief.seconds, r.brief.fps) for r in found.rows] == [(Decimal("8.5"), "23.976")]
    assert [(r.column, r.value) for r in found.rejects] == [("budget_usd", "1,500")]


def test_every_cell_that_became_a_date_is_named() -> None:
    day = date(2026, 1, 2)
    table = Table(("title", "vision", "shots"), (Row(2, (day, "x", day)),))
    _, rejects = fields_of(table, "t.xlsx")
    assert [(r.row, r.column) for r in rejects] == [(2, "title"), (2, "shots")]


def test_every_field_of_a_brief_that_a_cell_can_hold_has_a_column() -> None:
    filled_in = {"excerpt"}  # read from the screenplay when the row is checked
    assert set(Brief.model_fields) - filled_in <= {*COLUMNS, "references", "models"}


def test_the_same_row_has_the_same_key_and_a_changed_one_another(
    tmp_path: Path, nowhere: Profile
) -> None:
    table = "id,title,vision,shots\n,Fox,A fox.,2\nn7,Hen,A hen.,1\n"
    first = plan(table, tmp_path, nowhere)
    again = plan(table.replace("Fox,A", " Fox ,A"), tmp_path, nowhere)
    changed = plan(table.replace("A hen", "The hen"), tmp_path, nowhere)
    elsewhere = plan(table, tmp_path, nowhere, batch="c")
    assert [r.key for r in first.rows] == [r.key for r in again.rows]
    assert first.rows[0].key == changed.rows[0].key
    assert first.rows[1].key != changed.rows[1].key
    assert {r.key for r in first.rows}.isdisjoint(r.key for r in elsewhere.rows)


@given(st.permutations(range(5)))
def test_the_order_of_rows_is_no_part_of_what_they_are(order: list[int]) -> None:
    profile = Profile.model_validate(
        {
            "name": "embedded",
            "simulated": True,
            "prefect_api_url": "http://127.0.0.1:9/api",
            "s3": {"bucket": "n", "access_key_id": "a", "secret_access_key": "b"},
            "models": {"api_key": "x"},
            "media_url": "http://127.0.0.1:9",
            "media_secret": "s" * 32,
        }
    )
    source = Source("file:///t.csv", "t.csv", b"", profile, "/")

    def keys(places: list[int]) -> set[str]:
        rows = tuple(Row(n, (f"T{p}", "x", "1")) for n, p in enumerate(places, 2))
        found = plan_rows(source, Table(("title", "vision", "shots"), rows), "b", WHO, profile)
        return {r.key for r in found.rows}

    assert keys(order) == keys(list(range(5)))


def test_a_second_row_of_one_id_is_rejected_and_twins_need_ids(
    tmp_path: Path, nowhere: Profile
) -> None:
    table = "id,title,vision\na,Fox,x\na,Hen,y\n,Owl,z\n,Owl,z\nc,Owl,z\n"
    found = plan(table, tmp_path, nowhere)
    assert [r.number for r in found.rows] == [2, 4, 6]
    assert [(r.row, r.column) for r in found.rejects] == [(3, "id"), (5, "")]
    assert "id of row 2" in found.rejects[0].reason
    assert "same brief as row 4" in found.rejects[1].reason


def test_a_budget_that_does_not_reach_a_first_frame_is_rejected(
    tmp_path: Path, nowhere: Profile
) -> None:
    table = "title,vision,candidates,budget_usd\nFox,x,1,0.01\nHen,y,1,5\n"
    found = plan(table, tmp_path, nowhere)
    assert [r.brief.budget_usd for r in found.rows] == [Decimal(5)]
    (reject,) = found.rejects
    assert (reject.row, reject.column, reject.value) == (2, "budget_usd", "0.01")
    assert "first frame" in reject.reason


def test_a_model_that_is_not_known_spoils_its_row_alone(tmp_path: Path, nowhere: Profile) -> None:
    table = "title,vision,video_model\nFox,x,gemini-omni-9\nHen,y,\n"
    found = plan(table, tmp_path, nowhere)
    assert [r.brief.title for r in found.rows] == ["Hen"]
    assert "gemini-omni-9" in found.rejects[0].reason


def test_a_brief_beside_the_table_is_read_and_columns_replace_what_it_says(
    tmp_path: Path, nowhere: Profile
) -> None:
    folder = tmp_path / "briefs"
    folder.mkdir()
    Image.new("RGB", (640, 360), "red").save(folder / "porter.png")
    brief = "title: Hall\nvision: A hall.\nfps: 25\nmodels: {image: gemini-nano-banana-2.1}\n"
    brief += "references: [{name: porter, image: porter.png}]\n"
    (folder / "hall.yaml").write_text(brief)
    table = "brief,title,shots\nbriefs/hall.yaml,,2\nbriefs/hall.yaml,Night hall,\nnone.yaml,,\n"
    found = plan(table, tmp_path, nowhere)
    assert [(r.brief.title, r.brief.fps, r.brief.shots) for r in found.rows] == [
        ("Hall", "25", 2),
        ("Night hall", "25", None),
    ]
    (digest,) = found.pictures
    assert found.rows[0].brief.references[0].image_sha256 == digest
    assert [(r.row, r.column) for r in found.rejects] == [(4, "brief")]


@pytest.mark.parametrize("named", ["/etc/passwd", "~/brief.yaml", "file:///etc/passwd"])
def test_a_table_from_elsewhere_names_no_file_of_this_machine(named: str, nowhere: Profile) -> None:
    source = remote(f"brief\n{named}\n", "s3://tables/night.csv", nowhere)
    found = plan_rows(source, read_briefs(source.data, source.name), "b", WHO, nowhere)
    assert found.rows == ()
    assert "is a local file" in found.rejects[0].reason


def test_columns_that_nobody_knows_are_named_with_those_that_were_meant(
    tmp_path: Path, nowhere: Profile
) -> None:
    with pytest.raises(InvalidInput, match=r"missing: vision; unknown: 'visio' \(did you"):
        plan("title,visio\nFox,x\n", tmp_path, nowhere)


def test_a_line_of_json_may_say_what_no_cell_can(tmp_path: Path, nowhere: Profile) -> None:
    line = '{"title": "Fox", "vision": "x", "references": [{"name": "fox", "kind": "character"}]}'
    found = plan(line, tmp_path, nowhere, name="t.jsonl")
    assert found.rows[0].brief.references[0].name == "fox"

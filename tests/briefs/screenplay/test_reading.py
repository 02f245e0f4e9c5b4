"""Files become scenes: numbered, placed, timed and measured, or refused in a sentence."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenlight.briefs.screenplay.elements import Element, Script, pages
from greenlight.briefs.screenplay.headings import read_heading
from greenlight.briefs.screenplay.reading import assemble, character_name, read_screenplay
from greenlight.errors import InvalidInput
from greenlight.production.scenes import SceneAction, SceneSpeech

TWO = (
    "INT. LOBBY - NIGHT\n\nMARA (30s) waits.\n\nMARA\n(quietly)\nHello?\n\n"
    "EXT. STREET - CONTINUOUS\n\nRain.\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "two.fountain"
    path.write_text(TWO, encoding="utf-8")
    return path


def test_scenes_have_place_time_and_what_happens(file: Path) -> None:
    first, second = (c.scene for c in read_screenplay(file).chapters)
    assert (first.number, first.inside, first.place, first.time) == ("1", "INT", "lobby", "night")
    assert first.parts == (
        SceneAction(text="MARA (30s) waits."),
        SceneSpeech(character="Mara", manner="quietly", text="Hello?"),
    )
    assert (second.inside, second.time) == ("EXT", "night")


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("INT. HOTEL LOBBY - NIGHT", ("INT", "hotel lobby", "night")),
        ("EXT. ROOF — DAWN", ("EXT", "roof", "dawn")),
        ("INT./EXT. CAR - MOVING - DAY", ("INT/EXT", "car, moving", "day")),
        ("I/E. Mara's car - late afternoon", ("INT/EXT", "Mara's car", "late afternoon")),
        ("INT. ROOM 9", ("INT", "room 9", "")),
        ("INT. ROOM - KITCHEN", ("INT", "room, kitchen", "")),
        ("EXT. STREET - LATER", ("EXT", "street", "dusk")),
        ("EXT. STREET - THE NEXT MORNING", ("EXT", "street", "the next morning")),
        ("INTERCUT - PHONE CALL", ("", "intercut, phone call", "")),
        ("MONTAGE", ("", "montage", "")),
        ("INT. TWENTY-FIVE MAIN - NIGHT", ("INT", "twenty-five main", "night")),
    ],
)
def test_headings_say_where_and_when(text: str, heading: tuple[str, str, str]) -> None:
    assert read_heading(text, "dusk") == heading


def test_numbers_are_the_screenplay_s_own_where_it_has_them(tmp_path: Path) -> None:
    path = tmp_path / "a.fountain"
    path.write_text("INT. A #1#\n\nx\n\nINT. B #1A#\n\nx\n\nINT. C\n\nx\n")
    assert [c.scene.number for c in read_screenplay(path).chapters] == ["1", "1A", "#3"]


@pytest.mark.parametrize(
    ("cue", "name", "unseen"),
    [
        ("MARA", "Mara", False),
        ("MARA (CONT'D)", "Mara", False),
        ("NIGHT PORTER (V.O.)", "Night Porter", True),
        ("MARA (O.S.)", "Mara", True),
        ("DR. O'NEIL", "Dr. O'Neil", False),
        ("JONAS’S MOTHER (O.C.) (CONT’D)", "Jonas’s Mother", True),
        ("McAvoy", "McAvoy", False),
        ("ÉLODIE", "Élodie", False),
    ],
)
def test_cues_name_characters_as_prose_does(cue: str, name: str, unseen: bool) -> None:
    assert character_name(cue) == name
    script = Script(
        "", [Element("heading", "INT. X"), Element("cue", cue), Element("dialogue", "x")]
    )
    (speech,) = assemble(script, "a").chapters[0].scene.speeches
    assert (speech.character, speech.unseen) == (name, unseen)


def test_text_before_the_first_scene_is_counted_and_left(tmp_path: Path) -> None:
    path = tmp_path / "a.fountain"
    path.write_text("FADE IN:\n\nBlack.\n\nINT. A - DAY\n\nx\n")
    assert read_screenplay(path).before == 1


@pytest.mark.parametrize(
    ("eighths", "said"), [(1, "1/8"), (8, "1"), (11, "1 3/8"), (0, "0"), (964, "120 4/8")]
)
def test_lengths_are_in_eighths_of_a_page(eighths: int, said: str) -> None:
    assert pages(eighths) == said


def test_a_page_of_action_is_about_a_page(tmp_path: Path) -> None:
    path = tmp_path / "a.fountain"
    path.write_text("INT. A - DAY\n\n" + "\n\n".join(["word " * 24] * 17))
    assert 7 <= read_screenplay(path).eighths <= 9


def long_screenplay(scenes: int = 240) -> str:
    """A screenplay of about 120 pages."""
    action = "Mara crosses the hall, opens the third door and looks in. Nobody. She goes on. " * 3
    speech = "I was here before, I know the wallpaper, I know that stain."
    scene = "\n\n".join(
        ["INT. HALL {n} - NIGHT", action, f"MARA\n{speech}", f"JONAS\n(amused)\n{speech}"] * 1
        + [action, f"MARA\n{speech}", action]
    )
    return "\n\n".join(scene.format(n=n) for n in range(1, scenes + 1))


def test_a_hundred_and_twenty_pages_are_read_in_a_moment(tmp_path: Path) -> None:
    path = tmp_path / "long.fountain"
    path.write_text(long_screenplay())
    started = time.monotonic()
    found = read_screenplay(path)
    assert time.monotonic() - started < 3
    assert len(found.chapters) == 240
    assert 110 <= found.eighths / 8 <= 130
    assert found.characters == {"Mara": 480, "Jonas": 240}


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.fountain", b"", "is empty"),
        ("a.fountain", b" \n\n", "is empty"),
        ("a.fountain", b"Title: X\nAuthor: Y\n", "has no scene"),
        ("a.fountain", b"Once upon a time.\n", "INT. HOTEL LOBBY - NIGHT"),
        ("a.fountain", "INT. CAFÉ\n\nÉlodie entre.".encode("latin-1"), "line 1: not UTF-8"),
        ("a.fountain", b"PK\x03\x04\0\0\0\0", "not text"),
        ("a.fdx", b"INT. LOBBY - DAY\n\nRain.", "not well-formed"),
        ("a.fdx", b"<FinalDraft><Content/></FinalDraft>", "has no scene"),
        ("a.pdf", b"%PDF-1.7", "export it"),
        ("a.docx", b"PK\x03\x04", "export it"),
    ],
)
def test_files_that_are_no_screenplay_are_refused(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InvalidInput, match=said):
        read_screenplay(tmp_path / name)


def test_a_folder_a_missing_and_a_huge_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is a folder"):
        read_screenplay(tmp_path)
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_screenplay(tmp_path / "none.fdx")
    with (tmp_path / "huge.fountain").open("wb") as file:
        file.truncate(11_000_000)
    with pytest.raises(InvalidInput, match="over 5,000,000 bytes"):
        read_screenplay(tmp_path / "huge.fountain")


def test_utf_16_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    for encoding in ("utf-16", "utf-8-sig"):
        path = tmp_path / f"{encoding}.fountain"
        path.write_text(TWO, encoding=encoding)
        assert len(read_screenplay(path).chapters) == 2


def test_a_final_draft_file_is_known_by_its_content_too(tmp_path: Path) -> None:
    text = (
        '<FinalDraft><Content><Paragraph Type="Scene Heading"><Text>INT. A - DAY</Text>'
        "</Paragraph></Content></FinalDraft>"
    )
    (tmp_path / "a.xml").write_text(text)
    assert read_screenplay(tmp_path / "a.xml").chapters[0].scene.place == "a"


def test_a_paragraph_of_any_length_is_kept_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.fountain"
    path.write_text("INT. A - DAY\n\n" + "word " * 3000 + "\n\nMARA\n" + "w" * 9000)
    parts = read_screenplay(path).chapters[0].scene.parts
    assert sum(p.text.count("word") for p in parts) == 3000
    assert sum(p.text.count("w") for p in parts if isinstance(p, SceneSpeech)) == 9000


KINDS = st.sampled_from(["heading", "action", "cue", "manner", "dialogue", "transition"])


@given(st.lists(st.tuples(KINDS, st.text(max_size=30)), max_size=12))
def test_any_paragraphs_make_valid_scenes(rows: list[tuple[str, str]]) -> None:
    elements = [Element("heading", "INT. A"), *(Element(k, t) for k, t in rows)]  # type: ignore[arg-type]
    headings = sum(e.kind == "heading" for e in elements)
    assert len(assemble(Script("", elements), "a").chapters) == headings

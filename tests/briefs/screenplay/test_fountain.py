"""Fountain as writers write it: every paragraph is what the published syntax says it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenlight.briefs.screenplay.fountain import is_cue, read_fountain


def kinds(text: str) -> list[tuple[str, str]]:
    return [(e.kind, e.text) for e in read_fountain(text).elements]


def test_a_title_page_is_no_scene() -> None:
    script = read_fountain(
        "Title:\n    _**THE NIGHT DESK**_\n    or, Room Nine\nAuthor: A.\n\nINT. LOBBY - DAY\n"
    )
    assert script.title == "THE NIGHT DESK or, Room Nine"
    assert [e.text for e in script.elements] == ["INT. LOBBY - DAY"]


def test_a_screenplay_may_open_without_a_title_page() -> None:
    assert kinds("FADE IN:\n\nINT. LOBBY - DAY\n\nRain.") == [
        ("transition", "FADE IN:"),
        ("heading", "INT. LOBBY - DAY"),
        ("action", "Rain."),
    ]


@pytest.mark.parametrize(
    "heading",
    [
        "INT. LOBBY - DAY",
        "ext. street",
        "INT./EXT. CAR - NIGHT",
        "I/E CAR",
        "EST. CITY",
        "INT LOBBY",
    ],
)
def test_headings_begin_as_the_syntax_has_it(heading: str) -> None:
    assert kinds(f"\n{heading}\n\nRain.")[0] == ("heading", heading)


@pytest.mark.parametrize("text", ["INTERIOR MONOLOGUE", "Internal affairs.", "...and then nothing"])
def test_what_only_looks_like_a_heading_is_none(text: str) -> None:
    assert kinds(f"\n{text}\n\nRain.")[0][0] == "action"


def test_a_heading_may_be_forced_and_have_a_number() -> None:
    script = read_fountain(".MONTAGE #12-A#\n\nINT. LOBBY #3#\n")
    assert [(e.text, e.number) for e in script.elements] == [
        ("MONTAGE", "12-A"),
        ("INT. LOBBY", "3"),
    ]


def test_speech_has_a_speaker_a_manner_and_lines() -> None:
    assert kinds("\nMARA (V.O.)\n(quietly)\nYou’re late.\nI waited.\n\nShe turns.") == [
        ("cue", "MARA (V.O.)"),
        ("manner", "quietly"),
        ("dialogue", "You’re late. I waited."),
        ("action", "She turns."),
    ]


@pytest.mark.parametrize(
    "cue",
    ["MARA", "ÉLODIE", "MARA & JONAS", "DR. O’NEIL", "MAN #2", "R2D2", "БОРИС", "MARA (cont'd)"],
)
def test_any_name_in_capitals_speaks(cue: str) -> None:
    assert is_cue(cue)
    assert kinds(f"\n{cue}\nHello.")[0] == ("cue", cue)


def test_capitals_without_a_line_after_them_are_action() -> None:
    assert kinds("\nBANG\n\nSilence.") == [("action", "BANG"), ("action", "Silence.")]


def test_a_name_may_be_forced_and_two_may_speak_at_once() -> None:
    assert kinds("\n@McAvoy\nYes.\n\nJONAS ^\nNo.") == [
        ("cue", "McAvoy"),
        ("dialogue", "Yes."),
        ("cue", "JONAS"),
        ("dialogue", "No."),
    ]


def test_notes_boneyard_sections_and_synopses_are_left_out() -> None:
    text = (
        "# Act one\n\n= They meet.\n\nINT. LOBBY - DAY\n\nRain /* cut\n\nthis */ falls [[louder?]] "
        "on [[a note\nover lines]] glass.\n\n===\n\nThunder."
    )
    assert kinds(text) == [
        ("heading", "INT. LOBBY - DAY"),
        ("action", "Rain falls on glass."),
        ("action", "Thunder."),
    ]


def test_marks_that_are_never_closed_are_text() -> None:
    assert kinds("\nRain /* falls.\n\nShe [[waits.\n\nHe goes.") == [
        ("action", "Rain /* falls."),
        ("action", "She [[waits."),
        ("action", "He goes."),
    ]


def test_transitions_are_none_of_the_action_and_titles_are() -> None:
    assert kinds("\nCUT TO:\n\n> FADE OUT.\n\n> MANY YEARS LATER <\n\n> THE END <\n") == [
        ("transition", "CUT TO:"),
        ("transition", "FADE OUT."),
        ("action", "MANY YEARS LATER"),
        ("transition", "THE END"),
    ]


def test_emphasis_goes_and_escaped_marks_stay() -> None:
    assert kinds("\nThe ***whole*** _world_ costs 5\\* a *piece*.\n") == [
        ("action", "The whole world costs 5* a piece.")
    ]


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    read_fountain(text)

"""Cells in the words of the trade: understood, or named with what is allowed."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenlight.briefs.cells import (
    CHOICES,
    read_camera,
    read_lens,
    read_list,
    read_seconds,
    write_list,
)
from greenlight.briefs.words import aliases
from greenlight.errors import InvalidInput

FPS = Decimal(24)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("ECU", "extreme close-up"),
        ("e.c.u.", "extreme close-up"),
        ("Close Up", "close-up"),
        ("close-up shot", "close-up"),
        ("MCU", "medium close-up"),
        ("MS", "medium"),
        ("Medium Shot", "medium"),
        ("MWS", "medium wide"),
        ("Cowboy", "medium wide"),
        ("WS", "wide"),
        ("Wide Shot", "wide"),
        ("Full", "wide"),
        ("EWS", "extreme wide"),
        ("Establishing shot", "extreme wide"),
        ("2-shot", "medium"),
    ],
)
def test_sizes_are_understood_as_they_are_abbreviated(text: str, size: str) -> None:
    assert read_camera("size", text) == {"size": size}


def test_every_word_of_ours_means_itself() -> None:
    for field, choices in CHOICES.items():
        for choice in choices:
            assert read_camera(field, choice) == {field: choice}


def test_no_word_of_one_column_means_two_things() -> None:
    for table in ("columns", *CHOICES):
        assert aliases(table)


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("size", "MCU OTS", {"size": "medium close-up", "angle": "over the shoulder"}),
        ("size", "CU / POV", {"size": "close-up", "angle": "point of view"}),
        ("movement", "Push in, low angle", {"movement": "dolly in", "angle": "low"}),
        ("movement", "Track right", {"movement": "truck right"}),
        ("angle", "Bird's eye", {"angle": "overhead"}),
    ],
)
def test_a_cell_may_say_more_of_the_camera_than_its_column(
    field: str, text: str, said: dict[str, str]
) -> None:
    assert read_camera(field, text) == said


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("size", "huge", "allowed: extreme wide, wide"),
        ("size", "extrem close up", "did you mean 'extreme close-up'"),
        ("size", "CU, WS", "two of one"),
        ("movement", "pan", "pan left, pan right"),
        ("movement", "swoosh", "allowed: static"),
    ],
)
def test_what_is_not_understood_is_named_with_what_is_allowed(
    field: str, text: str, said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        read_camera(field, text)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("4", "4"),
        (4, "4"),
        (4.5, "4.5"),
        ("4,5", "4.5"),
        ("4s", "4"),
        ("4 sec.", "4"),
        ('4"', "4"),
        ("0:04", "4"),
        ("00:00:04", "4"),
        ("0:04.5", "4.5"),
        ("00:00:04:12", "4.5"),
        ("96f", "4"),
        ("36 frames", "1.5"),
        (time(0, 4), "4"),
        (time(0, 0, 4), "4"),
        (timedelta(seconds=3.5), "3.5"),
    ],
)
def test_lengths_are_read_as_people_and_spreadsheets_write_them(
    value: object, seconds: str
) -> None:
    assert read_seconds(value, FPS) == Decimal(seconds)


@pytest.mark.parametrize(
    "value", ["0", "0:12", "9", "1:00:00", "-4", "soon", "", "4-5", "nan", "٤:٩٩"]
)
def test_a_length_that_no_shot_can_have_is_refused(value: str) -> None:
    with pytest.raises(InvalidInput, match="length"):
        read_seconds(value, FPS)


def test_a_lens_is_one_focal_length() -> None:
    assert [read_lens(t) for t in ("35", "35mm", "50 mm.", "35.0")] == [35, 35, 50, 35]
    for text in ("24-70", "wide", "4", "500mm"):
        with pytest.raises(InvalidInput, match="8 to 400"):
            read_lens(text)


NAMES = st.lists(
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8), max_size=4
)


@given(NAMES)
def test_names_in_a_cell_come_back(names: list[str]) -> None:
    assert read_list(write_list(names)) == names

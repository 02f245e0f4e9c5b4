"""Text for pictures: cleaned, fitted, and in a face that has its letters."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from greenlight.media.lettering import clean, elide, face_for, font, wrap


def test_control_characters_are_gone_accents_are_composed_and_megabytes_are_cut():
    assert clean("a\x00b\x1b[31m\n c\u202e\u200bd\u2028e") == "ab[31m cd e"
    assert clean("Zoe\u0308") == "Zoë"
    assert len(clean("word " * 2_000_000)) <= 2000


@given(st.text(max_size=400))
def test_cleaned_text_is_one_printable_line(text):
    line = clean(text)
    assert not any(unicodedata.category(c)[0] == "C" for c in line)
    assert "  " not in line
    assert line == line.strip()


@given(st.text(max_size=300), st.integers(20, 500))
def test_elided_text_fits(text, width):
    face = font(20)
    assert face.getlength(elide(text, face, width)) <= width


@given(st.text(alphabet="ab ë\n", max_size=400), st.integers(40, 400), st.integers(1, 5))
def test_wrapped_text_fits_in_its_lines(text, width, lines):
    face = font(20)
    wrapped = wrap(text, face, width, lines)
    assert len(wrapped) <= lines
    assert all(face.getlength(line) <= width for line in wrapped)


def test_nothing_is_lost_where_there_is_room_and_the_end_is_marked_where_not():
    face = font(20)
    text = "A corridor of doors stretches on and on"
    assert " ".join(wrap(text, face, 150, 9)) == text
    assert wrap(text, face, 150, 2)[-1].endswith("…")
    assert wrap("", face, 150, 3) == ()


def test_letters_that_the_italic_lacks_come_from_a_face_that_has_them():
    assert face_for("Où est-elle ?", 20, "italic").getname()[1] == "Italic"
    assert face_for("Зачем?", 20, "italic").getname()[1] != "Italic"
    missing = bytes(font(20).getmask("\uffff"))
    assert bytes(face_for("Зачем?", 20, "italic").getmask("З")) != missing

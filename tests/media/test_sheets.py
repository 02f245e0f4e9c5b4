"""Contact sheet and storyboard: what they show, how large they are, and what they survive."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from greenlight.media.contact import contact_sheet
from greenlight.media.sheet import SheetShot, SheetTake, quoted, spec_line
from greenlight.media.storyboard import storyboard_pdf

GREEN, RED = (126, 190, 128), (222, 96, 82)


def board(title, shots):
    return storyboard_pdf(title, shots, aspect="16:9", drawn="16:9")


def picture(data):
    return np.asarray(Image.open(BytesIO(data)).convert("RGB"), dtype=int)


def near(pixels, colour, tolerance=14):
    return int((np.abs(pixels - np.array(colour)).max(axis=2) <= tolerance).sum())


@pytest.fixture(scope="session")
def shots(scene, as_bytes):
    """Six shots of three candidates, all waiting."""
    return [
        SheetShot(
            shot=f"sq010_sh{10 * (n + 1):04d}",
            size="WS",
            angle="low angle",
            movement="dolly in",
            seconds=4,
            action="A corridor of identical doors stretches toward a vanishing point.",
            dialogue="Is anybody here?",
            takes=tuple(
                SheetTake(take=f"v001_c{c + 1}", image=as_bytes(scene(3 * n + c)), score=0.7)
                for c in range(3)
            ),
        )
        for n in range(6)
    ]


def altered(shots, index, **changes):
    copy = list(shots)
    copy[index] = copy[index].model_copy(update=changes)
    return copy


def test_forty_shots_of_dense_pictures_stay_within_a_megabyte(shots, as_bytes):
    noise = np.random.default_rng(0).integers(0, 256, (360, 640, 3), dtype=np.uint8)
    dense = tuple(
        SheetTake(take=f"v001_c{c}", image=as_bytes(Image.fromarray(noise), "JPEG"))
        for c in range(3)
    )
    many = [shots[0].model_copy(update={"takes": dense})] * 40
    data = contact_sheet("Forty", many)
    assert len(data) <= 1_000_000
    assert Image.open(BytesIO(data)).width >= 500


def test_the_chosen_candidate_is_framed_and_the_flagged_one_is_red(shots):
    plain = picture(contact_sheet("t", shots))
    takes = shots[0].takes
    chosen = (takes[0], takes[1].model_copy(update={"state": "chosen"}), takes[2])
    flagged = (takes[0].model_copy(update={"state": "flagged", "reason": "not blank"}), *takes[1:])
    with_chosen = picture(contact_sheet("t", altered(shots, 0, takes=chosen)))
    with_flagged = picture(contact_sheet("t", altered(shots, 0, takes=flagged)))
    assert near(with_chosen, GREEN) > near(plain, GREEN) + 2000
    assert near(with_flagged, RED) > near(plain, RED) + 1000


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "flagged", "note": "no subject"},
        {"state": "omitted"},
        {"dialogue": ""},
        {"action": "She runs."},
        {"seconds": 6.0},
        {"movement": "pan left"},
        {"shot": "sq010_sh0015"},
    ],
)
def test_every_field_shows(shots, changes):
    before = picture(contact_sheet("t", shots))
    after = picture(contact_sheet("t", altered(shots, 1, **changes)))
    assert np.abs(before - after).max() > 60


def test_a_broken_candidate_is_shown_as_such(shots):
    broken = shots[0].takes[0].model_copy(update={"image": b"\x89PNG broken"})
    absent = shots[0].takes[0].model_copy(update={"image": None})
    rest = shots[0].takes[1:]
    with_broken = picture(contact_sheet("t", altered(shots, 0, takes=(broken, *rest))))
    with_absent = picture(contact_sheet("t", altered(shots, 0, takes=(absent, *rest))))
    assert near(with_broken, RED) > near(with_absent, RED)


@pytest.mark.parametrize(
    "text", ["", "\x00\x1b[2J\u202e", "x" * 100_000, "word " * 20_000, "<b>&amp;", "日本語 Ж ë →"]
)
def test_hostile_text_is_drawn_and_changes_no_geometry(shots, text):
    hostile = altered(shots, 0, shot=text, action=text, dialogue=text, note=text, size=text)
    data = contact_sheet(text, hostile, subtitle=text)
    assert Image.open(BytesIO(data)).size == Image.open(BytesIO(contact_sheet("t", shots))).size
    assert board(text, hostile).startswith(b"%PDF")


@pytest.mark.parametrize("count", [0, 1, 2, 5, 9])
@pytest.mark.parametrize("aspect", ["16:9", "9:16", "2.39:1"])
def test_any_number_of_candidates_and_any_shape_fit(shots, count, aspect):
    takes = (shots[0].takes * 3)[:count]
    data = contact_sheet("t", altered(shots, 0, takes=takes), aspect=aspect)
    assert Image.open(BytesIO(data)).width == 1800


def test_no_shots_make_an_empty_sheet_and_one_page():
    assert Image.open(BytesIO(contact_sheet("Nothing yet", []))).width == 1800
    assert board("Nothing yet", []).count(b"/Type /Page\n") == 1


def test_the_same_shots_make_the_same_bytes(shots):
    assert contact_sheet("t", shots) == contact_sheet("t", shots)
    assert board("t", shots) == board("t", shots)


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (6, 1), (7, 2), (13, 3)])
def test_a_page_of_the_storyboard_has_six_panels(shots, count, pages):
    data = board("The Hallway", (shots * 3)[:count])
    assert data.startswith(b"%PDF")
    assert data.count(b"/Type /Page\n") == pages
    assert b"The Hallway" in data or "The Hallway".encode("utf-16-be") in data


def page(pdf):
    start = pdf.index(b"\xff\xd8")
    return picture(pdf[start : pdf.index(b"\xff\xd9", start) + 2])


def test_the_storyboard_is_on_white_and_shows_the_chosen_take(shots):
    takes = shots[0].takes
    chosen = (*takes[:2], takes[2].model_copy(update={"state": "chosen"}))
    only = page(board("t", altered(shots, 0, takes=(takes[2],))))
    shown = page(board("t", altered(shots, 0, takes=chosen)))
    first = page(board("t", shots))
    assert (shown[:, :40] > 250).all()
    assert np.abs(only - shown).max() <= 2
    assert np.abs(first - shown).max() > 60


def test_the_spec_line_leaves_out_what_is_unknown(shots):
    assert spec_line(shots[0]) == "WS · low angle · dolly in · 4 s"
    assert spec_line(SheetShot(shot="sq010_sh0010", size="CU")) == "CU"
    assert quoted("Hello") == "“Hello”"
    assert quoted("«Salut»") == "«Salut»"
    assert quoted("") == ""

"""What was drawn beyond the delivered shape is marked on the sheet and gone from board and cut."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from greenlight.errors import InvalidInput
from greenlight.media.contact import contact_sheet
from greenlight.media.cut import CutClip, add_clip
from greenlight.media.errors import UnreadableMedia
from greenlight.media.excerpts import clip_stills
from greenlight.media.framing import board, framed_still, middle_of, with_frame_lines
from greenlight.media.movie import write_movie
from greenlight.media.sheet import SheetShot, SheetTake
from greenlight.media.storyboard import storyboard_pdf

BLUE, RED = (30, 60, 200), (220, 30, 30)


def banded(width: int = 640, height: int = 360, upright: bool = False) -> Image.Image:
    """Blue with red where a crop to 2.39:1 (upright: to 1:1) takes everything away."""
    picture = Image.new("RGB", (width, height), RED)
    across, down = (round(height * 1.0), height) if upright else (width, round(width / 2.39))
    left, top = (width - across) // 2, (height - down) // 2
    picture.paste(BLUE, (left, top, left + across, top + down))
    return picture


def share(picture: Image.Image, colour: tuple[int, int, int]) -> float:
    away = np.abs(np.asarray(picture.convert("RGB"), np.int16) - colour).max(axis=2)
    return float((away < 40).mean())


def take(as_bytes, upright: bool = False) -> SheetTake:
    return SheetTake(take="v001_c1", image=as_bytes(banded(upright=upright)))


@pytest.mark.parametrize(
    ("size", "ratio", "box"),
    [
        ((1280, 720), 2.39, (0, 92, 1280, 628)),
        ((1280, 720), 1.0, (280, 0, 1000, 720)),
        ((1280, 720), 16 / 9, (0, 0, 1280, 720)),
        ((1280, 536), 2.39, (0, 0, 1280, 536)),
        ((1281, 720), 16 / 9, (0, 0, 1281, 720)),
        ((720, 1280), 0.8, (0, 190, 720, 1090)),
    ],
)
def test_the_middle_is_kept(size, ratio, box) -> None:
    assert middle_of(*size, ratio) == box


@pytest.mark.parametrize(("aspect", "upright"), [("2.39:1", False), ("1:1", True)])
def test_what_lies_outside_the_frame_lines_is_darkened_and_inside_is_untouched(
    aspect: str, upright: bool
) -> None:
    picture = banded(upright=upright)
    marked = with_frame_lines(picture, aspect)
    assert marked.size == picture.size
    assert share(marked, RED) == 0
    assert share(marked, BLUE) == pytest.approx(share(picture, BLUE), abs=0.01)
    assert (np.asarray(marked).min(axis=2) > 200).any(), "there are lines"
    assert with_frame_lines(picture, "16:9") is picture


def test_a_still_is_marked_as_a_jpeg_and_a_broken_one_is_refused(as_bytes) -> None:
    marked = Image.open(BytesIO(framed_still(as_bytes(banded()), "2.39:1")))
    assert (marked.format, marked.size) == ("JPEG", (640, 360))
    with pytest.raises(UnreadableMedia):
        framed_still(b"no picture", "2.39:1")


def test_the_sheet_shows_all_that_was_drawn_with_frame_lines(as_bytes) -> None:
    shots = [SheetShot(shot="sq010_sh0010", takes=(take(as_bytes),))]
    plain = Image.open(BytesIO(contact_sheet("t", shots, aspect="16:9")))
    marked = Image.open(BytesIO(contact_sheet("t", shots, aspect="16:9", seen="2.39:1")))
    assert marked.size == plain.size
    assert share(plain, RED) > 0.005
    assert share(marked, RED) < 0.0005
    assert share(marked, BLUE) == pytest.approx(share(plain, BLUE), rel=0.05)


@pytest.mark.parametrize(("aspect", "upright"), [("2.39:1", False), ("1:1", True)])
def test_a_board_shows_what_is_delivered_and_nothing_else(as_bytes, aspect, upright) -> None:
    shots = [SheetShot(shot="sq010_sh0010", takes=(take(as_bytes, upright),))]
    pdf = storyboard_pdf("t", shots, aspect=aspect, drawn="16:9")
    start = pdf.index(b"\xff\xd8")
    board = Image.open(BytesIO(pdf[start : pdf.index(b"\xff\xd9", start) + 2]))
    assert share(board, RED) < 0.0005
    assert share(board, BLUE) > 0.03


def still_of_cut(folder, encode, pictures, raster) -> Image.Image:
    """The middle still of a cut of one clip that was drawn at 640×360."""
    path = encode(folder / "c.mp4", iter([pictures] * 24))
    clip = CutClip(path=path, seconds=1, shot="sq010_sh0010", take="v001")
    width, height = raster
    movie, drawn = folder / "cut.mp4", (640, 360)
    write_movie(movie, [clip], add_clip, fps=24, width=width, height=height, drawn=drawn, title="t")
    return Image.open(BytesIO(clip_stills(movie, 1)[0]))


@pytest.mark.parametrize(
    ("raster", "upright"), [((640, 268), False), ((360, 360), True), ((640, 272), False)]
)
def test_a_cut_is_the_middle_of_its_clips_in_the_true_raster(
    tmp_path, encode, raster, upright
) -> None:
    still = still_of_cut(tmp_path, encode, np.asarray(banded(upright=upright)), raster)
    assert still.size == raster
    assert share(still, RED) < 0.02
    assert share(still, BLUE) > 0.85
    label = np.asarray(still.crop((0, 0, raster[0] // 2, raster[1] // 5)), np.int16)
    assert (label.min(axis=2) > 120).any(), "the burn-in stands inside what is delivered"


def test_a_clip_of_another_shape_is_letterboxed_before_it_is_cropped(tmp_path, encode) -> None:
    still = still_of_cut(tmp_path, encode, np.full((360, 360, 3), BLUE, np.uint8), (640, 268))
    assert share(still, (0, 0, 0)) == pytest.approx(280 / 640, abs=0.03)


def test_a_board_in_the_delivered_shape_is_padded_and_comes_back_whole(scene, as_bytes) -> None:
    own = scene(3, 1195, 500)
    data, mime = board(as_bytes(own), "16:9", "", 640, "2.39:1")
    padded = Image.open(BytesIO(data))
    assert mime == "image/jpeg"
    assert padded.width / padded.height == pytest.approx(16 / 9, rel=0.01)
    box = middle_of(*padded.size, 2.39)
    assert (box[2] - box[0], box[3] - box[1]) == pytest.approx(own.size, abs=2)


def test_a_board_in_the_drawn_shape_stays_as_it_came_and_another_asks_how_to_fit(
    scene, as_bytes
) -> None:
    data = as_bytes(scene(3, 1280, 720))
    assert board(data, "16:9", "", 640, "2.39:1") == (data, "image/png")
    with pytest.raises(InvalidInput, match="--fit crop"):
        board(as_bytes(scene(3, 900, 900)), "16:9", "", 640, "2.39:1")

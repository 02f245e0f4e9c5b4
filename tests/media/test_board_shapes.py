"""A person's picture in the shape that is delivered is a board, whatever shape models draw."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from greenlight.errors import InvalidInput
from greenlight.media.board import board
from greenlight.media.framing import middle_of


def test_a_board_in_the_delivered_shape_is_padded_and_comes_back_whole(scene, as_bytes) -> None:
    own = scene(3, 1195, 500)
    data, mime = board(as_bytes(own), "16:9", "", 640, "2.39:1")
    padded = Image.open(BytesIO(data))
    assert mime == "image/jpeg"
    assert padded.width / padded.height == pytest.approx(16 / 9, rel=0.01)
    box = middle_of(*padded.size, 2.39)
    assert (box[2] - box[0], box[3] - box[1]) == pytest.approx(own.size, abs=2)


def test_a_board_in_the_drawn_shape_stays_as_it_came(scene, as_bytes) -> None:
    data = as_bytes(scene(3, 1280, 720))
    assert board(data, "16:9", "", 640, "2.39:1") == (data, "image/png")
    assert board(data, "16:9", "", 640, "16:9") == (data, "image/png")


def test_any_other_shape_still_asks_how_it_should_fit(scene, as_bytes) -> None:
    with pytest.raises(InvalidInput, match="--fit crop"):
        board(as_bytes(scene(3, 900, 900)), "16:9", "", 640, "2.39:1")

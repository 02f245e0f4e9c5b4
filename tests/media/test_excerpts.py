"""Stills out of clips."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from greenlight.errors import InvalidInput
from greenlight.media.errors import UnreadableMedia
from greenlight.media.excerpts import clip_stills
from greenlight.media.stills import read_still


@pytest.fixture(scope="session")
def brightening(tmp_path_factory, encode):
    """25 frames whose grey is ten times their number."""
    path = tmp_path_factory.mktemp("excerpts") / "c.mp4"
    return encode(path, (np.full((90, 160, 3), 10 * i, dtype=np.uint8) for i in range(25)))


def levels(stills):
    return [round(float(np.asarray(Image.open(BytesIO(still))).mean()), -1) for still in stills]


@pytest.mark.parametrize(
    ("n", "wanted"),
    [(1, [120]), (2, [0, 240]), (3, [0, 120, 240]), (5, [0, 60, 120, 180, 240])],
)
def test_stills_are_spread_from_the_first_frame_to_the_last(brightening, n, wanted):
    assert levels(clip_stills(brightening, n)) == wanted


def test_more_stills_than_frames_repeat_some(brightening):
    stills = clip_stills(brightening, 40)
    assert len(stills) == 40
    assert levels(stills)[0] == 0
    assert levels(stills)[-1] == 240


def test_stills_are_jpegs_no_wider_than_asked(good_clip):
    for still in clip_stills(good_clip, 3, width=100):
        info = read_still(still)
        assert (info.format, info.width) == ("JPEG", 100)
    assert read_still(clip_stills(good_clip, 1, width=4000)[0]).width == 320


def test_the_first_still_looks_like_the_frame_it_started_from(good_clip, scene):
    first = np.asarray(Image.open(BytesIO(clip_stills(good_clip, 2)[0])), dtype=int)
    assert np.abs(first - np.asarray(scene(1))).mean() < 4


def test_no_still_and_no_clip_are_refused(tmp_path, brightening):
    with pytest.raises(InvalidInput):
        clip_stills(brightening, 0)
    broken = tmp_path / "c.mp4"
    broken.write_bytes(b"nothing")
    with pytest.raises(UnreadableMedia):
        clip_stills(broken, 2)

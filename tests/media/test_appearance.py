"""A subject's appearance: its own colours, whatever the light; and pictures side by side."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from greenlight.media.appearance import Seen, appearance_of, side_by_side
from greenlight.media.errors import UnreadableMedia
from greenlight.production.consistency import FAR_APART, distance

BOX = (400, 425, 900, 575)


def still(coat: tuple[int, int, int], light: tuple[float, float, float] = (1, 1, 1)) -> bytes:
    """A body in a coat before a grey room, under a light."""
    picture = np.full((180, 320, 3), (120, 118, 114), dtype=np.float64)
    picture[::7] *= 0.8
    picture[72:162, 136:184] = coat
    lit = (np.clip((picture / 255) ** 2.2 * light, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)
    data = BytesIO()
    Image.fromarray(lit).save(data, "PNG")
    return data.getvalue()


RED, GREEN, WARM, COLD = (170, 30, 30), (30, 140, 60), (1.0, 0.85, 0.6), (0.55, 0.75, 1.0)


def test_the_same_coat_in_another_light_is_nearer_than_another_coat_in_the_same() -> None:
    warm, cold = appearance_of(still(RED, WARM), BOX), appearance_of(still(RED, COLD), BOX)
    other = appearance_of(still(GREEN, WARM), BOX)
    assert distance(warm, cold) < FAR_APART < distance(warm, other)


def test_only_what_is_in_the_box_counts() -> None:
    background = (0, 0, 150, 200)
    one, other = (appearance_of(still(coat), background) for coat in (RED, GREEN))
    assert distance(one, other) < 0.15


def test_a_box_of_a_point_or_at_the_edge_has_an_appearance() -> None:
    for box in ((999, 999, 1000, 1000), (0, 0, 1, 1), (0, 0, 1000, 1000)):
        assert len(appearance_of(still(RED), box)) == 49


def test_what_is_no_picture_says_so() -> None:
    with pytest.raises(UnreadableMedia):
        appearance_of(b"no picture", BOX)


def test_both_pictures_stand_side_by_side_and_each_row_is_seen() -> None:
    row = [
        Seen(still=still(RED), title="Mara: sheet", note="sheet/mara/v001_c1"),
        Seen(still=still(GREEN), box=BOX, title="Mara in sq010_sh0020", note="0.61 apart"),
    ]
    one, two = (Image.open(BytesIO(side_by_side([row] * n))) for n in (1, 2))
    assert two.height > 1.9 * one.height
    left = np.asarray(one.crop((12, 12, 400, 372)), np.float64).mean(axis=(0, 1))
    right = np.asarray(one.crop((one.width - 170, 150, one.width - 90, 300)), np.float64)
    assert left[0] > left[1]
    assert right.mean(axis=(0, 1))[1] > right.mean(axis=(0, 1))[0]
    with pytest.raises(ValueError, match="nothing to compare"):
        side_by_side([])

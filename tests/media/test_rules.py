"""Rules for stills: every fault is named by its rule, and a good picture passes them all."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PIL import Image, ImageDraw

from greenlight.errors import InvalidInput
from greenlight.media.rules import check_still


def failed(results):
    return {result.name for result in results if not result.passed}


def check(data, **options):
    return check_still(data, **{"aspect": "16:9", "min_width": 300, **options})


def test_a_good_picture_passes_every_rule_with_a_number_in_each_sentence(scene, as_bytes):
    siblings = [as_bytes(scene(seed)) for seed in (1, 2)]
    results = check(as_bytes(scene(0)), siblings=siblings)
    assert failed(results) == set()
    assert [result.name for result in results] == [
        "decodes",
        "size",
        "aspect",
        "not blank",
        "not noise",
        "not a duplicate",
    ]
    assert all(re.search(r"\d.*\.$", result.detail) for result in results)


def test_a_night_picture_with_one_small_light_is_not_blank(as_bytes):
    night = Image.new("RGB", (320, 180), (6, 7, 10))
    ImageDraw.Draw(night).ellipse((140, 70, 190, 120), fill=(150, 120, 70))
    assert failed(check(as_bytes(night))) == set()


@pytest.mark.parametrize("tone", [0, 255, 128])
def test_an_even_picture_is_blank_even_with_grain_and_a_corner_mark(as_bytes, tone):
    grain = np.random.default_rng(1).normal(0, 1.5, (180, 320, 3))
    even = Image.fromarray(np.clip(tone + grain, 0, 255).astype(np.uint8))
    ImageDraw.Draw(even).text((6, 166), "stand-in", fill=(128, 0, 0))
    assert "not blank" in failed(check(as_bytes(even)))


@pytest.mark.parametrize("layout", ["PNG", "JPEG"])
def test_noise_is_no_picture(as_bytes, layout):
    noise = np.random.default_rng(2).integers(0, 256, (180, 320, 3), dtype=np.uint8)
    assert "not noise" in failed(check(as_bytes(Image.fromarray(noise), layout)))


def test_a_picture_that_is_too_small_or_of_another_shape_fails_that_rule(scene, as_bytes):
    assert failed(check(as_bytes(scene(0, 160, 90)))) == {"size"}
    assert failed(check(as_bytes(scene(0, 400, 300)))) == {"aspect"}
    assert failed(check(as_bytes(scene(0, 430, 180)), aspect="2.39:1")) == set()


@pytest.mark.parametrize(
    ("aspect", "size"),
    [("16:9", (1344, 768)), ("4:5", (896, 1152)), ("21:9", (1536, 672)), ("4:3", (1184, 864))],
)
@pytest.mark.parametrize("seed", [0, 3, 7])
def test_good_scenes_in_the_sizes_that_models_draw_pass(scene, as_bytes, aspect, size, seed):
    assert failed(check(as_bytes(scene(seed, *size)), aspect=aspect)) == set()


def test_the_same_bytes_and_the_same_picture_saved_again_are_duplicates(scene, as_bytes):
    data, other = as_bytes(scene(0)), as_bytes(scene(1))
    for again in (data, as_bytes(scene(0), "JPEG", quality=75)):
        assert failed(check(data, siblings=[other, again])) == {"not a duplicate"}


def test_the_same_place_with_the_figure_elsewhere_is_no_duplicate(scene, as_bytes):
    one, other = scene(0), scene(0)
    ImageDraw.Draw(one).rectangle((40, 90, 60, 140), fill=(200, 60, 50))
    ImageDraw.Draw(other).rectangle((250, 90, 270, 140), fill=(200, 60, 50))
    assert failed(check(as_bytes(one), siblings=[as_bytes(other)])) == set()


def test_an_unreadable_sibling_does_not_fail_its_neighbour(scene, as_bytes):
    assert failed(check(as_bytes(scene(0)), siblings=[b"broken"])) == set()


@pytest.mark.parametrize("kept", [0, 20, 500, 5000, -4])
def test_a_cut_off_picture_fails_to_decode_and_is_measured_no_further(scene, as_bytes, kept):
    (only,) = check(as_bytes(scene(0))[:kept])
    assert only.name == "decodes"
    assert not only.passed


@pytest.mark.parametrize("aspect", ["", "wide", "16:0", "0:9", "-16:9", "nan:1", "1000:1"])
def test_a_ratio_that_is_none_is_refused_by_name(scene, as_bytes, aspect):
    with pytest.raises(InvalidInput, match="aspect ratio"):
        check(as_bytes(scene(0)), aspect=aspect)

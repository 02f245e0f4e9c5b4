from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from greenlight_standin.drawing.frame import Composition, compose, draw_frame
from greenlight_standin.drawing.shot import read_shot
from PIL import Image

from deployments.standin.tests.measures import HEIGHTS, head_height, height_of
from deployments.standin.tests.prompts import SHOTS, SIZES, shot_prompt

SMALL = (640, 360)


def drawn(prompt: str, seed: int = 0) -> Composition:
    return compose(read_shot(prompt, seed=seed), SMALL)


def width_of_face(composition: Composition) -> float:
    mask = np.asarray(composition.subject) > 128
    return float(mask.sum()) / mask.size


def difference(a: Image.Image, b: Image.Image) -> float:
    return float(np.abs(np.asarray(a, float) - np.asarray(b, float)).mean())


def brightness(image: Image.Image) -> float:
    return float(np.asarray(image.convert("L"), float)[:330].mean())


@pytest.mark.parametrize("subject", ["a fox", "a perfume bottle"])
def test_a_thing_grows_with_the_shot_size(subject: str) -> None:
    shares = []
    for size in SIZES:
        prompt = f"Size: {size}\nSubject: {subject}\nAction: stands\nSetting: a field"
        shares.append(width_of_face(drawn(prompt)))
    assert all(b > a * 1.15 for a, b in itertools.pairwise(shares)), shares


@pytest.mark.parametrize("subject", ["a man", "a soldier in a blue coat", "a bald guard"])
@pytest.mark.parametrize("size", SIZES)
def test_a_body_is_as_tall_as_its_shot_size_says(size: str, subject: str) -> None:
    for seed in (1, 7):
        prompt = f"Size: {size}\nSubject: {subject}\nAction: stands\nSetting: a street"
        mask = drawn(prompt, seed).subject.crop((0, 0, SMALL[0], 338))
        body, head = HEIGHTS[size]
        assert body[0] <= height_of(mask) * 338 / SMALL[1] <= body[1]
        if head:
            assert head[0] <= head_height(mask) * 338 / SMALL[1] <= head[1]


def test_the_camera_angle_moves_the_horizon() -> None:
    prompt = "Size: wide\nAngle: {}\nSubject: a man\nSetting: a desert"
    horizon = {
        angle: drawn(prompt.format(angle)).staging.camera.horizon
        for angle in ("low", "eye level", "high", "overhead")
    }
    assert horizon["low"] > horizon["eye level"] + 0.15
    assert horizon["high"] < horizon["eye level"] - 0.2
    assert horizon["overhead"] < 0


def test_several_subjects_are_several() -> None:
    one = drawn("Size: wide\nSubject: a child\nSetting: a field")
    three = drawn("Size: wide\nSubject: three children\nSetting: a field")
    assert (one.cast[0].count, three.cast[0].count) == (1, 3)
    assert width_of_face(three) > 2 * width_of_face(one)
    both = drawn("Size: wide\nSubject: a woman and a dog\nSetting: a street")
    assert [actor.kind for actor in both.cast] == ["person", "quadruped:dog"]


@pytest.mark.parametrize("name", SHOTS)
def test_the_same_request_is_the_same_picture(name: str) -> None:
    request = read_shot(shot_prompt(name), seed=3)
    assert draw_frame(request, SMALL).tobytes() == draw_frame(request, SMALL).tobytes()


def test_candidates_and_seeds_differ_in_staging() -> None:
    pictures = [
        drawn(shot_prompt("fox", "sq010_sh0010", f"Candidate: {n} of 3")) for n in (1, 2, 3)
    ]
    places = {round(picture.staging.lead_x, 2) for picture in pictures}
    sides = {picture.staging.light.x > 0 for picture in pictures}
    assert len(places) == 3
    assert len(places) + len(sides) >= 4
    assert difference(pictures[0].image, pictures[1].image) > 3
    seeds = [drawn(shot_prompt("fox"), seed=n).staging for n in range(6)]
    assert len({(round(s.lead_x, 2), s.light.x > 0) for s in seeds}) >= 3


def test_a_new_version_is_staged_anew() -> None:
    more = ("Note: darker", "Reason for the retake: lighting", "Version: {}", "Candidate: 1 of 3")
    first, second = (
        read_shot(shot_prompt("fox", "sq010_sh0010", *(line.format(n) for line in more)))
        for n in (1, 2)
    )
    assert first.note == second.note == "darker"
    assert first.variant != second.variant


def test_a_retake_s_note_is_seen_in_the_picture() -> None:
    def noted(note: str) -> Composition:
        return drawn(f"Size: wide\nSubject: two women\nSetting: a street\nTime: day\nNote: {note}")

    plain = noted("")
    assert width_of_face(noted("closer")) > 1.3 * width_of_face(plain)
    assert width_of_face(noted("wider please")) < 0.6 * width_of_face(plain)
    assert brightness(noted("darker").image) < 0.8 * brightness(plain.image)
    assert noted("only one figure").cast[0].count == 1
    assert noted("from the left").staging.lead_x < SMALL[0] / SMALL[1] / 2
    assert difference(noted("rain").image, plain.image) > 3
    red, blue = (
        np.asarray(noted(word).image, float)[:330].mean(axis=(0, 1)) for word in ("red", "blue")
    )
    assert red[0] - red[2] > blue[0] - blue[2] + 20
    assert noted("lower angle").staging.camera.horizon > plain.staging.camera.horizon


def test_time_and_palette_set_the_light() -> None:
    prompt = "Size: wide\nSubject: a man\nSetting: a street\nTime: {}\nPalette: {}"
    day, night = drawn(prompt.format("noon", "")), drawn(prompt.format("midnight", ""))
    assert brightness(night.image) < 0.6 * brightness(day.image)
    teal = np.asarray(drawn(prompt.format("noon", "teal")).image, float)[:330].mean(axis=(0, 1))
    red = np.asarray(drawn(prompt.format("noon", "crimson")).image, float)[:330].mean(axis=(0, 1))
    assert red[0] - red[2] > teal[0] - teal[2] + 25


PLACES = {
    "a long corridor": "corridor",
    "a busy street": "street",
    "a pine forest": "forest",
    "a kitchen": "interior",
    "the open sea": "sea",
    "a desert": "desert",
    "a coral reef": "underwater",
    "deep space": "space",
    "a packed stadium": "stadium",
    "nowhere in particular": "studio",
    "the harbour": "harbour",
    "an old quay": "harbour",
    "a rooftop": "rooftop",
    "the overpass": "bridge",
    "a crowded market": "market",
    "a supermarket": "interior",
    "an old church": "church",
    "a hospital ward": "interior",
    "the space station": "cockpit",
}


@pytest.mark.parametrize("setting", PLACES)
def test_a_setting_is_built_from_its_word(setting: str) -> None:
    composition = drawn(f"Size: wide\nSubject: a man\nSetting: {setting}")
    assert composition.place == PLACES[setting]
    assert np.asarray(composition.image.convert("L"), float)[:330].std() > 12


def test_a_shot_of_a_place_has_nobody_in_it() -> None:
    composition = drawn("Size: wide\nSubject: an endless yellow hallway\nAction: comes into view")
    assert composition.cast == []
    assert composition.subject.getextrema() == (0, 0)


def test_free_text_is_drawn_too() -> None:
    composition = drawn("A close-up of an old fisherman on a beach at sunset")
    assert composition.cast[0].kind == "person"
    assert composition.place == "sea"
    assert height_of(composition.subject) > 0.8


def test_the_caption_names_the_shot_and_survives_any_text() -> None:
    request = read_shot("Shot: <b>sq010\nSubject: " + "ein Mädchen Ω ☃ \u0007 " * 40)
    with_strip = draw_frame(request, SMALL)
    without = draw_frame(replace(request, caption=False), SMALL)
    away = np.abs(np.asarray(with_strip, float) - np.asarray(without, float)).sum(axis=(1, 2))
    changed = np.flatnonzero(away)
    assert changed.min() >= SMALL[1] * 0.92


@pytest.mark.parametrize("size", [(720, 1280), (1024, 1024), (1536, 656)])
def test_every_format_is_filled(size: tuple[int, int]) -> None:
    picture = draw_frame(read_shot(shot_prompt("children")), size)
    assert picture.size == size
    columns = np.asarray(picture.convert("L"), float).std(axis=0)
    assert (columns > 1).mean() > 0.95

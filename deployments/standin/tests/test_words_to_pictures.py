"""What a previs supervisor would notice first: who, where, when and in which colours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from greenlight_standin.drawing.encode import png_bytes
from greenlight_standin.drawing.frame import Composition, compose, draw_frame
from greenlight_standin.drawing.shot import read_shot
from greenlight_standin.labels import BRIEF_LABELS, read_labels
from greenlight_standin.schema import normalise
from greenlight_standin.writing.breakdown import write_breakdown

from deployments.standin.tests.prompts import SHOT_LIST_SCHEMA

SMALL = (320, 180)


def shots_of(vision: str, shots: int, title: str = "") -> list[dict[str, Any]]:
    prompt = f"Title: {title}\nVision: {vision}\nShots wanted: {shots}"
    answer = write_breakdown(read_labels(prompt, BRIEF_LABELS), normalise(SHOT_LIST_SCHEMA), 0)
    found: list[dict[str, Any]] = answer["shots"]
    return found


def drawn(prompt: str) -> Composition:
    return compose(read_shot(prompt), SMALL)


def test_a_colour_of_a_thing_does_not_colour_the_scene() -> None:
    for thing in ("a red motorbike", "a red lantern", "a red door", "a child in a red raincoat"):
        (shot,) = shots_of(f"{thing} waits in a street.", 1)
        (grey,) = shots_of(f"{thing.replace('red', 'grey')} waits in a street.", 1)
        assert shot["palette"] == grey["palette"]
    (walls,) = shots_of("A man waits between red walls.", 1)
    assert "#c0302c" in walls["palette"]


def test_clothes_and_things_wear_the_colour_they_are_given() -> None:
    coat = drawn("Size: wide\nSubject: a child in a yellow raincoat\nSetting: a street").cast[0]
    assert coat.kind == "person"
    assert coat.tint is not None
    assert min(coat.tint[:2]) > coat.tint[2] + 80
    prompt = "Size: wide\nSubject: a man\nAction: waits\nSetting: a street\nReferences: "
    described = drawn(prompt + "the man (character: tall, in a blue coat)").cast[0]
    assert described.tint is not None
    assert described.tint[2] > described.tint[0]


@pytest.mark.parametrize(
    ("subject", "action", "count"),
    [
        ("two dockworkers", "argue", 2),
        ("the older one", "says: “Not today”", 1),
        ("one of the pupils", "throws a ball", 1),
        ("a botanist", "tends a tree", 1),
        ("a pickpocket", "waits", 1),
        ("the qwrtz", "whispers", 1),
        ("Okafor", "waits", 1),
    ],
)
def test_whoever_acts_like_a_person_is_drawn_as_one(subject: str, action: str, count: int) -> None:
    lead = drawn(f"Size: medium\nSubject: {subject}\nAction: {action}\nSetting: a street").cast[0]
    assert (lead.kind, lead.count) == ("person", count)


@pytest.mark.parametrize("subject", ["a computer", "a ladder", "the radiator"])
def test_things_that_end_like_trades_stay_things(subject: str) -> None:
    cast = drawn(f"Size: medium\nSubject: {subject}\nAction: stands there\nSetting: a street").cast
    assert cast[0].kind != "person"


def test_a_rider_is_a_person_on_what_carries_him() -> None:
    prompt = "Size: {}\nSubject: a courier on a red motorbike\nAction: races\nSetting: a city"
    wide, close = drawn(prompt.format("wide")), drawn(prompt.format("close-up"))
    for picture in (wide, close):
        assert [actor.kind for actor in picture.cast] == ["person"]
        assert picture.cast[0].mount is not None
        assert picture.cast[0].mount.kind == "motorbike"
    reds = np.asarray(wide.image, float)
    assert ((reds[..., 0] > 110) & (reds[..., 1] < reds[..., 0] * 0.5)).sum() > 60


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("a police drone", "drone"),
        ("a tugboat", "steamer"),
        ("flour", "burst"),
        ("smoke", "cloud"),
        ("the fire", "fire"),
        ("water", "splash"),
        ("sunlight", "beam"),
    ],
)
def test_vessels_drones_and_shapeless_things_have_their_own_form(subject: str, kind: str) -> None:
    picture = drawn(f"Size: medium\nSubject: {subject}\nAction: appears\nSetting: a street")
    assert picture.cast[0].kind == kind
    assert (np.asarray(picture.subject) > 128).mean() > 0.01


def test_somebody_the_lead_deals_with_is_in_the_picture() -> None:
    prompt = "Size: {}\nSubject: an old baker\nAction: teaches a small robot\nSetting: a bakery"
    lead, other = drawn(prompt.format("wide")).cast
    assert (lead.name, other.name) == ("baker", "robot")
    assert other.metres < lead.metres
    assert len(drawn(prompt.format("close-up")).cast) == 1


def test_a_prop_does_not_cover_a_close_face() -> None:
    prompt = "Size: close-up\nSubject: a man\nAction: {}\nSetting: a studio"
    with_prop, without = (
        np.asarray(compose(read_shot(prompt.format(action)).staged(1), SMALL).image, float)
        for action in ("holds a photograph", "holds still")
    )
    changed = np.abs(with_prop - without).max(axis=2) > 40
    middle = slice(110, 210)
    assert changed.any()
    assert changed[40:95, middle].mean() < 0.05


def test_what_somebody_wears_or_does_is_no_second_thing() -> None:
    prompt = "Size: wide\nSubject: {}\nAction: {}\nSetting: a church"
    for subject, action in (("a woman in a black dress", "stands"), ("a cat", "watches")):
        assert len(drawn(prompt.format(subject, action)).cast) == 1
    assert drawn(prompt.format("a robot gardener", "waits")).cast[0].count == 1


def test_whose_part_it_is_brings_nothing_else_into_the_picture() -> None:
    close = drawn("Size: close-up\nSubject: the old lighthouse keeper’s face\nSetting: a room")
    assert [actor.kind for actor in close.cast] == ["face"]


def test_the_hour_changes_in_the_shot_that_names_it_alone() -> None:
    first, second = shots_of(
        "An old baker kneads dough in a sunlit bakery. At night a robot works by moonlight.", 2
    )
    assert (first["time_of_day"], second["time_of_day"]) == ("day", "night")
    assert "moon" not in first["lighting"]
    assert first["palette"] != second["palette"]


def test_no_rain_falls_under_a_roof() -> None:
    street, tunnel = shots_of("A girl runs through the rainy city. She hides in a tunnel.", 2)
    assert "rain" in street["lighting"]
    assert "rain" not in tunnel["lighting"]
    prompt = "Size: wide\nSubject: a man\nSetting: {}\nLighting: {}"
    for setting, falls in (("a street", True), ("a tunnel", False)):
        dry = np.asarray(drawn(prompt.format(setting, "soft")).image, float)
        wet = np.asarray(drawn(prompt.format(setting, "soft, rain")).image, float)
        assert bool(np.abs(wet - dry)[:165].max() > 30) is falls


def test_no_two_candidates_or_versions_are_one_file() -> None:
    prompt = "Size: wide\nShot: sq010_sh0010\nSubject: a man\nSetting: a street\nVersion: {}\n"
    prompt += "Candidate: {} of 14"
    pairs = [(version, candidate) for version in (1, 2, 3) for candidate in range(1, 6)]
    pairs += [(1, candidate) for candidate in range(6, 15)]
    requests = [read_shot(prompt.format(*pair)) for pair in pairs]
    files = {png_bytes(draw_frame(request, (160, 90))) for request in requests}
    files.add(png_bytes(draw_frame(read_shot(prompt.format(1, 1), seed=9), (160, 90))))
    assert len(files) == len(pairs) + 1
    assert len({request.variant for request in requests}) > 6


def test_nobody_speaks_in_a_clip_without_dialogue() -> None:
    prompt = "Size: medium\nSubject: a man\nAction: waits\nSetting: a street\nDialogue: {}"
    assert read_shot(prompt.format("no dialogue")).dialogue == ""
    assert read_shot(prompt.format("MARA: No.")).dialogue == "MARA: No."

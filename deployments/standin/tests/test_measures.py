"""What the pictures promise, measured in their pixels: movement, mood, who is who, references."""

from __future__ import annotations

import functools
import itertools

import numpy as np
import numpy.typing as npt
import pytest
from greenlight_standin.drawing.clip import draw_clip
from greenlight_standin.drawing.encode import png_bytes
from greenlight_standin.drawing.frame import compose, draw_frame
from greenlight_standin.drawing.shot import VARIANTS, read_shot
from PIL import Image

from deployments.standin.tests.measures import Box, Grey, apart, colours_in, greys, shift

pytestmark = pytest.mark.slow

SIZE = (480, 270)
# The rows above the caption.
ROWS = 248
SHOT = """Size: medium wide
Subject: a man in a red coat
Action: waits
Setting: {}
Time: day
Movement: {}"""
SIDES: tuple[Box, Box] = ((20, 30, 180, 190), (300, 30, 460, 190))


@functools.cache
def film(movement: str, setting: str = "the harbour", seconds: float = 1) -> tuple[Grey, ...]:
    request = read_shot(SHOT.format(setting, movement)).staged(1)
    still = png_bytes(draw_frame(request, SIZE))
    data = draw_clip(request, SIZE, seconds, first_frame=still)
    return greys(data)


def flow(movement: str, box: Box, setting: str = "the harbour") -> tuple[float, float]:
    """The way of a box over the whole clip, summed over short steps, in frame heights."""
    frames = film(movement, setting)
    picked = [*range(0, len(frames) - 1, 3), len(frames) - 1]
    steps = [shift(frames[i], frames[j], box) for i, j in itertools.pairwise(picked)]
    x, y = np.sum(steps, axis=0) / SIZE[1]
    return float(x), float(y)


def across(movement: str) -> tuple[float, float]:
    left, right = (flow(movement, box) for box in SIDES)
    return (left[0] + right[0]) / 2, (left[1] + right[1]) / 2


@pytest.mark.parametrize(
    ("movement", "axis", "sign"),
    [
        ("pan left", 0, 1),
        ("pan right", 0, -1),
        ("tilt up", 1, 1),
        ("tilt down", 1, -1),
        ("truck left", 0, 1),
        ("truck right", 0, -1),
        ("crane up", 1, -1),
        ("crane down", 1, 1),
    ],
)
def test_the_picture_moves_against_the_camera(movement: str, axis: int, sign: int) -> None:
    # A crane that rises turns down as it does, so what is far goes up while the near goes down.
    if "crane" in movement:
        box = (190, 60, 290, 240)
        assert flow(movement, box)[1] * -sign > 0.05
        return
    way = across(movement)
    assert 0.06 < way[axis] * sign < 0.4
    assert abs(way[1 - axis]) < 0.06


def test_a_truck_has_parallax_and_a_pan_has_none() -> None:
    far, near = (310, 20, 470, 84), (170, 60, 310, 240)
    truck = flow("truck right", near, "a desert")[0], flow("truck right", far, "a desert")[0]
    assert abs(truck[0]) > abs(truck[1]) + 0.08
    pan = flow("pan right", SIDES[0])[0], flow("pan right", SIDES[1])[0]
    assert abs(pan[0] - pan[1]) < 0.06


@pytest.mark.parametrize(
    ("movement", "sign"), [("dolly in", 1), ("zoom in", 1), ("dolly out", -1), ("zoom out", -1)]
)
def test_the_picture_grows_towards_its_edges(movement: str, sign: int) -> None:
    left, right = (flow(movement, box)[0] for box in SIDES)
    assert (right - left) * sign > 0.06


def test_an_orbit_keeps_its_subject_and_turns_the_place() -> None:
    lead = flow("orbit", (180, 40, 300, 200), "a desert")
    behind = flow("orbit", (20, 4, 180, 130), "a mountain pass")
    assert abs(lead[0]) < 0.1
    assert abs(behind[0]) > 0.1


def test_a_handheld_camera_shakes_and_a_static_one_does_not() -> None:
    def wander(movement: str) -> list[float]:
        frames = film(movement, seconds=3)
        return [shift(frames[0], frame, SIDES[1])[0] for frame in frames[::4]]

    steps = np.diff(wander("handheld"))
    assert steps.max() > 0 > steps.min()
    assert np.ptp(wander("handheld")) > 1
    assert np.ptp(wander("static")) <= 1


@pytest.mark.parametrize(
    ("action", "setting", "box"),
    [
        ("walks", "a street", (160, 120, 320, 240)),
        ("waits", "the sea", (0, 170, 480, 240)),
        ("waits", "a street in the snow", (0, 0, 480, 120)),
    ],
)
def test_something_lives_in_a_static_shot(action: str, setting: str, box: Box) -> None:
    request = read_shot(f"Size: medium wide\nSubject: a man\nAction: {action}\nSetting: {setting}")
    data = draw_clip(request, SIZE, 2, first_frame=png_bytes(draw_frame(request, SIZE)))
    frames = greys(data)
    x0, y0, x1, y1 = box
    areas = [frame[y0:y1, x0:x1] for frame in frames[12:]]
    assert np.mean([np.abs(a - b).mean() for a, b in itertools.pairwise(areas)]) > 0.5
    # It goes on: the end is not the middle.
    assert np.abs(areas[-1] - areas[len(areas) // 2]).mean() > 1


def colour_of(image: Image.Image, mask: Image.Image | None = None) -> npt.NDArray[np.float64]:
    pixels = np.asarray(image, float)[: round(image.size[1] * 0.93)]
    if mask is None:
        return pixels.reshape(-1, 3).mean(axis=0)
    where = np.asarray(mask)[: pixels.shape[0]] > 128
    return np.asarray(pixels[where].mean(axis=0))


MOODS = ("dread", "joyful", "melancholy", "romantic", "epic", "mysterious", "furious", "calm")


def test_moods_are_further_apart_than_the_stagings_of_one() -> None:
    prompt = "Size: wide\nSubject: a man\nSetting: a street\nTime: day\nMood: {}"
    seen = {
        mood: [
            colour_of(compose(read_shot(prompt.format(mood)).staged(v), (160, 90)).image)
            for v in (0, 4, 8)
        ]
        for mood in MOODS
    }
    between, within = apart(seen)
    assert np.median(between) > 2 * np.median(within)
    assert min(between) > 6


PEOPLE = ("a woman in a yellow raincoat", "a fisherman", "a man in a blue suit", "a nun", "a boxer")
SHOTS = (("medium", "a street"), ("medium close-up", "a kitchen"), ("medium wide", "a field"))


def test_the_same_person_is_nearer_to_himself_than_to_others() -> None:
    def look(person: str, size: str, setting: str) -> npt.NDArray[np.float64]:
        prompt = f"Size: {size}\nSubject: {person}\nAction: waits\nSetting: {setting}\nTime: day"
        picture = compose(read_shot(prompt), (320, 180))
        return colours_in(picture.image, picture.subject)

    seen = {person: [look(person, *shot) for shot in SHOTS] for person in PEOPLE}

    def away(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> float:
        return float(np.abs(a - b).sum())

    nearer = []
    for person in PEOPLE:
        for i, j in itertools.permutations(range(len(SHOTS)), 2):
            others = [away(seen[person][i], seen[o][j]) for o in PEOPLE if o != person]
            nearer.append(away(seen[person][i], seen[person][j]) < min(others))
    assert np.mean(nearer) >= 0.8


def flat(colour: tuple[int, int, int], middle: tuple[int, int, int] | None = None) -> bytes:
    picture = Image.new("RGB", (300, 300), colour)
    if middle:
        picture.paste(middle, (100, 60, 200, 280))
    return png_bytes(picture)


def test_a_sheet_dresses_its_subject_and_a_style_colours_the_scene() -> None:
    prompt = "Size: medium\nSubject: the janitor\nSetting: a corridor\nTime: day\nReferences: "

    def drawn(references: str, *images: bytes) -> tuple[npt.NDArray[np.float64], ...]:
        picture = compose(read_shot(prompt + references, images=images), (320, 180))
        return colour_of(picture.image, picture.subject), colour_of(picture.image)

    grey = (200, 200, 200)
    green, red = (
        drawn("the janitor (character: tall)", flat(grey, colour))
        for colour in ((20, 160, 60), (190, 30, 30))
    )
    assert green[0][1] > green[0][0]
    assert red[0][0] > red[0][1] + 30
    assert np.abs(green[1] - red[1]).max() < np.abs(green[0] - red[0]).max() / 2
    warm, cold = (drawn("look (style)", flat(c)) for c in ((220, 140, 60), (40, 90, 170)))
    assert (warm[1] - cold[1])[0] > 12
    assert (cold[1] - warm[1])[2] > 12


def test_candidates_differ_in_side_turn_and_height_of_the_camera() -> None:
    request = read_shot("Size: medium\nSubject: a nurse\nAction: listens\nSetting: a ward")
    stagings = [compose(request.staged(v), (160, 90)).staging for v in range(VARIANTS)]
    assert len({round(s.lead_x, 1) for s in stagings}) >= 3
    assert len({s.light.x > 0 for s in stagings}) == 2
    assert len({round(s.camera.tilt, 2) for s in stagings}) >= 3
    assert np.ptp([s.camera.height for s in stagings]) > 0.3
    assert max(s.turn for s in stagings) > min(s.turn for s in stagings) + 15


def test_a_longer_lens_stands_farther_off_and_brings_the_place_nearer() -> None:
    prompt = "Size: medium\nSubject: a man\nSetting: a street\nLens: {} mm"
    wide, long = (compose(read_shot(prompt.format(mm)), (160, 90)).staging for mm in (18, 85))
    assert long.distance > 4 * wide.distance
    for metres_behind in (5.0, 20.0):
        sizes = [s.camera.size(1.7, s.distance + metres_behind) / s.height for s in (wide, long)]
        assert sizes[1] > 2 * sizes[0]

"""A screenplay's scenes become shots as a director covers them."""

from __future__ import annotations

from typing import Any

import pytest
from greenlight_standin.drawing.place_words import named_place
from greenlight_standin.labels import BRIEF_LABELS, read_labels
from greenlight_standin.schema import normalise
from greenlight_standin.writing.breakdown import write_breakdown
from greenlight_standin.writing.screenplay import read_scenes
from hypothesis import given, settings
from hypothesis import strategies as st

from deployments.standin.tests.prompts import SHOT_LIST_SCHEMA

SCENES = """Title: The Night Desk
Vision: A woman asks for a room.
Scenes: 2, from a screenplay
Sequence 1: INT. HOTEL LOBBY - NIGHT
* MARA (30s, red coat) pushes through the revolving door. She crosses to the desk.
* Behind it JONAS, 60s, night porter, does not look up from his crossword.
- Mara (quietly): Room nine.
- Jonas: Room nine has been taken since nineteen seventy-four, and nobody who asked came back down.
- Mara: Then it's free.
- Voice (unseen): It never is.
* He slides a brass key across the counter.
Sequence 2: EXT. STREET - LATER (dawn)
* Jonas smokes under the awning.
References:
- Mara (character): red coat
- Jonas (character): night porter"""


def shots_of(prompt: str, seed: int = 7) -> list[dict[str, Any]]:
    lines = read_labels(prompt, BRIEF_LABELS)
    shots: list[dict[str, Any]] = write_breakdown(lines, normalise(SHOT_LIST_SCHEMA), seed)["shots"]
    return shots


def test_each_scene_is_a_sequence_in_its_place_at_its_time() -> None:
    shots = shots_of(SCENES)
    assert [s["sequence"] for s in shots] == [1] * 8 + [2]
    assert {(s["sequence"], s["setting"], s["time_of_day"]) for s in shots} == {
        (1, "hotel lobby", "night"),
        (2, "street", "dawn"),
    }


def test_whoever_speaks_is_in_the_shot_and_says_it_word_for_word() -> None:
    said = [(s["subject"], s["dialogue"]) for s in shots_of(SCENES) if s["dialogue"]]
    assert said[0] == ("Mara", "Room nine.")
    assert " ".join(line for who, line in said if who == "Jonas") == (
        "Room nine has been taken since nineteen seventy-four, and nobody who asked came back down."
    )
    assert ("Mara", "Then it's free.") in said


def test_a_voice_that_is_only_heard_is_over_somebody_else() -> None:
    (over,) = [s for s in shots_of(SCENES) if s["dialogue"] == "It never is."]
    assert over["subject"] != "Voice"


def test_a_long_speech_is_broken_where_one_draws_breath() -> None:
    speech = "I was here before, and I know the wallpaper. " * 4
    text = f"Title: T\nScenes: 1\nSequence 1: INT. A - DAY\n- Mara: {speech}"
    said = [s["dialogue"] for s in shots_of(text) if s["dialogue"]]
    assert " ".join(said) == speech.strip()
    assert all(len(piece.split()) <= 17 and piece[-1] in ".," for piece in said)


def test_an_exchange_is_covered_over_the_shoulder_and_close_by_turns() -> None:
    talk = [s for s in shots_of(SCENES) if s["dialogue"] and "never" not in s["dialogue"]]
    over, close = ("medium close-up", "over the shoulder"), ("close-up", "eye level")
    assert [(s["size"], s["angle"]) for s in talk] == [over, close, over]
    assert all(len(s["dialogue"].split()) <= 17 for s in talk)
    assert all(s["seconds"] <= 8 for s in talk)


def test_a_scene_opens_wide_and_actions_have_their_subjects() -> None:
    shots = shots_of(SCENES)
    assert shots[0]["size"] == "wide"
    told = [(s["subject"], s["action"]) for s in shots if not s["dialogue"]]
    assert told[:3] == [
        ("Mara", "pushes through the revolving door"),
        ("Mara", "crosses to the desk"),
        ("Jonas", "does not look up from his crossword"),
    ]


def test_shots_name_the_references_that_they_show() -> None:
    shots = shots_of(SCENES)
    assert shots[0]["references"] == ["Mara"]
    assert shots[-1]["references"] == ["Jonas"]


@pytest.mark.parametrize("wanted", [2, 5, 12])
def test_as_many_shots_as_are_wanted_are_shared_among_the_scenes(wanted: int) -> None:
    shots = shots_of(f"{SCENES}\nShots wanted: {wanted}")
    assert len(shots) == wanted
    assert {s["sequence"] for s in shots} == {1, 2}


def test_seconds_wanted_are_kept_and_notes_heard() -> None:
    assert sum(s["seconds"] for s in shots_of(f"{SCENES}\nSeconds wanted: 40")) == 40
    noted = shots_of(f"{SCENES}\nNote from the director: a moth circles the lamp")
    assert any("moth" in s["subject"] for s in noted)


def test_twenty_full_scenes_are_sixty_shots_at_most() -> None:
    scene = "* Mara opens a door. She looks in.\n- Mara: Hello?\n- Jonas: Yes.\n" * 8
    text = "".join(f"Sequence {n}: INT. ROOM {n} - DAY\n{scene}" for n in range(1, 21))
    shots = shots_of(f"Title: T\nVision: V\nScenes: 20\n{text}")
    assert len(shots) == 60
    assert sorted({s["sequence"] for s in shots}) == [*range(1, 21)]


@settings(max_examples=30, deadline=None, database=None, derandomize=True)
@given(
    st.lists(st.tuples(st.sampled_from(["* ", "- Mara: ", "- A (b): ", ""]), st.text(max_size=40)))
)
def test_any_scene_gives_a_valid_answer(rows: list[tuple[str, str]]) -> None:
    body = "\n".join(mark + " ".join(text.split()) for mark, text in rows)
    shots = shots_of(f"Title: T\nVision: V\nScenes: 1\nSequence 1: INT. A - DAY\n{body}")
    assert all(s["sequence"] == 1 for s in shots)


@pytest.mark.parametrize(
    ("heading", "setting", "place"),
    [
        ("INT. LIGHTHOUSE - NIGHT", "lighthouse", "interior"),
        ("EXT. LIGHTHOUSE - DAY", "outside the lighthouse", "field"),
        ("EXT. THE HOUSE ON THE HILL - DAWN", "outside the house on the hill", "mountain"),
        ("INT. BARN - DAY", "inside the barn", "interior"),
        ("INT. CAR - DUSK", "inside the car", "vehicle"),
        ("INT/EXT. FERRY - NIGHT", "ferry", ""),
    ],
)
def test_a_scene_is_seen_from_the_side_of_its_walls_that_its_heading_names(
    heading: str, setting: str, place: str
) -> None:
    (scene,) = read_scenes(f"Sequence 10: {heading}\n* A man waits.")
    assert scene.place == setting
    assert named_place(scene.place) == place

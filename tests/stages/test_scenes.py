"""A breakdown against its screenplay: nobody says what was not written, and no scene is missing."""

from __future__ import annotations

from typing import Any

import pytest

from greenlight.production.scenes import Excerpt, Scene, SceneAction, SceneSpeech
from greenlight.stages.breakdown import check_scenes, number_shots


def speech(who: str, text: str) -> SceneSpeech:
    return SceneSpeech(character=who, text=text)


EXCERPT = Excerpt(
    of=9,
    scenes=(
        Scene(
            number="3",
            heading="INT. LOBBY - NIGHT",
            parts=(
                SceneAction(text="Rain."),
                speech("Mara", "You’re late. I waited — two hours!"),
                speech("Jonas", "I know."),
            ),
        ),
        Scene(number="5", heading="EXT. STREET - DAY", parts=(speech("Mara", "Taxi!"),)),
    ),
)


def rows(*said: tuple[int, str]) -> list[dict[str, Any]]:
    return [{"sequence": n, "dialogue": text, "subject": "x", "action": "y"} for n, text in said]


@pytest.mark.parametrize(
    "dialogue",
    [
        "",
        "You're late.",
        "“YOU'RE LATE, I waited...”",
        "I waited two hours",
        "Mara: two hours! Jonas (quietly): I know.",
        "two hours! I know.",
    ],
)
def test_a_shot_says_what_its_scene_says_in_any_punctuation(dialogue: str) -> None:
    check_scenes(rows((1, dialogue), (2, "")), EXCERPT)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (rows((1, "You are late."), (2, "")), "shot 1: 'You are late.' is not said in scene 1"),
        (rows((1, "Taxi!"), (2, "")), "not said in scene 1"),
        (rows((1, "late two"), (2, "")), "not said in scene 1"),
        (rows((1, ""), (3, "")), "there is no scene 3"),
        (rows((0, ""), (1, "")), "there is no scene 0"),
        (rows((2, ""), (1, "")), "not in the order"),
        (rows((1, ""), (1, "")), r"scene 2 \(EXT. STREET - DAY\) has no shot"),
    ],
)
def test_what_is_wrong_is_said_so_that_a_model_can_act_on_it(
    given: list[dict[str, Any]], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        check_scenes(given, EXCERPT)


def test_what_a_director_asks_for_may_be_said_too() -> None:
    check_scenes(rows((1, "Go home."), (2, "")), EXCERPT, ['let her say "go home" instead'])


def test_sequences_are_the_scenes_even_where_one_has_no_shot() -> None:
    shots = number_shots(rows((2, "")), set(), given=True)
    assert [s.id for s in shots] == ["sq020_sh0010"]

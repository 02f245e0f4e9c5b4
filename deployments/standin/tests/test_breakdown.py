from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from greenlight_standin.labels import BRIEF_LABELS, read_labels
from greenlight_standin.schema import normalise, problems
from greenlight_standin.writing.breakdown import write_breakdown
from hypothesis import given, settings
from hypothesis import strategies as st

from deployments.standin.tests.prompts import HALLWAY, SHOT_LIST_SCHEMA, SIZES

SCHEMA = normalise(SHOT_LIST_SCHEMA)


def shots_of(prompt: str, seed: int = 0) -> list[dict[str, Any]]:
    answer = write_breakdown(read_labels(prompt, BRIEF_LABELS), SCHEMA, seed)
    assert problems(answer, SCHEMA) == []
    shots: list[dict[str, Any]] = answer["shots"]
    return shots


def said(shots: list[dict[str, Any]]) -> str:
    return " ".join(f"{s['subject']} {s['action']} {s['setting']}" for s in shots).lower()


# brief, words its shots must use (subjects, actions, places of that very brief)
BRIEFS = {
    "horror": (
        HALLWAY.split("Vision:")[1].split("Shots wanted")[0],
        "woman red coat walks door opens runs hallway",
    ),
    "perfume": (
        "Dawn light falls across a marble bathroom. A woman lifts a crystal bottle and sprays her "
        "wrist. Silk curtains billow. She walks barefoot onto the balcony.",
        "woman lifts bottle sprays curtains billow balcony bathroom",
    ),
    "cinematic": (
        "The freighter Calypso drifts above a dead planet. On the bridge, Commander Okafor wakes. "
        "Frost covers the consoles. She crawls to the airlock and peers through the glass.",
        "freighter calypso drifts okafor crawls airlock frost covers bridge",
    ),
    "football": (
        "Floodlights over a packed stadium. The striker places the ball on the penalty spot. The "
        "goalkeeper bounces on the line. The striker shoots. The keeper dives.",
        "striker places goalkeeper bounces shoots dives stadium",
    ),
    "nature": (
        "In a tide pool, an octopus wakes. It unfurls one arm and tastes the rock. A crab scuttles "
        "past. The octopus pounces.",
        "octopus wakes unfurls tastes crab scuttles pounces tide pool",
    ),
    "chase": (
        "Rain hammers the highway. A black Mustang tears through traffic. The driver, a young "
        "woman "
        "with a bleeding lip, swerves between trucks. A truck jackknifes across the road!",
        "mustang tears driver swerves truck jackknifes highway",
    ),
    "cartoon": (
        "Finn the little fox bounces through the sunny meadow 🦊. He trips over a root and rolls "
        "down "
        "the hill into a pond. A grumpy frog pops up.",
        "finn fox bounces trips rolls frog pops meadow pond",
    ),
    "western": (
        "A dusty frontier town at noon. The sheriff steps out of the saloon. Across the street "
        "stands "
        "a stranger in a black hat. A tumbleweed rolls between them. The sheriff draws first.",
        "town sheriff steps stranger stands tumbleweed rolls draws street",
    ),
}


@pytest.mark.parametrize("name", BRIEFS)
def test_a_brief_becomes_shots_in_its_own_words(name: str) -> None:
    vision, words = BRIEFS[name]
    text = said(shots_of(f"Title: {name}\nVision: {vision}\nShots wanted: 8"))
    missing = [word for word in words.split() if word not in text]
    assert not missing, text


def test_no_brief_speaks_with_another_s_words() -> None:
    texts = {name: said(shots_of(f"Vision: {vision}")) for name, (vision, _) in BRIEFS.items()}
    for name, (_, words) in BRIEFS.items():
        for other, text in texts.items():
            shared = [w for w in words.split() if re.search(rf"\b{w}\b", text)]
            assert other == name or len(shared) <= 2, (name, other, shared)


def test_a_new_place_is_a_new_sequence() -> None:
    shots = shots_of(
        "Vision: In a forest, a hunter kneels. A deer lifts its head. In the city, a girl waits "
        "at a "
        "window. She turns.\nShots wanted: 4"
    )
    assert [shot["sequence"] for shot in shots] == [1, 1, 2, 2]


def test_seconds_add_up_to_what_is_wanted() -> None:
    assert sum(shot["seconds"] for shot in shots_of(HALLWAY)) == 24
    assert all(2 <= shot["seconds"] <= 8 for shot in shots_of(HALLWAY))


def test_more_shots_than_beats_means_more_set_ups() -> None:
    shots = shots_of("Vision: A baker kneads dough in a bakery.\nShots wanted: 7")
    assert len(shots) == 7
    assert len({(shot["size"], shot["angle"], shot["action"]) for shot in shots}) == 7
    assert sum("knead" in shot["action"] for shot in shots) >= 5


def test_neighbours_differ_in_size_or_angle() -> None:
    for vision, _ in BRIEFS.values():
        shots = shots_of(f"Vision: {vision}\nShots wanted: 10")
        for left, right in itertools.pairwise(shots):
            assert (left["size"], left["angle"]) != (right["size"], right["angle"])


def test_a_director_s_note_changes_the_plan() -> None:
    plain = shots_of(HALLWAY)
    noted = shots_of(f"{HALLWAY}\nNote from the director: fewer wides, start on her hands")
    assert noted[0]["subject"] == "the lone woman's hands"
    assert noted[0]["size"] == "close-up"
    wides = [sum(s["size"] in SIZES[:2] for s in shots) for shots in (plain, noted)]
    assert wides[1] < wides[0]


def test_a_note_that_is_no_instruction_becomes_something_to_show() -> None:
    noted = shots_of(f"{HALLWAY}\nNote from the director: a moth circles the lamp")
    assert "moth" in said(noted)


def test_references_are_named_where_they_are_meant() -> None:
    shots = shots_of(
        "Vision: Mara lights a lantern in the old lighthouse. A gull lands on the rail.\n"
        "References:\n- Mara (character): red scarf\n- lighthouse (place): white\n- ink "
        "(style): lines\n"
        "Shots wanted: 2"
    )
    assert shots[0]["references"] == ["Mara", "lighthouse", "ink"]
    assert "Mara" not in shots[1]["references"]


@pytest.mark.parametrize(
    "vision",
    [
        "a cat",
        "...",
        "🦊🦋",
        "x",
        "<p>A <b>boy</b> runs.</p><script>alert(1)</script>",
        "# Notes\n\n- A girl **sings**\n- [A dog](http://x.y) barks",
        "\n\n\n",
        "WHAT?! NO! A man. A MAN RUNS!",
        "Vision: Title: Look:",
    ],
)
def test_odd_text_still_gives_a_shot_list_without_markup(vision: str) -> None:
    shots = shots_of(f"Title: Odd\nVision: {vision}")
    assert len(shots) >= 4
    assert not re.search(r"[<>*#\[\]]|alert|http", said(shots))
    assert all(shot["subject"].strip() and shot["action"].strip() for shot in shots)


def test_the_same_brief_gives_the_same_list() -> None:
    assert shots_of(HALLWAY) == shots_of(HALLWAY)


_SUBJECTS = ["a potter", "two divers", "an old heron", "the night guard", "a glass robot"]
_VERBS = ["lifts a box", "crosses the square", "opens a door", "turns slowly", "hums"]
_PLACES = ["in a harbour", "on a rooftop", "inside a greenhouse", "at a station"]


@given(
    st.lists(
        st.tuples(*(st.sampled_from(words) for words in (_SUBJECTS, _VERBS, _PLACES))),
        min_size=2,
        max_size=6,
        unique_by=lambda row: row[0],
    )
)
@settings(max_examples=25, deadline=None, database=None, derandomize=True)
def test_subjects_and_places_of_any_brief_come_back(rows: list[tuple[str, str, str]]) -> None:
    vision = " ".join(f"{s[0].upper()}{s[1:]} {v} {p}." for s, v, p in rows)
    shots = shots_of(f"Vision: {vision}\nShots wanted: {len(rows)}")
    assert [shot["subject"] for shot in shots] == [subject for subject, _, _ in rows]
    for shot, (_, verb, place) in zip(shots, rows, strict=True):
        assert shot["action"] == f"{verb} {place}"
        assert shot["setting"] == place.split(" ", 1)[1]


@given(st.text(max_size=400))
@settings(max_examples=40, deadline=None, database=None, derandomize=True)
def test_any_text_gives_a_valid_answer(vision: str) -> None:
    shots_of(f"Vision: {vision}")


def test_a_brief_on_one_line_is_read_like_one_on_many() -> None:
    shots = shots_of(
        "Vision: INT. KITCHEN - NIGHT Mara sits at the table. EXT. HARBOUR - DAWN Jonas waits on a "
        "pier.\nShots wanted: 2"
    )
    assert [shot["subject"] for shot in shots] == ["Mara", "Jonas"]
    assert [shot["time_of_day"] for shot in shots] == ["night", "dawn"]
    assert shots[0]["setting"] == "kitchen"


def test_palettes_are_hex_colours() -> None:
    shots = shots_of("Vision: A man walks.\nLook: teal and cream, #aa3322 accents")
    assert shots[0]["palette"] == ["#1f7f84", "#efe4c8", "#aa3322"]


def test_what_was_said_of_somebody_at_first_is_said_in_every_shot() -> None:
    vision = (
        "Juno, a pilot with red braids, climbs the mast. A sailor in a white coat laughs and "
        "waves. Juno jumps. The sailor turns away."
    )
    subjects = [s["subject"] for s in shots_of(f"Title: Mast\nVision: {vision}\nShots wanted: 4")]
    assert subjects.count("Juno, a pilot with red braids") == 2
    assert subjects.count("a sailor in a white coat") == 2


def test_two_verbs_in_a_row_leave_the_subject_alone() -> None:
    shots = shots_of(
        "Title: Tea\nVision: Piet leaves and the storm rises. The cook sings and dances."
    )
    assert {s["subject"] for s in shots} <= {"Piet", "the storm", "the cook"}


def test_what_somebody_says_ends_where_the_next_one_acts() -> None:
    vision = (
        "Ruth lays down a card and says “You were there.” Omar says “Everybody was there.” "
        "Lena pours tea and says nothing."
    )
    shots = shots_of(f"Title: Cards\nVision: {vision}\nShots wanted: 5")
    assert {s["subject"] for s in shots} == {"Ruth", "Omar", "Lena"}
    said = {s["subject"]: s["dialogue"] for s in shots if s["dialogue"]}
    assert said == {"Ruth": "You were there.", "Omar": "Everybody was there."}
    assert any(s["action"].startswith("pours tea") for s in shots if s["subject"] == "Lena")


@pytest.mark.parametrize(
    ("sentence", "size", "angle", "subject"),
    [
        ("Close-up: fingers twitch over a holster.", "close-up", "eye level", "fingers"),
        ("Golden hour on the main street of a town.", "wide", "", "main street"),
        ("Ruth, Omar and Lena sit at a table.", "", "", "Ruth, Omar and Lena"),
        ("A mother and her son shout at each other.", "", "", "a mother and her son"),
    ],
)
def test_a_sentence_is_a_set_up(sentence: str, size: str, angle: str, subject: str) -> None:
    (shot,) = shots_of(f"Vision: {sentence}\nShots wanted: 1")
    assert size in shot["size"]
    assert angle in shot["angle"]
    assert subject in shot["subject"]


def test_where_there_is_no_room_for_all_a_sentence_is_one_shot() -> None:
    vision = "A nurse sits down and opens a book. A boy laughs. A dog leaps over a wall."
    shots = shots_of(f"Vision: {vision}\nShots wanted: 3")
    assert shots[0]["action"] == "sits down and opens a book"
    assert [shot["subject"] for shot in shots[1:]] == ["a boy", "a dog"]
    assert shots[2]["size"] in ("extreme wide", "wide", "medium wide")

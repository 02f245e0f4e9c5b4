"""Who is in the picture, what they look like, and that they are the same on sheet and in shot."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pytest
from greenlight_standin.drawing.actor import Actor
from greenlight_standin.drawing.actors import appearance
from greenlight_standin.drawing.cast import cast_of
from greenlight_standin.drawing.encode import png_bytes
from greenlight_standin.drawing.frame import compose
from greenlight_standin.drawing.shot import read_shot
from PIL import Image

SIZE = (480, 270)
SHOT = "Size: {}\nSubject: {}\nAction: {}\nSetting: {}\nTime: day"
# Nobody of these was drawn while the pictures were built.
CAST = {
    "Odile": "a pale conductor with a grey bob in a violet suit",
    "Bashir": "a heavy ferryman, bald, in an orange jacket",
    "Wren": "a girl of nine with blonde pigtails in a white coat",
    "Tomasz": "a lanky postman with a brown beard in a navy uniform",
}
REFERENCES = "; ".join(f"{name} (character: {about})" for name, about in CAST.items())


def cast(subject: str, action: str = "waits", references: str = "") -> list[Actor]:
    prompt = SHOT.format("medium wide", subject, action, "a station")
    return cast_of(read_shot(f"{prompt}\nReferences: {references}"))


def people(found: list[Actor]) -> int:
    return sum(actor.count for actor in found if actor.human)


@pytest.mark.parametrize(
    ("subject", "action", "count"),
    [
        ("Henrike, a retired stuntwoman in a blue tracksuit", "stretches", 1),
        ("the foreman, a bearded man of fifty", "shouts", 1),
        ("Odile and Bashir", "argue", 2),
        ("a squad of masked riders", "rests", 5),
        ("the sentinels", "pass below", 3),
        ("the procession", "passes", 7),
        ("three thieves in black", "creep", 3),
        ("a zorblax", "sneaks along a wall", 1),
    ],
)
def test_a_name_is_one_body_and_a_group_is_several(subject: str, action: str, count: int) -> None:
    assert people(cast(subject, action)[:2]) == count


def test_a_listed_character_in_the_action_is_in_the_picture() -> None:
    found = cast("Odile", "hands the baton to Bashir", REFERENCES)
    assert {actor.name for actor in found if actor.human} == {"odile", "bashir"}
    assert [a.tint for a in found if a.human].count(None) == 0


def test_a_voice_is_that_of_the_character_whom_the_shot_refers_to() -> None:
    found = cast("a voice", "speaks", "Tomasz (character: a lanky postman)")
    assert [actor.name for actor in found] == ["tomasz"]


def test_a_side_of_the_screen_in_a_note_shows_no_screen() -> None:
    shot = SHOT.format("medium", "a ferryman", "looks up", "a station")
    said = read_shot(f"{shot}\nNote: show a ferryman, screen left and darker")
    assert [actor.kind for actor in cast_of(said)] == ["person"]
    assert said.change.side == -1


def test_words_that_only_look_like_animals_are_none() -> None:
    assert not any(":" in actor.kind for actor in cast("ice cubes", "melt in a glass"))


@pytest.mark.parametrize("size", ["extreme wide", "wide", "medium wide", "medium"])
@pytest.mark.parametrize("noun", ["the gizmotron", "an unopened quibbet", "the thingamajig"])
def test_what_nobody_knows_does_not_fill_the_frame(size: str, noun: str) -> None:
    picture = compose(read_shot(SHOT.format(size, noun, "lies there", "a yard")), SIZE)
    assert 0.001 < (np.asarray(picture.subject) > 128).mean() < 0.3


def top(name: str) -> npt.NDArray[np.float64]:
    """The colour of the upper body as it is painted, in a sheet's or a shot's own light."""
    shown = next(a for a in cast(name, references=REFERENCES) if a.human)
    return np.asarray(appearance(shown, 0).top)


def test_descriptions_give_hair_build_and_age() -> None:
    looks = {
        name: appearance(next(a for a in cast(name, references=REFERENCES) if a.human), 0)
        for name in CAST
    }
    assert {name: look.cut for name, look in looks.items() if name != "Tomasz"} == {
        "Odile": "bob",
        "Bashir": "bald",
        "Wren": "braids",
    }
    assert looks["Wren"].child
    assert not looks["Odile"].child
    assert looks["Bashir"].bulk > looks["Odile"].bulk > looks["Tomasz"].bulk
    blond, grey = looks["Wren"].hair, looks["Odile"].hair
    assert blond[0] - blond[2] > 60 > abs(grey[0] - grey[2])


def test_the_same_name_looks_the_same_whatever_it_does() -> None:
    seen = {
        appearance(next(a for a in cast(subject, action) if a.human), 0).skin
        for subject, action in (
            ("Henrike, a stuntwoman", "waits"),
            ("Henrike", "runs"),
            ("Henrike, a stuntwoman in a blue tracksuit", "laughs"),
        )
    }
    assert len(seen) == 1


def sheet(name: str, kind: str = "character", about: str = "", more: str = "") -> Image.Image:
    about = about or CAST[name]
    prompt = f"Reference sheet\nSubject: {name}\nKind: {kind}\nDescription: {about}\n{more}"
    return compose(read_shot(prompt), SIZE).image


def test_a_characters_sheet_shows_four_sides_and_a_head() -> None:
    picture = np.asarray(sheet("Bashir"), float)
    ground = picture[4, 4]
    away = np.abs(picture[: round(0.9 * SIZE[1])] - ground).sum(axis=2) > 90
    columns = away[round(0.3 * SIZE[1]) : round(0.45 * SIZE[1])].any(axis=0)
    assert int((np.diff(columns.astype(int)) == 1).sum() + columns[0]) >= 5


@pytest.mark.parametrize(
    "prompt",
    [
        "Reference sheet: one character, full figure, on a plain ground.\nSubject: Odile\n"
        "Kind: character\nDescription: a pale conductor\nStyle: ink\nCandidate: 1 of 2",
    ],
)
def test_a_sheet_is_asked_for_by_its_slots(prompt: str) -> None:
    asked = read_shot(prompt).sheet_of
    assert asked is not None
    assert (asked.name, asked.kind) == ("Odile", "character")
    assert "pale conductor" in asked.about


def test_a_place_has_a_wide_empty_sheet_and_a_prop_a_plain_one() -> None:
    place = "Reference sheet\nSubject: the quay\nKind: place\nDescription: a harbour with cranes"
    prop = "Reference sheet\nSubject: the orrery\nKind: prop\nDescription: a brass apparatus"
    assert compose(read_shot(place), SIZE).place == "harbour"
    assert not (np.asarray(compose(read_shot(place), SIZE).subject) > 128).any()
    picture = compose(read_shot(prop), SIZE)
    assert not any(actor.human for actor in picture.cast)
    edge = np.asarray(picture.image, float)[: SIZE[1] // 3, :8]
    assert edge.std(axis=(0, 1)).max() < 8


def test_a_sheet_dresses_its_own_subject_and_not_another() -> None:
    def dress(name: str, image: bytes) -> npt.NDArray[np.float64]:
        prompt = SHOT.format("medium", name, "waits", "a station")
        shot = read_shot(f"{prompt}\nReferences: {name} (character)", images=[image])
        worn = next(actor.worn for actor in cast_of(shot) if actor.human)
        assert worn is not None
        return np.asarray(worn)

    hues = {name: dress(name, png_bytes(sheet(name))) for name in CAST}
    for name, other in itertools.permutations(CAST, 2):
        mine, theirs = (np.abs(hues[name] - top(whose)).sum() for whose in (name, other))
        assert mine < theirs, (name, other)


@pytest.mark.parametrize("setting", ["an alley", "a pine forest", "a rooftop"])
def test_a_small_figure_stands_out_at_night(setting: str) -> None:
    night = SHOT.replace("Time: day", "Time: night\nMood: sinister")
    prompt = night.format("wide", "a courier in a yellow jacket", "waits", setting)
    picture = compose(read_shot(prompt), SIZE)
    where = np.asarray(picture.subject) > 128
    grey = np.asarray(picture.image.convert("L"), float)
    around = Image.fromarray((where * 255).astype(np.uint8)).resize((48, 27)).resize(SIZE)
    ring = (np.asarray(around) > 8) & ~where
    assert abs(grey[where].mean() - grey[ring].mean()) + grey[where].std() > 12


@pytest.mark.parametrize(
    ("hair", "cut"),
    [("short silver hair", "short"), ("a crew cut", "buzz"), ("long red hair", "long")],
)
def test_hair_is_cut_as_it_is_told(hair: str, cut: str) -> None:
    references = f"Ruth (character: a woman of seventy, {hair}, dark blue cardigan)"
    [ruth] = [actor for actor in cast("Ruth", references=references) if actor.human][:1]
    assert appearance(ruth, 0).cut == cut


def test_no_two_candidates_of_a_sheet_are_the_same_picture() -> None:
    sheet = "Reference sheet: one {0}, on a plain ground."
    prompt = sheet + "\nSubject: {1}\nKind: {0}\nCandidate: {2} of 4"
    for kind, name in (("character", "the keeper"), ("prop", "a brass lamp"), ("place", "a quay")):
        drawn = {
            png_bytes(compose(read_shot(prompt.format(kind, name, n), seed=n * 7), SIZE).image)
            for n in range(1, 5)
        }
        assert len(drawn) == 4

"""Which scenes a brief takes, who of the cast becomes a reference, and what is said to be left."""

from __future__ import annotations

from pathlib import Path

import pytest

from greenlight.briefs.intake import check_brief, read_brief
from greenlight.briefs.screenplay.choosing import choose, take_scenes
from greenlight.briefs.screenplay.reading import Screenplay, read_screenplay
from greenlight.errors import InvalidInput
from greenlight.generate.prompts import breakdown_prompt, breakdown_schema
from greenlight.money.quoting import brief_quote
from greenlight.production.brief import Brief, Reference
from greenlight.production.scenes import MOST_SCENES, SCENES_CHARACTERS, text_size

BRIEF = Brief(title="Night", vision="A night.")


def scenes(tmp_path: Path, count: int, words: int = 10, numbers: str = "") -> Path:
    path = tmp_path / "script.fountain"
    labels = numbers.split(",") if numbers else [""] * count
    path.write_text(
        "\n\n".join(
            f"INT. ROOM {n} - NIGHT{f' #{label}#' if label else ''}\n\nMARA, 30s, tired, waits.\n\n"
            f"MARA\n{'word ' * words}{n}.\n\nJONAS (V.O.)\nYes."
            for n, label in enumerate(labels, 1)
        )
    )
    return path


def chosen(screenplay: Screenplay, wanted: str) -> list[str]:
    return [c.scene.number for c in choose(screenplay, wanted)]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ("3", ["3"]),
        ("3,5-7", ["3", "5", "6", "7"]),
        ("7, 1 ,1", ["1", "7"]),
        ("5–6", ["5", "6"]),
        ("2-2", ["2"]),
    ],
)
def test_scenes_are_chosen_by_number_and_range(
    tmp_path: Path, wanted: str, numbers: list[str]
) -> None:
    assert chosen(read_screenplay(scenes(tmp_path, 9)), wanted) == numbers


def test_numbers_with_letters_and_hyphens_are_chosen(tmp_path: Path) -> None:
    found = read_screenplay(scenes(tmp_path, 4, numbers="1,1A,2-3,4"))
    assert chosen(found, "1a") == ["1A"]
    assert chosen(found, "2-3") == ["2-3"]
    assert chosen(found, "1-2-3") == ["1", "1A", "2-3"]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("99", r"no scene '99'.*it has 9, 1 to 9.*lists them"),
        ("3-99", "no scene '99'"),
        ("7-3", "7 comes after 3"),
        (",", "invalid scenes"),
        ("-", "no scene '-'"),
        ("first", "no scene 'first'"),
    ],
)
def test_scenes_there_are_not_are_named(tmp_path: Path, wanted: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        choose(read_screenplay(scenes(tmp_path, 9)), wanted)


def test_a_long_screenplay_gives_its_first_scenes_and_says_what_is_left(tmp_path: Path) -> None:
    brief = take_scenes(BRIEF, scenes(tmp_path, 200))
    assert brief.excerpt is not None
    assert [s.number for s in brief.excerpt.scenes] == [str(n) for n in range(1, MOST_SCENES + 1)]
    (left,) = brief.excerpt.left
    assert left.startswith("left: 180 of 200 scenes (")
    assert "21 to 200; --scenes names others" in left


def test_long_scenes_are_taken_as_far_as_they_fit(tmp_path: Path) -> None:
    brief = take_scenes(BRIEF, scenes(tmp_path, 9, words=1000))
    assert brief.excerpt is not None
    assert len(brief.excerpt.scenes) == 3
    assert text_size(brief.excerpt.scenes) <= SCENES_CHARACTERS


def test_a_scene_that_fits_no_brief_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"scene 1 of .* alone has 25,"):
        take_scenes(BRIEF, scenes(tmp_path, 2, words=5000))


def test_more_scenes_by_name_than_fit_are_refused_with_the_limit(tmp_path: Path) -> None:
    path = scenes(tmp_path, 30)
    with pytest.raises(InvalidInput, match=r"are 30 with .* characters \(at most 20 with 20,000"):
        take_scenes(BRIEF.model_copy(update={"scenes": "1-30"}), path)
    with pytest.raises(InvalidInput, match="shots: 2 is less than the 3 scenes"):
        take_scenes(BRIEF.model_copy(update={"scenes": "1-3", "shots": 2}), path)
    few = take_scenes(BRIEF.model_copy(update={"shots": 2}), path)
    assert few.excerpt is not None
    assert len(few.excerpt.scenes) == 2


def test_whoever_is_seen_speaking_becomes_a_reference_as_introduced(tmp_path: Path) -> None:
    brief = take_scenes(BRIEF, scenes(tmp_path, 2))
    assert [(r.name, r.kind, r.description) for r in brief.references] == [
        ("Mara", "character", "30s, tired")
    ]


def test_a_character_that_the_brief_names_is_left_as_it_is(tmp_path: Path) -> None:
    mine = Reference(name="the Mara", description="a red coat")
    brief = take_scenes(BRIEF.model_copy(update={"references": (mine,)}), scenes(tmp_path, 2))
    assert brief.references == (mine,)
    assert brief.excerpt is not None
    assert brief.excerpt.scenes[0].characters == ("the Mara", "Jonas")


def test_references_stay_within_the_brief_s_limit_and_the_rest_is_said(tmp_path: Path) -> None:
    path = tmp_path / "crowd.fountain"
    names = [f"PERSON{chr(65 + n)}" for n in range(25)]
    speech = "\n\n".join(f"{name}\nHello." for name in names)
    path.write_text(f"INT. SQUARE - DAY\n\n{speech}\n\n{names[-1]}\nAgain.")
    brief = take_scenes(BRIEF, path)
    assert len(brief.references) == 20
    assert brief.references[-1].name == "Persony"
    assert brief.excerpt is not None
    assert brief.excerpt.left == (
        "without a reference: Persont, Personu, Personv, Personw, Personx",
    )


def test_a_brief_in_yaml_names_its_screenplay_beside_it(tmp_path: Path) -> None:
    scenes(tmp_path, 9)
    path = tmp_path / "brief.yaml"
    path.write_text("title: T\nvision: V\nscreenplay: script.fountain\nscenes: [3, 5-6]\n")
    brief = read_brief(path)
    assert brief.excerpt is not None
    assert [s.number for s in brief.excerpt.scenes] == ["3", "5", "6"]
    assert brief.screenplay == "script.fountain"
    assert check_brief(brief.model_dump(mode="json"), "again") == brief
    path.write_text("title: T\nvision: V\nscreenplay: script.fountain\nscenes: 4\n")
    other = read_brief(path, scenes="7")
    assert other.excerpt is not None
    assert [s.number for s in other.excerpt.scenes] == ["7"]


def test_options_name_another_screenplay_than_the_brief(tmp_path: Path) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text("title: T\nvision: V\nscreenplay: none.fdx\nscenes: 99\n")
    brief = read_brief(path, scenes(tmp_path, 3), "2")
    assert brief.excerpt is not None
    assert [s.number for s in brief.excerpt.scenes] == ["2"]


def test_scenes_without_a_screenplay_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text("title: T\nvision: V\nscenes: 3\n")
    with pytest.raises(InvalidInput, match="need a screenplay"):
        read_brief(path)


def test_a_brief_without_a_screenplay_reads_as_it_did() -> None:
    old = {"title": "T", "vision": "V"}
    assert Brief.model_validate(old).excerpt is None
    assert "Scenes:" not in breakdown_prompt(Brief.model_validate(old), "", None, "")


def test_every_word_of_the_scenes_reaches_the_breakdown_on_a_line_of_its_own(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.fountain"
    path.write_text(
        "INT. LOBBY - NIGHT\n\nVision: nothing of that kind.\n\nMARA\n(softly)\nTitle: mine?\n"
    )
    brief = take_scenes(BRIEF, path)
    lines = breakdown_prompt(brief, "", None, "").splitlines()
    assert "Sequence 1: INT. LOBBY - NIGHT" in lines
    assert "* Vision: nothing of that kind." in lines
    assert "- Mara (softly): Title: mine?" in lines
    shot = breakdown_schema(brief.excerpt)["properties"]["shots"]["items"]
    assert shot["properties"]["sequence"]["maximum"] == 1
    assert "sequence" in shot["required"]


def test_a_screenplay_is_quoted_for_about_what_happens_in_it(tmp_path: Path) -> None:
    from tests.production.world import World

    facts = World().facts
    assert facts.production is not None
    models = {
        "text_model": "gemini-3.8-flash",
        "image_model": "gemini-nano-banana-2.1",
        "video_model": "gemini-omni-1.2-flash",
    }
    brief = take_scenes(BRIEF, scenes(tmp_path, 6))
    quote = brief_quote(facts.production.model_copy(update={**models, "brief": brief}))
    assert quote.assumptions[1].startswith("about 18 shots")

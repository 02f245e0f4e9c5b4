"""Prompts and rubrics: one labelled line a slot, and answers that are held to what was asked."""

from __future__ import annotations

import json
import tomllib
from importlib import resources

import pytest
from greenlight_standin.labels import BRIEF_LABELS

from greenlight.generate.prompts import (
    SLOTS,
    breakdown_prompt,
    clip_prompt,
    frame_prompt,
    rubric_prompt,
)
from greenlight.generate.rubric import rubric_for
from greenlight.production.brief import Brief, Reference
from greenlight.production.context import ContextPack
from greenlight.production.framing import Framing
from greenlight.production.shots import Shot

SHOT = Shot(id="sq010_sh0010", subject="a fox", action="runs")
PLAIN = Framing("16:9", "16:9")
CRITERIA = list(rubric_for("frame").criteria)


def test_the_stand_in_reads_by_the_same_list_of_slots():
    copy = resources.files("greenlight_standin").joinpath("slots.toml").read_text()
    assert tomllib.loads(copy) == SLOTS


def test_a_note_and_a_problem_are_slots_of_a_breakdown():
    brief = Brief(title="Pier", vision="A gull waits.")
    lines = breakdown_prompt(brief, "wider", None, "no shots").splitlines()
    labels = {line.partition(":")[0] for line in lines if ":" in line[:40]}
    assert {"Title", "Vision", "Note from the director", "Your last answer was not valid"} <= labels
    intro = "Break this brief down into a shot list for pre-visualisation"
    assert labels - {intro} <= {*BRIEF_LABELS}


@pytest.mark.parametrize(
    ("framing", "said"),
    [
        (Framing("2.39:1", "16:9"), "composed for 2.39:1: only the middle 74 % of the height"),
        (Framing("1:1", "16:9"), "composed for 1:1: only the middle 56 % of the width"),
        (PLAIN, ""),
    ],
)
def test_every_prompt_for_a_cropped_picture_states_the_safe_area_in_a_slot_of_its_own(
    framing, said
):
    pack = ContextPack(
        take="sq010_sh0010/frame/v001",
        kind="frame",
        title="Fox",
        vision="A fox runs.",
        look="",
        aspect_ratio=framing.delivery,
        source_ratio=framing.source,
        shot=SHOT,
    )
    frame = frame_prompt(pack, 1, 1, (), drawn=False)
    judged = rubric_prompt("frame", SHOT, pack.look, pack.references, "", pack.framing)
    for prompt in (frame, clip_prompt(pack, ()), judged):
        if said:
            assert f"\nFraming: {said} will be seen; " in prompt
        else:
            assert "Framing" not in prompt
    assert "\nAspect ratio: 16:9\n" in frame


@pytest.mark.parametrize(("role", "other"), [("frame", "clip"), ("clip", "frame")])
def test_a_grader_is_asked_each_criterion_of_the_role_and_scores_are_read_in_that_order(
    role, other
):
    rubric = rubric_for(role)
    prompt = rubric_prompt(role, SHOT, "", (), "", PLAIN)
    for name, criterion in rubric.criteria.items():
        assert f"\n- {name}: {criterion.asks}\n" in prompt
    assert f"\nRubric: {role}\n" in prompt
    assert all(c.asks not in prompt for c in rubric_for(other).criteria.values())
    names = list(rubric.criteria)
    assert [row.criterion for row in rubric.read(answer(names[::-1]))] == names
    assert rubric.name == f"{role}-3"


def answer(names, box=None, **more):
    rows = [{"criterion": n, "score": 0.5, "reason": f"{n} because"} | more for n in names]
    return json.dumps({"scores": rows, "summary": "so so", "subject_box": box}).encode()


@pytest.mark.parametrize(
    "text",
    [
        answer(["adherence"]),
        answer([*CRITERIA, "charm"]),
        answer([*CRITERIA, "identity"]),
        answer(CRITERIA, score=1.5),
        answer(CRITERIA, score=None),
        b"{}",
        b"[]",
        b"fine",
        b"",
    ],
)
def test_an_answer_that_lacks_a_score_or_brings_another_is_not_taken(text):
    with pytest.raises(ValueError, match=r"."):
        rubric_for("frame").read(text)


@pytest.mark.parametrize(
    ("box", "read"),
    [
        ([100, 200, 900, 800], (100, 200, 900, 800)),
        ([900, 200, 100, 800], None),
        ([0, 0, 1001, 10], None),
        ([0.1, 0.2, 0.9, 0.8], None),
        ([1, 2, 3], None),
        ("all of it", None),
        (None, None),
    ],
)
def test_an_impossible_box_is_dropped_and_the_grade_still_counts(box, read):
    text = answer(CRITERIA, box)
    assert len(rubric_for("frame").read(text)) == len(CRITERIA)
    assert rubric_for("frame").box(text) == read


def test_a_grader_is_told_which_picture_is_whose():
    mara = Reference(name="Mara", image_sha256="a" * 64)
    plain = rubric_prompt("frame", SHOT, "", (Reference(name="Mara"),), "", PLAIN)
    shown = rubric_prompt("frame", SHOT, "", (mara,), "", PLAIN)
    assert "what the references look like: Mara" in shown
    assert "Pictures" not in plain

"""A rubric is data with a version, and an answer that is not to it is asked for again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from greenlight.errors import InvalidInput
from greenlight.generate.prompts import rubric_prompt
from greenlight.generate.rubric import rubric_for
from greenlight.production.brief import Reference
from greenlight.production.framing import Framing
from greenlight.production.shots import Shot

ROLES = ("frame", "clip")
PLAIN = Framing("16:9", "16:9")


def answer(names: list[str], **more: Any) -> bytes:
    rows = [{"criterion": n, "score": 0.5, "reason": f"{n} because"} | more for n in names]
    return json.dumps({"scores": rows, "summary": "so so"}).encode()


@pytest.mark.parametrize("role", ROLES)
def test_the_prompt_asks_each_criterion_in_the_words_of_its_role(role: str) -> None:
    rubric = rubric_for(role)
    shot = Shot(id="sq010_sh0010", subject="a fox", action="runs")
    prompt = rubric_prompt(role, shot, "", (), "", PLAIN)
    for name, criterion in rubric.criteria.items():
        assert f"\n- {name}: {criterion.asks}\n" in prompt
    assert f"\nRubric: {role}\n" in prompt
    other = rubric_for(next(r for r in ROLES if r != role))
    assert all(c.asks not in prompt for c in other.criteria.values())


@pytest.mark.parametrize("role", ROLES)
def test_scores_are_read_in_the_rubrics_order_whatever_the_graders(role: str) -> None:
    names = list(rubric_for(role).criteria)
    rows = rubric_for(role).read(answer(names[::-1]))
    assert [row.criterion for row in rows] == names
    assert rubric_for(role).name == f"{role}-3"


@pytest.mark.parametrize(
    "text",
    [
        answer(["adherence"]),
        answer([*rubric_for("frame").criteria, "charm"]),
        answer([*rubric_for("frame").criteria, "identity"]),
        answer(list(rubric_for("frame").criteria), score=1.5),
        answer(list(rubric_for("frame").criteria), score=None),
        b"{}",
        b"[]",
        b"fine",
        b"",
    ],
)
def test_an_answer_that_lacks_a_score_or_brings_another_is_not_taken(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        rubric_for("frame").read(text)


def test_a_role_without_a_rubric_is_named_with_those_there_are() -> None:
    with pytest.raises(InvalidInput, match=r"no rubric for 'cut' .*frame, clip"):
        rubric_for("cut")


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
def test_a_box_that_cannot_be_is_no_box_and_the_grade_still_counts(
    box: object, read: object
) -> None:
    rubric = rubric_for("frame")
    scores = [{"criterion": c, "score": 0.5, "reason": "so"} for c in rubric.criteria]
    text = json.dumps({"scores": scores, "subject_box": box}).encode()
    assert len(rubric.read(text)) == len(rubric.criteria)
    assert rubric.box(text) == read


def test_a_grader_is_told_which_picture_is_whose() -> None:
    shot = Shot(id="sq010_sh0010", subject="Mara", action="waits")
    mara = Reference(name="Mara", image_sha256="a" * 64)
    plain = rubric_prompt("frame", shot, "", (Reference(name="Mara"),), "", PLAIN)
    shown = rubric_prompt("frame", shot, "", (mara,), "", PLAIN)
    assert "what the references look like: Mara" in shown
    assert "Pictures" not in plain

"""Told which part of a picture will be seen, the stand-in composes for that part."""

from __future__ import annotations

import numpy as np
import pytest
from greenlight_standin.drawing.frame import compose
from greenlight_standin.drawing.shot import read_shot

from deployments.standin.tests.prompts import SHOTS, shot_prompt

SCOPE = "Framing: composed for 2.39:1: only the middle 74 % of the height will be seen; keep on"
SQUARE = "Framing: composed for 1:1: only the middle 56 % of the width will be seen; keep on"
SIZE = (640, 360)


def subject(name: str, *more: str, candidate: int = 1) -> np.ndarray:
    request = read_shot(shot_prompt(name, "s", *more, f"Candidate: {candidate} of 3"))
    return np.asarray(compose(request, SIZE).subject) > 128


def span(mask: np.ndarray, axis: int) -> tuple[int, int]:
    where = np.flatnonzero(mask.any(axis=1 - axis))
    return int(where[0]), int(where[-1])


@pytest.mark.parametrize("name", ["hallway", "fox"])
@pytest.mark.parametrize("candidate", [1, 2, 3])
def test_a_body_that_fits_the_height_stays_inside_the_crop(name: str, candidate: int) -> None:
    top, bottom = span(subject(name, SCOPE, candidate=candidate), 0)
    assert top >= 47
    assert bottom <= 313


@pytest.mark.parametrize("name", SHOTS)
@pytest.mark.parametrize("candidate", [1, 2, 3])
def test_what_is_to_be_seen_of_a_square_is_mostly_in_it(name: str, candidate: int) -> None:
    mask = subject(name, SQUARE, candidate=candidate)
    assert mask[:, 141:499].sum() / mask.sum() > 0.75


@pytest.mark.parametrize("name", ["hallway", "fox"])
def test_a_subject_is_as_large_in_what_is_seen_as_it_was_in_all_of_it(name: str) -> None:
    whole, seen = span(subject(name), 0), span(subject(name, SCOPE), 0)
    assert (seen[1] - seen[0]) / (whole[1] - whole[0]) == pytest.approx(0.74, abs=0.06)


@pytest.mark.parametrize("line", ["", "Framing: as you like", "Framing: the middle 0 % of it"])
def test_any_other_framing_changes_nothing(line: str) -> None:
    assert (subject("fox", line) == subject("fox")).all()

"""The one JSON object of an answer is found whatever stands around it, and never guessed."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from greenlight.generate.json_answer import read_object
from greenlight.generate.rubric import rubric_for
from greenlight.production.brief import Brief
from greenlight.production.records import Attempt
from greenlight.stages.breakdown import _shot_list
from greenlight.store.records import now

LIST = json.dumps(
    {
        "logline": 'A "porter" {at night}, ```, [1,] and more.',
        "shots": [
            {"sequence": 1, "subject": "porter", "action": "He pushes a cart.", "seconds": 4}
        ],
    }
)
GRADES = json.dumps(
    {
        "scores": [
            {"criterion": c, "score": 0.9, "reason": "fine, ] and }"}
            for c in rubric_for("frame").criteria
        ],
        "summary": "ok",
        "subject_box": [1, 2, 30, 40],
    }
)
AROUND = {
    "nothing": "{}",
    "a fence": "```json\n{}\n```",
    "a fence without its end": "```json\n{}",
    "a byte order mark": "\ufeff{}",
    "a tail": '{}."\n}}',
    "prose after it": "{}\nHope this helps {smile}.",
    "prose before it": "Here is {what} you asked for:\n\n{}",
    "a thought": "THOUGHT: I list {shots} first, as {\"logline\": …}.\n{}",
    "an object of another kind": '{"thought": "short"}\n{}',
    "itself, twice": "{}\n{}",
    "a list": "[{}]",
}  # fmt: skip


def within(around: str, body: str) -> bytes:
    return around.replace("{}", body).encode()


def breakdown(text: bytes) -> Any:
    attempt = Attempt(at=now(), kind="shotlist", version=1, cause="first", spec_hash="")
    return _shot_list(text, attempt, None, Brief(title="T", vision="V"))


@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
def test_both_text_stages_read_an_object_with_something_around_it(around: str) -> None:
    assert breakdown(within(around, LIST)).logline == json.loads(LIST)["logline"]
    rubric = rubric_for("frame")
    assert len(rubric.read(within(around, GRADES))) == len(rubric.criteria)
    assert rubric.box(within(around, GRADES)) == (1, 2, 30, 40)


@pytest.mark.parametrize("around", ["{}", "```json\n{}\n```"])
def test_commas_after_the_last_item_are_passed_over(around: str) -> None:
    body = LIST.replace("}]}", "},\n],\n}")
    assert breakdown(within(around, body)).logline == json.loads(LIST)["logline"]


def test_an_object_that_was_encoded_twice_is_read() -> None:
    assert breakdown(json.dumps(LIST).encode()).shots[0].subject == "porter"


def test_two_objects_that_differ_and_are_both_valid_are_not_chosen_from() -> None:
    other = LIST.replace("pushes", "pulls")
    with pytest.raises(ValueError, match="2 different objects"):
        breakdown(f"{LIST}\n\n{other}".encode())
    with pytest.raises(ValueError, match="2 different objects"):
        rubric_for("frame").read(f"{GRADES}\n{GRADES.replace('0.9', '0.2')}".encode())


@pytest.mark.parametrize(
    "text", [b"", b"fine", b"[]", b"null", b"{", LIST[:-1].encode(), b"\xff{}"]
)
def test_an_answer_without_a_whole_object_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each reader says what is wrong in its own words
        breakdown(text)


@pytest.mark.parametrize("unit", ["{", '{"a":', "{x} ", '{"', "[", ",]"])
def test_an_answer_of_nothing_but_braces_is_refused_at_once(unit: str) -> None:
    begun = time.process_time()
    with pytest.raises(ValueError):  # noqa: PT011
        read_object((unit * 200_000).encode(), lambda data: _never(data))
    assert time.process_time() - begun < 2


def _never(data: dict[str, Any]) -> None:
    raise ValueError(f"{len(data)} fields are not what was asked for")

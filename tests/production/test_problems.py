"""What pydantic finds wrong, told at once and in plain words, however large the wrong value is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from greenlight.production.brief import Brief
from greenlight.production.problems import MOST_TOLD, problems, sentences, shown

GOOD: dict[str, Any] = {"title": "Fox", "vision": "A fox."}


class Pair(BaseModel):
    model_config = ConfigDict(extra="forbid")

    left: int = Field(ge=2)
    right: str


def said(data: Any, model: type[BaseModel] = Brief, *, echo: bool = True) -> str:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(data)
    return sentences(caught.value, model, echo=echo)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "title: must not be empty"),
        ({"title": 7}, "title: invalid value 7 (must be text)"),
        ({"look": ["x"]}, "look: a list of 1 is invalid (must be text)"),
        ({"look": {"x": 1}}, "look: a mapping is invalid (must be text)"),
        ({"look": True}, "look: true is invalid (must be text)"),
        ({"seconds": 0}, "seconds: invalid value 0 (must be greater than 0)"),
        ({"seconds": "1:30"}, "seconds: invalid value '1:30' (must be a number)"),
        ({"shots": "many"}, "shots: invalid value 'many' (must be a whole number)"),
        ({"shots": 2.5}, "shots: invalid value 2.5 (must be a whole number)"),
        ({"shots": 61}, "shots: invalid value 61 (must be at most 60)"),
        ({"candidates": 0}, "candidates: invalid value 0 (must be at least 1)"),
        ({"fps": "26"}, "fps: invalid value '26' (allowed: 23.976, 24, 25, 29.97, 30)"),
        ({"show": "My!"}, "show: invalid value 'My!' (must be lower-case letters, digits and"),
        ({"vision": "x" * 20_001}, "(at most 20,000 characters)"),
        ({"references": {}}, "references: a mapping is invalid (must be a list)"),
        ({"references": [{"name": "a"}] * 21}, "a list of 21 is invalid (at most 20 entries)"),
        ({"references": ["x"]}, "references 1: invalid value 'x' (must be a mapping of fields)"),
        ({"references": [{"kind": "dog"}]}, "references 1: name is missing; references 1: kind:"),
        ({"references": [{"kind": "dog"}]}, "'dog' (allowed: character, place, prop, style)"),
        ({"models": {"txt": "a"}}, "models: unknown field 'txt' (did you mean 'text'?)"),
        ({"bugdet_usd": 5}, "unknown field 'bugdet_usd' (did you mean 'budget_usd'?)"),
        ({"budget_usd": 10**9000}, "a number of many digits (must be at most 1000000)"),
        ({"scenes": 10**9000}, "scenes: invalid value a number of many digits (must be text)"),
        ({"aspect_ratio": 10**400}, "aspect_ratio: invalid value a number of many digits"),
        ({"fps": 10**400}, "fps: invalid value a number of many digits"),
        (
            {"excerpt": {"of": 1, "scenes": [{"number": "1", "heading": "H", "parts": [{}]}]}},
            "excerpt: scenes 1: parts 1: kind is missing (action, speech)",
        ),
        (
            {"excerpt": {"of": 1, "scenes": [{"number": "", "heading": "H"}]}},
            "excerpt: scenes 1: number: must not be empty",
        ),
    ],
)
def test_each_kind_of_problem_names_place_value_and_what_is_allowed(
    fields: dict[str, Any], sentence: str
) -> None:
    assert sentence in said({**GOOD, **fields})
    assert "Input should" not in said({**GOOD, **fields})


def test_all_problems_are_listed_at_once() -> None:
    found = said({"title": "", "fps": "0", "shots": 0, "budget_usd": -1, "release": "x"})
    for field in ("title", "vision", "fps", "shots", "budget_usd", "release"):
        assert f"{field}:" in found or f"{field} is missing" in found


def test_a_misspelt_name_stands_for_the_missing_one() -> None:
    assert said({"title": "Fox", "vison": "x"}) == "unknown field 'vison' (did you mean 'vision'?)"


def test_a_missing_choice_is_told_with_its_words() -> None:
    assert said({**GOOD, "references": [{"name": "x", "kind": None}]}).endswith("style)")


def test_many_problems_are_counted_and_known_names_told_once() -> None:
    found = said({**GOOD, **{f"q{n}": n for n in range(5000)}})
    assert found.endswith(f"and {5000 - MOST_TOLD} more")
    assert found.count("known: title") == 1
    assert len(found) < 2000


def test_values_are_kept_back_where_they_may_be_secrets() -> None:
    found = said({"left": "s3cret", "right": 5, "s3cret": "s3cret"}, Pair, echo=False)
    assert found == (
        "left: must be a whole number; right: must be text; unknown field 's3cret' "
        "(known: left, right)"
    )


def test_what_an_unknown_field_holds_is_never_repeated() -> None:
    with pytest.raises(ValidationError) as caught:
        Brief.model_validate({**GOOD, "secret": "whsec_1"})
    (problem,) = problems(caught.value.errors(), Brief)
    assert problem.value == ""
    assert "whsec" not in str(problem)


class _Counted(dict[str, object]):
    def __repr__(self) -> str:
        raise AssertionError("the whole value was written out")


@pytest.mark.parametrize(
    ("value", "short"),
    [
        ("x" * 10**6, f"'{'x' * 59}…'"),
        ("a\x1b[31m\u202eb\nc", "'a[31mb c'"),
        pytest.param(10**5000, "a number of many digits", id="digits"),
        pytest.param(-(10**5000), "a number of many digits", id="minus"),
        (Decimal("1E+999999"), "1E+999999"),
        pytest.param([_Counted()] * 9, "a list of 9", id="list"),
        pytest.param(_Counted(), "a mapping", id="mapping"),
        (None, "null"),
        (True, "true"),
        (b"\0" * 99, "a bytes"),
    ],
)
def test_a_value_is_shown_in_a_few_characters(value: object, short: str) -> None:
    assert shown(value) == short

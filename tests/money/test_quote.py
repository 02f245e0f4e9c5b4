"""Ceilings hold, unknown is not zero, and a quote adds up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenlight.generate.models import model, models
from greenlight.generate.outcome import Usage
from greenlight.generate.request import Attachment, GenerationRequest
from greenlight.money.prices import UnpricedModel, price_list, price_of
from greenlight.money.quote import (
    THOUGHTS_PER_MEDIUM,
    TOKENS_PER_PICTURE,
    TOKENS_PER_STILL,
    Item,
    Quote,
    actual,
    dearest,
    estimate,
    quote_of,
    refused,
)

DAY = date(2026, 11, 23)
PICTURE = Attachment(key="k", sha256="s", mime="image/png", use="reference")
MODELS = [row for row in models() if any(price.model == row.name for price in price_list())]


@st.composite
def requests(draw: st.DrawFn) -> GenerationRequest:
    row = draw(st.sampled_from(MODELS))
    price = price_of(row.name, DAY)
    purpose = {"image": "frame", "video": "clip"}.get(row.role) or draw(
        st.sampled_from(["breakdown", "rubric"])
    )
    return GenerationRequest.model_validate(
        {
            "role": row.role,
            "purpose": purpose,
            "model": row.name,
            "prompt": draw(st.text(min_size=3, max_size=400)),
            "system": draw(st.text(max_size=100)),
            "image_size": draw(st.sampled_from(sorted(price.image))) if price.image else "",
            "resolution": draw(st.sampled_from(sorted(price.second))) if price.second else "",
            "seconds": draw(st.sampled_from(row.seconds)) if row.seconds else 0,
            "attachments": (PICTURE,) * draw(st.integers(0, 5)),
        }
    )


@st.composite
def answered(draw: st.DrawFn) -> tuple[GenerationRequest, Usage]:
    """A request with any usage that keeps within what was asked."""
    request = draw(requests())
    text = len((request.system + request.prompt).encode()) // 3
    input_tokens = draw(st.integers(1, text + TOKENS_PER_PICTURE * len(request.attachments)))
    if request.role == "text":
        limit = model(request.model).output_limit[request.purpose]
        out = draw(st.integers(1, limit))
        thoughts = draw(st.none() | st.integers(0, limit - out))
        return request, Usage(
            input_tokens=input_tokens, output_tokens=out, thoughts_tokens=thoughts
        )
    words = draw(st.integers(0, THOUGHTS_PER_MEDIUM))
    made = draw(st.integers(0, TOKENS_PER_STILL))
    modality = "IMAGE" if request.role == "image" else "VIDEO"
    said = draw(st.sampled_from([{}, {modality: made}, {modality: made, "TEXT": words}]))
    return request, Usage(
        input_tokens=input_tokens,
        output_tokens=made + words,
        output_tokens_by_modality=said,
        thoughts_tokens=draw(st.none() | st.integers(0, THOUGHTS_PER_MEDIUM - words)),
        seconds=Decimal(request.seconds) if request.role == "video" else None,
    )


@settings(deadline=None)
@given(answered())
def test_no_answer_within_what_was_asked_costs_more_than_its_estimate(
    case: tuple[GenerationRequest, Usage],
) -> None:
    request, usage = case
    cost = actual(request, usage, price_of(request.model, DAY))
    assert cost is not None
    assert Decimal(0) <= cost <= estimate(request, DAY)


@settings(deadline=None)
@given(requests())
def test_an_estimate_is_positive_and_has_four_places(request_: GenerationRequest) -> None:
    ceiling = estimate(request_, DAY)
    assert ceiling > 0
    assert ceiling.as_tuple().exponent == -4


@settings(deadline=None)
@given(requests(), st.text(min_size=1, max_size=50))
def test_asking_for_more_never_lowers_the_estimate(request_: GenerationRequest, more: str) -> None:
    before = estimate(request_, DAY)
    longer = request_.model_copy(update={"prompt": request_.prompt + more})
    pictured = request_.model_copy(update={"attachments": (*request_.attachments, PICTURE)})
    lasting = request_.model_copy(update={"seconds": request_.seconds + 1})
    for asked in (longer, pictured, lasting):
        assert estimate(asked, DAY) >= before


def test_an_estimate_of_text_is_its_input_and_the_longest_answer() -> None:
    request = GenerationRequest(
        role="text", purpose="rubric", model="gemini-3.8-flash", prompt="x" * 3000
    )
    # 1000 tokens at 0.75 and 4096 at 3.75 per million
    assert estimate(request, DAY) == Decimal("0.0162")
    assert estimate(request, date(2027, 1, 1)) == Decimal("0.0323")


def test_characters_of_three_bytes_count_as_a_token_each() -> None:
    request = GenerationRequest(
        role="text", purpose="rubric", model="gemini-3.8-flash", prompt="走" * 100_000
    )
    assert estimate(request, DAY) >= Decimal("0.75") / 10


def test_a_clip_costs_its_seconds_and_its_input() -> None:
    request = GenerationRequest(
        role="video", purpose="clip", model="gemini-omni-1.2-flash", prompt="a", seconds=4
    )
    usage = Usage(
        input_tokens=1000,
        output_tokens=23168,
        output_tokens_by_modality={"VIDEO": 23168},
        seconds=Decimal(4),
    )
    row = price_of(request.model, DAY)
    assert actual(request, usage, row) == Decimal("0.2815")


@pytest.mark.parametrize("known", [None, {}, {"input_tokens": 5}, {"output_tokens": 5}])
@pytest.mark.parametrize("role", ["text", "video"])
def test_unknown_usage_is_no_cost_and_not_zero(role: str, known: dict[str, int] | None) -> None:
    names = {"text": "gemini-3.8-flash", "video": "gemini-omni-1.2-flash"}
    request = GenerationRequest.model_validate(
        {"role": role, "purpose": "rubric", "model": names[role], "prompt": "p", "seconds": 4}
    )
    usage = None if known is None else Usage(**known)
    assert actual(request, usage, price_of(request.model, DAY)) is None


def test_a_still_without_any_usage_has_no_known_cost() -> None:
    request = GenerationRequest(
        role="image", purpose="frame", model="gemini-nano-banana-2.1", prompt="p"
    )
    row = price_of(request.model, DAY)
    assert actual(request, None, row) is None
    assert actual(request, Usage(), row) is None
    assert actual(request, Usage(input_tokens=1), row) == Decimal("0.033602")


def usage_of(role: str, **changed: Any) -> tuple[GenerationRequest, Usage]:
    """A request of that role, and a likely usage of it but for what is changed."""
    names = {
        "text": "gemini-3.8-flash",
        "image": "gemini-nano-banana-2.1",
        "video": "gemini-omni-1.2-flash",
    }
    purposes = {"text": "rubric", "image": "frame", "video": "clip"}
    request = GenerationRequest.model_validate(
        {
            "role": role,
            "purpose": purposes[role],
            "model": names[role],
            "prompt": "a door opens " * 20,
            "seconds": 4 if role == "video" else 0,
            "attachments": (PICTURE,),
        }
    )
    used: dict[str, Any] = {"input_tokens": 1200, "output_tokens": 1120, "thoughts_tokens": 300}
    used |= {"seconds": Decimal(4)} if role == "video" else {}
    return request, Usage.model_validate(used | changed)


@pytest.mark.parametrize("role", ["text", "image", "video"])
def test_a_likely_usage_has_a_cost(role: str) -> None:
    request, usage = usage_of(role)
    assert actual(request, usage, price_of(request.model, DAY))


@pytest.mark.parametrize("role", ["text", "image", "video"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"input_tokens": -5},
        {"input_tokens": 0},
        {"input_tokens": 1_200_000},
        {"output_tokens": -1},
        {"output_tokens": 1_120_000},
        {"thoughts_tokens": -300},
        {"thoughts_tokens": 300_000},
        {"output_tokens_by_modality": {"TEXT": -7}},
        {"output_tokens_by_modality": {"TEXT": 90_000}},
        {"output_tokens": 10, "output_tokens_by_modality": {"TEXT": 11}},
    ],
)
def test_a_usage_that_cannot_be_is_unknown_and_no_bill(role: str, wrong: dict[str, Any]) -> None:
    request, usage = usage_of(role, **wrong)
    assert actual(request, usage, price_of(request.model, DAY)) is None


@pytest.mark.parametrize("seconds", [Decimal(0), Decimal(-4), Decimal(5), Decimal(4000)])
def test_a_clip_longer_than_was_ordered_is_no_bill(seconds: Decimal) -> None:
    request, usage = usage_of("video", seconds=seconds)
    assert actual(request, usage, price_of(request.model, DAY)) is None


def test_a_text_answer_of_no_token_at_all_is_unknown() -> None:
    request, usage = usage_of("text", output_tokens=0, thoughts_tokens=None)
    assert actual(request, usage, price_of(request.model, DAY)) is None


@st.composite
def items(draw: st.DrawFn) -> list[Item]:
    found = draw(st.lists(requests(), max_size=6))
    return [
        Item(request.purpose, request, draw(st.integers(0, 5)), spare=draw(st.booleans()))
        for request in found
    ]


@settings(deadline=None)
@given(items())
def test_a_quote_adds_up_and_is_never_below_its_items(asked: list[Item]) -> None:
    asked = [replace(item, what=f"{item.what} {item.spare}") for item in asked]
    quote = quote_of(asked, simulated=True, on=DAY)
    assert quote.total == sum(line.total for line in quote.lines) + quote.rounding
    assert 0 <= quote.rounding < Decimal("0.01")
    assert quote.once == sum(line.total for line in quote.lines if not line.spare)
    assert all(line.total == line.count * line.unit_price > 0 for line in quote.lines)
    assert sum(line.count for line in quote.lines) == sum(item.count for item in asked)
    assert quote.total >= sum(item.count * estimate(item.request, DAY) for item in asked)


def clip(seconds: int, prompt: str = "p") -> GenerationRequest:
    return GenerationRequest(
        role="video",
        purpose="clip",
        model="gemini-omni-1.2-flash",
        prompt=prompt,
        resolution="720p",
        seconds=seconds,
    )


def test_clips_of_one_billed_length_are_one_line_at_the_dearest_of_them() -> None:
    asked = [Item("clips", clip(4), 2), Item("clips", clip(4, "p" * 900), 1)]
    quote = quote_of([*asked, Item("clips", clip(8), 1)], simulated=False, on=DAY)
    assert [(line.count, line.unit) for line in quote.lines] == [
        (3, "clip of 4 s at 720p"),
        (1, "clip of 8 s at 720p"),
    ]
    assert quote.lines[0].unit_price == estimate(clip(4, "p" * 900), DAY)
    assert quote.video_seconds == 3 * 4 + 8
    assert Quote.model_validate_json(quote.model_dump_json()) == quote


def test_a_price_that_is_known_to_rise_soon_is_counted_at_the_higher_one() -> None:
    request = GenerationRequest(role="text", purpose="rubric", model="gemini-3.8-flash", prompt="p")
    eve = date(2026, 12, 30)
    assert dearest(request, eve, timedelta(days=14)) == estimate(request, date(2027, 1, 1))
    assert dearest(request, eve, timedelta(days=1)) == estimate(request, eve)
    quote = quote_of(
        [Item("checks", request, 1)], simulated=False, on=eve, horizon=timedelta(days=14)
    )
    assert any("changes on 2027-01-01" in said for said in quote.assumptions)


def test_a_quote_says_which_prices_are_not_confirmed_and_which_are_old() -> None:
    fresh = quote_of([Item("clips", clip(4), 1)], simulated=False, on=DAY)
    assert any("gemini-omni-1.2-flash is reported" in said for said in fresh.assumptions)
    assert fresh.warnings == ()
    old = quote_of([Item("clips", clip(4), 1)], simulated=False, on=date(2027, 6, 1))
    assert ["gemini-omni-1.2-flash" in said for said in old.warnings] == [True]


def test_a_quote_stops_at_what_has_no_price() -> None:
    request = clip(4).model_copy(update={"resolution": "8K"})
    with pytest.raises(UnpricedModel, match="'8K'"):
        quote_of([Item("clips", request, 1)], simulated=True, on=DAY)


@pytest.mark.parametrize(
    ("usage", "charged"),
    [
        (None, False),
        (Usage(input_tokens=300), False),
        (Usage(input_tokens=300, output_tokens=0), False),
        (Usage(input_tokens=300, output_tokens_by_modality={"TEXT": 20}), False),
        (Usage(input_tokens=300, output_tokens=1120, output_tokens_by_modality={"IMAGE": 1120}), 1),
    ],
)
def test_an_answer_without_its_picture_costs_what_its_usage_counts(
    usage: Usage | None, charged: bool
) -> None:
    request = GenerationRequest(
        role="image",
        purpose="frame",
        model="gemini-nano-banana-2.1",
        prompt="p",
        aspect_ratio="16:9",
        image_size="1K",
    )
    row = price_of(request.model, date(2026, 11, 20))
    cost = actual(request, usage, row) if charged else Decimal(0)
    assert refused(request, usage, row) == cost
    assert (cost or 0) > 0 if charged else cost == 0


def test_a_text_answer_of_nothing_but_thoughts_is_charged_for_them() -> None:
    request = GenerationRequest(
        role="text", purpose="breakdown", model="gemini-3.8-flash", prompt="p"
    )
    usage = Usage(input_tokens=10, output_tokens=0, thoughts_tokens=400)
    assert refused(request, usage, price_of(request.model, date(2026, 11, 20)))

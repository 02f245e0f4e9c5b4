"""Ceilings hold, unknown is not zero, and a quote adds up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenlight.errors import InvalidInput
from greenlight.generate.models import billed_seconds, model, models
from greenlight.generate.outcome import Usage
from greenlight.generate.request import Attachment, GenerationRequest
from greenlight.money.prices import UnpricedModel, price_list, price_of
from greenlight.money.quote import (
    THOUGHTS_PER_MEDIUM,
    TOKENS_PER_PICTURE,
    Quote,
    actual,
    estimate,
    quote_production,
)

DAY = date(2026, 11, 23)
PICTURE = Attachment(key="k", sha256="s", mime="image/png", use="reference")
MODELS = [row for row in models() if any(price.model == row.name for price in price_list())]
TEAM: dict[str, Any] = {
    "text_model": "gemini-3.8-flash",
    "image_model": "gemini-nano-banana-2.1",
    "video_model": "gemini-omni-1.2-flash",
    "on": DAY,
}


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
            "prompt": draw(st.text(max_size=400)),
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
    input_tokens = draw(st.integers(0, text + TOKENS_PER_PICTURE * len(request.attachments)))
    if request.role == "text":
        limit = model(request.model).output_limit[request.purpose]
        out = draw(st.integers(0, limit))
        thoughts = draw(st.none() | st.integers(0, limit - out))
        return request, Usage(
            input_tokens=input_tokens, output_tokens=out, thoughts_tokens=thoughts
        )
    words = draw(st.integers(0, THOUGHTS_PER_MEDIUM))
    made = draw(st.integers(0, 60_000))
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
    assert actual(request, Usage(input_tokens=0), row) == Decimal("0.0336")


shots = st.lists(st.decimals(min_value=1, max_value=10, places=1), max_size=12)


@settings(deadline=None)
@given(shots, st.integers(1, 5), st.decimals(min_value=0, max_value=3, places=1))
def test_a_quote_adds_up_and_grows_with_all_that_is_asked(
    seconds: list[Decimal], candidates: int, retakes: Decimal
) -> None:
    def total(lengths: list[Decimal], each: int, again: Decimal) -> Decimal:
        quote = quote_production(
            lengths, candidates=each, expected_retakes=again, simulated=True, **TEAM
        )
        assert quote.total == sum(line.total for line in quote.lines)
        assert all(line.total == line.count * line.unit_price > 0 for line in quote.lines)
        return quote.total

    base = total(seconds, candidates, retakes)
    assert base > 0
    assert total([*seconds, Decimal(3)], candidates, retakes) > base
    assert total(seconds, candidates + 1, retakes) >= base
    assert total(seconds, candidates, retakes + 1) >= base


@settings(deadline=None)
@given(shots)
def test_clips_are_quoted_at_the_length_that_is_billed(seconds: list[Decimal]) -> None:
    quote = quote_production(seconds, candidates=3, simulated=True, **TEAM)
    quoted = {line.unit: line.count for line in quote.lines if line.what == "clips"}
    billed = [billed_seconds(TEAM["video_model"], length) for length in seconds]
    assert quoted == {f"clip of {length} s": billed.count(length) for length in billed}


def test_six_shots_are_quoted_line_by_line() -> None:
    quote = quote_production(
        [Decimal("3.5")] * 6, candidates=3, expected_retakes=Decimal(0), simulated=True, **TEAM
    )
    counts = {line.what: line.count for line in quote.lines}
    assert counts == {"breakdown": 1, "frames": 18, "clips": 6, "checks": 24}
    assert quote.simulated
    assert any("gemini-omni-1.2-flash is reported" in said for said in quote.assumptions)
    assert Quote.model_validate_json(quote.model_dump_json()) == quote


def test_handles_may_make_a_clip_longer() -> None:
    def units(handles: str) -> set[str]:
        quote = quote_production(
            [Decimal("3.5")], candidates=1, handles=Decimal(handles), simulated=True, **TEAM
        )
        return {line.unit for line in quote.lines if line.role == "video"}

    assert units("0") == {"clip of 4 s"}
    assert units("1") == {"clip of 5 s"}


def test_a_shot_that_no_clip_can_hold_stops_the_quote() -> None:
    with pytest.raises(InvalidInput, match="too long"):
        quote_production([Decimal(11)], candidates=1, simulated=True, **TEAM)


def test_a_quote_stops_at_what_has_no_price() -> None:
    with pytest.raises(UnpricedModel, match="'8K'"):
        quote_production([Decimal(4)], candidates=1, simulated=True, image_size="8K", **TEAM)

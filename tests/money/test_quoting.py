"""What a production is quoted for: an estimate at first, a bound once there is a shot list."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from greenlight.money.quoting import brief_quote, list_quote
from greenlight.production.brief import Brief
from greenlight.production.records import ProductionRecord
from greenlight.production.shots import Shot

DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, tzinfo=UTC)
BRIEF = Brief(title="t", vision="v", candidates=2)
PLAIN = ProductionRecord(
    at=AT,
    production="p",
    show="show",
    brief=BRIEF,
    text_model="gemini-3.8-flash",
    image_model="gemini-nano-banana-2.1",
    video_model="veo-3.1-generate-001",
    simulated=True,
    submitted_by="test",
    quote_usd=Decimal(0),
)
SHOT = Shot(id="sq010_sh0010", subject="a door", action="opens", seconds=Decimal(5))


def test_a_quote_counts_billed_seconds_candidates_retakes_and_repeated_questions() -> None:
    quote = list_quote(PLAIN, [SHOT] * 3, on=DAY)
    counts = {(line.what, line.unit): line.count for line in quote.lines}
    assert counts == {
        ("breakdown", "answer"): 1,
        ("breakdown, asked again", "answer"): 2,
        ("frames", "1K still"): 6,
        ("frame checks", "answer"): 6,
        ("frame retakes", "1K still"): 6,
        ("frame checks, again", "answer"): 18,
        ("clips", "clip of 6 s at 720p"): 3,
        ("clip checks", "answer"): 3,
        ("clip retakes", "clip of 6 s at 720p"): 3,
        ("clip checks, again", "answer"): 9,
    }
    assert quote.video_seconds == 18
    clips = next(line for line in quote.lines if line.what == "clips")
    assert (clips.model, clips.resolution, clips.seconds) == ("veo-3.1-generate-001", "720p", 6)
    assert clips.unit_price == Decimal("2.4")


@pytest.mark.parametrize(
    ("fields", "clips"),
    [
        ({}, {4: 6}),
        ({"shots": 3}, {4: 3}),
        ({"seconds": Decimal(60)}, {4: 15}),
        ({"seconds": Decimal(60), "shots": 10}, {6: 10}),
        ({"seconds": Decimal(600)}, {8: 60}),
    ],
)
def test_a_brief_is_quoted_for_the_film_that_it_asks_for(
    fields: dict[str, Any], clips: dict[int, int]
) -> None:
    production = PLAIN.model_copy(update={"brief": BRIEF.model_copy(update=fields)})
    quote = brief_quote(production, on=DAY)
    lines = {line.seconds: line.count for line in quote.lines if line.what == "clips"}
    assert lines == clips


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"shots": 6, "seconds": Decimal(2)}, "seconds: 2 is less than 6 shots can last"),
        ({"shots": 2, "seconds": Decimal(60)}, "seconds: 60 is more than 2 shots can last"),
        ({"budget_usd": Decimal("0.01")}, "budget_usd: $0.01 is less than the"),
        ({"budget_usd": Decimal("1")}, "is quoted: it will hold some shots"),
    ],
)
def test_what_a_brief_cannot_have_is_said_with_its_quote(fields: dict[str, Any], said: str) -> None:
    production = PLAIN.model_copy(update={"brief": BRIEF.model_copy(update=fields)})
    (caution,) = brief_quote(production, on=DAY).cautions
    assert said in caution


@pytest.mark.parametrize(
    "fields", [{}, {"shots": 6, "seconds": Decimal(6)}, {"budget_usd": Decimal(500)}]
)
def test_what_a_brief_can_have_needs_no_caution(fields: dict[str, Any]) -> None:
    production = PLAIN.model_copy(update={"brief": BRIEF.model_copy(update=fields)})
    assert brief_quote(production, on=DAY).cautions == ()


def test_before_there_is_a_shot_list_a_quote_is_no_bound_and_says_so() -> None:
    quote = brief_quote(PLAIN, on=DAY)
    assert quote.estimated
    assert quote.most == f"up to about ${quote.total} (simulated)"
    listed = list_quote(PLAIN, [SHOT] * 3, on=DAY)
    assert not listed.estimated
    assert listed.most == f"up to ${listed.total} (simulated)"

"""Every price has a day and a source, and what has none stops with its name."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from greenlight.errors import InvalidInput
from greenlight.generate.models import models
from greenlight.money.prices import (
    CHECKED_EVERY,
    UnpricedModel,
    days_of_change,
    price_list,
    price_of,
    stale,
)

DAY = date(2026, 11, 23)


def test_every_row_says_where_it_is_from_and_prices_something() -> None:
    for row in price_list():
        assert row.source
        assert row.checked >= date(2026, 11, 1)
        assert row.input is not None or row.image or row.second
        prices = [row.input, row.output, *row.image.values(), *row.second.values()]
        assert all(price > 0 for price in prices if price is not None)


def test_no_model_has_two_prices_from_one_day() -> None:
    days = [(row.model, row.valid_from) for row in price_list()]
    assert len(days) == len(set(days))


def test_every_model_that_can_be_chosen_has_a_price_of_its_kind() -> None:
    for row in models():
        price = price_of(row.name, DAY)
        if row.role == "text":
            assert price.input is not None
            assert price.output is not None
        if row.role == "image":
            assert all(price.per_image(size) for size in row.image_sizes)
        if row.role == "video":
            assert price.per_second("720p")


@pytest.mark.parametrize(
    ("model", "kind", "price"),
    [
        ("gemini-nano-banana-2.1", "1K", "0.0336"),
        ("gemini-3-pro-image", "2K", "0.134"),
        ("gemini-3-pro-image", "4K", "0.24"),
        ("gemini-omni-1.2-flash", "720p", "0.07"),
        ("gemini-omni-1.1-flash", "720p", "0.10"),
        ("veo-3.1-generate-001", "4k", "0.60"),
    ],
)
def test_prices_are_those_of_the_sources(model: str, kind: str, price: str) -> None:
    row = price_of(model, DAY)
    assert (row.image | row.second)[kind] == Decimal(price)


def test_the_price_of_the_day_is_taken() -> None:
    assert price_of("gemini-3.8-flash", date(2026, 12, 31)).output == Decimal("3.75")
    assert price_of("gemini-3.8-flash", date(2027, 1, 1)).output == Decimal("7.50")
    assert price_of("gemini-3.8-flash", date(2030, 1, 1)).output == Decimal("7.50")


def test_an_empty_size_is_the_default_of_the_service() -> None:
    assert price_of("gemini-nano-banana-2.1", DAY).per_image("") == Decimal("0.0336")
    assert price_of("gemini-omni-1.2-flash", DAY).per_second("") == Decimal("0.07")


def test_a_model_without_a_price_is_named_with_those_that_have_one() -> None:
    with pytest.raises(UnpricedModel, match=r"'gemini-9' \(priced: .*gemini-3\.8-flash") as caught:
        price_of("gemini-9", DAY)
    assert caught.value.model == "gemini-9"
    assert isinstance(caught.value, InvalidInput)


def test_a_day_before_the_first_price_has_none() -> None:
    with pytest.raises(UnpricedModel, match="priced from 2026-11-05"):
        price_of("gemini-omni-1.2-flash", date(2026, 11, 4))


def test_a_resolution_without_a_price_is_named_with_those_that_have_one() -> None:
    with pytest.raises(UnpricedModel, match=r"resolution '4k' .*\(priced: 720p\)"):
        price_of("veo-3.1-fast-generate-001", DAY).per_second("4k")


FLASH = "gemini-3.8-flash"
OMNI = "gemini-omni-1.2-flash"


def test_no_price_that_ships_is_stale_on_the_day_that_it_was_checked() -> None:
    assert stale([row.name for row in models()], DAY) == ()


def test_a_price_is_trusted_for_sixty_days_and_then_named_with_its_source() -> None:
    last = price_of(OMNI, DAY).checked + CHECKED_EVERY
    assert stale([OMNI], last) == ()
    (said,) = stale([OMNI, OMNI], last + timedelta(days=1))
    assert OMNI in said
    assert "61 days ago, on 2026-11-23" in said
    assert price_of(OMNI, DAY).source in said


def test_an_introductory_price_warns_only_where_no_later_one_is_known() -> None:
    rows = price_list()
    first = [row for row in rows if row.model == FLASH and row.until is not None]
    assert stale([FLASH], DAY, rows) == ()
    (soon,) = stale([FLASH], DAY, first)
    assert "ends on 2026-12-31, and no later one is known" in soon
    (past,) = stale([FLASH], date(2027, 1, 3), first)
    assert "ended on 2026-12-31" in past
    assert stale([FLASH], date(2026, 10, 20), first) == ()


def test_every_price_that_ends_says_on_which_day_it_was_known_to_end() -> None:
    for row in price_list():
        assert ("introductory until" in row.source) == (row.until is not None)


def test_days_of_change_are_those_ahead_within_the_time_asked_for() -> None:
    assert days_of_change(FLASH, date(2026, 12, 30), timedelta(days=14)) == (date(2027, 1, 1),)
    assert days_of_change(FLASH, date(2027, 1, 1), timedelta(days=14)) == ()
    assert days_of_change(FLASH, date(2026, 12, 1), timedelta(days=14)) == ()

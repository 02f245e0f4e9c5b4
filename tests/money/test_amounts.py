"""One way to round and to show money: what is shown adds up, and no ceiling is shown too low."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenlight.errors import InvalidInput
from greenlight.money.amounts import CENT, amount_of, at_most, cents, rate, split, usd, usd_rows

amounts = st.decimals(0, 10_000, places=6)


@given(st.lists(amounts, max_size=30))
def test_rows_add_to_their_total_and_none_is_more_than_a_cent_off(parts: list[Decimal]) -> None:
    shown = split(parts)
    assert sum(shown) == cents(sum(parts, Decimal(0)))
    assert all(abs(row - part) < CENT for row, part in zip(shown, parts, strict=True))


@given(amounts)
def test_an_amount_is_never_shown_lower_than_it_is(amount: Decimal) -> None:
    said = usd(amount)
    if said != "under $0.01":
        assert amount <= Decimal(said.replace("$", "").replace(",", "")) < amount + CENT
    else:
        assert 0 < amount < CENT


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("0", "$0.00"),
        ("0.0012", "under $0.01"),
        ("0.01", "$0.01"),
        ("0.453460", "$0.46"),
        ("1234.5", "$1,234.50"),
        ("-0.81", "–$0.81"),
    ],
)
def test_amounts_are_whole_cents(amount: str, said: str) -> None:
    assert usd(Decimal(amount)) == said
    assert usd(Decimal(amount), simulated=True) == f"{said} (simulated)"


def test_a_ceiling_says_that_it_is_one() -> None:
    assert at_most(Decimal("19.2001")) == "up to $19.21"
    assert at_most(Decimal("0.0012"), simulated=True) == "under $0.01 (simulated)"


def test_what_is_not_known_and_what_has_no_limit_is_said_in_words() -> None:
    assert (usd(None), usd(None, none="no limit")) == ("not known", "no limit")


def test_rows_that_are_too_small_say_so() -> None:
    assert usd_rows([Decimal("0.004"), Decimal(0), Decimal("2.001")]) == [
        "under $0.01",
        "$0.00",
        "$2.00",
    ]


def test_the_price_of_a_unit_keeps_its_digits() -> None:
    assert (rate(Decimal("0.0391")), rate(Decimal("0.50"))) == ("$0.0391", "$0.50")


@pytest.mark.parametrize("text", ["$12", "12", " 12.00 "])
def test_amounts_are_read_with_and_without_a_dollar_sign(text: str) -> None:
    assert amount_of(text, "--limit") == 12


@pytest.mark.parametrize("text", ["", "-1", "NaN", "inf", "twelve", "1e"])
def test_what_is_no_amount_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"invalid --limit .*an amount in USD, such as 12"):
        amount_of(text, "--limit")

"""The price list: dated rows, each with its source and how far it is to be trusted."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from greenlight.errors import InvalidInput
from greenlight.production.model import Strict

CHECKED_EVERY = timedelta(days=60)
"""Introductory prices of this list ran for eleven weeks: a row that was not compared with its
source for longer than this may have missed the end of one."""


class UnpricedModel(InvalidInput):
    """A price is missing for a model, day, size or resolution; a budgeted run stops here."""

    def __init__(self, message: str, *, model: str) -> None:
        super().__init__(message)
        self.model = model


class PriceRow(Strict):
    """Price of one model from one day on, in USD.

    `input` and `output` are per million tokens, `image` per still by size, `second` per second of
    video by resolution. `until` is the last day that the vendor named, where one was named.
    """

    model: str
    valid_from: date
    until: date | None = None
    input: Decimal | None = Field(default=None, ge=0)
    output: Decimal | None = Field(default=None, ge=0)
    image: dict[str, Decimal] = Field(default_factory=dict)
    second: dict[str, Decimal] = Field(default_factory=dict)
    confidence: Literal["published", "reported"]
    source: str
    checked: date

    @property
    def label(self) -> str:
        """The row in one line, as a record keeps it beside the cost."""
        return f"{self.model} from {self.valid_from} ({self.confidence})"

    def per_image(self, size: str) -> Decimal:
        """USD per still; the empty size is the service's default, 1K."""
        return self._of(self.image, size or "1K", "image size")

    def per_second(self, resolution: str) -> Decimal:
        """USD per second of video; the empty resolution is the service's default, 720p."""
        return self._of(self.second, resolution or "720p", "resolution")

    def _of(self, prices: dict[str, Decimal], key: str, what: str) -> Decimal:
        if key not in prices:
            known = ", ".join(prices) or "none"
            msg = f"no price for {what} {key!r} of {self.model!r} (priced: {known})"
            raise UnpricedModel(msg, model=self.model)
        return prices[key]


class _PriceList(Strict):
    price: tuple[PriceRow, ...]


@cache
def price_list() -> tuple[PriceRow, ...]:
    """All rows of prices.toml, in its order."""
    text = Path(__file__).with_name("prices.toml").read_text(encoding="utf-8")
    return _PriceList.model_validate(tomllib.loads(text)).price


def price_of(model: str, on: date) -> PriceRow:
    """The row in force on a day (UTC); raises UnpricedModel if there is none."""
    rows = [row for row in price_list() if row.model == model]
    if not rows:
        priced = ", ".join(dict.fromkeys(row.model for row in price_list()))
        msg = f"no price for model {model!r} (priced: {priced})"
        raise UnpricedModel(msg, model=model)
    in_force = [row for row in rows if row.valid_from <= on]
    if not in_force:
        first = min(row.valid_from for row in rows)
        msg = f"no price for model {model!r} on {on} (priced from {first})"
        raise UnpricedModel(msg, model=model)
    return max(in_force, key=lambda row: row.valid_from)


def days_of_change(model: str, on: date, within: timedelta) -> tuple[date, ...]:
    """Days after `on`, and not after `within` of it, from which a known new price applies."""
    return tuple(
        row.valid_from
        for row in price_list()
        if row.model == model and on < row.valid_from <= on + within
    )


def stale(
    models: Iterable[str], on: date, rows: Sequence[PriceRow] | None = None
) -> tuple[str, ...]:
    """A sentence for each model whose price may no longer hold on a day (UTC), or soon will not.

    That is one that was not compared with its source for `CHECKED_EVERY`, or one that ends within
    that time and of which no later price is known. `rows` are the price list unless given.
    """
    known = price_list() if rows is None else rows
    found = (_doubt(model, on, known) for model in dict.fromkeys(models))
    return tuple(sentence for sentence in found if sentence)


def _doubt(model: str, on: date, rows: Sequence[PriceRow]) -> str:
    mine = sorted((r for r in rows if r.model == model), key=lambda r: r.valid_from)
    in_force = [row for row in mine if row.valid_from <= on]
    if not in_force:
        return ""  # it has no price at all, which stops a quote with a sentence of its own
    row = in_force[-1]
    if row.until is not None and row is mine[-1] and row.until <= on + CHECKED_EVERY:
        ends = "ended" if row.until < on else "ends"
        return (
            f"the price of {model} {ends} on {row.until}, and no later one is known ({row.source})"
        )
    age = (on - row.checked).days
    if age > CHECKED_EVERY.days:
        return (
            f"the price of {model} was last checked {age} days ago, on {row.checked} (prices are "
            f"trusted for {CHECKED_EVERY.days} days): compare it with {row.source}"
        )
    return ""

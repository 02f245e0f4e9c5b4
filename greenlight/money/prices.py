"""The price list: dated rows, each with its source and how far it is to be trusted."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from greenlight.errors import InvalidInput


class UnpricedModel(InvalidInput):
    """There is no price for a model, a day, a size or a resolution; a budgeted run stops here."""

    def __init__(self, message: str, *, model: str) -> None:
        super().__init__(message)
        self.model = model


class PriceRow(BaseModel):
    """Price of one model from one day on, in USD.

    `input` and `output` are per million tokens, `image` per still by size, `second` per second of
    video by resolution.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    valid_from: date
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


class _PriceList(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

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

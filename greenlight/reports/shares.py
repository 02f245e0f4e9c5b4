"""A share of a count, with the interval that so few cases leave open."""

from __future__ import annotations

import math

from pydantic import BaseModel, ConfigDict, computed_field

Z = 1.959963984540054
"""The normal deviate of a 95 % interval."""


class Figures(BaseModel):
    """What reports are made of: frozen, and strict about its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Share(Figures):
    """`hits` of `total`; without any case neither share nor interval can be known."""

    hits: int
    total: int

    @computed_field  # type: ignore[prop-decorator]
    @property
    def share(self) -> float | None:
        return self.hits / self.total if self.total else None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % score interval (Wilson 1927, JASA 22, 209–212)."""
        return wilson(self.hits, self.total) if self.total else None


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Wilson's 95 % score interval of `hits` in `total`, both ends within 0 and 1."""
    share = hits / total
    z2 = Z * Z / total
    middle = (share + z2 / 2) / (1 + z2)
    half = Z * math.sqrt(share * (1 - share) / total + z2 / (4 * total)) / (1 + z2)
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    high = 1.0 if hits == total else min(1.0, middle + half)
    return low, high

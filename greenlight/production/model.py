"""The two bases of typed values: both are immutable, and one refuses unknown fields."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Strict(Frozen):
    model_config = ConfigDict(extra="forbid")

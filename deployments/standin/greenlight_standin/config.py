"""What a stand-in can be told when it starts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from greenlight_standin.faults import FaultRule

LatencyRole = Literal["text", "image", "video"]
DEFAULT_LATENCY: dict[LatencyRole, float] = {
    "text": 0.4,
    "image": 1.0,
    "video": 4.0,
}
ANY_MODEL = "*"
"""The quota under this name is that of each model that has none of its own."""


class StandInConfig(BaseModel):
    """Settings of one stand-in; `data` is the folder its state lives in (None: a temporary one).

    `quotas` are paid requests a minute by model, under `*` for every other one; none limits
    nothing. The rules of `scenario` come into force at each start. `memory` is how many MB of
    answers are kept, so that the same request is answered with the same bytes, not drawn again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path | None = None
    seed: int = 0
    latency: Mapping[LatencyRole, float] = Field(default_factory=lambda: dict(DEFAULT_LATENCY))
    api_key: str | None = None
    workers: int = Field(default=2, ge=1, le=16)
    memory: int = Field(default=0, ge=0, le=65_536)
    models: Mapping[str, LatencyRole] = Field(default_factory=dict)
    quotas: Mapping[str, int] = Field(default_factory=dict)
    scenario: tuple[FaultRule, ...] = ()

    @field_validator("latency")
    @classmethod
    def _complete(cls, value: Mapping[LatencyRole, float]) -> Mapping[LatencyRole, float]:
        for role, seconds in value.items():
            if not 0 <= seconds <= 3600:
                raise ValueError(f"latency of {role} is {seconds} s (allowed: 0 to 3600)")
        return {**DEFAULT_LATENCY, **value}

    @field_validator("quotas")
    @classmethod
    def _countable(cls, value: Mapping[str, int]) -> Mapping[str, int]:
        for model, limit in value.items():
            if not 1 <= limit <= 100_000:
                raise ValueError(f"quota of {model} is {limit} (allowed: 1 to 100000 a minute)")
        return value


def parse_pairs(text: str) -> dict[str, str]:
    """Read ``a=1,b=2``; a part without ``=`` raises ValueError naming it."""
    pairs: dict[str, str] = {}
    for part in re.split(r"[,\s]+", text.strip()):
        if not part:
            continue
        name, equals, value = part.partition("=")
        if not equals or not name or not value:
            raise ValueError(f"{part!r} is not of the form name=value")
        pairs[name] = value
    return pairs

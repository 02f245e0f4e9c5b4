"""Whom a fault strikes, when and how often."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from greenlight_standin.faults.catalogue import FAULTS
from greenlight_standin.faults.roles import ANY, PAID, TEXT_ROLES


class FaultRule(BaseModel):
    """One rule; without `times`, `until` or `role` nothing is limited in that respect.

    `match` is a substring or a pattern of the prompt, which polls and downloads inherit from their
    job. `after` and `until` are seconds since the rule was put in force; `probability` is drawn
    from `seed` and the number of the request among those that the rule is meant for. `seconds` is
    what a 429 asks to wait, and how long a slow answer takes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    fault: str
    role: str | None = None
    times: int | None = Field(default=None, ge=1)
    match: str | None = None
    probability: float = Field(default=1.0, gt=0, le=1)
    seed: int = 0
    after: float = Field(default=0.0, ge=0)
    until: float | None = None
    seconds: float = Field(default=2.0, ge=0, le=86400)

    @field_validator("fault")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in FAULTS:
            raise ValueError(f"unknown fault {value!r} (known: {', '.join(sorted(FAULTS))})")
        return value

    @field_validator("role")
    @classmethod
    def _role(cls, value: str | None) -> str | None:
        if value is not None and value not in ANY:
            raise ValueError(f"unknown role {value!r} (known: {', '.join(sorted(ANY))})")
        return value

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        roles = FAULTS[self.fault].roles
        if self.role is not None and self.role not in roles:
            allowed = ", ".join(sorted(roles))
            raise ValueError(f"{self.fault} cannot strike role {self.role!r} (allowed: {allowed})")
        if self.until is not None and self.until <= self.after:
            raise ValueError(
                f"until is {self.until:g} s (allowed: more than after, {self.after:g} s)"
            )
        return self

    def meant_for(self, role: str, prompt: str) -> bool:
        """Whether a call of `role` that says `prompt` is one of those the rule is about."""
        allowed = FAULTS[self.fault].roles
        if self.role is None:
            # Free calls are struck when a rule names them, or when the fault knows no others.
            if role not in (allowed & PAID or allowed):
                return False
        elif self.role != role and not (self.role == "text" and role in TEXT_ROLES):
            return False
        if self.match is None or self.match.casefold() in prompt.casefold():
            return True
        try:
            return re.search(self.match, prompt, re.IGNORECASE | re.MULTILINE) is not None
        except re.error:
            return False

    def in_time(self, elapsed: float) -> bool:
        """Whether the rule is awake `elapsed` seconds after it was put in force."""
        return self.after <= elapsed and (self.until is None or elapsed < self.until)

    def drawn(self, number: int) -> bool:
        """Whether chance lets it strike the request of that number, from 1; always the same."""
        if self.probability == 1.0:
            return True
        digest = hashlib.sha256(f"{self.seed}:{number}".encode()).digest()
        return int.from_bytes(digest[:8]) / 2**64 < self.probability


def read_rule(given: Any) -> FaultRule:
    """A rule from plain data; ValueError names the field, its value and what is allowed."""
    if not isinstance(given, Mapping):
        raise ValueError(f"{given!r} is not a rule: a mapping with a fault is wanted")
    try:
        return FaultRule.model_validate(given)
    except ValidationError as error:
        raise ValueError(_sentence(error)) from error


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    said = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        return f"unknown field {name!r} (known: {', '.join(FaultRule.model_fields)})"
    if first["type"] == "missing":
        return f"{name} is missing"
    if first["type"] == "value_error":
        return f"{name}: {said}" if name else said
    return f"{name} is {first['input']!r}: {said[0].lower()}{said[1:]}"

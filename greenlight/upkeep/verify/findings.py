"""The report of a verification: findings, each about one object, and totals."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Severity = Literal["error", "warning", "note"]


class Finding(BaseModel):
    """One thing that is not as it should be, or (a note) that looks so and is explained."""

    model_config = ConfigDict(frozen=True)

    severity: Severity
    key: str
    message: str


class Report(BaseModel):
    """Everything that was found of one production."""

    model_config = ConfigDict(frozen=True)

    production: str
    show: str
    findings: tuple[Finding, ...]
    objects: int
    records: int
    ledger_steps: int
    bytes: int
    seconds: float

    @property
    def errors(self) -> int:
        return sum(f.severity == "error" for f in self.findings)

    @property
    def warnings(self) -> int:
        return sum(f.severity == "warning" for f in self.findings)

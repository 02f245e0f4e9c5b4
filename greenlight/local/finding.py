"""The result of checking a machine or a service."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict


class Finding(BaseModel):
    """One check; `mend` is the command or step that fixes it."""

    model_config = ConfigDict(frozen=True)

    name: str
    verdict: Literal["ok", "warn", "bad"]
    detail: str
    mend: str = ""

    @classmethod
    def ok(cls, name: str, detail: str) -> Self:
        """All is well."""
        return cls(name=name, verdict="ok", detail=detail)

    @classmethod
    def warn(cls, name: str, detail: str, mend: str = "") -> Self:
        """It works, and should be looked at."""
        return cls(name=name, verdict="warn", detail=detail, mend=mend)

    @classmethod
    def bad(cls, name: str, detail: str, mend: str) -> Self:
        """It does not work."""
        return cls(name=name, verdict="bad", detail=detail, mend=mend)

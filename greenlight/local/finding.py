"""What a look at a machine or a service found."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Finding(BaseModel):
    """One thing that was looked at; `mend` is the command or step that puts it right."""

    model_config = ConfigDict(frozen=True)

    name: str
    verdict: Literal["ok", "warn", "bad"]
    detail: str
    mend: str = ""

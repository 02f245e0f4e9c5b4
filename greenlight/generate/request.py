"""What is asked of a model: the whole request as data, so that the ledger can store and send it."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Literal

from pydantic import Field

from greenlight.production.model import Strict
from greenlight.settings import Platform

Role = Literal["text", "image", "video"]
Purpose = Literal["breakdown", "rubric", "sheet", "frame", "clip"]


class Attachment(Strict):
    """A stored picture that goes along with a prompt; its bytes are read by sha256 when sent."""

    key: str
    sha256: str
    mime: str
    use: Literal["reference", "first_frame", "last_frame", "take"]


class GenerationRequest(Strict):
    """One request to a model: everything that shapes the answer, and where that came from.

    `context` is the digest of the context pack that the prompt was composed from, `platform` where
    it is sent, also when another process finds it later.
    """

    role: Role
    purpose: Purpose
    model: str
    prompt: str
    system: str = ""
    response_schema: dict[str, Any] | None = None
    aspect_ratio: str = ""
    image_size: str = ""
    resolution: str = ""
    seconds: int = 0
    seed: int = Field(default=0, ge=0, lt=2**31)
    attachments: tuple[Attachment, ...] = ()
    context: str = ""
    platform: Platform = "developer"

    @property
    def whole_prompt(self) -> str:
        """The system instruction and the prompt, for services with one field for both."""
        return f"{self.system}\n\n{self.prompt}" if self.system else self.prompt

    @property
    def fingerprint(self) -> str:
        """sha256 of all that shapes the answer; keys, origins and the platform do not."""
        data = self.model_dump(mode="json", exclude={"attachments", "context", "platform"})
        data["attachments"] = [[a.use, a.sha256, a.mime] for a in self.attachments]
        canonical = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

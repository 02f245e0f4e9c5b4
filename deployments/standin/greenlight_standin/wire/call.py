"""One request on its way through the stand-in."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from greenlight_standin.wire.bodies import Prompt, content_prompt, digest, interaction_prompt
from greenlight_standin.wire.bodies import field as body_field
from greenlight_standin.wire.errors import WireError

PAID_ROLES = frozenset({"breakdown", "rubric", "text", "image", "video"})


@dataclass(frozen=True)
class Call:
    """A request that was read: `role` says what it is for, `body` is empty for a GET.

    `job` is the interaction that a free call is about, `entry` its number in the list.
    """

    request: Request
    role: str
    model: str | None
    body: Mapping[str, Any]
    prompt: Prompt
    job: str | None = None
    entry: int = 0
    started: float = field(default_factory=time.monotonic)

    @property
    def paid(self) -> bool:
        """Whether the real service would bill it."""
        return self.role in PAID_ROLES

    @property
    def log_entry(self) -> dict[str, Any]:
        """What the request log keeps of it."""
        return {
            "role": self.role,
            "paid": self.paid,
            "method": self.request.method,
            "path": self.request.url.path,
            "model": self.model,
            "digest": digest(self.body) if self.body else None,
            "shot": self.prompt.shot,
            "remote_id": self.job,
        }


def content_role(body: Mapping[str, Any], prompt: Prompt) -> str:
    """What a generateContent body asks for."""
    config = generation_config(body)
    if "IMAGE" in modalities(config):
        return "image"
    if "rubric" in prompt.shot_lines:
        return "rubric"
    if "vision" in prompt.brief_lines and schema_of(config) is not None:
        return "breakdown"
    return "text"


def generation_config(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The generation config of a body, empty when it has none."""
    config = body_field(body, "generationConfig")
    return config if isinstance(config, dict) else {}


def modalities(config: Mapping[str, Any]) -> list[str]:
    """The kinds of output asked for, upper case."""
    asked = body_field(config, "responseModalities") or ["TEXT"]
    return [str(item).upper() for item in asked]


def schema_of(config: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The JSON schema the answer must follow, whichever field carries it."""
    for name in ("responseJsonSchema", "responseSchema"):
        schema = body_field(config, name)
        if isinstance(schema, dict):
            return schema
    return None


def lenient_prompt(kind: str, body: Mapping[str, Any]) -> Prompt:
    """The prompt for the log and the faults; a body that has none gives an empty one."""
    try:
        return content_prompt(body) if kind == "content" else interaction_prompt(body)
    except WireError:
        return Prompt("", ())

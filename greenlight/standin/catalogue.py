"""The models the stand-in answers for.

Names follow the Developer API's lists of November 2026; `--model NAME=ROLE` adds more, because
which models a production uses is configuration and not the stand-in's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenlight.standin.config import LatencyRole

KNOWN: dict[str, LatencyRole] = {
    "gemini-3.8-flash": "text",
    "gemini-3.8-pro": "text",
    "gemini-3.5-flash": "text",
    "gemini-3.5-flash-lite": "text",
    "gemini-nano-banana-2.1": "image",
    "gemini-3.1-flash-image": "image",
    "gemini-3-pro-image": "image",
    "gemini-omni-1.2-flash": "video",
    "gemini-omni-1.1-flash": "video",
}

_METHODS: dict[LatencyRole, list[str]] = {
    "text": ["generateContent", "countTokens"],
    "image": ["generateContent", "countTokens"],
    "video": ["createInteraction"],
}


class Catalogue:
    """Which model plays which role."""

    def __init__(self, extra: Mapping[str, LatencyRole] | None = None) -> None:
        self._models: dict[str, LatencyRole] = {**KNOWN, **(extra or {})}

    def role(self, model: str) -> LatencyRole | None:
        """Role of `model` (with or without ``models/``), or None if it is not served here."""
        return self._models.get(model.removeprefix("models/"))

    def describe(self, model: str) -> dict[str, Any]:
        """The service's own description of one known model."""
        name = model.removeprefix("models/")
        role = self._models[name]
        return {
            "name": f"models/{name}",
            "version": name.rsplit("-", 1)[-1],
            "displayName": f"{name} (stand-in)",
            "description": f"Greenlight's stand-in playing the {role} model {name}.",
            "inputTokenLimit": 1_048_576 if role == "text" else 65_536,
            "outputTokenLimit": 65_536,
            "supportedGenerationMethods": _METHODS[role],
        }

    def describe_all(self) -> list[dict[str, Any]]:
        """Descriptions of all models, by name."""
        return [self.describe(name) for name in sorted(self._models)]

"""The models the stand-in answers for.

Names follow the services' lists of November 2026; `--models NAME=ROLE` adds more, because which
models a production uses is configuration and not the stand-in's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from greenlight_standin.config import LatencyRole

Platform = Literal["developer", "enterprise"]
# The call by which a model is asked: each has a shape of its own.
Method = Literal["generateContent", "createInteraction", "predict", "predictLongRunning"]

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
    "imagen-4.0-generate-001": "image",
    "imagen-4.0-fast-generate-001": "image",
    "imagen-4.0-ultra-generate-001": "image",
    "veo-3.1-generate-001": "video",
    "veo-3.1-fast-generate-001": "video",
    "veo-3.1-lite-generate-001": "video",
}

# What only the enterprise platform serves, by the beginning of the name.
_PREDICTED: dict[str, Method] = {"imagen-": "predict", "veo-": "predictLongRunning"}
_METHOD: dict[LatencyRole, Method] = {
    "text": "generateContent",
    "image": "generateContent",
    "video": "createInteraction",
}
_ALL_METHODS: dict[Method, list[str]] = {
    "generateContent": ["generateContent"],
    "createInteraction": ["createInteraction"],
    "predict": ["predict"],
    "predictLongRunning": ["predictLongRunning"],
}


class Catalogue:
    """Which model plays which role, where, and by which call."""

    def __init__(self, extra: Mapping[str, LatencyRole] | None = None) -> None:
        self._models: dict[str, LatencyRole] = {**KNOWN, **(extra or {})}

    def role(self, model: str) -> LatencyRole | None:
        """Role of `model` (with or without ``models/``), or None if it is not served here."""
        return self._models.get(model.removeprefix("models/"))

    def method(self, model: str) -> Method | None:
        """The call that makes what the model is for, or None if it is not served here."""
        role = self.role(model)
        return None if role is None else _method(model.removeprefix("models/"), role)

    def serves(self, model: str, platform: Platform) -> bool:
        """Whether a platform has that model."""
        method = self.method(model)
        return method is not None and (
            platform == "enterprise" or method not in _PREDICTED.values()
        )

    def describe(self, model: str, platform: Platform = "developer") -> dict[str, Any]:
        """The platform's own description of one known model."""
        name = model.removeprefix("models/")
        role = self._models[name]
        if platform == "enterprise":
            return {
                "name": f"publishers/google/models/{name}",
                "versionId": name.rsplit("-", 1)[-1],
                "launchStage": "GA",
                "publisherModelTemplate": f"projects/{{project}}/locations/{{location}}/{name}",
            }
        return {
            "name": f"models/{name}",
            "version": name.rsplit("-", 1)[-1],
            "displayName": f"{name} (stand-in)",
            "description": f"Greenlight's stand-in playing the {role} model {name}.",
            "inputTokenLimit": 1_048_576 if role == "text" else 65_536,
            "outputTokenLimit": 65_536,
            "supportedGenerationMethods": _ALL_METHODS[_method(name, role)],
        }

    def describe_all(self, platform: Platform = "developer") -> list[dict[str, Any]]:
        """Descriptions of all models of a platform, by name."""
        return [
            self.describe(name, platform)
            for name in sorted(self._models)
            if self.serves(name, platform)
        ]


def _method(name: str, role: LatencyRole) -> Method:
    return next(
        (method for start, method in _PREDICTED.items() if name.startswith(start)), _METHOD[role]
    )

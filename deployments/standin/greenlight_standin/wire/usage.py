"""Usage metadata in the service's own fields.

An image in counts 258 tokens, an image out 1120 (2520 at 4K), a second of 720p video 5792: the
rates of the published models of 2026.
"""

from __future__ import annotations

from typing import Any

from greenlight_standin.wire.bodies import Prompt

IMAGE_IN = 258
IMAGE_OUT = {"1K": 1120, "2K": 1680, "4K": 2520}
VIDEO_OUT_PER_SECOND = 5792


def text_tokens(text: str) -> int:
    """About four characters a token, at least one for any text."""
    return max(1, (len(text) + 3) // 4) if text else 0


def prompt_details(prompt: Prompt) -> list[dict[str, Any]]:
    """Tokens of a prompt by modality."""
    details = [{"modality": "TEXT", "tokenCount": text_tokens(prompt.text)}]
    if prompt.images:
        details.append({"modality": "IMAGE", "tokenCount": IMAGE_IN * len(prompt.images)})
    return details


def used(
    prompt: Prompt,
    modality: str,
    tokens: int,
    seconds: float | None = None,
    images: int | None = None,
) -> dict[str, Any]:
    """What a call truly used, as the stand-in's own list keeps it.

    `seconds` are of clips, `images` stills that are billed by the piece.
    """
    usage: dict[str, Any] = {
        "input_tokens": sum(item["tokenCount"] for item in prompt_details(prompt)),
        "output_tokens": tokens,
        "modality": modality,
    }
    counted = {"seconds": seconds, "images": images}
    return {**usage, **{name: count for name, count in counted.items() if count is not None}}


def content_usage(prompt: Prompt, *, modality: str = "TEXT", tokens: int = 0) -> dict[str, Any]:
    """`usageMetadata` of a generateContent answer."""
    given = prompt_details(prompt)
    count = sum(item["tokenCount"] for item in given)
    usage: dict[str, Any] = {
        "promptTokenCount": count,
        "totalTokenCount": count + tokens,
        "promptTokensDetails": given,
    }
    if tokens:
        usage["candidatesTokenCount"] = tokens
        usage["candidatesTokensDetails"] = [{"modality": modality, "tokenCount": tokens}]
    return usage


def interaction_usage(prompt: Prompt, modality: str, tokens: int) -> dict[str, Any]:
    """`usage` of an interaction that has ended."""
    given = [
        {"modality": item["modality"].lower(), "tokens": item["tokenCount"]}
        for item in prompt_details(prompt)
    ]
    count = sum(item["tokens"] for item in given)
    return {
        "total_input_tokens": count,
        "input_tokens_by_modality": given,
        "total_output_tokens": tokens,
        "output_tokens_by_modality": [{"modality": modality, "tokens": tokens}],
        "total_tokens": count + tokens,
    }

"""Whether reported usage can be true: what cannot be is as unknown as what was not reported."""

from __future__ import annotations

import json

from greenlight.generate.models import model
from greenlight.generate.outcome import Usage
from greenlight.generate.request import GenerationRequest

TOKENS_PER_PICTURE = 1120
"""What Gemini 3 models make of a picture at the default media resolution; 258 in earlier ones."""

THOUGHTS_PER_MEDIUM = 1024
"""Image models think 700 to 900 tokens per still (discuss.ai.google.dev/t/121299); all text."""

TOKENS_PER_STILL = 2520
"""A still at 4K; one at 1K is 1120."""

TOKENS_PER_SECOND = 5792
"""A second of video at 720p."""

FRAMING = 1000
"""Tokens that a service may add to a request of its own."""

SLACK = 8
"""How far a count may lie beyond what such things were seen to take; a wrong unit lies further."""


def text_of(request: GenerationRequest) -> str:
    """All text of a request that the service counts."""
    text = request.system + request.prompt
    if request.response_schema is not None:
        text += json.dumps(request.response_schema, ensure_ascii=False)
    return text


def plausible(request: GenerationRequest, usage: Usage) -> bool:
    """Whether this usage can be that of an answered request; what is not reported is no objection.

    Counts are not negative, something was used of what was sent, a token is a byte at least, a text
    answer keeps within twice the limit that was sent, a clip within the length that was ordered.
    """
    counts = [usage.input_tokens, usage.output_tokens, usage.thoughts_tokens]
    if any(n is not None and n < 0 for n in [*counts, *usage.output_tokens_by_modality.values()]):
        return False
    return _input(request, usage) and _output(request, usage)


def _input(request: GenerationRequest, usage: Usage) -> bool:
    if usage.input_tokens is None:
        return True
    size = len(text_of(request).encode())
    pictures = len(request.attachments)
    if usage.input_tokens == 0:
        return not size and not pictures
    return usage.input_tokens <= size + FRAMING + SLACK * TOKENS_PER_PICTURE * pictures


def _output(request: GenerationRequest, usage: Usage) -> bool:
    made, thoughts = usage.output_tokens, usage.thoughts_tokens or 0
    if made is not None and sum(usage.output_tokens_by_modality.values()) > made:
        return False
    if request.role == "text":
        limit = model(request.model).output_limit.get(request.purpose)
        total = (made or 0) + thoughts
        if made is not None and total == 0:
            return False
        return limit is None or total <= 2 * limit
    words = usage.output_tokens_by_modality.get("TEXT", 0) + thoughts
    if words > SLACK * THOUGHTS_PER_MEDIUM:
        return False
    if request.role == "image":
        return (made or 0) <= SLACK * (TOKENS_PER_STILL + THOUGHTS_PER_MEDIUM)
    if usage.seconds is not None and not 0 < usage.seconds <= request.seconds:
        return False
    return (made or 0) <= SLACK * (TOKENS_PER_SECOND * request.seconds + THOUGHTS_PER_MEDIUM)

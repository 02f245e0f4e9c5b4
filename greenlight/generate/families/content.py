"""Gemini by generateContent, on both platforms: text, JSON by schema, graders, stills."""

from __future__ import annotations

from collections.abc import Sequence

from greenlight.generate.gemini_answers import content_outcome
from greenlight.generate.gemini_requests import Picture, content_call
from greenlight.generate.link import Link
from greenlight.generate.outcome import Posted
from greenlight.generate.request import GenerationRequest


async def post(link: Link, request: GenerationRequest, pictures: Sequence[Picture]) -> Posted:
    """The text or the still, in the reply."""
    model, contents, config = content_call(request, pictures)
    response = await link.client.aio.models.generate_content(
        model=model, contents=contents, config=config
    )
    return content_outcome(request, response)

"""What an approval releases: the most that follows from it, automatic retakes included."""

from __future__ import annotations

from decimal import Decimal

from greenlight.generate.models import billed_seconds
from greenlight.generate.prompts import breakdown_prompt, breakdown_schema
from greenlight.generate.request import GenerationRequest
from greenlight.money.quote import Quote, estimate, quote_production
from greenlight.production.records import ProductionRecord
from greenlight.production.shots import Shot
from greenlight.production.state import AUTOMATIC_RETAKES

_SPARE = Decimal(AUTOMATIC_RETAKES)
TYPICAL_SHOT_SECONDS = Decimal(4)
TYPICAL_SHOTS = 6
"""What a brief is quoted for that names no number: the stand-in's and most briefs' middle."""


def clip_ceiling(production: ProductionRecord, shot: Shot) -> Decimal:
    """What approving a shot's frame releases in USD: its clip and that clip's checks."""
    quote = _quote(production, [shot.seconds], frames=False)
    return quote.total


def clip_price(production: ProductionRecord, shot: Shot) -> Decimal:
    """One clip of this shot in USD: what is not spent when its frame is rejected."""
    request = GenerationRequest(
        role="video",
        purpose="clip",
        model=production.video_model,
        prompt="",
        resolution="720p",
        seconds=billed_seconds(production.video_model, shot.seconds),
    )
    return estimate(request)


def frames_ceiling(production: ProductionRecord, shots: tuple[Shot, ...]) -> Decimal:
    """What approving a shot list releases in USD: the frames of all shots and their checks."""
    whole = _quote(production, [s.seconds for s in shots])
    return sum(
        (line.total for line in whole.lines if line.role == "image" or line.what == "checks"),
        Decimal(0),
    )


def frame_ceiling(production: ProductionRecord, shot: Shot) -> Decimal:
    """What a retake of a shot's frame releases in USD."""
    return frames_ceiling(production, (shot,))


def brief_quote(production: ProductionRecord) -> Quote:
    """What the whole production is expected to cost at most, before there is a shot list."""
    brief = production.brief
    count = brief.shots or TYPICAL_SHOTS
    each = brief.seconds / count if brief.seconds else TYPICAL_SHOT_SECONDS
    return _quote(production, [min(max(each, Decimal(1)), Decimal(8))] * count)


def list_quote(production: ProductionRecord, shots: tuple[Shot, ...]) -> Quote:
    """What the production is expected to cost at most with this shot list."""
    return _quote(production, [s.seconds for s in shots])


def breakdown_ceiling(production: ProductionRecord) -> Decimal:
    """What asking for another breakdown releases in USD."""
    request = GenerationRequest(
        role="text",
        purpose="breakdown",
        model=production.text_model,
        prompt=breakdown_prompt(production.brief, "", None, ""),
        response_schema=breakdown_schema(production.brief),
    )
    return estimate(request) * 3


def _quote(production: ProductionRecord, seconds: list[Decimal], frames: bool = True) -> Quote:
    return quote_production(
        seconds,
        candidates=production.brief.candidates if frames else 0,
        text_model=production.text_model,
        image_model=production.image_model,
        video_model=production.video_model,
        simulated=production.simulated,
        expected_retakes=_SPARE,
        breakdowns=1 if frames else 0,
    )

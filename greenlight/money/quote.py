"""What a request may cost, what it did cost, and what a whole production is likely to cost."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_UP, Decimal

from pydantic import BaseModel, ConfigDict

from greenlight.generate.models import ModelRow, billed_seconds, model
from greenlight.generate.outcome import Usage
from greenlight.generate.request import Attachment, GenerationRequest, Purpose, Role
from greenlight.money.prices import PriceRow, UnpricedModel, price_of

MILLION = Decimal(1_000_000)
CEILING_STEP = Decimal("0.0001")
COST_STEP = Decimal("0.000001")

# A token is about 4 characters of English (ai.google.dev/gemini-api/docs/tokens) and about one of
# Chinese or Japanese, which take 3 bytes each: bytes / 3 bounds both.
BYTES_PER_TOKEN = 3
# What Gemini 3 models make of a picture at the default media resolution; 258 in earlier ones.
TOKENS_PER_PICTURE = 1120
# Image models think 700 to 900 tokens per still (discuss.ai.google.dev/t/121299), billed as text.
THOUGHTS_PER_MEDIUM = 1024

_ROLES: dict[Purpose, Role] = {
    "breakdown": "text",
    "rubric": "text",
    "frame": "image",
    "clip": "video",
}


def estimate(request: GenerationRequest, on: date | None = None) -> Decimal:
    """Ceiling in USD for one request at the prices of a day (UTC, today if not given).

    Input is taken as one token per 3 bytes of text and 1120 per picture, text output as the limit
    that the adapter sends, thoughts about a still or clip as 1024 tokens. Raises UnpricedModel.
    """
    able = model(request.model, request.role)
    row = price_of(request.model, on or datetime.now(UTC).date())
    tokens = _tokens(row.input, _input_tokens(request), "input", row)
    if request.role == "text":
        tokens += _tokens(row.output, _output_limit(request, able), "output", row)
        return _up(tokens, CEILING_STEP)
    thoughts = (row.output or Decimal(0)) * THOUGHTS_PER_MEDIUM / MILLION
    if request.role == "image":
        made = row.per_image(request.image_size)
    else:
        made = row.per_second(request.resolution) * request.seconds
    return _up(made + tokens + thoughts, CEILING_STEP)


def actual(request: GenerationRequest, usage: Usage | None, row: PriceRow) -> Decimal | None:
    """Cost in USD of an answered request; None if the usage does not say, which is not zero."""
    if usage is None or (row.input is not None and usage.input_tokens is None):
        return None
    cost = (row.input or Decimal(0)) * (usage.input_tokens or 0) / MILLION
    if request.role == "text":
        if usage.output_tokens is None or row.output is None:
            return None
        words = usage.output_tokens
    elif request.role == "image":
        cost += row.per_image(request.image_size)
        words = _words_beside(usage, "IMAGE")
    else:
        if usage.seconds is None:
            return None
        cost += row.per_second(request.resolution) * usage.seconds
        words = _words_beside(usage, "VIDEO")
    # The service leaves the count of thoughts out where there were none.
    cost += (row.output or Decimal(0)) * (words + (usage.thoughts_tokens or 0)) / MILLION
    return _up(cost, COST_STEP)


def _words_beside(usage: Usage, modality: str) -> int:
    """Text tokens that came along with a still or clip; where only the rest is known, that."""
    by_modality = usage.output_tokens_by_modality
    if "TEXT" in by_modality:
        return by_modality["TEXT"]
    if modality in by_modality and usage.output_tokens is not None:
        return max(usage.output_tokens - sum(by_modality.values()), 0)
    return 0


def _input_tokens(request: GenerationRequest) -> int:
    text = request.system + request.prompt
    if request.response_schema is not None:
        text += json.dumps(request.response_schema, ensure_ascii=False)
    size = len(text.encode())
    return math.ceil(size / BYTES_PER_TOKEN) + TOKENS_PER_PICTURE * len(request.attachments)


def _output_limit(request: GenerationRequest, able: ModelRow) -> int:
    limit = able.output_limit.get(request.purpose)
    if limit is None:
        msg = f"no output limit, and so no price, for {request.purpose} by {request.model!r}"
        raise UnpricedModel(msg, model=request.model)
    return limit


def _tokens(price: Decimal | None, tokens: int, kind: str, row: PriceRow) -> Decimal:
    if price is not None:
        return price * tokens / MILLION
    if row.image or row.second:
        return Decimal(0)  # priced by what is made, not by tokens
    msg = f"no price for {kind} tokens of {row.model!r}"
    raise UnpricedModel(msg, model=row.model)


def _up(amount: Decimal, step: Decimal) -> Decimal:
    return amount.quantize(step, rounding=ROUND_UP)


class QuoteLine(BaseModel):
    """So many of one thing by one model; prices in USD."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: str
    role: Role
    model: str
    count: int
    unit: str
    unit_price: Decimal
    total: Decimal


class Quote(BaseModel):
    """What a production is expected to cost at most, and under which assumptions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lines: tuple[QuoteLine, ...]
    total: Decimal
    assumptions: tuple[str, ...]
    simulated: bool
    """Whether the stand-in answers, which bills nobody."""


def quote_production(
    shots_seconds: Sequence[Decimal],
    *,
    candidates: int,
    text_model: str,
    image_model: str,
    video_model: str,
    simulated: bool,
    expected_retakes: Decimal = Decimal("0.5"),
    handles: Decimal = Decimal(0),
    sheets: int = 0,
    breakdowns: int = 1,
    image_size: str = "1K",
    resolution: str = "720p",
    on: date | None = None,
) -> Quote:
    """Quote for the shots of a production, from breakdown to clips, retakes included.

    `handles` are seconds added to each shot in all, `expected_retakes` further rounds per shot for
    its frame and for its clip, `sheets` the reference stills to be made. Raises UnpricedModel, and
    InvalidInput for a shot longer than any clip.
    """
    day = on or datetime.now(UTC).date()
    shots = len(shots_seconds)
    again = math.ceil(shots * expected_retakes)
    billed = sorted(billed_seconds(video_model, seconds + handles) for seconds in shots_seconds)
    breakdown = estimate(_typical("breakdown", text_model, 12_000, 0), day)
    still = estimate(_typical("frame", image_model, 3_000, 3, image_size=image_size), day)
    check = estimate(_typical("rubric", text_model, 6_000, 4), day)

    def clip(seconds: int) -> Decimal:
        request = _typical("clip", video_model, 3_000, 1, resolution=resolution, seconds=seconds)
        return estimate(request, day)

    stills = "still" if image_size in ("", "1K") else f"{image_size} still"
    lines = [
        _line("breakdown", "text", text_model, breakdowns, "answer", breakdown),
        _line("sheets", "image", image_model, sheets * candidates, stills, still),
        _line("frames", "image", image_model, shots * candidates, stills, still),
        _line("frame retakes", "image", image_model, again * candidates, stills, still),
    ]
    for seconds in dict.fromkeys(billed):
        unit = f"clip of {seconds} s"
        lines.append(
            _line("clips", "video", video_model, billed.count(seconds), unit, clip(seconds))
        )
    if billed:
        unit = f"clip of {billed[-1]} s"
        price = clip(billed[-1])
        lines.append(_line("clip retakes", "video", video_model, again, unit, price))
    checks = (sheets + shots + again) * candidates + shots + again
    lines.append(_line("checks", "text", text_model, checks, "answer", check))
    kept = tuple(line for line in lines if line.count)
    return Quote(
        lines=kept,
        total=sum((line.total for line in kept), Decimal(0)),
        assumptions=_assumptions(kept, day, candidates, expected_retakes, handles),
        simulated=simulated,
    )


def _typical(
    purpose: Purpose,
    name: str,
    characters: int,
    pictures: int,
    *,
    image_size: str = "",
    resolution: str = "",
    seconds: int = 0,
) -> GenerationRequest:
    """A request of the size that prompts of this purpose stay under."""
    role = _ROLES[purpose]
    picture = Attachment(key="", sha256="", mime="image/png", use="reference")
    return GenerationRequest(
        role=role,
        purpose=purpose,
        model=name,
        prompt="x" * characters,
        image_size=image_size,
        resolution=resolution,
        seconds=seconds,
        attachments=(picture,) * pictures,
    )


def _line(
    what: str, role: Role, name: str, count: int, unit: str, unit_price: Decimal
) -> QuoteLine:
    return QuoteLine(
        what=what,
        role=role,
        model=name,
        count=count,
        unit=unit,
        unit_price=unit_price,
        total=unit_price * count,
    )


def _assumptions(
    lines: Sequence[QuoteLine],
    day: date,
    candidates: int,
    expected_retakes: Decimal,
    handles: Decimal,
) -> tuple[str, ...]:
    said = [
        f"prices of {day}; {candidates} candidates per frame",
        f"{expected_retakes} retakes per shot, for its frame and for its clip",
        "each unit at its ceiling: text answers as long as allowed, "
        f"{TOKENS_PER_PICTURE} tokens per picture sent, {THOUGHTS_PER_MEDIUM} tokens of thought "
        "per still or clip",
        f"clips are billed at the next length the model makes, with {handles} s of handles",
    ]
    for name in dict.fromkeys(line.model for line in lines):
        row = price_of(name, day)
        if row.confidence != "published":
            said.append(f"the price of {name} is {row.confidence}, not confirmed: {row.source}")
    return tuple(said)

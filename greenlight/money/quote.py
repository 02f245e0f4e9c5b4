"""What a request may cost, what it did cost, and a quote for many of them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_UP, Decimal

from greenlight.generate.models import ModelRow, model
from greenlight.generate.outcome import Usage
from greenlight.generate.request import GenerationRequest, Role
from greenlight.money.amounts import at_most, cents
from greenlight.money.prices import PriceRow, UnpricedModel, days_of_change, price_of, stale
from greenlight.production.model import Strict

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
    """Whether this usage can be that of an answered request; missing values are accepted.

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


MILLION = Decimal(1_000_000)
CEILING_STEP = Decimal("0.0001")
COST_STEP = Decimal("0.000001")

# A token is about 4 characters of English (ai.google.dev/gemini-api/docs/tokens) and about one of
# Chinese or Japanese, which take 3 bytes each: bytes / 3 bounds both.
BYTES_PER_TOKEN = 3


def today() -> date:
    """The day by which prices go, in UTC."""
    return datetime.now(UTC).date()


def estimate(request: GenerationRequest, on: date | None = None) -> Decimal:
    """Ceiling in USD for one request at the prices of a day (UTC, today if not given).

    Input is taken as one token per 3 bytes of text and 1120 per picture, text output as the limit
    that the adapter sends, thoughts about a still or clip as 1024 tokens. Raises UnpricedModel.
    """
    able = model(request.model, request.role)
    row = price_of(request.model, on or today())
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


def dearest(request: GenerationRequest, on: date, within: timedelta) -> Decimal:
    """The highest estimate on any day from `on` on, as far as prices of those days are known."""
    days = (on, *days_of_change(request.model, on, within))
    return max(estimate(request, day) for day in days)


def actual(request: GenerationRequest, usage: Usage | None, row: PriceRow) -> Decimal | None:
    """Cost in USD of an answered request; None if it is not known, which is not zero.

    It is not known where the usage does not say, or says what cannot be. What is priced by the
    piece alone needs no usage: its cost follows from the request.
    """
    by_piece = row.input is None and row.output is None
    if by_piece and request.role == "image":
        return _up(row.per_image(request.image_size), COST_STEP)
    if by_piece and request.role == "video":
        return _up(row.per_second(request.resolution) * request.seconds, COST_STEP)
    if usage is None or (row.input is not None and usage.input_tokens is None):
        return None
    if not plausible(request, usage):
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


def refused(request: GenerationRequest, usage: Usage | None, row: PriceRow) -> Decimal | None:
    """Cost in USD of an answer without what was ordered: nothing, unless its usage counts that.

    None if its cost is not known, which is not zero.
    """
    if usage is None:
        return Decimal(0)
    made = usage.output_tokens_by_modality.get(request.role.upper(), 0)
    if request.role == "text":
        made = (usage.output_tokens or 0) + (usage.thoughts_tokens or 0)
    return actual(request, usage, row) if made else Decimal(0)


def _words_beside(usage: Usage, modality: str) -> int:
    """Text tokens that came along with a still or clip; where only the rest is known, that."""
    by_modality = usage.output_tokens_by_modality
    if "TEXT" in by_modality:
        return by_modality["TEXT"]
    if modality in by_modality and usage.output_tokens is not None:
        return max(usage.output_tokens - sum(by_modality.values()), 0)
    return 0


def _input_tokens(request: GenerationRequest) -> int:
    size = len(text_of(request).encode())
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


@dataclass(frozen=True)
class Item:
    """So many of one request; a `spare` one is only paid when something has to be made again."""

    what: str
    request: GenerationRequest
    count: int
    spare: bool = False


class QuoteLine(Strict):
    """So many of one thing by one model; prices in USD, at the dearest of its kind.

    `resolution` is the size of a still or of a clip, `seconds` what is billed of one clip.
    """

    what: str
    role: Role
    model: str
    resolution: str = ""
    seconds: int = 0
    count: int
    unit_price: Decimal
    total: Decimal
    spare: bool = False

    @property
    def unit(self) -> str:
        """What is counted."""
        match self.role:
            case "text":
                return "answer"
            case "image":
                return f"{self.resolution} still".strip()
            case "video":
                return f"clip of {self.seconds} s at {self.resolution}".removesuffix(" at ")


class Quote(Strict):
    """What a production may cost, under which assumptions; USD.

    `total` is the most that follows without people asking for more, in whole cents; `rounding` is
    what the lines lack of it, as each approval is for whole cents. `once` is what it comes to when
    nothing has to be made again, and `video_seconds` the billed length of all its clips once.
    """

    lines: tuple[QuoteLine, ...]
    once: Decimal
    rounding: Decimal
    total: Decimal
    video_seconds: int
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    """Prices that may no longer hold, a sentence each."""
    cautions: tuple[str, ...] = ()
    """What the brief asks for and cannot have, a sentence each."""
    estimated: bool = False
    """Whether the shot list is still missing, so that `total` may rise: its approval asks again."""
    simulated: bool
    """Whether the stand-in answers, which charges nothing."""

    @property
    def most(self) -> str:
        """The total as people read it: a bound, or an estimate."""
        said = at_most(self.total, simulated=self.simulated)
        return said.replace("up to", "up to about") if self.estimated else said


def quote_of(
    items: Iterable[Item],
    *,
    simulated: bool,
    on: date,
    horizon: timedelta = timedelta(0),
    approvals: Decimal = Decimal(0),
    assumptions: Sequence[str] = (),
) -> Quote:
    """Quote for all items at the prices of a day; raises UnpricedModel.

    `approvals` is what all the approvals come to that release them, which the quote never is below.

    Items that differ in nothing but their text are one line, at the price of the dearest of them.
    Prices that are known to change within `horizon` count at the higher one.
    """
    lines: dict[tuple[object, ...], QuoteLine] = {}
    for item in items:
        line = _line(item, dearest(item.request, on, horizon))
        key = (line.what, line.model, line.resolution, line.seconds)
        before = lines.get(key)
        if before is not None:
            line = _more(before, line)
        if line.count:
            lines[key] = line
    kept = tuple(lines.values())
    exact = sum((line.total for line in kept), Decimal(0))
    total = max(cents(exact), approvals)
    return Quote(
        lines=kept,
        once=sum((line.total for line in kept if not line.spare), Decimal(0)),
        rounding=total - exact,
        total=total,
        video_seconds=sum(line.count * line.seconds for line in kept if not line.spare),
        assumptions=(*assumptions, *_about_prices(kept, on, horizon)),
        warnings=stale((line.model for line in kept), on),
        simulated=simulated,
    )


def _line(item: Item, price: Decimal) -> QuoteLine:
    request = item.request
    return QuoteLine(
        what=item.what,
        role=request.role,
        model=request.model,
        resolution=request.image_size if request.role == "image" else request.resolution,
        seconds=request.seconds,
        count=item.count,
        unit_price=price,
        total=price * item.count,
        spare=item.spare,
    )


def _more(line: QuoteLine, other: QuoteLine) -> QuoteLine:
    count, price = line.count + other.count, max(line.unit_price, other.unit_price)
    return line.model_copy(update={"count": count, "unit_price": price, "total": count * price})


def _about_prices(lines: Sequence[QuoteLine], day: date, horizon: timedelta) -> Iterable[str]:
    yield (
        f"prices of {day}, each unit at its ceiling: text answers as long as allowed, the longest "
        f"notes, {TOKENS_PER_PICTURE} tokens per picture sent, {THOUGHTS_PER_MEDIUM} tokens of "
        "thought per still or clip"
    )
    if any(line.role == "video" for line in lines):
        yield "clips are billed at the next length that the model makes"
    for name in dict.fromkeys(line.model for line in lines):
        row = price_of(name, day)
        if row.confidence != "published":
            yield f"the price of {name} is {row.confidence}, not confirmed: {row.source}"
        for later in days_of_change(name, day, horizon):
            yield f"the price of {name} changes on {later}: the higher one is counted"

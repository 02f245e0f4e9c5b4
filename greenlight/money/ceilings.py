"""The most that a round of takes can cost, and what a whole production is quoted for.

An approval draws its ceiling once, and what follows from it is refused beyond that: so these are
bounds and no guesses. They are made of requests that are no smaller than any that the stages send:
the same prompts with the longest note, every candidate made again once, every question that may be
repeated repeated, at the dearest price that is known of the coming days.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from greenlight.errors import InvalidInput
from greenlight.generate.models import billed_seconds
from greenlight.generate.prompts import (
    breakdown_prompt,
    breakdown_schema,
    clip_prompt,
    frame_prompt,
    rubric_prompt,
    rubric_schema,
    shown_references,
)
from greenlight.generate.request import Attachment, GenerationRequest
from greenlight.money.quote import Item, Quote, dearest, quote_of, today
from greenlight.production.folding import AUTOMATIC_RETAKES
from greenlight.production.names import Kind
from greenlight.production.records import REASONS, Attempt, ProductionRecord, ShotListRecord
from greenlight.production.shots import LONGEST_SECONDS, SHORTEST_SECONDS, Shot

IMAGE_SIZE = "1K"
RESOLUTION = "720p"
BREAKDOWN_ASKS = 3
"""The first question and at most two more when the answer was not valid."""

RUBRIC_ASKS = 2
CLIP_STILLS = 3
"""Stills of a clip that its grader is shown."""

NOTE_LIMIT = 2000
PROBLEM_LIMIT = 300

HORIZON = timedelta(days=14)
"""A release is acted on within minutes, or held; two weeks are room for a slow gate."""

TYPICAL_SHOT_SECONDS = Decimal(4)
TYPICAL_SHOTS = 6
"""What a brief is quoted for that names no number: the stand-in's and most briefs' middle."""

MOST_SHOTS = 60

# The widest that text of these lengths can be: four bytes a character, none of them a space.
_NOTE = "\U0001f3ac" * NOTE_LIMIT
_PROBLEM = "\U0001f3ac" * PROBLEM_LIMIT
_LATE = 9999
_REASON = max(REASONS, key=len)


def round_ceiling(
    production: ProductionRecord,
    kind: Kind,
    shot: Shot | None = None,
    previous: ShotListRecord | None = None,
    on: date | None = None,
) -> Decimal:
    """The most that one round can cost in USD, from its first attempt to its last check.

    A round is a breakdown (after the shot list `previous`, where there is one), or a shot's frames
    or clip, automatic retakes included. Raises UnpricedModel.
    """
    day = on or today()
    return sum(
        (
            item.count * dearest(item.request, day, HORIZON)
            for item in round_items(production, kind, shot, previous)
        ),
        Decimal(0),
    )


def round_items(
    production: ProductionRecord,
    kind: Kind,
    shot: Shot | None = None,
    previous: ShotListRecord | None = None,
) -> list[Item]:
    """What one round may ask for; the spare items are only paid when something is made again."""
    if kind == "shotlist":
        asked = _breakdown(production, previous)
        return [
            Item("breakdown", asked, 1),
            Item("breakdown, asked again", asked, BREAKDOWN_ASKS - 1, spare=True),
        ]
    if shot is None or kind not in ("frame", "clip"):
        raise InvalidInput(f"a round of {kind!r} has no price (priced: shotlist, frame, clip)")
    made = production.brief.candidates if kind == "frame" else 1
    request = _frame(production, shot) if kind == "frame" else _clip(production, shot)
    check = _rubric(production, kind, shot)
    again = made * AUTOMATIC_RETAKES
    return [
        Item(f"{kind}s", request, made),
        Item(f"{kind} checks", check, made),
        Item(f"{kind} retakes", request, again, spare=True),
        Item(f"{kind} checks, again", check, (made + again) * RUBRIC_ASKS - made, spare=True),
    ]


def breakdown_ceiling(
    production: ProductionRecord, previous: ShotListRecord | None = None
) -> Decimal:
    """What asking for another breakdown releases in USD; `previous` is the list it starts from."""
    return round_ceiling(production, "shotlist", previous=previous)


def frame_ceiling(production: ProductionRecord, shot: Shot) -> Decimal:
    """What a retake of a shot's frame releases in USD."""
    return round_ceiling(production, "frame", shot)


def frames_ceiling(production: ProductionRecord, shots: tuple[Shot, ...]) -> Decimal:
    """What approving a shot list releases in USD: the frames of all shots and their checks."""
    return sum((frame_ceiling(production, shot) for shot in shots), Decimal(0))


def clip_ceiling(production: ProductionRecord, shot: Shot) -> Decimal:
    """What approving a shot's frame releases in USD: its clip and that clip's checks."""
    return round_ceiling(production, "clip", shot)


def clip_price(production: ProductionRecord, shot: Shot) -> Decimal:
    """One clip of this shot in USD: what is not spent when its frame is rejected."""
    return dearest(_clip(production, shot), today(), timedelta(0))


def brief_quote(production: ProductionRecord, on: date | None = None) -> Quote:
    """What a whole production may cost, before there is a shot list."""
    brief = production.brief
    wanted = math.ceil((brief.seconds or Decimal(0)) / TYPICAL_SHOT_SECONDS) or TYPICAL_SHOTS
    count = brief.shots or min(wanted, MOST_SHOTS)
    each = brief.seconds / count if brief.seconds else TYPICAL_SHOT_SECONDS
    seconds = min(max(each, SHORTEST_SECONDS), LONGEST_SECONDS)
    named = [r.name for r in brief.references if r.kind != "style"][:3]
    said = f"{count} shots of {seconds.quantize(Decimal('0.1')).normalize():f} s each"
    return _quote(
        production, [_typical(seconds, named)] * count, on, f"{said}, as the brief has it"
    )


def list_quote(
    production: ProductionRecord, shots: Sequence[Shot], on: date | None = None
) -> Quote:
    """What a whole production may cost with this shot list."""
    return _quote(production, shots, on, f"{len(shots)} shots")


def _quote(
    production: ProductionRecord, shots: Iterable[Shot], on: date | None, said: str
) -> Quote:
    items = round_items(production, "shotlist")
    rounds: dict[Shot, list[Item]] = {}
    for shot in shots:
        if shot not in rounds:
            rounds[shot] = [
                item for kind in ("frame", "clip") for item in round_items(production, kind, shot)
            ]
        items += rounds[shot]
    retakes = "one automatic retake" if AUTOMATIC_RETAKES == 1 else f"{AUTOMATIC_RETAKES} retakes"
    return quote_of(
        items,
        simulated=production.simulated,
        on=on or today(),
        horizon=HORIZON,
        assumptions=(
            f"{said}, {production.brief.candidates} candidates per frame",
            f"at most counts {retakes} of every frame and clip, and text answers that have to be "
            f"asked for again: shot lists {BREAKDOWN_ASKS} times, gradings {RUBRIC_ASKS} times",
            "retakes that people ask for are priced when they ask",
        ),
    )


def _typical(seconds: Decimal, references: Sequence[str]) -> Shot:
    """A shot that says as much as a thorough one does."""
    return Shot(
        id="sq010_sh0010",
        subject="x" * 100,
        action="x" * 250,
        setting="x" * 150,
        time_of_day="x" * 20,
        lighting="x" * 100,
        mood="x" * 40,
        palette=("#rrggbb",) * 6,
        style="x" * 150,
        dialogue="x" * 100,
        sound="x" * 100,
        seconds=seconds,
        references=tuple(references),
    )


def _attempt(production: ProductionRecord, kind: Kind, shot: Shot) -> Attempt:
    """An attempt whose prompt is no shorter than any of this shot's."""
    candidates = production.brief.candidates if kind == "frame" else 1
    return Attempt(
        at=production.at,
        kind=kind,
        version=_LATE,
        shot=shot.id,
        cause="retake",
        reason=_REASON,
        note=_NOTE,
        spec=shot,
        spec_hash="",
        candidates=tuple(range(1, candidates + 1)),
    )


def _frame(production: ProductionRecord, shot: Shot) -> GenerationRequest:
    brief = production.brief
    pictures = sum(bool(r.image_sha256) for r in shown_references(shot, brief.references))
    return GenerationRequest(
        role="image",
        purpose="frame",
        model=production.image_model,
        prompt=frame_prompt(_attempt(production, "frame", shot), brief, brief.candidates),
        image_size=IMAGE_SIZE,
        attachments=_pictures(pictures),
    )


def _clip(production: ProductionRecord, shot: Shot) -> GenerationRequest:
    return GenerationRequest(
        role="video",
        purpose="clip",
        model=production.video_model,
        prompt=clip_prompt(_attempt(production, "clip", shot), production.brief),
        resolution=RESOLUTION,
        seconds=billed_seconds(production.video_model, shot.seconds),
        attachments=_pictures(1),
    )


def _rubric(production: ProductionRecord, kind: Kind, shot: Shot) -> GenerationRequest:
    # A clip's grader reads the note of its frame too.
    note = f"{_NOTE}; {_NOTE}" if kind == "clip" else _NOTE
    return GenerationRequest(
        role="text",
        purpose="rubric",
        model=production.text_model,
        prompt=rubric_prompt(kind, shot, production.brief, note),
        response_schema=rubric_schema(),
        attachments=_pictures(CLIP_STILLS if kind == "clip" else 1),
    )


def _breakdown(production: ProductionRecord, previous: ShotListRecord | None) -> GenerationRequest:
    return GenerationRequest(
        role="text",
        purpose="breakdown",
        model=production.text_model,
        prompt=breakdown_prompt(production.brief, _NOTE, previous, _PROBLEM),
        response_schema=breakdown_schema(production.brief),
    )


def _pictures(count: int) -> tuple[Attachment, ...]:
    return (Attachment(key="", sha256="", mime="image/png", use="reference"),) * count

"""The most that a round of takes can cost.

An approval draws its ceiling once, and what follows from it is refused beyond that: so these are
bounds and no guesses. They are made of requests that are no smaller than any that the stages send:
the same prompts with the longest note, every candidate made again once, every question that may be
repeated repeated, at the dearest price that is known of the coming days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from greenlight.errors import InvalidInput
from greenlight.generate.fitting import Cast, check_cast
from greenlight.generate.models import beside_first, billed_seconds, model
from greenlight.generate.prompts import (
    REPEATED_LIMIT,
    SHEET_ASPECT,
    TURNED_DOWN,
    breakdown_prompt,
    breakdown_schema,
    clip_prompt,
    frame_prompt,
    rubric_prompt,
    sheet_prompt,
)
from greenlight.generate.request import Attachment, GenerationRequest
from greenlight.generate.rubric import rubric_for
from greenlight.money.amounts import cents
from greenlight.money.quote import Item, dearest, today
from greenlight.production.brief import Reference
from greenlight.production.cast import shown
from greenlight.production.context import ContextPack, Neighbour, Turned
from greenlight.production.drawover import DrawOver, Stroke
from greenlight.production.folding import AUTOMATIC_RETAKES
from greenlight.production.names import Kind, TakeId, subject_slug
from greenlight.production.records import REASONS, ProductionRecord, ShotListRecord
from greenlight.production.shots import Shot

IMAGE_SIZE = "1K"
RESOLUTION = "720p"
BREAKDOWN_ASKS = 3
"""The first question and at most two more when the answer was not valid."""

RUBRIC_ASKS = 2
CLIP_STILLS = 3
"""Stills of a clip that its grader is shown."""

NOTE_LIMIT = 2000
LOGLINE_LIMIT = 500
PROBLEM_LIMIT = 300

HORIZON = timedelta(days=14)
"""A release is acted on within minutes, or held; two weeks are room for a slow gate."""

# The widest that text of these lengths can be: four bytes a character, none of them a space.
_WIDE = "\U0001f3ac"
_NOTE = _WIDE * NOTE_LIMIT
_PROBLEM = _WIDE * PROBLEM_LIMIT
_DRAWN = DrawOver(on="", sha256="", strokes=(Stroke(points=((0, 0),)),))
_LATE = 9999
_REASON = max(REASONS, key=len)


def round_ceiling(
    production: ProductionRecord,
    kind: Kind,
    shot: Shot | None = None,
    previous: ShotListRecord | None = None,
    on: date | None = None,
    *,
    sheet: Reference | None = None,
    references: Sequence[Reference] | None = None,
) -> Decimal:
    """The most that one round can cost in whole cents of USD, from first attempt to last check.

    A round is a breakdown (after the shot list `previous`, where there is one), the sheets of a
    subject, or a shot's frames or clip, automatic retakes included. `references` is what the shot
    shows, the brief's by default. Raises UnpricedModel.
    """
    items = round_items(production, kind, shot, previous, sheet=sheet, references=references)
    return ceiling_of(items, on or today())


def ceiling_of(items: Sequence[Item], day: date) -> Decimal:
    """Whole cents: the amount that people read is the amount that their approval draws."""
    exact = (item.count * dearest(item.request, day, HORIZON) for item in items)
    return cents(sum(exact, Decimal(0)))


def round_items(
    production: ProductionRecord,
    kind: Kind,
    shot: Shot | None = None,
    previous: ShotListRecord | None = None,
    *,
    sheet: Reference | None = None,
    references: Sequence[Reference] | None = None,
) -> list[Item]:
    """What one round may ask for; the spare items are only paid when something is made again."""
    if kind == "shotlist":
        asked = _breakdown(production, previous)
        return [
            Item("breakdown", asked, 1),
            Item("breakdown, asked again", asked, BREAKDOWN_ASKS - 1, spare=True),
        ]
    if kind == "sheet" and sheet is not None:
        made = production.brief.candidates
        request = _sheet(production, sheet)
        again = made * AUTOMATIC_RETAKES
        return [
            Item("reference sheets", request, made),
            Item("reference sheet retakes", request, again, spare=True),
        ]
    if shot is None or kind not in ("frame", "clip"):
        raise InvalidInput(f"a round of {kind!r} has no price (priced: shotlist, frame, clip)")
    if references is None:
        references = shown(shot, production.brief.references)
    made = production.brief.candidates if kind == "frame" else 1
    draw = _frame if kind == "frame" else _clip
    request = draw(production, shot, references)
    check = _rubric(production, kind, shot, references)
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
    references = shown(shot, production.brief.references)
    return dearest(_clip(production, shot, references), today(), timedelta(0))


def cast_of(production: ProductionRecord) -> Cast:
    """The models of a production."""
    return Cast(
        model(production.text_model), model(production.image_model), model(production.video_model)
    )


def check_wants(cast: Cast) -> None:
    """Raise InvalidInput for models that cannot make what every production is made of."""
    check_cast(cast, image_size=IMAGE_SIZE, resolution=RESOLUTION, sheet_aspect=SHEET_ASPECT)


def _pack(
    production: ProductionRecord,
    kind: Kind,
    shot: Shot | None = None,
    references: Sequence[Reference] = (),
    sheet: Reference | None = None,
) -> ContextPack:
    """A pack whose prompt is no shorter than any of this subject's."""
    brief, long = production.brief, _WIDE * REPEATED_LIMIT
    beside = Neighbour(shot="", size=long, angle="", subject="", action="", setting="")
    of = shot.id if shot else subject_slug(sheet.name) if sheet else ""
    return ContextPack(
        take=str(TakeId(kind, _LATE, of)),
        kind=kind,
        title=brief.title,
        vision=brief.vision,
        logline=_WIDE * LOGLINE_LIMIT,
        look=brief.look,
        aspect_ratio=brief.aspect_ratio,
        source_ratio=production.framing.source,
        shot=shot,
        sheet=sheet,
        references=tuple(references),
        before=beside,
        after=beside,
        note=_NOTE,
        reason="continuity",
        turned_down=tuple(Turned(take="", reason=_REASON, note=long) for _ in range(TURNED_DOWN)),
        drawn_over=_DRAWN if kind in ("sheet", "frame") else None,
    )


def _sheet(production: ProductionRecord, sheet: Reference) -> GenerationRequest:
    count = production.brief.candidates
    return GenerationRequest(
        role="image",
        purpose="sheet",
        model=production.image_model,
        prompt=sheet_prompt(_pack(production, "sheet", sheet=sheet), count, count),
        image_size=IMAGE_SIZE,
        attachments=_pictures(1),
    )


def _frame(
    production: ProductionRecord, shot: Shot, references: Sequence[Reference]
) -> GenerationRequest:
    count = production.brief.candidates
    return GenerationRequest(
        role="image",
        purpose="frame",
        model=production.image_model,
        prompt=frame_prompt(
            _pack(production, "frame", shot, references),
            count,
            count,
            [r.name for r in references],
        ),
        image_size=IMAGE_SIZE,
        # Any of them may have a sheet by then, and the note may come with a drawing.
        attachments=_pictures(len(references) + 1),
    )


def _clip(
    production: ProductionRecord, shot: Shot, references: Sequence[Reference]
) -> GenerationRequest:
    return GenerationRequest(
        role="video",
        purpose="clip",
        model=production.video_model,
        prompt=clip_prompt(
            _pack(production, "clip", shot, references), [r.name for r in references]
        ),
        resolution=RESOLUTION,
        seconds=billed_seconds(production.video_model, shot.seconds),
        attachments=_pictures(1 + min(len(references), beside_first(production.video_model))),
    )


def _rubric(
    production: ProductionRecord, kind: Kind, shot: Shot, references: Sequence[Reference]
) -> GenerationRequest:
    # Any of them may have a sheet by then, which goes along and is named.
    references = [r.model_copy(update={"image_sha256": r.image_sha256 or "0"}) for r in references]
    # A clip's grader reads the note of its frame too.
    note = f"{_NOTE}; {_NOTE}" if kind == "clip" else _NOTE
    stills = CLIP_STILLS if kind == "clip" else 1
    return GenerationRequest(
        role="text",
        purpose="rubric",
        model=production.text_model,
        prompt=rubric_prompt(
            kind, shot, production.brief.look, references, note, production.framing
        ),
        response_schema=rubric_for(kind).answer_schema(),
        attachments=_pictures(stills + len(references)),
    )


def _breakdown(production: ProductionRecord, previous: ShotListRecord | None) -> GenerationRequest:
    return GenerationRequest(
        role="text",
        purpose="breakdown",
        model=production.text_model,
        prompt=breakdown_prompt(production.brief, _NOTE, previous, _PROBLEM),
        response_schema=breakdown_schema(production.brief.excerpt),
    )


def _pictures(count: int) -> tuple[Attachment, ...]:
    return (Attachment(key="", sha256="", mime="image/png", use="reference"),) * count

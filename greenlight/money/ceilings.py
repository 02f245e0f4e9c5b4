"""The most that a round of takes can cost.

An approval draws its ceiling once, and what follows from it is refused beyond that: so these are
bounds and no guesses. They are made of requests at least as large as any that the stages send:
the same prompts with the longest note, every candidate made again once, every question that may be
repeated repeated, at the dearest price that is known of the coming days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from greenlight.errors import InvalidInput
from greenlight.generate.models import beside_first
from greenlight.generate.prompts import REPEATED_LIMIT, TURNED_DOWN
from greenlight.generate.request import Attachment, GenerationRequest
from greenlight.generate.requests import (
    breakdown_request,
    clip_request,
    rubric_request,
    still_request,
)
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
_PICTURE = Attachment(key="", sha256="", mime="image/png", use="reference")
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
        asked = breakdown_request(production, _NOTE, previous, _PROBLEM)
        return [
            Item("breakdown", asked, 1),
            Item("breakdown, asked again", asked, BREAKDOWN_ASKS - 1, spare=True),
        ]
    if kind == "sheet" and sheet is not None:
        made = production.brief.candidates
        request = _made(production, "sheet", sheet=sheet)
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
    request = _made(production, kind, shot, references)
    check = _rubric(production, kind, shot, references)
    again = made * AUTOMATIC_RETAKES
    return [
        Item(f"{kind}s", request, made),
        Item(f"{kind} checks", check, made),
        Item(f"{kind} retakes", request, again, spare=True),
        Item(f"{kind} checks, again", check, (made + again) * RUBRIC_ASKS - made, spare=True),
    ]


def clip_price(production: ProductionRecord, shot: Shot) -> Decimal:
    """One clip of this shot in USD: what is not spent when its frame is rejected."""
    references = shown(shot, production.brief.references)
    return dearest(_made(production, "clip", shot, references), today(), timedelta(0))


def _made(
    production: ProductionRecord,
    kind: Kind,
    shot: Shot | None = None,
    references: Sequence[Reference] = (),
    sheet: Reference | None = None,
) -> GenerationRequest:
    """A request for a take of this subject, at least as large as any that is sent."""
    brief, long = production.brief, _WIDE * REPEATED_LIMIT
    beside = Neighbour(shot="", size=long, angle="", subject="", action="", setting="")
    of = shot.id if shot else subject_slug(sheet.name) if sheet else ""
    pack = ContextPack(
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
        references=_with_pictures(references),
        before=beside,
        after=beside,
        note=_NOTE,
        reason="continuity",
        turned_down=tuple(Turned(take="", reason=_REASON, note=long) for _ in range(TURNED_DOWN)),
        drawn_over=None if kind == "clip" else _DRAWN,
    )
    if kind == "clip":
        most = min(len(references), beside_first(production.video_model))
        return clip_request(production, pack, _PICTURE, (_PICTURE,) * most)
    # The note may come with a drawing.
    pictures = (_PICTURE,) * (len(references) + 1)
    return still_request(production, pack, brief.candidates, brief.candidates, pictures)


def _rubric(
    production: ProductionRecord, kind: Kind, shot: Shot, references: Sequence[Reference]
) -> GenerationRequest:
    # A clip's grader reads the note of its frame too.
    note = f"{_NOTE}; {_NOTE}" if kind == "clip" else _NOTE
    stills = CLIP_STILLS if kind == "clip" else 1
    pictures = (_PICTURE,) * (stills + len(references))
    return rubric_request(production, kind, shot, _with_pictures(references), note, pictures)


def _with_pictures(references: Sequence[Reference]) -> tuple[Reference, ...]:
    """Each with a picture: any of them may have a sheet by then, which goes along and is named."""
    update = {"image_sha256": "0", "image_mime": "image/png"}
    return tuple(r if r.image_sha256 else r.model_copy(update=update) for r in references)

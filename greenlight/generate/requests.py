"""The requests of a production, from context packs: the same ones are priced and sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from greenlight.generate.fitting import IMAGE_SIZE, RESOLUTION, fit_prompt
from greenlight.generate.models import billed_seconds, model
from greenlight.generate.prompts import (
    SHEET_ASPECT,
    breakdown_prompt,
    breakdown_schema,
    clip_prompt,
    frame_prompt,
    rubric_prompt,
    seed_of,
    sheet_prompt,
)
from greenlight.generate.request import Attachment, GenerationRequest
from greenlight.generate.rubric import rubric_for
from greenlight.production.brief import Reference
from greenlight.production.context import ContextPack
from greenlight.production.names import parse_take
from greenlight.production.records import ProductionRecord, ShotListRecord
from greenlight.production.shots import Shot


def still_request(
    production: ProductionRecord,
    pack: ContextPack,
    candidate: int,
    candidates: int,
    pictures: tuple[Attachment, ...],
) -> GenerationRequest:
    """The request for one candidate of a frame or of a reference sheet.

    `pictures` are those of its references, followed by the draw-over of the take before.
    """
    take = parse_take(pack.take)
    drawn = pack.drawn_over is not None and bool(pictures)
    if pack.kind == "sheet":
        prompt = sheet_prompt(pack, candidate, candidates, drawn=drawn)
    else:
        names = pictured(pack.references)[: len(pictures) - drawn]
        prompt = frame_prompt(pack, candidate, candidates, names, drawn=drawn)
    return GenerationRequest(
        role="image",
        purpose="sheet" if pack.kind == "sheet" else "frame",
        model=production.image_model,
        prompt=prompt,
        aspect_ratio=SHEET_ASPECT if pack.kind == "sheet" else production.framing.source,
        image_size=IMAGE_SIZE,
        seed=seed_of(take.shot, take.kind, take.version, candidate),
        attachments=pictures,
        context=pack.digest,
    )


def clip_request(
    production: ProductionRecord,
    pack: ContextPack,
    first: Attachment,
    pictures: tuple[Attachment, ...],
) -> GenerationRequest:
    """The request for a shot's clip from its approved frame, and `pictures` of its references."""
    assert pack.shot is not None
    take = parse_take(pack.take)
    return GenerationRequest(
        role="video",
        purpose="clip",
        model=production.video_model,
        prompt=clip_prompt(pack, pictured(pack.references)[: len(pictures)]),
        aspect_ratio=production.framing.source,
        resolution=RESOLUTION,
        seconds=billed_seconds(production.video_model, pack.shot.seconds),
        seed=seed_of(take.shot, take.kind, take.version),
        attachments=(first, *pictures),
        context=pack.digest,
    )


def rubric_request(
    production: ProductionRecord,
    kind: str,
    shot: Shot,
    references: Iterable[Reference],
    note: str,
    pictures: Sequence[Attachment],
    ask: int = 1,
) -> GenerationRequest:
    """The request to grade a take: `pictures` of it, then those of its references."""
    look, framing = production.brief.look, production.framing
    return GenerationRequest(
        role="text",
        purpose="rubric",
        model=production.text_model,
        prompt=rubric_prompt(kind, shot, look, references, note, framing),
        response_schema=rubric_for(kind).answer_schema(),
        seed=seed_of("rubric", ask),
        attachments=tuple(pictures),
    )


def breakdown_request(
    production: ProductionRecord,
    note: str,
    previous: ShotListRecord | None,
    problem: str = "",
    version: int = 1,
    ask: int = 1,
) -> GenerationRequest:
    """The request for a shot list; `problem` says why the last answer was invalid."""
    brief = production.brief
    return GenerationRequest(
        role="text",
        purpose="breakdown",
        model=production.text_model,
        prompt=breakdown_prompt(brief, note, previous, problem),
        response_schema=breakdown_schema(brief.excerpt),
        seed=seed_of("breakdown", version, ask),
    )


def fitted(request: GenerationRequest) -> GenerationRequest:
    """The request with its prompt as short as its model reads."""
    return request.model_copy(update={"prompt": fit_prompt(request.prompt, model(request.model))})


def pictured(references: Iterable[Reference]) -> tuple[str, ...]:
    """The names of those references that have a picture, in the order of the pictures."""
    return tuple(r.name for r in references if r.image_sha256 and r.image_mime)

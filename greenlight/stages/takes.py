"""Frames and clips: from an attempt to the take that a model made of it."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from greenlight.generate.models import billed_seconds
from greenlight.generate.prompts import clip_prompt, frame_prompt, seed_of, shown_references
from greenlight.generate.request import Attachment, GenerationRequest
from greenlight.money.ceilings import IMAGE_SIZE, RESOLUTION
from greenlight.money.ledger import Slot
from greenlight.money.releases import release_of
from greenlight.production.brief import Brief
from greenlight.production.names import TakeId, parse_take
from greenlight.production.records import Attempt, ProductionRecord, Record, TakeRecord
from greenlight.production.shots import Shot
from greenlight.purchase import Purchase, buy
from greenlight.stages.miss import miss
from greenlight.store.keys import Keys
from greenlight.store.records import now
from greenlight.studio import Studio


def frame_request(
    production: ProductionRecord, keys: Keys, attempt: Attempt, candidate: int
) -> GenerationRequest:
    """The request for one candidate of a shot's frame."""
    assert attempt.spec is not None
    brief = production.brief
    return GenerationRequest(
        role="image",
        purpose="frame",
        model=production.image_model,
        prompt=frame_prompt(attempt, brief, candidate),
        aspect_ratio=brief.aspect_ratio,
        image_size=IMAGE_SIZE,
        seed=seed_of(attempt.shot, "frame", attempt.version, candidate),
        attachments=_references(attempt.spec, brief, keys),
    )


def clip_request(
    production: ProductionRecord, attempt: Attempt, frame_key: str
) -> GenerationRequest:
    """The request for a shot's clip from its approved frame."""
    assert attempt.spec is not None
    assert attempt.frame_sha256 is not None
    first = Attachment(
        key=frame_key, sha256=attempt.frame_sha256, mime=_mime(frame_key), use="first_frame"
    )
    return GenerationRequest(
        role="video",
        purpose="clip",
        model=production.video_model,
        prompt=clip_prompt(attempt, production.brief),
        aspect_ratio=production.brief.aspect_ratio,
        resolution=RESOLUTION,
        seconds=billed_seconds(production.video_model, attempt.spec.seconds),
        seed=seed_of(attempt.shot, "clip", attempt.version),
        attachments=(first,),
    )


async def make_frame(studio: Studio, attempt: Attempt, candidate: int) -> Record:
    """One candidate still, not yet filed: a take, or a miss that says why there is none."""
    take = attempt.take._replace(candidate=candidate)
    request = frame_request(studio.production, studio.keys, attempt, candidate)
    slot = Slot(subject=attempt.shot, kind="frame", version=attempt.version, candidate=candidate)
    return await _make(studio, attempt, take, slot, request)


async def make_clip(studio: Studio, attempt: Attempt, frame: TakeRecord) -> Record:
    """The clip of one attempt, not yet filed: a take, or a miss that says why there is none."""
    assert attempt.frame is not None
    assert parse_take(attempt.frame) == frame.id
    slot = Slot(subject=attempt.shot, kind="clip", version=attempt.version)
    request = clip_request(studio.production, attempt, frame.key)
    return await _make(studio, attempt, attempt.take, slot, request)


async def _make(
    studio: Studio, attempt: Attempt, take: TakeId, slot: Slot, request: GenerationRequest
) -> Record:
    facts = await asyncio.to_thread(studio.records.facts)
    release = release_of(studio.production, facts, attempt)

    def place(mime: str) -> str:
        return studio.keys.media(take, mime)

    bought = await buy(studio, slot, request, place, release)
    if bought.answer is None:
        return miss(take, bought)
    return _take_record(studio, attempt, take, bought)


def _take_record(studio: Studio, attempt: Attempt, take: TakeId, bought: Purchase) -> TakeRecord:
    assert bought.answer is not None
    return TakeRecord(
        at=now(),
        take=str(take),
        key=bought.answer.key,
        sha256=bought.answer.sha256,
        size=bought.answer.size,
        mime=bought.answer.mime,
        model=bought.model,
        spec_hash=attempt.spec_hash,
        cost_usd=bought.cost_usd if bought.reused_from is None else Decimal(0),
        simulated=studio.profile.simulated,
        fingerprint=bought.fingerprint,
        reused_from=bought.reused_from,
    )


def _references(shot: Shot, brief: Brief, keys: Keys) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(
            key=keys.reference(r.image_sha256, r.image_mime),
            sha256=r.image_sha256,
            mime=r.image_mime,
            use="reference",
        )
        for r in shown_references(shot, brief.references)
        if r.image_sha256 and r.image_mime
    )


def _mime(key: str) -> str:
    return {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}[key.rsplit(".", 1)[1]]

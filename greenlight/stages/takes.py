"""Sheets, frames and clips: from an attempt to the take that a model made of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from decimal import Decimal

from greenlight.generate.fitting import fit_prompt
from greenlight.generate.models import beside_first, billed_seconds, model
from greenlight.generate.prompts import (
    SHEET_ASPECT,
    clip_prompt,
    frame_prompt,
    seed_of,
    sheet_prompt,
)
from greenlight.generate.request import Attachment, GenerationRequest
from greenlight.money.ceilings import IMAGE_SIZE, RESOLUTION
from greenlight.money.ledger import Slot
from greenlight.money.purchase import Asked, Purchase, buy
from greenlight.money.releases import release_of
from greenlight.production.brief import Reference
from greenlight.production.context import ContextPack, pack_of
from greenlight.production.drawover import DrawOver
from greenlight.production.names import TakeId, parse_take
from greenlight.production.records import Attempt, ProductionRecord, Record, TakeRecord
from greenlight.production.state import fold
from greenlight.stages.miss import miss
from greenlight.store.objects import sha256_of
from greenlight.store.records import now
from greenlight.workspace import Workspace


def frame_request(
    production: ProductionRecord,
    pack: ContextPack,
    attempt: Attempt,
    candidate: int,
    pictures: tuple[Attachment, ...],
) -> GenerationRequest:
    """The request for one candidate of a shot's frame.

    `pictures` are what its references show, and last of them what somebody drew on the take before.
    """
    drawn = pack.drawn_over is not None and bool(pictures)
    names = pictured(pack, len(pictures) - drawn)
    return GenerationRequest(
        role="image",
        purpose="frame",
        model=production.image_model,
        prompt=fit_prompt(
            frame_prompt(pack, candidate, len(attempt.candidates), names, drawn=drawn),
            model(production.image_model),
        ),
        aspect_ratio=production.framing.source,
        image_size=IMAGE_SIZE,
        seed=seed_of(attempt.shot, "frame", attempt.version, candidate),
        attachments=pictures,
        context=pack.digest,
    )


def sheet_request(
    production: ProductionRecord,
    pack: ContextPack,
    attempt: Attempt,
    candidate: int,
    pictures: tuple[Attachment, ...] = (),
) -> GenerationRequest:
    """The request for one candidate of a subject's reference sheet; see `frame_request`."""
    return GenerationRequest(
        role="image",
        purpose="sheet",
        model=production.image_model,
        prompt=fit_prompt(
            sheet_prompt(pack, candidate, len(attempt.candidates), drawn=bool(pictures)),
            model(production.image_model),
        ),
        aspect_ratio=SHEET_ASPECT,
        image_size=IMAGE_SIZE,
        seed=seed_of(attempt.shot, "sheet", attempt.version, candidate),
        attachments=pictures,
        context=pack.digest,
    )


def clip_request(
    production: ProductionRecord,
    pack: ContextPack,
    attempt: Attempt,
    frame_key: str,
    pictures: tuple[Attachment, ...] = (),
) -> GenerationRequest:
    """The request for a shot's clip from its approved frame, and `pictures` of its references."""
    assert attempt.spec is not None
    assert attempt.frame_sha256 is not None
    first = Attachment(
        key=frame_key, sha256=attempt.frame_sha256, mime=_mime(frame_key), use="first_frame"
    )
    return GenerationRequest(
        role="video",
        purpose="clip",
        model=production.video_model,
        prompt=fit_prompt(
            clip_prompt(pack, pictured(pack, len(pictures))), model(production.video_model)
        ),
        aspect_ratio=production.framing.source,
        resolution=RESOLUTION,
        seconds=billed_seconds(production.video_model, attempt.spec.seconds),
        seed=seed_of(attempt.shot, "clip", attempt.version),
        attachments=(first, *pictures),
        context=pack.digest,
    )


async def make_sheet(
    workspace: Workspace, attempt: Attempt, candidate: int, wanted: Asked | None = None
) -> Record:
    """One candidate of a reference sheet, not yet filed: a take, or a miss that says why not."""
    pack = await asyncio.to_thread(known, workspace, attempt)
    take = attempt.take._replace(candidate=candidate)
    pictures = await asyncio.to_thread(illustrated, workspace, pack)
    request = sheet_request(workspace.production, pack, attempt, candidate, pictures)
    slot = Slot(subject=attempt.shot, kind="sheet", version=attempt.version, candidate=candidate)
    return await _make(workspace, attempt, take, slot, request, wanted)


async def make_frame(
    workspace: Workspace, attempt: Attempt, candidate: int, wanted: Asked | None = None
) -> Record:
    """One candidate still, not yet filed: a take, or a miss that says why there is none."""
    pack = await asyncio.to_thread(known, workspace, attempt)
    take = attempt.take._replace(candidate=candidate)
    pictures = await asyncio.to_thread(illustrated, workspace, pack)
    request = frame_request(workspace.production, pack, attempt, candidate, pictures)
    slot = Slot(subject=attempt.shot, kind="frame", version=attempt.version, candidate=candidate)
    return await _make(workspace, attempt, take, slot, request, wanted)


async def make_clip(
    workspace: Workspace, attempt: Attempt, frame: TakeRecord, wanted: Asked | None = None
) -> Record:
    """The clip of one attempt, not yet filed: a take, or a miss that says why there is none."""
    assert attempt.frame is not None
    assert parse_take(attempt.frame) == frame.id
    pack = await asyncio.to_thread(known, workspace, attempt)
    slot = Slot(subject=attempt.shot, kind="clip", version=attempt.version)
    pictures = await asyncio.to_thread(pictures_of, workspace, pack.references)
    pictures = pictures[: beside_first(workspace.production.video_model)]
    request = clip_request(workspace.production, pack, attempt, frame.key, pictures)
    return await _make(workspace, attempt, attempt.take, slot, request, wanted)


def known(workspace: Workspace, attempt: Attempt) -> ContextPack:
    """The context pack of an attempt as it begins, stored under its digest."""
    facts = workspace.records.facts()
    pack = pack_of(workspace.production, facts, fold(facts), attempt)
    body = pack.model_dump_json(indent=1).encode()
    workspace.store.put_once(workspace.keys.context(pack.digest), body, "application/json")
    return pack


async def _make(
    workspace: Workspace,
    attempt: Attempt,
    take: TakeId,
    slot: Slot,
    request: GenerationRequest,
    wanted: Asked | None,
) -> Record:
    facts = await asyncio.to_thread(workspace.records.facts)
    release = release_of(workspace.production, facts, attempt)

    def place(mime: str) -> str:
        return workspace.keys.media(take, mime)

    bought = await buy(workspace, slot, request, place, release, wanted)
    if bought.answer is None:
        return miss(take, bought)
    return _take_record(workspace, attempt, take, bought, request.context)


def _take_record(
    workspace: Workspace, attempt: Attempt, take: TakeId, bought: Purchase, context: str
) -> TakeRecord:
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
        simulated=workspace.profile.simulated,
        fingerprint=bought.fingerprint,
        reused_from=bought.reused_from,
        context=bought.context or context,
    )


def illustrated(workspace: Workspace, pack: ContextPack) -> tuple[Attachment, ...]:
    """The pictures that go along with a still's prompt; what somebody drew is the last of them."""
    most = model(workspace.production.image_model).max_references
    pictures = pictures_of(workspace, pack.references)
    if pack.drawn_over is None or not most:
        return pictures[:most]
    return (*pictures[: most - 1], _drawn_over(workspace, pack.drawn_over))


def _drawn_over(workspace: Workspace, drawing: DrawOver) -> Attachment:
    from greenlight.media.drawover import drawn_over

    record = workspace.records.facts().takes[parse_take(drawing.on)]
    data = drawn_over(workspace.store.get(record.key), drawing.strokes)
    sha256 = sha256_of(data)
    key = workspace.keys.drawn_over(sha256)
    workspace.store.put_once(key, data, "image/jpeg")
    return Attachment(key=key, sha256=sha256, mime="image/jpeg", use="reference")


def pictures_of(workspace: Workspace, references: Iterable[Reference]) -> tuple[Attachment, ...]:
    """The pictures of references as they go along with a prompt: the brief's own, and sheets."""
    takes = workspace.records.facts().takes.values()
    sheets = {t.sha256: t.key for t in takes if t.id.kind == "sheet"}
    return tuple(
        Attachment(
            key=sheets.get(r.image_sha256)
            or workspace.keys.reference(r.image_sha256, r.image_mime),
            sha256=r.image_sha256,
            mime=r.image_mime,
            use="reference",
        )
        for r in references
        if r.image_sha256 and r.image_mime
    )


def pictured(pack: ContextPack, most: int) -> tuple[str, ...]:
    """Whom the first `most` pictures of a pack's references show, in the pictures' order."""
    return tuple(r.name for r in pack.references if r.image_sha256 and r.image_mime)[:most]


def _mime(key: str) -> str:
    return {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}[key.rsplit(".", 1)[1]]

"""Sheets, frames and clips: from an attempt to the take that a model made of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from decimal import Decimal
from functools import partial

from greenlight.generate.models import beside_first, model
from greenlight.generate.request import Attachment, GenerationRequest
from greenlight.generate.requests import clip_request, fitted, still_request
from greenlight.money.ledger import Slot
from greenlight.money.purchase import Purchase, buy
from greenlight.money.releases import release_of
from greenlight.production.brief import Reference
from greenlight.production.context import ContextPack, pack_of
from greenlight.production.drawover import DrawOver
from greenlight.production.names import TakeId, parse_take
from greenlight.production.records import Attempt, MissRecord, Record, TakeRecord
from greenlight.production.state import fold
from greenlight.stages.assignment import Assignment
from greenlight.store.objects import sha256_of
from greenlight.store.records import now
from greenlight.workspace import Workspace


async def make_take(given: Assignment) -> Record:
    """One sheet, frame or clip, not yet filed: a take, or a miss that says why there is none."""
    workspace, take, attempt = given.workspace, given.take, given.attempt
    request = await asyncio.to_thread(_request, given)
    release = release_of(given.production, given.facts, attempt)
    place = partial(workspace.keys.media, take)
    bought = await buy(workspace, Slot.of(take), request, place, release, given.wanted)
    if bought.answer is None:
        return miss(take, bought)
    return _take_record(workspace, attempt, take, bought, request.context)


def _request(given: Assignment) -> GenerationRequest:
    """What is asked for the take; its context pack is stored first."""
    production, attempt, take = given.production, given.attempt, given.take
    pack = _known(given)
    if take.kind != "clip":
        most = model(production.image_model).max_references
        pictures = _illustrations(given, pack, most)
        count = len(attempt.candidates)
        return fitted(still_request(production, pack, take.candidate, count, pictures))
    frame = given.facts.takes[parse_take(attempt.frame or "")]
    assert attempt.frame_sha256 is not None
    first = Attachment(
        key=frame.key, sha256=attempt.frame_sha256, mime=frame.mime, use="first_frame"
    )
    pictures = pictures_of(given, pack.references)[: beside_first(production.video_model)]
    return fitted(clip_request(production, pack, first, pictures))


def _known(given: Assignment) -> ContextPack:
    """The context pack of an attempt as it begins, stored under its digest."""
    pack = pack_of(given.production, given.facts, fold(given.facts), given.attempt)
    body = pack.model_dump_json(indent=1).encode()
    given.workspace.store.put_once(given.workspace.keys.context(pack.digest), body)
    return pack


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


def _illustrations(given: Assignment, pack: ContextPack, most: int) -> tuple[Attachment, ...]:
    """At most `most` pictures for a still's prompt; a draw-over is the last of them."""
    pictures = pictures_of(given, pack.references)
    if pack.drawn_over is None or not most:
        return pictures[:most]
    return (*pictures[: most - 1], _drawn_over(given, pack.drawn_over))


def _drawn_over(given: Assignment, drawing: DrawOver) -> Attachment:
    from greenlight.media.drawover import drawn_over

    store = given.workspace.store
    record = given.facts.takes[parse_take(drawing.on)]
    data = drawn_over(store.get(record.key), drawing.strokes)
    sha256 = sha256_of(data)
    key = given.workspace.keys.drawn_over(sha256)
    store.put_once(key, data, "image/jpeg")
    return Attachment(key=key, sha256=sha256, mime="image/jpeg", use="reference")


def pictures_of(given: Assignment, references: Iterable[Reference]) -> tuple[Attachment, ...]:
    """The pictures of references as they go along with a prompt: the brief's own, and sheets."""
    sheets = {t.sha256: t.key for i, t in given.facts.takes.items() if i.kind == "sheet"}
    reference = given.workspace.keys.reference
    return tuple(
        Attachment(
            key=sheets.get(r.image_sha256) or reference(r.image_sha256, r.image_mime),
            sha256=r.image_sha256,
            mime=r.image_mime,
            use="reference",
        )
        for r in references
        if r.image_sha256 and r.image_mime
    )


_WORDS = {
    "refused": "the model refused: {}",
    "failed": "the model service failed: {}",
    "unknown": "outcome unknown, counted as spent: {}",
}


def miss(take: TakeId, bought: Purchase) -> MissRecord:
    """Says how a purchase ended that brought no bytes."""
    assert bought.outcome != "settled"
    return MissRecord(
        at=now(),
        take=str(take),
        ask=bought.ask,
        outcome=bought.outcome,
        reason=_WORDS[bought.outcome].format(bought.reason),
        cost_usd=bought.cost_usd,
    )

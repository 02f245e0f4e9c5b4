"""One paid request, from reuse over the ledger to a settled answer; the only way to a paid POST."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from greenlight.errors import IntegrityError, NotFound
from greenlight.generate.errors import NotSent, Rejected, Uncertain
from greenlight.generate.models import model
from greenlight.generate.outcome import Answer, Failed, Refusal, Running, Submitted, Usage
from greenlight.generate.request import GenerationRequest
from greenlight.money.ledger import Closed, Entry, Outcome, Slot, StoredAnswer
from greenlight.money.prices import price_of
from greenlight.money.quote import actual, estimate
from greenlight.store.keys import reuse_key
from greenlight.store.objects import sha256_of
from greenlight.store.records import now
from greenlight.studio import Studio

POSTS = 6
"""How often a POST that was certainly not accepted is made again before the task gives up."""

DOUBTS = 8
"""A service was seen to deny a live job now and then; this many times in a row is believed."""


class Purchase(BaseModel):
    """What a slot came to; `answer` is there exactly when the outcome is settled."""

    model_config = ConfigDict(frozen=True)

    outcome: Outcome
    answer: StoredAnswer | None = None
    cost_usd: Decimal | None
    reason: str = ""
    fingerprint: str
    model: str
    reused_from: str | None = None


Place = Callable[[str], str] | str
"""The key under which the answer is kept, or what gives it for a media type."""


async def purchase(
    studio: Studio, slot: Slot, request: GenerationRequest, place: Place
) -> Purchase:
    """Buys the answer to `request` for `slot`, at most once, or finds what was bought before."""
    ledger = studio.ledger
    entry = await asyncio.to_thread(ledger.entry, slot)
    if entry is None:
        reused = await asyncio.to_thread(_reuse, studio, request, place)
        if reused is not None:
            return reused
        ceiling = estimate(request)
        if studio.budget is not None:
            await asyncio.to_thread(studio.budget.draw, slot.path, ceiling)
        entry = await asyncio.to_thread(
            ledger.reserve, slot, request, ceiling, studio.profile.simulated
        )
    request = entry.reserved.request  # what was intended first is the only thing ever sent
    while entry.closed is None:
        entry = await _advance(studio, slot, entry, place)
    if studio.budget is not None:
        spent = _counted(entry)
        await asyncio.to_thread(studio.budget.settle, slot.path, spent)
    bought = Purchase(
        outcome=entry.closed.outcome,
        answer=entry.stored if entry.closed.outcome == "settled" else None,
        cost_usd=entry.closed.cost_usd,
        reason=entry.closed.reason,
        fingerprint=request.fingerprint,
        model=request.model,
    )
    if bought.answer is not None:
        await asyncio.to_thread(_offer_for_reuse, studio, bought)
    return bought


def _key(place: Place, mime: str) -> str:
    return place if isinstance(place, str) else place(mime)


def _counted(entry: Entry) -> Decimal:
    """What a closed slot takes from the budget: unknown costs count in full."""
    assert entry.closed is not None
    if entry.closed.cost_usd is not None:
        return entry.closed.cost_usd
    return entry.reserved.estimate_usd


async def _advance(studio: Studio, slot: Slot, entry: Entry, place: Place) -> Entry:
    """One step of the ledger; returns the entry as it stands afterwards."""
    ledger, request = studio.ledger, entry.reserved.request
    if entry.stored is not None:
        closed = _settle(request, entry.stored.usage)
        await asyncio.to_thread(ledger.close, slot, closed)
    elif entry.submitted is not None:
        await _collect(studio, slot, request, entry, place)
    elif entry.may_send:
        await _send(studio, slot, request, entry, place)
    elif entry.lost:
        reason = "the POST was begun and its outcome was never recorded"
        await _close(studio, slot, "unknown", None, reason)
    else:
        await asyncio.sleep(0.5)  # somebody else is posting, or was when they died
    fresh = await asyncio.to_thread(ledger.entry, slot)
    assert fresh is not None
    return fresh


async def _send(
    studio: Studio, slot: Slot, request: GenerationRequest, entry: Entry, place: Place
) -> None:
    if entry.not_sent:
        pause = (entry.not_sent[-1].retry_at - now()).total_seconds()
        await asyncio.sleep(max(0.0, pause))
    pictures = await asyncio.to_thread(_pictures, studio, request)
    timeout = min(float(model(request.model).timeout), studio.profile.post_seconds)
    if not await asyncio.to_thread(studio.ledger.claim, slot, entry, timeout):
        return
    number = len(entry.sending) + 1
    try:
        async with studio.models() as service:
            posted = await service.post(request, pictures, timeout)
            await _record(studio, slot, request, posted, place)
    except NotSent as error:
        wait = (
            error.retry_after if error.retry_after is not None else min(30.0, 2.0 ** (number - 1))
        )
        await asyncio.to_thread(studio.ledger.not_sent, slot, number, str(error), wait)
        if number % POSTS == 0:
            raise
    except Rejected as error:
        await _close(studio, slot, "failed", Decimal(0), str(error))
    except Uncertain as error:
        await _close(studio, slot, "unknown", None, str(error))


async def _record(
    studio: Studio,
    slot: Slot,
    request: GenerationRequest,
    result: Answer | Submitted | Refusal | Failed,
    place: Place,
) -> None:
    match result:
        case Submitted():
            await asyncio.to_thread(studio.ledger.submitted, slot, result.remote_id)
        case Answer():
            await asyncio.to_thread(_keep, studio, slot, result, place)
        case Refusal():
            await _close(studio, slot, "refused", Decimal(0), result.reason)
        case Failed():
            await _close(studio, slot, "failed", Decimal(0), result.reason)


async def _collect(
    studio: Studio, slot: Slot, request: GenerationRequest, entry: Entry, place: Place
) -> None:
    """Asks for a submitted job until it has ended."""
    assert entry.submitted is not None
    patience = timedelta(seconds=model(request.model).deadline)
    deadline = entry.submitted.at + patience
    doubts = 0
    async with studio.models() as service:
        while True:
            polled = await service.poll(request, entry.submitted.remote_id)
            if not isinstance(polled, Running):
                await _record(studio, slot, request, polled, place)
                return
            doubts = doubts + 1 if polled.doubt else 0
            if doubts >= DOUBTS:
                await _close(studio, slot, "unknown", None, f"job lost: {polled.doubt}")
                return
            if now() > deadline:
                reason = f"job {entry.submitted.remote_id} took longer than {patience}"
                await _close(studio, slot, "unknown", None, reason)
                return
            await asyncio.sleep(studio.profile.poll_seconds)


def _keep(studio: Studio, slot: Slot, answer: Answer, place: Place) -> None:
    """Stores an answer's bytes before anything else, then says where they are."""
    key, sha256 = _key(place, answer.mime), sha256_of(answer.data)
    written = studio.store.put_once(key, answer.data, answer.mime)
    if not written and studio.store.head(key).sha256 != sha256:
        raise IntegrityError(f"{key} already holds other bytes than the answer for {slot.path}")
    studio.ledger.stored(
        slot,
        StoredAnswer(
            at=now(),
            key=key,
            sha256=sha256,
            size=len(answer.data),
            mime=answer.mime,
            usage=answer.usage,
        ),
    )


def _settle(request: GenerationRequest, usage: Usage | None) -> Closed:
    at = now()
    row = price_of(request.model, at.date())
    return Closed(
        at=at,
        outcome="settled",
        cost_usd=actual(request, usage, row),
        price=f"{row.model} from {row.valid_from}",
    )


async def _close(
    studio: Studio, slot: Slot, outcome: Outcome, cost: Decimal | None, reason: str
) -> None:
    closed = Closed(at=now(), outcome=outcome, cost_usd=cost, reason=reason)
    await asyncio.to_thread(studio.ledger.close, slot, closed)


def _pictures(studio: Studio, request: GenerationRequest) -> Mapping[str, bytes]:
    return {a.sha256: studio.store.get_exactly(a.key, a.sha256) for a in request.attachments}


def _reuse(studio: Studio, request: GenerationRequest, place: Place) -> Purchase | None:
    """Copies a settled answer to the same request within the show; anything amiss is a miss."""
    key = reuse_key(studio.keys.show, request.fingerprint)
    try:
        offer = json.loads(studio.store.get(key))
        if offer["simulated"] != studio.profile.simulated:
            return None
        data = studio.store.get_exactly(offer["key"], offer["sha256"])
    except (NotFound, IntegrityError):
        return None
    target = _key(place, offer["mime"])
    if target != offer["key"]:
        studio.store.put_once(target, data, offer["mime"])
    answer = StoredAnswer(
        at=now(),
        key=target,
        sha256=offer["sha256"],
        size=len(data),
        mime=offer["mime"],
        usage=None,
    )
    return Purchase(
        outcome="settled",
        answer=answer,
        cost_usd=Decimal(0),
        fingerprint=request.fingerprint,
        model=request.model,
        reused_from=offer["key"],
    )


def _offer_for_reuse(studio: Studio, bought: Purchase) -> None:
    assert bought.answer is not None
    offer = {
        "schema_version": 1,
        "production": studio.keys.production,
        "key": bought.answer.key,
        "sha256": bought.answer.sha256,
        "mime": bought.answer.mime,
        "simulated": studio.profile.simulated,
    }
    key = reuse_key(studio.keys.show, bought.fingerprint)
    studio.store.put_once(key, json.dumps(offer, indent=1).encode())

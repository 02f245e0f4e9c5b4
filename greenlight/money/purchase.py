"""One paid request, from reuse over the ledger to a settled answer; the only way to a paid POST."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from greenlight.errors import GreenlightError, NotFound
from greenlight.generate.errors import NotSent, Rejected, Uncertain
from greenlight.generate.models import model
from greenlight.generate.outcome import Answer, Failed, Refusal, Running, Submitted, Usage
from greenlight.generate.request import GenerationRequest, Role
from greenlight.money.amounts import total
from greenlight.money.backoff import PATIENT_SECONDS, POSTS, pause_after
from greenlight.money.budget import Release
from greenlight.money.ledger import Closed, Entry, Outcome, Slot, StoredAnswer
from greenlight.money.prices import price_of
from greenlight.money.quote import actual, estimate, refused
from greenlight.money.resolving import resolution_of, standing
from greenlight.money.reuse import (
    Place,
    Reused,
    beside,
    key_of,
    of_ask,
    offer,
    reuse,
    stored_answer,
)
from greenlight.money.sigterm import finishing_posts
from greenlight.money.superseded import Superseded
from greenlight.production.model import Frozen
from greenlight.store.objects import Stored, sha256_of
from greenlight.store.records import now
from greenlight.tracing import span

if TYPE_CHECKING:
    from greenlight.workspace import Workspace

SHORTEST_POST = 1.0
"""With less than these seconds left of the right to POST, it is given back unused."""

ANSWERS: Mapping[Role, tuple[str, ...]] = {
    "text": ("application/json",),
    "image": ("image/png", "image/jpeg", "image/webp"),
    "video": ("video/mp4",),
}
"""What each role's answers may be: where to look for one whose process died."""

Asked = Callable[[], bool]
"""Whether what is about to be sent is still asked for; it blocks."""

DOUBTS = 8
"""A service was seen to deny a live job now and then; this many times in a row is believed."""


FIRST_WAIT = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=1)
"""How long a job that takes longer than its model should is left alone, doubling each time."""

GIVE_UP = timedelta(hours=24)
"""A job that is this old and still running is believed to be lost; its cost is then unknown."""

ALLOWED_ASKS = 3
"""A standing permission asks at most this often for one thing; then a person has to look."""


class JobParked(GreenlightError):
    """The service is still busy with a job after its time; it is asked for again at `until`."""

    def __init__(self, remote_id: str, until: datetime) -> None:
        self.remote_id, self.until = remote_id, until
        super().__init__(
            f"the service is still at work on job {remote_id}: it is asked for again at "
            f"{until:%H:%M} UTC"
        )


class Purchase(Frozen):
    """What a slot came to; `answer` is there exactly when the outcome is settled.

    `ask` is the ledger's last ask; `cost_usd` is what all of them cost, None when that is unknown;
    `context` names the context pack of what was really sent.
    """

    outcome: Outcome
    ask: int = 1
    again: bool = False
    answer: StoredAnswer | None = None
    cost_usd: Decimal | None
    reason: str = ""
    fingerprint: str
    model: str
    reused_from: str | None = None
    context: str = ""


async def buy(
    workspace: Workspace,
    slot: Slot,
    request: GenerationRequest,
    place: Place,
    release: Release,
    wanted: Asked | None = None,
) -> Purchase:
    """Buys the answer to `request` for `slot`, and again where somebody allowed another ask.

    A further ask draws from a release of its own, which its permission covers. `wanted` is
    asked before anything is set aside and right before it is sent. Raises Superseded where it says
    no, BudgetExceeded, CeilingReached, JobParked, and Stalled while its model is left alone.
    """
    cost: Decimal | None = Decimal(0)
    asked_place: Place = place
    while True:
        bought = await purchase(workspace, slot, request, asked_place, release, wanted)
        cost = total(cost, bought.cost_usd)
        if not bought.again:
            return bought.model_copy(update={"cost_usd": cost})
        slot = slot.model_copy(update={"ask": slot.ask + 1})
        asked_place = partial(of_ask, place, slot.ask)
        release = Release(f"again/{slot.path}", estimate(request))


async def purchase(
    workspace: Workspace,
    slot: Slot,
    request: GenerationRequest,
    place: Place,
    release: Release,
    wanted: Asked | None = None,
) -> Purchase:
    """Buys the answer for one slot, at most once, or finds what was bought before."""
    ledger = workspace.ledger
    entry = await asyncio.to_thread(ledger.entry, slot)
    if entry is None:
        await _demand(slot, wanted)
        copy = await asyncio.to_thread(reuse, workspace, request, place)
        if copy is not None:
            return _reused(request, slot, copy)
        # Where it goes is recorded with it: a later process sends it there and nowhere else.
        update = {"platform": workspace.platform_of(request.model)}
        request = request.model_copy(update=update)
        ceiling = estimate(request)
        await asyncio.to_thread(workspace.budget.draw, release, slot.path, ceiling)
        simulated = workspace.profile.simulated
        entry = await asyncio.to_thread(
            ledger.reserve, slot, request, ceiling, simulated, release.id
        )
    request = entry.reserved.request  # what was intended first is the only thing ever sent
    while entry.closed is None:
        entry = await advance(workspace, slot, entry, place, wanted)
    if entry.unknown:
        entry = await asyncio.to_thread(_allow, workspace, slot, entry)
    entry = await asyncio.to_thread(_count, workspace, entry)
    closed, resolved = entry.closed, entry.resolved
    assert closed is not None
    bought = Purchase(
        outcome=closed.outcome,
        ask=slot.ask,
        again=resolved is not None and resolved.again,
        answer=entry.stored if closed.outcome == "settled" else None,
        cost_usd=resolved.cost_usd if resolved else closed.cost_usd,
        reason=closed.reason,
        fingerprint=request.fingerprint,
        model=request.model,
        context=request.context,
    )
    if bought.answer is not None:
        await asyncio.to_thread(offer, workspace, request.fingerprint, bought.answer)
    return bought


async def _demand(slot: Slot, wanted: Asked | None) -> None:
    """Raises Superseded where the take is no longer wanted."""
    if wanted is not None and not await asyncio.to_thread(wanted):
        raise Superseded(slot)


def _reused(request: GenerationRequest, slot: Slot, copy: Reused) -> Purchase:
    return Purchase(
        outcome="settled",
        ask=slot.ask,
        answer=copy.answer,
        cost_usd=Decimal(0),
        fingerprint=request.fingerprint,
        model=request.model,
        reused_from=copy.source,
    )


def _allow(workspace: Workspace, slot: Slot, entry: Entry) -> Entry:
    """Resolves an unknown outcome by what a person decided of it, or by a standing permission."""
    facts = workspace.records.facts()
    resolved = resolution_of(facts, slot.path)
    below, ceiling = facts.terms.ask_again_below_usd, entry.reserved.estimate_usd
    lost = entry.closed is not None and entry.closed.outcome == "unknown"
    allowed = below is not None and ceiling <= below and slot.ask < ALLOWED_ASKS
    if resolved is None and lost and allowed:
        resolved = standing(facts, ceiling)
    if resolved is not None:
        workspace.ledger.resolve(slot, resolved)
    return workspace.ledger.entry(slot) or entry


def _count(workspace: Workspace, entry: Entry) -> Entry:
    """Brings the account up to the row, also where somebody resolves it at this very moment."""
    while True:
        counted = entry.counted_usd
        workspace.budget.settle(entry.slot.path, counted)
        entry = workspace.ledger.entry(entry.slot) or entry
        if entry.counted_usd == counted:
            return entry


async def advance(
    workspace: Workspace, slot: Slot, entry: Entry, place: Place, wanted: Asked | None = None
) -> Entry:
    """Takes a row one step on; returns the entry as it stands afterwards."""
    ledger, request = workspace.ledger, entry.reserved.request
    if entry.stored is not None:
        closed = _settle(request, entry.stored.usage)
        await asyncio.to_thread(ledger.close, slot, closed)
    elif entry.submitted is not None:
        with _traced("job", slot, request, greenlight__job=entry.submitted.remote_id):
            await _collect(workspace, slot, request, entry, place)
    elif entry.may_send:
        await _send(workspace, slot, request, entry, place, wanted)
    elif entry.lost:
        if not await asyncio.to_thread(_adopt, workspace, slot, request, place):
            reason = "the POST was begun and its outcome was never recorded"
            await _close(workspace, slot, "unknown", None, reason)
    else:
        await asyncio.sleep(0.5)  # somebody else is posting, or was when they died
    fresh = await asyncio.to_thread(ledger.entry, slot)
    assert fresh is not None
    return fresh


async def _send(
    workspace: Workspace,
    slot: Slot,
    request: GenerationRequest,
    entry: Entry,
    place: Place,
    wanted: Asked | None,
) -> None:
    backoff = workspace.backoff(request.model)
    await backoff.wait()
    if entry.not_sent:
        pause = (entry.not_sent[-1].retry_at - now()).total_seconds()
        await asyncio.sleep(max(0.0, pause))
        await backoff.wait()
    pictures = await asyncio.to_thread(_pictures, workspace, request)
    timeout = min(float(model(request.model).timeout), workspace.profile.post_seconds)
    # Opened before the claim: importing the SDK takes seconds on a busy machine.
    async with workspace.models() as service, finishing_posts():
        # It may have waited long for a place, or for a rate limit to pass.
        await _demand(slot, wanted)
        claimed = now()
        if not await asyncio.to_thread(workspace.ledger.claim, slot, entry, timeout):
            return
        number = len(entry.sending) + 1
        # A process held up that long may find the row taken for lost: then it must not send.
        left = timeout - (now() - claimed).total_seconds()
        try:
            if left < SHORTEST_POST:
                raise NotSent("the right to POST ran out before it was used")
            with _traced("post", slot, request):
                posted = await service.post(request, pictures, left)
            await _record(workspace, slot, request, posted, place)
        except NotSent as error:
            wait = pause_after(error.retry_after, number)
            if error.retry_after is not None or number >= POSTS:
                await asyncio.to_thread(backoff.hold, wait, str(error))
            # A longer pause is everybody's, and may be lifted.
            wait = min(wait, PATIENT_SECONDS)
            await asyncio.to_thread(workspace.ledger.not_sent, slot, number, str(error), wait)
        except Rejected as error:
            await _close(workspace, slot, "failed", Decimal(0), str(error))
        except Uncertain as error:
            await _close(workspace, slot, "unknown", None, str(error))


async def _record(
    workspace: Workspace,
    slot: Slot,
    request: GenerationRequest,
    result: Answer | Submitted | Refusal | Failed,
    place: Place,
) -> None:
    match result:
        case Submitted():
            await asyncio.to_thread(workspace.ledger.submitted, slot, result.remote_id)
        case Answer():
            await asyncio.to_thread(_keep, workspace, slot, result, place)
        case Refusal():
            cost = refused(request, result.usage, price_of(request.model, now().date()))
            await _close(workspace, slot, "refused", cost, result.reason)
        case Failed():
            await _close(workspace, slot, "failed", Decimal(0), result.reason)


async def _collect(
    workspace: Workspace, slot: Slot, request: GenerationRequest, entry: Entry, place: Place
) -> None:
    """Asks for a submitted job until it has ended, or parks it when it is past its time."""
    assert entry.submitted is not None
    remote_id, begun = entry.submitted.remote_id, entry.submitted.at
    patience = timedelta(seconds=model(request.model).deadline)
    if entry.parked and now() < entry.parked[-1].next_poll_at:
        raise JobParked(remote_id, entry.parked[-1].next_poll_at)
    doubts = 0
    async with workspace.models() as service:
        while True:
            polled = await service.poll(request, remote_id)
            if not isinstance(polled, Running):
                await _record(workspace, slot, request, polled, place)
                return
            doubts = doubts + 1 if polled.doubt else 0
            if doubts >= DOUBTS:
                await _close(workspace, slot, "unknown", None, f"job lost: {polled.doubt}")
                return
            if now() > begun + GIVE_UP:
                reason = f"job {remote_id} took longer than {GIVE_UP}"
                await _close(workspace, slot, "unknown", None, reason)
                return
            if now() > begun + patience and not polled.doubt:
                until = now() + min(FIRST_WAIT * 2 ** len(entry.parked), LONGEST_WAIT)
                await asyncio.to_thread(workspace.ledger.park, slot, entry, until)
                raise JobParked(remote_id, until)
            await asyncio.sleep(workspace.profile.poll_seconds)


def _traced(
    what: str, slot: Slot, request: GenerationRequest, **more: str
) -> AbstractContextManager[object]:
    """A span of what a model's service is asked for, in OpenTelemetry's words where it has any."""
    return span(
        f"{what} {request.model}",
        gen_ai__operation__name="generate_content",
        gen_ai__request__model=request.model,
        gen_ai__output__type=request.role,
        greenlight__slot=slot.path,
        **more,
    )


def _keep(workspace: Workspace, slot: Slot, answer: Answer, place: Place) -> None:
    """Stores an answer's bytes before anything else, then says where they are."""
    key, sha256 = key_of(place, answer.mime), sha256_of(answer.data)
    written = workspace.store.put_once(key, answer.data, answer.mime)
    if not written and workspace.store.head(key).sha256 != sha256:
        # Something else lies there. This was paid for: it is kept under a name of its own.
        key = beside(key, sha256[:12])
        workspace.store.put_once(key, answer.data, answer.mime)
    stored = Stored(key, sha256, len(answer.data), answer.mime)
    workspace.ledger.stored(slot, stored_answer(stored, answer.usage))


def _adopt(workspace: Workspace, slot: Slot, request: GenerationRequest, place: Place) -> bool:
    """Finds the answer of a POST whose process died after it had stored the bytes, if it did."""
    for mime in ANSWERS[request.role]:
        try:
            found = workspace.store.head(key_of(place, mime))
        except NotFound:
            continue
        workspace.ledger.stored(slot, stored_answer(found, None))
        return True
    return False


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
    workspace: Workspace, slot: Slot, outcome: Outcome, cost: Decimal | None, reason: str
) -> None:
    closed = Closed(at=now(), outcome=outcome, cost_usd=cost, reason=reason)
    await asyncio.to_thread(workspace.ledger.close, slot, closed)


def _pictures(workspace: Workspace, request: GenerationRequest) -> Mapping[str, bytes]:
    return {a.sha256: workspace.store.get_exactly(a.key, a.sha256) for a in request.attachments}

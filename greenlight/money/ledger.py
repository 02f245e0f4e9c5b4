"""The ledger: at most one paid POST per slot, whatever crashes.

A slot's steps are records, each written once by a conditional PUT:

    reserved → sending(n) → [not sent(n) → sending(n+1)] → submitted → [parked(n)] → stored →
    closed → [resolved, where it was closed as unknown]

`reserved` holds the whole request, and only that is ever sent, so that a changed prompt or model
after a crash makes no second POST. Only the process that writes `sending(n)` may POST. A row that
is still `sending` past its deadline plus a margin is closed as *unknown*: it counts as spent until
a person, or a permission that a person recorded, resolves it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, TypeVar

from greenlight.errors import UnknownSchema
from greenlight.generate.outcome import Usage
from greenlight.generate.request import GenerationRequest
from greenlight.production.model import Frozen
from greenlight.production.names import TakeId
from greenlight.production.own_keys import demand_own
from greenlight.production.records import check_schema
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now

Outcome = Literal["settled", "refused", "failed", "unknown"]

SCHEMA = 1

MARGIN = timedelta(seconds=10)
"""Clocks of two workers may differ by this much before a live POST could be taken for lost."""


class Slot(Frozen):
    """One thing that may be paid for once: subject is a shot, a sheet's or `production`."""

    subject: str
    kind: Literal["breakdown", "sheet", "frame", "frame-rubric", "clip", "clip-rubric"]
    version: int
    candidate: int = 0
    ask: int = 1

    @classmethod
    def of(cls, take: TakeId, *, rubric: bool = False, ask: int = 1) -> Slot:
        """The slot that makes a sheet, frame or clip, or that grades a frame or clip."""
        return cls.model_validate(
            {
                "subject": take.shot,
                "kind": f"{take.kind}-rubric" if rubric else take.kind,
                "version": take.version,
                "candidate": take.candidate,
                "ask": ask,
            }
        )

    @property
    def path(self) -> str:
        return f"{self.subject}/{self.kind}/v{self.version:03d}_c{self.candidate}/ask{self.ask:02d}"

    @property
    def take(self) -> TakeId:
        """The take that it is for: to be made, or to be checked."""
        if self.kind == "breakdown":
            return TakeId("shotlist", self.version)
        if self.kind == "sheet":
            return TakeId("sheet", self.version, self.subject, self.candidate)
        if self.kind in ("clip", "clip-rubric"):
            return TakeId("clip", self.version, self.subject, self.candidate)
        return TakeId("frame", self.version, self.subject, self.candidate)


class Step(Frozen):
    """What all steps of a slot share."""

    schema_version: int = SCHEMA
    at: datetime

    def named_keys(self) -> Iterable[str]:
        """Keys of the objects that the step names."""
        return ()


class Reserved(Step):
    """The intent: what is asked, and the most that it can cost in USD."""

    slot: Slot
    request: GenerationRequest
    estimate_usd: Decimal
    simulated: bool
    release: str = ""
    """What was approved that this draws from."""

    def named_keys(self) -> Iterable[str]:
        return (attachment.key for attachment in self.request.attachments)


class Sending(Step):
    """The right to POST, held until `deadline`."""

    number: int
    deadline: datetime


class NotSent(Step):
    """That POST was certainly not accepted; another may be made not before `retry_at`."""

    number: int
    retry_at: datetime
    reason: str


class Submitted(Step):
    """The service took the job under `remote_id`; from here on it is only asked about."""

    remote_id: str


class Parked(Step):
    """The job takes longer than it should: it is asked for again at `next_poll_at`, not before."""

    number: int
    next_poll_at: datetime


class StoredAnswer(Step):
    """The answer's bytes lie in the object store."""

    key: str
    sha256: str
    size: int
    mime: str
    usage: Usage | None

    def named_keys(self) -> Iterable[str]:
        return (self.key,)


class Closed(Step):
    """How the slot ended; `cost_usd` is None when the usage is not known (not zero)."""

    outcome: Outcome
    cost_usd: Decimal | None
    reason: str = ""
    price: str = ""


class Resolved(Step):
    """What became known of an unknown outcome: what it counts at, and whether to ask again.

    `decision` is the ordinal of the decision that says so, or that gave the standing permission.
    """

    cost_usd: Decimal
    again: bool
    by: str
    decision: int
    note: str = ""


class Entry(Frozen):
    """All steps of one slot so far."""

    reserved: Reserved
    sending: tuple[Sending, ...] = ()
    not_sent: tuple[NotSent, ...] = ()
    submitted: Submitted | None = None
    parked: tuple[Parked, ...] = ()
    stored: StoredAnswer | None = None
    closed: Closed | None = None
    resolved: Resolved | None = None

    @property
    def slot(self) -> Slot:
        return self.reserved.slot

    @property
    def unknown(self) -> bool:
        """Whether its outcome or its cost is still unknown."""
        return self.closed is not None and self.closed.cost_usd is None and self.resolved is None

    @property
    def counted_usd(self) -> Decimal:
        """What it takes from the budget: its ceiling until its cost is known."""
        if self.resolved is not None:
            return self.resolved.cost_usd
        if self.closed is not None and self.closed.cost_usd is not None:
            return self.closed.cost_usd
        return self.reserved.estimate_usd

    @property
    def may_send(self) -> bool:
        """Whether no POST is under way or done: every claim so far was certainly not sent."""
        return len(self.sending) == len(self.not_sent) and not (self.submitted or self.stored)

    @property
    def lost(self) -> bool:
        """Whether a POST was begun and nothing was heard of it within its time."""
        if self.may_send or self.submitted or self.stored or self.closed:
            return False
        return now() > self.sending[-1].deadline + MARGIN


class Ledger:
    """The ledger of one production; methods block, call them off the event loop.

    Steps never change, so what was read once is never read again.
    """

    def __init__(self, store: ObjectStore, prefix: str) -> None:
        self._store = store
        self._prefix = prefix
        self._seen: dict[str, bytes] = {}

    def _key(self, slot: Slot, step: str) -> str:
        return f"{self._prefix}{slot.path}/{step}.json"

    def answer_key(self, slot: Slot, extension: str) -> str:
        """Where an answer is kept that does not become a take."""
        return f"{self._prefix}{slot.path}/answer.{extension}"

    def _put(self, slot: Slot, name: str, step: Step) -> bool:
        return self._store.put_once(self._key(slot, name), step.model_dump_json(indent=1).encode())

    def reserve(
        self,
        slot: Slot,
        request: GenerationRequest,
        estimate_usd: Decimal,
        simulated: bool,
        release: str = "",
    ) -> Entry:
        """Writes the intent, or finds the one that is there: its request is the one that counts."""
        step = Reserved(
            at=now(),
            slot=slot,
            request=request,
            estimate_usd=estimate_usd,
            simulated=simulated,
            release=release,
        )
        self._put(slot, "1-reserved", step)
        entry = self.entry(slot)
        assert entry is not None
        return entry

    def entry(self, slot: Slot) -> Entry | None:
        """What has been recorded of the slot, None when nothing has."""
        keys = [k for k in self._store.keys(f"{self._prefix}{slot.path}/") if _is_step(k)]
        return self._fold({key: self._step(key) for key in keys})

    def _step(self, key: str) -> bytes:
        if key not in self._seen:
            self._seen[key] = self._store.get(key)
        return self._seen[key]

    def entries(self) -> list[Entry]:
        """All slots of the production."""
        keys = [k for k in self._store.keys(self._prefix) if _is_step(k)]
        with ThreadPoolExecutor(12) as pool:
            read = dict(zip(keys, pool.map(self._step, keys), strict=True))
        slots: dict[str, dict[str, bytes]] = {}
        for key, data in read.items():
            slots.setdefault(key.rsplit("/", 1)[0], {})[key] = data
        return [e for steps in slots.values() if (e := self._fold(steps)) is not None]

    def _fold(self, steps: dict[str, bytes]) -> Entry | None:
        one: dict[str, Step] = {}
        many: dict[str, list[Step]] = {}
        for key, data in sorted(steps.items()):
            name = key.rsplit("/", 1)[1].removesuffix(".json")
            kind = name.split("-", 1)[1].rsplit("_", 1)[0].replace("-", "_")
            if kind in _NUMBERED:
                many.setdefault(kind, []).append(read_step(_NUMBERED[kind], key, json.loads(data)))
            elif kind in _SINGLE:
                one[kind] = read_step(_SINGLE[kind], key, json.loads(data))
            else:
                raise UnknownSchema(
                    f"{key} is a ledger step that this release does not know: update greenlight "
                    "before going on"
                )
        return Entry.model_validate({**one, **many}) if "reserved" in one else None

    def claim(self, slot: Slot, entry: Entry, seconds: float) -> bool:
        """Takes the right to POST for `seconds`; False when somebody else has it."""
        number = len(entry.sending) + 1
        at = now()
        step = Sending(at=at, number=number, deadline=at + timedelta(seconds=seconds))
        return self._put(slot, f"2-sending_{number:03d}", step)

    def not_sent(self, slot: Slot, number: int, reason: str, wait_seconds: float) -> None:
        """Gives the right to POST back: the service certainly took nothing."""
        at = now()
        step = NotSent(
            at=at, number=number, reason=reason, retry_at=at + timedelta(seconds=wait_seconds)
        )
        self._put(slot, f"2-not-sent_{number:03d}", step)

    def submitted(self, slot: Slot, remote_id: str) -> None:
        """Records the job's id, the first thing after the service gave it."""
        self._put(slot, "3-submitted", Submitted(at=now(), remote_id=remote_id))

    def park(self, slot: Slot, entry: Entry, next_poll_at: datetime) -> None:
        """Records when the job is asked for again; until then it blocks nothing."""
        number = len(entry.parked) + 1
        step = Parked(at=now(), number=number, next_poll_at=next_poll_at)
        self._put(slot, f"3-parked_{number:03d}", step)

    def stored(self, slot: Slot, answer: StoredAnswer) -> None:
        """Records where the answer's bytes lie."""
        self._put(slot, "4-stored", answer)

    def close(self, slot: Slot, closed: Closed) -> None:
        """Ends the slot; the first end that was written counts."""
        self._put(slot, "9-closed", closed)

    def resolve(self, slot: Slot, resolved: Resolved) -> None:
        """Says what became of an unknown outcome; the first word that was written counts."""
        self._put(slot, "9-resolved", resolved)


_SINGLE: dict[str, type[Step]] = {
    "reserved": Reserved,
    "submitted": Submitted,
    "stored": StoredAnswer,
    "closed": Closed,
    "resolved": Resolved,
}
_NUMBERED: dict[str, type[Step]] = {"sending": Sending, "not_sent": NotSent, "parked": Parked}


S = TypeVar("S", bound=Step)


def read_step(kind: type[S], key: str, raw: dict[str, Any]) -> S:
    """The step in `raw`, which lies under `key`.

    Raises UnknownSchema for one written by a newer release, and IntegrityError for one that names
    objects beyond its own production.
    """
    check_schema(key, raw, SCHEMA, "ledger steps")
    step = kind.model_validate(raw)
    demand_own(key, step.named_keys())
    return step


def _is_step(key: str) -> bool:
    name = key.rsplit("/", 1)[1]
    return name.endswith(".json") and name[:1].isdigit()

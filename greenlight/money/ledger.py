"""The ledger: at most one paid POST per slot, whatever crashes.

A slot's steps are records, each written once by a conditional PUT:

    reserved → sending(n) → [not sent(n) → sending(n+1)] → submitted → stored → closed

`reserved` holds the whole request, and only that is ever sent, so that a changed prompt or model
after a crash makes no second POST. Whoever writes `sending(n)` may POST, nobody else. A row that is
still `sending` past its deadline plus a margin is closed as *unknown*: it counts as spent.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from greenlight.generate.outcome import Usage
from greenlight.generate.request import GenerationRequest
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now

Outcome = Literal["settled", "refused", "failed", "unknown"]

MARGIN = timedelta(seconds=10)
"""Clocks of two workers may differ by this much before a live POST could be taken for lost."""


class Slot(BaseModel):
    """One thing that may be paid for once: subject is a shot or `production`."""

    model_config = ConfigDict(frozen=True)

    subject: str
    kind: Literal["breakdown", "frame", "frame-rubric", "clip", "clip-rubric"]
    version: int
    candidate: int = 0
    ask: int = 1

    @property
    def path(self) -> str:
        return f"{self.subject}/{self.kind}/v{self.version:03d}_c{self.candidate}/ask{self.ask:02d}"


class _Step(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")
    schema_version: int = 1
    at: datetime


class Reserved(_Step):
    """The intent: what is asked, and the most that it can cost in USD."""

    slot: Slot
    request: GenerationRequest
    estimate_usd: Decimal
    simulated: bool


class Sending(_Step):
    """The right to POST, held until `deadline`."""

    number: int
    deadline: datetime


class NotSent(_Step):
    """That POST was certainly not accepted; another may be made not before `retry_at`."""

    number: int
    retry_at: datetime
    reason: str


class Submitted(_Step):
    """The service took the job under `remote_id`; from here on it is only asked about."""

    remote_id: str


class StoredAnswer(_Step):
    """The answer's bytes lie in the object store."""

    key: str
    sha256: str
    size: int
    mime: str
    usage: Usage | None


class Closed(_Step):
    """How the slot ended; `cost_usd` is None when the usage is not known (not zero)."""

    outcome: Outcome
    cost_usd: Decimal | None
    reason: str = ""
    price: str = ""


class Entry(BaseModel):
    """All steps of one slot so far."""

    model_config = ConfigDict(frozen=True)

    reserved: Reserved
    sending: Annotated[tuple[Sending, ...], Field()] = ()
    not_sent: tuple[NotSent, ...] = ()
    submitted: Submitted | None = None
    stored: StoredAnswer | None = None
    closed: Closed | None = None

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
    """The ledger of one production; methods block, call them off the event loop."""

    def __init__(self, store: ObjectStore, prefix: str) -> None:
        self._store = store
        self._prefix = prefix

    def _key(self, slot: Slot, step: str) -> str:
        return f"{self._prefix}{slot.path}/{step}.json"

    def answer_key(self, slot: Slot, extension: str) -> str:
        """Where an answer that is no take of its own is kept."""
        return f"{self._prefix}{slot.path}/answer.{extension}"

    def _put(self, slot: Slot, name: str, step: _Step) -> bool:
        return self._store.put_once(self._key(slot, name), step.model_dump_json(indent=1).encode())

    def reserve(
        self, slot: Slot, request: GenerationRequest, estimate_usd: Decimal, simulated: bool
    ) -> Entry:
        """Writes the intent, or finds the one that is there: its request is the one that counts."""
        step = Reserved(
            at=now(), slot=slot, request=request, estimate_usd=estimate_usd, simulated=simulated
        )
        self._put(slot, "1-reserved", step)
        entry = self.entry(slot)
        assert entry is not None
        return entry

    def entry(self, slot: Slot) -> Entry | None:
        """What has been recorded of the slot, None when nothing has."""
        prefix = f"{self._prefix}{slot.path}/"
        return self._fold({k: self._store.get(k) for k in self._store.keys(prefix)})

    def entries(self) -> list[Entry]:
        """All slots of the production."""
        from concurrent.futures import ThreadPoolExecutor

        keys = [k for k in self._store.keys(self._prefix) if _is_step(k)]
        with ThreadPoolExecutor(12) as pool:
            read = dict(zip(keys, pool.map(self._store.get, keys), strict=True))
        slots: dict[str, dict[str, bytes]] = {}
        for key, data in read.items():
            slots.setdefault(key.rsplit("/", 1)[0], {})[key] = data
        return [e for steps in slots.values() if (e := self._fold(steps)) is not None]

    def _fold(self, steps: dict[str, bytes]) -> Entry | None:
        found: dict[str, object] = {"sending": [], "not_sent": []}
        for key, data in sorted(steps.items()):
            name = key.rsplit("/", 1)[1].removesuffix(".json")
            if not _is_step(key):
                continue
            raw = json.loads(data)
            kind = name.split("-", 1)[1].rsplit("_", 1)[0]
            match kind:
                case "reserved":
                    found["reserved"] = Reserved.model_validate(raw)
                case "sending":
                    found["sending"] = [*found["sending"], Sending.model_validate(raw)]  # type: ignore[misc]
                case "not-sent":
                    found["not_sent"] = [*found["not_sent"], NotSent.model_validate(raw)]  # type: ignore[misc]
                case "submitted":
                    found["submitted"] = Submitted.model_validate(raw)
                case "stored":
                    found["stored"] = StoredAnswer.model_validate(raw)
                case "closed":
                    found["closed"] = Closed.model_validate(raw)
        return Entry.model_validate(found) if "reserved" in found else None

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

    def stored(self, slot: Slot, answer: StoredAnswer) -> None:
        """Records where the answer's bytes lie."""
        self._put(slot, "4-stored", answer)

    def close(self, slot: Slot, closed: Closed) -> None:
        """Ends the slot; the first end that was written counts."""
        self._put(slot, "9-closed", closed)


def _is_step(key: str) -> bool:
    name = key.rsplit("/", 1)[1]
    return name.endswith(".json") and name[:1].isdigit()

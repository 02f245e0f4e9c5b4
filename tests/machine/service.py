"""A model service of which is known what it took on and what that really cost."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from greenlight.generate.errors import NotSent, Rejected, Uncertain
from greenlight.generate.outcome import Answer, Failed, Refusal, Running, Submitted, Usage
from greenlight.generate.request import GenerationRequest
from greenlight.money.prices import price_of
from greenlight.money.quote import actual, text_of
from tests.machine.fibers import Hub

Fate = Literal[
    "good",
    "slow",
    "refused",
    "rejected",
    "not sent",
    "lost",
    "never arrived",
    "no usage",
    "job fails",
    "job drags on",
    "job denied",
    "garbage",
    "low",
]
FATES: tuple[Fate, ...] = Fate.__args__  # type: ignore[attr-defined]


@dataclass
class Accepted:
    """A POST that the service took on; `cost_usd` is what it bills for it."""

    slot: str | None
    request: GenerationRequest
    cost_usd: Decimal
    at: float
    number: int


@dataclass
class Job:
    request: GenerationRequest
    fate: Fate
    number: int
    polls: int = 0
    ready_at: float = 0.0


@dataclass
class Service:
    """The service itself; the next POSTs meet the `fates`, those after them are answered well."""

    hub: Hub
    shots: int = 2
    fates: list[Fate] = field(default_factory=list)
    accepted: list[Accepted] = field(default_factory=list)
    jobs: dict[str, Job] = field(default_factory=dict)
    away_until: float = 0.0
    away: NotSent | None = None
    """What every POST meets until then."""
    only: str = ""
    """The one model that is away; all are where it is empty."""
    denied: int = 0
    law: Callable[[Accepted], None] = lambda post: None

    def take(self, request: GenerationRequest, fate: Fate) -> int:
        fiber = self.hub.current
        slot = fiber.claimed if fiber else None
        if fiber is not None:
            fiber.claimed = None
        free = fate in ("refused", "job fails")
        cost = Decimal(0) if free else self.price(request)
        number = len(self.accepted) + 1
        self.accepted.append(Accepted(slot, request, cost, self.hub.clock, number))
        self.law(self.accepted[-1])
        return number

    def price(self, request: GenerationRequest) -> Decimal:
        cost = actual(request, usage_of(request), price_of(request.model, self.hub.now.date()))
        assert cost is not None
        return cost

    def answer(self, request: GenerationRequest, fate: Fate, number: int) -> Answer:
        usage = None if fate == "no usage" else usage_of(request)
        if request.purpose == "breakdown":
            shots = [
                {"subject": "a fox", "action": f"looks at door {n}", "seconds": 4}
                for n in range(self.shots)
            ]
            body: Any = {"logline": f"answer {number}", "shots": shots}
        elif request.purpose == "rubric":
            score = 0.2 if fate == "low" else 0.9
            body = {"scores": [{"criterion": "adherence", "score": score, "reason": "seen"}]}
        else:
            mime = "image/png" if request.role == "image" else "video/mp4"
            return Answer(mime=mime, data=f"{request.purpose} {number}".encode(), usage=usage)
        data = b"{" if fate == "garbage" else json.dumps(body).encode()
        return Answer(mime="application/json", data=data, usage=usage)


def usage_of(request: GenerationRequest) -> Usage:
    """What such a request takes, which is no more than what it was estimated at."""
    size = math.ceil(len(text_of(request).encode()) / 4) + 258 * len(request.attachments)
    if request.role == "text":
        return Usage(input_tokens=size, output_tokens=120, thoughts_tokens=80)
    seconds = Decimal(request.seconds) if request.role == "video" else None
    return Usage(input_tokens=size, thoughts_tokens=200, seconds=seconds)


class Line:
    """One connection to the service: the adapter that a workspace opens."""

    def __init__(self, service: Service) -> None:
        self.service, self.hub = service, service.hub

    async def __aenter__(self) -> Line:
        return self

    async def __aexit__(self, *failure: object) -> None:
        return None

    async def post(
        self,
        request: GenerationRequest,
        pictures: Mapping[str, bytes],
        timeout: float,
    ) -> Answer | Submitted | Refusal:
        service, name = self.service, request.model
        away = self.hub.clock < service.away_until and service.only in ("", name)
        if service.away is not None and away:
            self.hub.pause()
            service.denied += 1
            raise service.away
        fate = service.fates.pop(0) if service.fates else "good"
        if fate == "not sent":
            self.hub.pause()
            raise NotSent("at the rate limit", 3.0)
        if fate == "rejected":
            self.hub.pause()
            raise Rejected("no such thing", status=400)
        if fate == "never arrived":
            self.hub.sleep(timeout)
            raise Uncertain("no answer in time")
        number = service.take(request, fate)
        self.hub.sleep(timeout - 0.5 if fate == "slow" else 1.0)
        if fate == "lost":
            raise Uncertain("the connection broke")
        if fate == "refused":
            return Refusal(reason="not that")
        if request.role == "video":
            remote = f"job-{number}"
            service.jobs[remote] = Job(request, fate, number, ready_at=self.hub.clock + 5)
            if fate == "job drags on":
                service.jobs[remote].ready_at += 4000
            return Submitted(remote_id=remote)
        return service.answer(request, fate, number)

    async def poll(self, request: GenerationRequest, remote_id: str) -> Any:
        self.hub.pause()
        job = self.service.jobs[remote_id]
        job.polls += 1
        if job.fate == "job denied" and job.polls < 20:
            return Running(doubt="no such operation")
        if self.hub.clock < job.ready_at:
            return Running()
        if job.fate == "job fails":
            return Failed(reason="it broke")
        return self.service.answer(job.request, job.fate, job.number)

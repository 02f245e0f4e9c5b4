"""A small production of which every figure can be worked out by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from greenlight.generate.request import GenerationRequest
from greenlight.money.ledger import Closed, Entry, NotSent, Reserved, Resolved, Sending, Slot
from greenlight.reports.material import Material
from greenlight.reports.report import Period, Report, Rows, collect, report_of
from tests.production.world import AT, World

NOW = AT + timedelta(days=3)
ROLES = {"breakdown": "text", "frame-rubric": "text", "clip-rubric": "text", "clip": "video"}


def entry(
    kind: str,
    usd: str = "0",
    *,
    at: datetime = AT,
    outcome: str | None = "settled",
    estimate: str = "1",
    model: str = "m",
    simulated: bool = True,
    subject: str = "sq010_sh0010",
    version: int = 1,
    candidate: int = 1,
    not_sent: int = 0,
    resolved: str | None = None,
) -> Entry:
    """A row of the ledger as a purchase leaves it; `outcome` None is still under way."""
    role: Any = ROLES.get(kind, "image")
    named: Any = kind
    slot = Slot(subject=subject, kind=named, version=version, candidate=candidate)
    request = GenerationRequest(role=role, purpose="frame", model=model, prompt="p")
    closed = None
    if outcome is not None:
        cost = None if outcome == "unknown" else Decimal(usd)
        how: Any = outcome
        closed = Closed(at=at, outcome=how, cost_usd=cost)
    return Entry(
        reserved=Reserved(
            at=at, slot=slot, request=request, estimate_usd=Decimal(estimate), simulated=simulated
        ),
        sending=tuple(Sending(at=at, number=n + 1, deadline=at) for n in range(not_sent + 1)),
        not_sent=tuple(
            NotSent(at=at, number=n + 1, retry_at=at, reason="429") for n in range(not_sent)
        ),
        closed=closed,
        resolved=None
        if resolved is None
        else Resolved(at=at, cost_usd=Decimal(resolved), again=False, by="Ada", decision=1),
    )


def material(world: World, *entries: Entry, **fields: object) -> Material:
    """The world as a report reads it, under another name, show or money if wanted."""
    assert world.facts.production is not None
    record = world.facts.production.model_copy(update=fields)
    world.facts.production = record
    return Material(record, world.facts, entries)


def role_of(principal: str) -> str:
    return "robot" if principal.startswith("robot:") else "reviewer"


def rows(*materials: Material, period: Period | None = None) -> Rows:
    return collect(materials, period or Period(), role_of)


def report(*materials: Material, period: Period | None = None) -> Report:
    whole = period or Period()
    return report_of(rows(*materials, period=whole), NOW, "", whole)


def played() -> World:
    """Two shots: the first is approved as it was made, the second's frame is sent back once.

    Minutes after nine: list 0, approved 10; frames 12, one approved 22 and one sent back 32; the
    new frame 40, approved 100; first clip 50, second 110, both approved 120; cut 121, signed 131.
    """
    world = World(shots=2, candidates=1)

    def clock(minutes: int) -> None:
        world.at = AT + timedelta(minutes=minutes)

    world.run()
    clock(10)
    world.approve_list()
    clock(12)
    world.run()
    clock(22)
    world.say("approve", "sq010_sh0010/frame/v001_c1")
    clock(32)
    world.say("retake", "sq010_sh0020/frame/v001_c1", reason="story", note="darker")
    clock(40)
    world.run()  # draws the second frame again and shoots the first clip
    clock(100)
    world.say("approve", "sq010_sh0020/frame/v002_c1")
    clock(110)
    world.run()
    clock(120)
    world.say("approve", "sq010_sh0010/clip/v001")
    world.say("approve", "sq010_sh0020/clip/v001")
    clock(121)
    world.run()
    clock(131)
    world.say("approve", "cut/v001")
    world.run()
    return world

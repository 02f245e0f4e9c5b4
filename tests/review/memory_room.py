"""A desk and a room on an S3 in memory: everything but Prefect, the models and the pictures."""

from __future__ import annotations

import secrets
from decimal import Decimal

import pytest

from greenlight.desk import Desk, Wish, this_person
from greenlight.generate.request import GenerationRequest
from greenlight.money.budget import Release
from greenlight.money.ledger import Closed, Slot
from greenlight.production.folding import Work
from greenlight.production.records import GateRecord, MissRecord, RunRecord, Terms, WaitingTake
from greenlight.runs import FlowRun
from greenlight.settings import ModelSettings, Profile, S3Settings
from greenlight.store.records import now
from tests.review.room import Built, build

PROFILE = Profile(
    name="memory",
    simulated=True,
    prefect_api_url="http://127.0.0.1:9/api",
    s3=S3Settings(bucket="memory", access_key_id="-", secret_access_key="-"),
    models=ModelSettings(api_key="-", project="films", location="eu"),
    media_url="http://127.0.0.1:9",
    media_secret="a secret of the tests of the room",
)
LOST = Decimal("0.04")


def memory_desk() -> Desk:
    """A desk on an empty bucket in memory."""
    s3 = PROFILE.s3.model_copy(update={"endpoint_url": f"memory://{secrets.token_hex(4)}"})
    return Desk(PROFILE.model_copy(update={"s3": s3}))


def framed(desk: Desk, shots: int = 3, **brief: object) -> Built:
    """A production whose frames are all approved: its clips are to be made next."""
    built = build(desk, shots=shots, candidates=1, **brief)
    desk.decide(built.name, [approve(take) for take in built.waiting()], this_person())
    return built


def approve(take: str) -> Wish:
    return Wish(target=take, verdict="approve")


def begun(built: Built) -> list[Work]:
    """What is ready, with its attempts on record as a run would have opened them."""
    _, state = built.desk.look(built.name)
    for work in state.work:
        if work.opening is not None:
            built.workspace.records.claim(work.opening.model_copy(update={"at": now()}))
    return list(state.work)


def limit(built: Built, usd: str) -> None:
    """What the production may cost in all."""
    built.desk.order(built.name, Terms(budget_usd=Decimal(usd)), this_person())


def missed(built: Built, work: Work, outcome: str, reason: str) -> None:
    """No take came of it; of an unknown outcome the ledger knows too."""
    take, workspace = work.take, built.workspace
    if outcome == "unknown":
        kind = take.kind if take.kind != "shotlist" else "breakdown"
        slot = Slot.model_validate(
            {
                "subject": take.shot,
                "kind": kind,
                "version": take.version,
                "candidate": take.candidate,
            }
        )
        request = GenerationRequest(
            role="image", purpose="frame", model="gemini-nano-banana-2.1", prompt=str(take)
        )
        workspace.budget.draw(Release(str(take.attempt), Decimal(1)), slot.path, LOST)
        workspace.ledger.reserve(slot, request, LOST, simulated=True, release=str(take.attempt))
        workspace.ledger.close(
            slot, Closed(at=now(), outcome="unknown", cost_usd=None, reason=reason)
        )
    record = {"take": str(take), "outcome": outcome, "reason": reason, "cost_usd": None}
    workspace.records.claim(MissRecord.model_validate({"at": now(), **record}))


def lost(desk: Desk, shots: int = 2) -> Built:
    """A production whose first frames were all asked for, and nobody knows what became of them."""
    built = build(desk, shots=shots, candidates=1, listed=False)
    desk.decide(built.name, [approve("shotlist/v001")], this_person())
    for work in begun(built):
        missed(built, work, "unknown", "the service did not answer in 25 s")
    return built


def asleep(patch: pytest.MonkeyPatch, built: Built, *told: WaitingTake) -> None:
    """Its run is suspended at a gate that says what the run holds."""
    facts, state = built.desk.look(built.name)
    built.workspace.records.claim(RunRecord(at=now(), number=1, flow_run="run-1", cause="submit"))
    gate = GateRecord(
        at=now(),
        number=1,
        flow_run="run-1",
        watermark=facts.watermark,
        waiting=(*state.waiting, *told),
    )
    built.workspace.records.write_new(gate)
    run = FlowRun("run-1", "previs", "PAUSED", "Suspended", "", None, pause_key=gate.key)
    patch.setattr("greenlight.runs.Runs.look", lambda *_: run)
    patch.setattr("greenlight.runs.Runs.look_at", lambda *_: {run.id: run})


def held_by_budget(patch: pytest.MonkeyPatch, desk: Desk) -> Built:
    """A production of three clips that its limit lets none of begin."""
    built = framed(desk)
    limit(built, "0.45")
    held = "this may cost $0.6970, and $0.45 of the budget of $0.45 is left: raise the budget"
    works = begun(built)
    told = [WaitingTake(take=str(w.take), held=held, cause="money") for w in works]
    asleep(patch, built, *told)
    return built

"""Where the matrix kills: one row per function of the product, one point per side of it.

A row names what is wrapped (`module:attribute`) and which calls are meant (a pattern over what the
call is about: slot paths, object keys, kinds of records and requests). `before` and `after` are the
two sides; `inside` lets the call begin, waits until the stand-in has it in its own list, and kills
then; `halfway` kills when half of an S3 PUT's body has left.

When the product's names change, change them here: while one is missing, nothing is started.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from importlib import import_module
from typing import Any, Literal

Where = Literal["before", "inside", "halfway", "after"]
Process = Literal["flow", "desk"]

PAID = ("breakdown", "rubric", "text", "image", "video")


@dataclass(frozen=True)
class Point:
    """One place to kill at; `hit` is which matching call is meant, over all processes of a case.

    `loses` says that a paid POST can be lost here: then its outcome may be unknown afterwards and a
    person decides. `services` says that others than the process itself are killed here, too.
    """

    name: str
    target: str
    where: Where
    match: str = ""
    hit: int = 1
    process: Process = "flow"
    roles: tuple[str, ...] = PAID
    loses: bool = False
    services: bool = False
    sleeps: bool = False
    """Whether the run is to suspend at its gates at once, instead of listening for a while."""
    latency: dict[str, float] = field(default_factory=dict)


LEDGER = "greenlight.money.ledger:Ledger"
BUDGET = "greenlight.money.budget:Budget"
SHOW_BUDGET = "greenlight.money.show_budget:ShowBudget"
MODELS = "greenlight.generate.gemini:GeminiModels"
LINK = "greenlight.generate.link:Link"
STORE = "greenlight.store.objects:ObjectStore"
RECORDS = "greenlight.store.records:RecordStore"
S3_SEND = "botocore.httpsession:URLLib3Session.send"
FILE = "tasks.stages:file"
RUNS = "greenlight.runs:Runs"

SLOW = {"text": 1.0, "image": 1.0}
"""Seconds of an answer that is to be cut off while it is being made."""


def sides(
    name: str, target: str, match: str = "", *, services: bool = False, **more: Any
) -> list[Point]:
    """The points before and after one function; services are killed at the second only."""
    return [
        Point(f"{name}-before", target, "before", match, **more),
        Point(f"{name}-after", target, "after", match, services=services, **more),
    ]


def _submit() -> list[Point]:
    desk: dict[str, Any] = {"process": "desk"}
    return [
        *sides("submit-claim", f"{STORE}.put_once", r"\bproductions/", **desk),
        *sides("submit-record", f"{RECORDS}.claim", "^RecordStore ProductionRecord", **desk),
        *sides("submit-start", f"{RUNS}.start", services=True, **desk),
        *sides("submit-run", f"{RECORDS}.claim", "^RecordStore RunRecord", **desk),
    ]


def _slot(kind: str, request: str, media: str) -> list[Point]:
    """A slot from intent to close, whose answer comes in the reply or as a job; `media` is its key.

    Steps that both kinds have are no others for services: those are killed at one of the two.
    """
    slot, job = f"/{kind}/", kind == "clip"
    latency = {} if job else SLOW
    posting: dict[str, Any] = {"match": request, "roles": PAID, "loses": True}
    points = [
        *sides(f"{kind}-intent", f"{LEDGER}.reserve", slot, services=job),
        *sides(f"{kind}-draw", f"{BUDGET}.draw", slot, services=job),
        Point(f"{kind}-draw-show", f"{SHOW_BUDGET}.draw", "after", slot),
        Point(f"{kind}-claim-before", f"{LEDGER}.claim", "before", slot),
        Point(
            f"{kind}-claim-after", f"{LEDGER}.claim", "after", slot, loses=True, services=not job
        ),
        Point(f"{kind}-post-before", f"{MODELS}.post", "before", **posting),
        Point(
            f"{kind}-post-inside",
            f"{MODELS}.post",
            "inside",
            services=True,
            latency=latency,
            **posting,
        ),
        Point(f"{kind}-post-after", f"{MODELS}.post", "after", services=True, **posting),
    ]
    if job:
        points += _job(slot, request)
    return [
        *points,
        Point(f"{kind}-bytes-half", S3_SEND, "halfway", media, loses=not job, services=True),
        Point(f"{kind}-stored-before", f"{LEDGER}.stored", "before", slot, loses=not job),
        Point(f"{kind}-stored-after", f"{LEDGER}.stored", "after", slot, services=True),
        *sides(f"{kind}-close", f"{LEDGER}.close", slot, services=job),
        *sides(f"{kind}-settle", f"{BUDGET}.settle", slot, services=job),
    ]


def _job(slot: str, request: str) -> list[Point]:
    """What only a job has: its id, polls and a download."""
    slow: dict[str, Any] = {"latency": {"video": 1.5}}
    return [
        Point("clip-id-before", f"{LEDGER}.submitted", "before", slot, loses=True),
        Point("clip-id-after", f"{LEDGER}.submitted", "after", slot, services=True),
        *sides("clip-poll1", f"{MODELS}.poll", request, services=True, **slow),
        *sides("clip-poll2", f"{MODELS}.poll", request, hit=2, **slow),
        Point("clip-download-before", f"{LINK}.fetch", "before"),
        Point(
            "clip-download-inside",
            f"{LINK}.fetch",
            "inside",
            roles=("download",),
            services=True,
        ),
        Point("clip-download-after", f"{LINK}.fetch", "after"),
    ]


def _reply(kind: str, purpose: str) -> list[Point]:
    """A slot whose answer is text: the steps that differ from those of a frame."""
    post, slot = f"{MODELS}.post", f"/{kind}/"
    return [
        Point(f"{kind}-post-inside", post, "inside", f"text {purpose}", loses=True, latency=SLOW),
        Point(f"{kind}-post-after", post, "after", f"text {purpose}", loses=True),
        Point(f"{kind}-stored-before", f"{LEDGER}.stored", "before", slot, loses=True),
        Point(f"{kind}-stored-after", f"{LEDGER}.stored", "after", slot),
    ]


def _people() -> list[Point]:
    desk: dict[str, Any] = {"process": "desk", "sleeps": True}
    gate = "^RecordStore GateRecord"
    return [
        *sides("gate-record", f"{RECORDS}.write_new", gate, services=True, sleeps=True),
        *sides("suspend", "flows.signoff:suspend_flow_run", services=True, sleeps=True),
        *sides("decision", f"{RECORDS}.write_new", "DecisionRecord", services=True, **desk),
        *sides("resume", f"{RUNS}.resume", services=True, **desk),
        *sides("woken", "flows.signoff:hear_form", hit=2, services=True, sleeps=True),
    ]


def _ending() -> list[Point]:
    files, movie = r"/deliveries/", r"/deliveries/v001/.*\.mp4"
    return [
        Point("cut-before", "greenlight.stages.cut:_assemble", "before"),
        Point("cut-bytes-half", S3_SEND, "halfway", r"/cuts/v001\.mp4", services=True),
        Point("cut-bytes-after", "greenlight.stages.cut:stored_movie", "after"),
        *sides("cut-filed", FILE, "TakeRecord cut/"),
        Point("deliver-before", "greenlight.stages.deliver:_deliver", "before"),
        Point("deliver-bytes-half", S3_SEND, "halfway", movie, services=True),
        Point("deliver-file2", f"{STORE}.put_once", "after", files, hit=2),
        Point("deliver-file5", f"{STORE}.put_once", "after", files, hit=5, services=True),
        Point("deliver-after", "greenlight.stages.deliver:_deliver", "after"),
        *sides("deliver-filed", FILE, "DeliveryRecord", services=True),
        *sides("accounts", f"{BUDGET}.close", "quiet=True", services=True),
        Point("accounts-show", f"{SHOW_BUDGET}.settle", "before", " set$"),
        *sides("marker", f"{STORE}.delete", r"\bopen/"),
    ]


POINTS: tuple[Point, ...] = (
    *_submit(),
    *_reply("breakdown", "breakdown"),
    *sides("shotlist-filed", FILE, "ShotListRecord"),
    *sides("frame-attempt", f"{RECORDS}.claim", "^RecordStore Attempt .*/frame/"),
    *_slot("frame", "image frame", r"/frames/v001_c1\.png"),
    *sides("frame-filed", FILE, "TakeRecord .*/frame/"),
    *_reply("frame-rubric", "rubric"),
    *sides("check-filed", FILE, "CheckRecord .*/frame/", services=True),
    *_slot("clip", "video clip", r"/clips/v001\.mp4"),
    *sides("clip-filed", FILE, "TakeRecord .*/clip/"),
    *_people(),
    *_ending(),
)


def missing_targets() -> list[str]:
    """One sentence for each function of the table that the product does not have (any more)."""
    problems = []
    for target in sorted({p.target for p in POINTS}):
        module, _, path = target.partition(":")
        try:
            reduce(getattr, path.split("."), import_module(module))
        except (ImportError, AttributeError) as error:
            names = ", ".join(p.name for p in POINTS if p.target == target)
            problems.append(f"{target} does not exist any more ({error}); needed by {names}")
    return problems

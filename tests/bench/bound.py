"""The least that a load can take: providers' latencies under the limits, and the media's CPU."""

from __future__ import annotations

import heapq
import time
from collections import Counter
from collections.abc import Mapping
from itertools import count

from greenlight.production.state import fold
from greenlight.stages import checks, cut
from greenlight.stages.sheet import sheet_shots
from tests.bench.stack import House

STAGES = ("image", "text", "video", "text")
"""What one shot asks for, one after the other: frame, its rubric, clip, its rubric."""


def provider_seconds(
    productions: int, shots: int, latency: Mapping[str, float], limits: Mapping[str, int]
) -> float:
    """How long the answers take if nothing else takes any time.

    Each production asks for its breakdown and then, shots side by side, for STAGES; no more than
    `limits` of a role are under way at once, first come first served.
    """
    free = dict(limits)
    queues: dict[str, list[tuple[float, int, int, int]]] = {role: [] for role in limits}
    events: list[tuple[float, int, int, int, str]] = []
    order, now = count(), 0.0

    def ask(stage: int, production: int) -> None:
        role = "text" if stage < 0 else STAGES[stage]
        heapq.heappush(queues[role], (now, next(order), stage, production))

    def start() -> None:
        for role, queue in queues.items():
            while queue and free[role]:
                free[role] -= 1
                _, _, stage, production = heapq.heappop(queue)
                done = (now + latency[role], next(order), stage, production, role)
                heapq.heappush(events, done)

    for production in range(productions):
        ask(-1, production)
    start()
    while events:
        now, _, stage, production, role = heapq.heappop(events)
        free[role] += 1
        if stage < 0:
            for _ in range(shots):
                ask(0, production)
        elif stage + 1 < len(STAGES):
            ask(stage + 1, production)
        start()
    return now


def media_cpu(house: House, production: str) -> Counter[str]:
    """CPU seconds of what a delivered production did to pictures and movies, done once more.

    The same functions over the same stored bytes, one after the other in this process; reading the
    bytes is in it. Contact sheets count as often as the production has stored one.
    """
    from greenlight.media.contact import contact_sheet
    from greenlight.media.storyboard import storyboard_pdf

    workspace = house.desk.workspace(production)
    facts = workspace.records.facts()
    state, framing = fold(facts), workspace.production.framing
    found: Counter[str] = Counter()

    def timed(name: str, work: object, times: int = 1) -> None:
        begun = time.process_time()
        assert callable(work)
        work()
        found[name] += (time.process_time() - begun) * times  # type: ignore[assignment]

    for take, record in facts.takes.items():
        data = workspace.store.get_exactly(record.key, record.sha256)
        attempt = facts.attempts[take.attempt]
        if take.kind == "frame":
            near = checks._siblings(workspace, record)
            timed("frame rules", lambda d=data, n=near: checks._still_rules(d, framing.source, n))
        elif take.kind == "clip":
            timed(
                "clip rules and stills",
                lambda a=attempt, d=data, r=record: checks._clip_rules(workspace, a, d, r.model),
            )
        elif take.kind == "cut":
            timed("cut", lambda a=attempt: cut._assemble(workspace, a))
    title, source = workspace.production.brief.title, framing.source
    rows: list[object] = []
    # The stills of clips, which the rubric is shown, lie beside them.
    asked = {a.key for e in workspace.ledger.entries() for a in e.reserved.request.attachments}
    sheets = sum(key not in asked for key in workspace.store.keys(f"{workspace.keys.root}sheets/"))

    def sheet() -> None:
        rows[:] = sheet_shots(workspace, facts, state)
        contact_sheet(title, rows, subtitle="", aspect=source, seen=framing.delivery)  # type: ignore[arg-type]

    timed("contact sheets", sheet, sheets)
    timed(
        "storyboard",
        lambda: storyboard_pdf(title, rows, aspect=framing.delivery, drawn=source),  # type: ignore[arg-type]
    )
    return found

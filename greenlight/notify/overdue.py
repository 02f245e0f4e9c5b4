"""Gates that were not answered for too long, and productions that have stalled."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from greenlight.notify.notice import Notice, notice_id
from greenlight.notify.places import notice_key
from greenlight.notify.subscribers import all_subscribers
from greenlight.notify.writing import Writer
from greenlight.production.records import GateRecord
from greenlight.production.state import fold
from greenlight.settings import Profile
from greenlight.store.keys import OPEN, Keys
from greenlight.store.objects import ObjectStore
from greenlight.store.records import find_show
from greenlight.workspace import open_workspace


def overdue(profile: Profile, store: ObjectStore, at: datetime) -> Iterator[Notice]:
    """Every gate of an open production that is overdue to a subscriber who was not told yet.

    Looks at gates' records alone, and at a production's others once something is due.
    """
    hours = {
        s.overdue_hours
        for s in all_subscribers(store)
        if not s.stopped and "gate.overdue" in s.events
    }
    if not hours:
        return
    for key in list(store.keys(OPEN)):
        production = key[len(OPEN) : -len(".json")]
        gate = _open_gate(store, Keys(find_show(store, production), production))
        if gate is None:
            continue
        late = [h for h in sorted(hours) if (at - gate.at).total_seconds() >= h * 3600]
        untold = [h for h in late if not _told(store, production, gate, h)]
        if untold:
            workspace = open_workspace(production, profile, store)
            facts = workspace.records.facts()
            writer = Writer(workspace, facts, gate.asked)
            yield from (writer.gate_overdue(gate, h) for h in untold)


def _told(store: ObjectStore, production: str, gate: GateRecord, hours: float) -> bool:
    message = notice_id(production, "gate.overdue", f"{gate.number} {hours:g}")
    return store.exists(notice_key(message))


def _open_gate(store: ObjectStore, keys: Keys) -> GateRecord | None:
    """The newest gate, if people are asked something there and have not decided since."""
    listed = [k for k in store.keys(f"{keys.root}gates/") if not k.endswith(".answer.json")]
    if not listed:
        return None
    newest = max(listed)
    gate = GateRecord.read(newest, json.loads(store.get(newest)))
    after = f"{keys.decisions}{gate.watermark:06d}.json"
    decided = any(True for _ in store.keys(keys.decisions, after))
    return None if decided or not gate.asked else gate


def stalled(
    profile: Profile, store: ObjectStore, productions: Iterable[tuple[str, str]]
) -> Iterator[Notice]:
    """What recovery leaves alone for now, each with what it says of it."""
    for production, why in productions:
        workspace = open_workspace(production, profile, store)
        facts = workspace.records.facts()
        yield Writer(workspace, facts, fold(facts).waiting).stalled(why)

"""A cut without pictures."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from greenlight.production.facts import Facts
from greenlight.production.names import parse_take
from greenlight.production.records import Attempt, TakeRecord
from greenlight.store.records import now
from greenlight.workspace import Workspace


def joined(workspace: Workspace, facts: Facts, attempt: Attempt) -> TakeRecord:
    """A cut that is its clips' bytes, one after the other."""
    clips = [facts.takes[parse_take(name)] for name in attempt.clips]
    data = b"|".join(workspace.store.get_exactly(c.key, c.sha256) for c in clips)
    key = workspace.keys.media(attempt.take, "video/mp4")
    workspace.store.put_once(key, data, "video/mp4")
    assert workspace.store.get(key) == data
    return TakeRecord(
        at=now(),
        take=str(attempt.take),
        key=key,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        mime="video/mp4",
        model="machine",
        spec_hash=attempt.spec_hash,
        cost_usd=Decimal(0),
        simulated=True,
    )

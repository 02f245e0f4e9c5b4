"""`greenlight verify`, of a town's bucket."""

from __future__ import annotations

import hashlib

from greenlight.store.keys import index_key, open_key, show_draws_key, show_limits
from greenlight.upkeep.verify import examine
from greenlight.upkeep.verify.snapshot import Seen, Snapshot
from tests.machine.town import SHOW, Town


def snapshot_of(town: Town, production: str) -> Snapshot:
    """A production as verification reads it from the bucket."""
    keys = town.keys(production)
    shared = (
        index_key(production),
        show_draws_key(SHOW),
        show_limits(SHOW),
        f"shows/{SHOW}/reuse/",
    )
    wanted = (keys.root, keys.ledger, open_key(production), *shared)
    found = {}
    for key, held in town.s3.objects.items():
        if key.startswith(wanted) and not key.endswith(".beat"):
            digest = hashlib.sha256(held.data).hexdigest()
            data = held.data if held.mime == "application/json" else None
            recorded = held.meta["sha256"]
            found[key] = Seen(key, len(held.data), digest, recorded, held.mime, data)
    return Snapshot(keys, found)


def errors(snapshot: Snapshot) -> list[str]:
    return [f"{f.key} {f.message}" for f in examine(snapshot).findings if f.severity == "error"]

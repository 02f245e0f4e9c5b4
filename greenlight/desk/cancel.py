"""Cancel: a production is stopped for good, and what was made stays."""

from __future__ import annotations

import contextlib

from greenlight.access.signature import Signature
from greenlight.errors import NotFound, Refused
from greenlight.production.records import CancelRecord
from greenlight.runs import Runs
from greenlight.views.status import state_of
from greenlight.workspace import Workspace


def cancel(workspace: Workspace, runs: Runs, who: Signature, note: str = "") -> None:
    """Records the end and stops the production's runs; raises Refused once it is delivered."""
    facts, state = state_of(workspace)
    if state.delivered:
        raise Refused(f"{workspace.keys.production} is delivered and cannot be cancelled")
    workspace.records.claim(CancelRecord(at=workspace.clock(), who=who.who, note=note))
    for run in facts.runs.values():
        with contextlib.suppress(NotFound):
            runs.cancel(run.flow_run)
    # What approvals kept ready is free again. The marker stays until what is in flight has
    # ended: recovery sees to that, and takes it away.
    workspace.budget.close()

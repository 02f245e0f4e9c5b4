"""What a scheduled batch does: reads a table, or the newest one of a prefix, once."""

from __future__ import annotations

from typing import NamedTuple

from greenlight.batches.columns import read_briefs
from greenlight.batches.rows import plan_rows
from greenlight.batches.sources import newest, open_source
from greenlight.batches.submitting import Wanted, batch_id, submit
from greenlight.briefs.batch_records import BatchStore
from greenlight.briefs.grid import Reject
from greenlight.briefs.places import shown
from greenlight.desk import Desk, this_person
from greenlight.errors import InvalidInput, Refused


class Read(NamedTuple):
    """What came of it: the batch, or the problem that left nothing to do."""

    batch: str = ""
    rejects: tuple[Reject, ...] = ()
    problem: str = ""


def read_once(desk: Desk, table: str, prefix: str, name: str, wanted: Wanted) -> Read:
    """Submits a table, or the newest below a prefix unless it has been read already.

    Real money takes a budget, since no person confirms the quote. Raises InvalidInput for a table
    without one good row.
    """
    if not desk.profile.simulated and wanted.budget_usd is None:
        raise Refused(
            f"profile {desk.profile.name!r} spends real money: an unattended batch needs budget_usd"
        )
    if prefix:
        found = newest(prefix, desk.profile)
        if found is None:
            return Read(problem=f"no table found below {prefix}: nothing was started")
        table = found
    source = open_source(table, desk.profile)
    batch, who = batch_id(source.place, name), this_person("batch")
    if prefix and _known(desk, batch, source.sha256):
        said = f"{shown(table)} has been read before (batch {batch})"
        return Read(problem=f"{said}: nothing new below {prefix}")
    plan = plan_rows(source, read_briefs(source.data, source.name), batch, who, desk.profile)
    if not plan.rows:
        first = plan.rejects[0]
        raise InvalidInput(
            f"{source.place} has no row that can be used; the first, row {first.row}: "
            f"{first.reason}"
        )
    submit(desk, source, plan, batch, who, wanted)
    return Read(batch, plan.rejects)


def _known(desk: Desk, batch: str, sha256: str) -> bool:
    editions = BatchStore(desk.store, batch).editions()
    return any(edition.sha256 == sha256 for edition in editions)

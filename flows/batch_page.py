"""What the dashboard shows of a batch: one table, brought up to date while anything changes."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect.artifacts import acreate_table_artifact

from greenlight.access.dashboard import page, run_path
from greenlight.batches.standing import BatchStanding, Looker
from greenlight.desk import Desk
from greenlight.desk.telling import plain
from greenlight.money.amounts import usd, usd_rows


async def show_batch(desk: Desk, batch: str) -> bool:
    """Writes the table of a batch if it is another than was shown last; tells whether it was."""
    looker = Looker(desk, batch)
    changed, found = await asyncio.to_thread(_look, looker)
    if not changed:
        return False
    await acreate_table_artifact(
        table=_rows(desk, found), key=f"batch-{batch}", description=_description(found)
    )
    await asyncio.to_thread(looker.leave)
    return True


def _look(looker: Looker) -> tuple[bool, BatchStanding]:
    looker.remember()
    found = looker.look()
    return looker.changed(found), found


def _description(found: BatchStanding) -> str:
    counted = ", ".join(f"{n} {state}" for state, n in found.counts.items())
    spent = usd(found.spent_usd, found.simulated)
    limit = "" if found.budget_usd is None else f" of {plain(usd(found.budget_usd))}"
    return (
        f"**{plain(found.batch)}** ({found.state}): {counted or 'no rows'}; {plain(spent)} "
        f"spent{limit}; from {plain(found.place)}. On a command line: "
        f"`greenlight batch status {found.batch} --watch`"
    )


def _rows(desk: Desk, found: BatchStanding) -> list[dict[str, Any]]:
    rows = [
        {
            "row": row.number,
            "brief": plain(row.id or row.title, 80),
            "production": f"[{plain(row.production)}]({page(desk.profile, run_path(row.flow_run))})"
            if row.flow_run
            else plain(row.production),
            "state": row.state,
            "at": plain(row.stage),
            "waits for": plain(row.waits_for),
            "spent": spent,
            "note": plain(row.note, 200),
        }
        for row, spent in zip(
            found.rows, usd_rows([row.spent_usd for row in found.rows]), strict=True
        )
    ]
    rejects = [
        {
            "row": reject.row,
            "brief": "",
            "production": "",
            "state": "rejected",
            "at": plain(reject.column),
            "waits for": "",
            "spent": "",
            "note": plain(reject.reason, 200),
        }
        for reject in found.rejects
    ]
    return [*rows, *rejects]

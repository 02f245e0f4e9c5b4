"""What the dashboard shows of a batch: one table, brought up to date while anything changes."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect.artifacts import acreate_table_artifact

from greenlight.access.dashboard import page, run_path
from greenlight.desk import Desk
from greenlight.money.amounts import usd, usd_rows
from greenlight.production.readable import markdown
from greenlight.views.batch import BatchReader, BatchView, RowView


async def show_batch(desk: Desk, batch: str) -> bool:
    """Writes the table of a batch if it is another than was shown last; tells whether it was."""
    reader = BatchReader(desk.store, desk.standings, desk.people, batch)
    found = await asyncio.to_thread(reader.view)
    if await asyncio.to_thread(reader.store.shown) == found.digest:
        return False
    await acreate_table_artifact(
        table=_rows(desk, found), key=f"batch-{batch}", description=_description(found)
    )
    await asyncio.to_thread(reader.store.mark_shown, found.digest)
    return True


def _description(found: BatchView) -> str:
    counted = ", ".join(f"{n} {state}" for state, n in found.counts.items())
    spent = usd(found.spent_usd, found.simulated)
    limit = "" if found.budget_usd is None else f" of {markdown(usd(found.budget_usd))}"
    return (
        f"**{markdown(found.batch)}** ({found.state}): {counted or 'no rows'}; {markdown(spent)} "
        f"spent{limit}; from {markdown(found.place)}. On a command line: "
        f"`greenlight batch status {found.batch} --watch`"
    )


def _linked(desk: Desk, row: RowView) -> str:
    name = markdown(row.production)
    return f"[{name}]({page(desk.profile, run_path(row.flow_run))})" if row.flow_run else name


def _rows(desk: Desk, found: BatchView) -> list[dict[str, Any]]:
    rows = [
        {
            "row": row.number,
            "brief": markdown(row.id or row.title, 80),
            "production": _linked(desk, row),
            "state": row.state,
            "at": markdown(row.stage),
            "waits for": markdown(row.waits_for),
            "spent": spent,
            "note": markdown(row.note, 200),
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
            "at": markdown(reject.column),
            "waits for": "",
            "spent": "",
            "note": markdown(reject.reason, 200),
        }
        for reject in found.rejects
    ]
    return [*rows, *rejects]

"""batch: a table of briefs becomes one previs run a row; the same table again starts nothing.

Run it from the dashboard or with `prefect deployment run batch/batch -p table=briefs.csv`. The
table is a CSV on the worker's machine or under s3://bucket/key.
"""

from __future__ import annotations

import asyncio

from prefect import flow
from prefect.artifacts import acreate_table_artifact
from prefect.logging import get_run_logger

from greenlight.desk import Desk, this_person
from greenlight.desk.telling import plain
from greenlight.errors import InvalidInput
from greenlight.settings import load_profile
from greenlight.tables import fetch, read_table


@flow(name="batch", description="One previs run for each row of a table of briefs.")
async def batch(table: str = "") -> dict[str, int]:
    """Starts what is new in the table; bad rows are listed and stop no good one."""
    if not table:
        raise InvalidInput("name a table: a CSV on this machine or s3://bucket/key")
    profile = load_profile()
    data = await asyncio.to_thread(fetch, table, profile)
    good, bad = await asyncio.to_thread(read_table, data, table)
    desk, who = Desk(profile), this_person("batch")
    report = [{"row": b.number, "production": "", "result": plain(b.problem)} for b in bad]
    started = 0
    for row in good:
        fresh, production = await asyncio.to_thread(desk.submit_row, row.brief, row.key, who)
        started += fresh
        result = "started" if fresh else "was started before"
        report.append({"row": row.number, "production": production, "result": result})
        get_run_logger().info("row %d: %s %s", row.number, production, result)
    await acreate_table_artifact(
        table=sorted(report, key=lambda r: int(str(r["row"]))),
        key="batch",
        description=f"Rows of {plain(table)}",
    )
    return {"started": started, "found": len(good) - started, "rejected": len(bad)}

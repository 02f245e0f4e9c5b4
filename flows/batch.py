"""batch: a table of briefs becomes one previs run a row; the same table again starts nothing.

Run it on a schedule, from the dashboard, or with `prefect deployment run batch/batch -p table=…`.
It names one of: a table (on the worker's machine, s3:// or https), a prefix whose newest table is
read once, or a batch that is there already and is gone on with.
"""

from __future__ import annotations

import asyncio
from decimal import Decimal

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.logging import get_run_logger
from prefect.runtime import flow_run

from flows.batch_page import show_batch
from greenlight.batches.going import go_on
from greenlight.batches.nightly import Read, read_once
from greenlight.batches.submitting import Wanted
from greenlight.briefs.places import shown
from greenlight.desk import Desk
from greenlight.errors import InvalidInput
from greenlight.production.readable import markdown
from greenlight.settings import home, load_profile


def run_name() -> str:
    """What the run works on; the query that signs a link is in its parameters alone."""
    given = (str(flow_run.parameters.get(p) or "") for p in ("batch", "name", "table", "prefix"))
    return f"batch {''.join(map(shown, given))}"


@flow(
    name="batch",
    flow_run_name=run_name,
    description="One previs run for each row of a table of briefs.",
)
async def batch(
    table: str = "",
    prefix: str = "",
    batch: str = "",
    name: str = "",
    budget_usd: Decimal | None = None,
    concurrency: int | None = None,
    priority: str | None = None,
) -> dict[str, int | str]:
    """Starts what is new in the table; bad rows are listed and stop no good one.

    A signed https link is kept among the run's parameters, visible to all who see the run: give one
    that expires, or a table in S3.
    """
    if sum(map(bool, (table, prefix, batch))) != 1:
        raise InvalidInput(
            "name one of table (a file, s3://bucket/key or https), prefix (s3://bucket/folder/, "
            "whose newest table is read once) or batch (one to go on with)"
        )
    profile = load_profile()
    desk, log = Desk(profile, cache=home() / "cache"), get_run_logger()
    rejected = 0
    if not batch:
        wanted = Wanted(budget_usd, concurrency, priority)
        read = await asyncio.to_thread(read_once, desk, table, prefix, name, wanted)
        if read.problem:
            log.warning("%s", read.problem)
            await _say(read)
            return {"started": 0, "found": 0, "rejected": 0, "said": read.problem}
        for reject in read.rejects:
            log.warning("row %d %s: %s", reject.row, reject.column, reject.reason)
        batch, rejected = read.batch, len({r.row for r in read.rejects})
    progress = await asyncio.to_thread(go_on, desk, batch)
    for production in progress.begun:
        log.info("%s: started %s", batch, production)
    for reason in dict.fromkeys(progress.held.values()):
        log.warning("%s: rows are held: %s", batch, reason)
    await show_batch(desk, batch)
    found = progress.under_way - len(progress.begun)
    return {
        "batch": batch,
        "started": len(progress.begun),
        "found": found,
        "rejected": rejected,
        "held": len(progress.held),
    }


async def _say(read: Read) -> None:
    await acreate_markdown_artifact(
        markdown=markdown(read.problem, 1000), key="batch", description="A batch that found nothing"
    )

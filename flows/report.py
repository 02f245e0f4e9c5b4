"""report: yield and spend of a period, as tables and plots in the dashboard and one page.

Runs by its schedule, or with `prefect deployment run report/report -p days=30 -p show=liminal`.
"""

from __future__ import annotations

from datetime import date

from prefect import flow
from prefect.artifacts import (
    acreate_image_artifact,
    acreate_link_artifact,
    acreate_markdown_artifact,
    acreate_table_artifact,
)
from prefect.logging import get_run_logger

from greenlight.reports.publish import Published
from tasks.report import numbers


@flow(
    name="report",
    flow_run_name="report",
    description="Spend, yield, reliability and waiting times of a period.",
)
async def report(
    show: str = "", days: int = 7, since: date | None = None, until: date | None = None
) -> str:
    """Reports on the last whole `days` (UTC), or on `since` to `until`; returns the page's address.

    The page and its rows (Parquet) stay in the object store, where the artifacts' links point to.
    """
    found = await numbers(show, days, since, until)
    await _artifacts(found)
    get_run_logger().info("%s: %s", found.title, found.page)
    return found.page


async def _artifacts(found: Published) -> None:
    await acreate_link_artifact(
        link=found.page, link_text="the report", key=f"{found.key}-page", description=found.title
    )
    await acreate_markdown_artifact(
        found.summary, key=f"{found.key}-summary", description=found.title
    )
    artifacts = [
        acreate_image_artifact(
            image_url=plot.url, key=f"{found.key}-{plot.name}-plot", description=plot.title
        )
        for plot in found.plots
    ]
    artifacts += [
        acreate_table_artifact(
            table=[dict(row) for row in table.rows],
            key=f"{found.key}-{table.name}",
            description=f"{table.title}. {table.meaning}",
        )
        for table in found.tables
    ]
    for artifact in artifacts:
        await artifact

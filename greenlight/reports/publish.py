"""A report kept in the object store, with the links under which people see it."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from greenlight.access.links import REPORTS, media_url
from greenlight.access.people import People
from greenlight.production.readable import markdown
from greenlight.reports.numbers import Numbers, numbers
from greenlight.reports.report import last_days, period_of
from greenlight.settings import Profile
from greenlight.store.objects import ObjectStore, sha256_of
from greenlight.store.records import now


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PublishedPlot(_Frozen):
    """A plot and the stable address of its picture."""

    name: str
    title: str
    url: str


class PublishedTable(_Frozen):
    """A table as rows of named texts."""

    name: str
    title: str
    meaning: str
    rows: tuple[dict[str, str], ...]


class Published(_Frozen):
    """What a dashboard shows of a report, its texts as markdown; `key` names its series."""

    key: str
    title: str
    page: str
    summary: str
    plots: tuple[PublishedPlot, ...]
    tables: tuple[PublishedTable, ...]


def publish(
    profile: Profile,
    store: ObjectStore,
    show: str,
    days: int,
    since: date | None = None,
    until: date | None = None,
) -> Published:
    """Reports on a period (the last whole `days`, unless it is named) and stores the report.

    Page, plots and Parquet lie below `shows/_reports/`, under the day and the digest of the page.
    """
    named = since is not None or until is not None
    period = period_of(since, until) if named else last_days(days, now().date())
    found = numbers(profile, People(store, profile.media_secret), show, period)
    return _stored(profile, store, found)


def _stored(profile: Profile, store: ObjectStore, found: Numbers) -> Published:
    from greenlight.reports.frames import frames_of, write_parquet
    from greenlight.reports.page import HEADINGS, page_of, standing_of, tiles_of, title_of
    from greenlight.reports.plots import alone, plots_of
    from greenlight.reports.tables import tables_of

    report = found.report
    page = page_of(report).encode()
    folder = f"{REPORTS}{report.at:%Y-%m-%d}-{sha256_of(page)[:12]}/"

    def put(name: str, data: bytes, mime: str) -> str:
        store.put_once(f"{folder}{name}", data, mime)
        return media_url(profile.media_url, profile.media_secret, f"{folder}{name}")

    address = put("report.html", page, "text/html; charset=utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        for path in write_parquet(frames_of(found.rows, report), Path(scratch)):
            put(path.name, path.read_bytes(), "application/vnd.apache.parquet")
    plots: list[PublishedPlot] = []
    tables: list[PublishedTable] = []
    title = markdown(title_of(report))
    summary = [f"**{title}**, {report.period.sentence} ([page]({address}))"]
    for money, part in report.parts.items():
        for number, plot in enumerate(plots_of(part)):
            url = put(f"{money}-{number:02d}.svg", alone(plot.svg).encode(), "image/svg+xml")
            name = f"{money}-{plot.table}-{number:02d}"
            plots.append(
                PublishedPlot(name=name, title=markdown(f"{plot.title} ({money})"), url=url)
            )
        for table in tables_of(part):
            rows = tuple(
                {
                    head or "note": markdown(cell)
                    for head, cell in zip(table.heads, row, strict=True)
                }
                for row in table.rows
            )
            tables.append(
                PublishedTable(
                    name=f"{money}-{table.name}",
                    title=markdown(f"{table.title} ({money})"),
                    meaning=markdown(table.meaning),
                    rows=rows,
                )
            )
        summary.append(f"### {HEADINGS[money]}\n\n{standing_of(part)}\n")
        summary.append("\n".join(f"- **{figure}** {what}" for figure, what in tiles_of(part)))
        summary.append("\n".join(f"- {markdown(sentence)}" for sentence in part.unknowable))
    return Published(
        key=f"report-{report.show}" if report.show else "report",
        title=f"{title}, {report.period.sentence}",
        page=address,
        summary="\n\n".join(summary),
        plots=tuple(plots),
        tables=tuple(tables),
    )

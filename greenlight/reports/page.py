"""The report as one HTML page: nothing is loaded from elsewhere, and nothing runs in it."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from greenlight.money.amounts import UNKNOWN, usd
from greenlight.reports.plots import COLOURS, DARK, SHAPES, Plot, plots_of
from greenlight.reports.report import Part, Report
from greenlight.reports.shares import duration, percent
from greenlight.reports.tables import tables_of

HEADINGS = {"simulated": "Simulated money", "real": "Real money"}
_SIMULATED = "The stand-in made these takes: its dollars are simulated, and were not paid."


def title_of(report: Report) -> str:
    """What the report is called."""
    return f"{report.show}: numbers" if report.show else "All shows: numbers"


def page_of(report: Report) -> str:
    """The whole page; every word from records is escaped."""
    import jinja2

    source = files("greenlight.reports").joinpath("page.html").read_text(encoding="utf-8")
    template = jinja2.Environment(autoescape=True, trim_blocks=True).from_string(source)
    return template.render(
        title=title_of(report),
        subtitle=f"{report.period.sentence} · computed {report.at:%Y-%m-%d %H:%M} UTC",
        at=f"{report.at:%Y-%m-%d %H:%M} UTC",
        colours=COLOURS,
        dark=DARK,
        shapes=SHAPES,
        parts=[_part(part) for part in report.parts.values()],
    )


def _part(part: Part) -> dict[str, Any]:
    tables = tables_of(part)
    plots: dict[str, list[Plot]] = {table.name: [] for table in tables}
    for plot in plots_of(part):
        plots[plot.table].append(plot)
    return {
        "money": part.money,
        "heading": HEADINGS[part.money],
        "mark": _SIMULATED if part.money == "simulated" else "",
        "standing": standing_of(part),
        "tiles": [{"figure": figure, "what": what} for figure, what in tiles_of(part)],
        "tables": tables,
        "plots": plots,
        "unknowable": part.unknowable,
    }


def standing_of(part: Part) -> str:
    """Such as "12 productions: 9 delivered, 2 open, 1 cancelled"."""
    stands = part.standing
    counts = {"delivered": stands.delivered, "open": stands.open, "cancelled": stands.cancelled}
    said = ", ".join(f"{count} {how}" for how, count in counts.items() if count)
    word = "production" if stands.productions == 1 else "productions"
    return f"{stands.productions} {word}{f': {said}' if said else ''}"


def tiles_of(part: Part) -> list[tuple[str, str]]:
    """The figures that are looked at first, with what each is of."""
    total, made, saved = part.spending.total, part.per_second, part.avoided
    tiles = [
        (usd(total.usd), f"spent in {total.posts} paid requests"),
        (
            usd(made.usd_per_second),
            f"per approved second, of {made.approved_seconds.normalize():f} s",
        ),
        (
            UNKNOWN if made.takes_per_second is None else f"{made.takes_per_second:.2f}",
            "takes per approved second",
        ),
        (usd(saved.usd), "not spent because a gate said no (estimate)"),
        (percent(part.rolled), "of shots pass every gate as first made"),
        (percent(part.reliability.end_to_end), "shots that go through without an error"),
    ]
    if total.unknown_usd:
        tiles.insert(1, (usd(total.unknown_usd), "of unknown outcome, beside it"))
    people = [w for w in part.waiting if w.gate == "all gates" and w.role == "people"]
    if people:
        tiles.append((duration(people[0].median_seconds), "median wait for people"))
    return tiles

"""The page, the tables and the files of a report."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenlight.reports.frames import frames_of, write_csv, write_parquet
from greenlight.reports.material import Material
from greenlight.reports.page import page_of
from greenlight.reports.plots import Bar, alone, bars_svg, columns_svg, lines_svg, plots_of
from greenlight.reports.report import Period, report_of
from greenlight.reports.shares import Share, counted, duration, percent
from greenlight.reports.tables import tables_of
from tests.production.world import World
from tests.reports.counted_world import NOW, entry, material, played, report, rows


def whole() -> list[Material]:
    """Simulated and real money, unknown outcomes, and a hostile name."""
    return [
        material(played(), entry("breakdown", "0.01"), entry("frame", "0.2"), entry("clip", "3")),
        material(
            played(),
            entry("clip", "7", simulated=False, model="<script>alert(1)</script>"),
            entry("clip", outcome="unknown", simulated=False, version=2),
            simulated=False,
            production="paid",
        ),
    ]


class Outside(HTMLParser):
    """Collects what a page would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {"src", "href", "srcset", "data", "action"}
        runs = tag in {"script", "iframe", "object", "link", "img"}
        if runs or any(n in names or n.startswith("on") for n, _ in attrs):
            self.found.append(tag)


def test_the_page_needs_nothing_else_and_runs_nothing() -> None:
    page = page_of(report(*whole()))
    outside = Outside()
    outside.feed(page)
    assert outside.found == []
    assert "<script" not in page
    assert "url(" not in page
    assert "&lt;script&gt;" in page


def test_the_page_says_which_money_is_simulated_and_what_cannot_be_known() -> None:
    page = page_of(report(*whole()))
    assert page.index("Real money") < page.index("Simulated money")
    assert "were not paid" in page
    assert "What cannot be known" in page
    assert "estimate" in page
    text = re.sub(r"\s+", " ", page)
    assert "for each round of frames that a gate turned down" in text
    assert "Nothing happened in this period" in page_of(report(period=Period()))


def test_every_plot_is_wellformed_and_belongs_to_a_table() -> None:
    for part in report(*whole()).parts.values():
        names = {table.name for table in tables_of(part)}
        for plot in plots_of(part):
            assert plot.table in names
            root = ElementTree.fromstring(alone(plot.svg))
            assert root.tag == "{http://www.w3.org/2000/svg}svg"


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=60),
    st.floats(0, 1),
    st.one_of(st.none(), st.just((0.2, 0.9))),
)
def test_any_name_can_be_drawn(name: str, value: float, interval: tuple[float, float]) -> None:
    # Noncharacters are no XML; ids and models cannot hold them.
    name = "".join(c for c in name if ord(c) & 0xFFFE != 0xFFFE)
    ElementTree.fromstring(alone(bars_svg([Bar(name, value, name, interval)], name)))
    ElementTree.fromstring(alone(columns_svg([(name, Decimal(0)), (name, Decimal(1))], name)))
    ElementTree.fromstring(alone(lines_svg([(0.1, None, value), (0.2, value, None)], name)))


def test_rows_and_figures_are_the_same_as_csv_and_as_parquet(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    made = rows(*whole())
    frames = frames_of(made, report_of(made, NOW, "", Period()))
    for path in write_parquet(frames, tmp_path / "parquet"):
        table = pq.read_table(path)
        assert table.num_rows == len(frames[path.stem]), path.name
    spent = pq.read_table(tmp_path / "parquet" / "spend.parquet")
    assert sum(spent["usd"].to_pylist()) == Decimal("11.21")
    assert str(spent.schema.field("at").type) == "timestamp[us, tz=UTC]"
    paths = write_csv(frames, tmp_path / "csv")
    assert sorted(p.stem for p in paths) == sorted(frames)
    listed = list(csv.DictReader((tmp_path / "csv" / "spend.csv").open()))
    assert sum(Decimal(row["usd"]) for row in listed) == Decimal("11.21")


def test_files_without_rows_still_have_their_columns_and_types(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    made = rows()
    frames = frames_of(made, report_of(made, NOW, "", Period()))
    for path in write_parquet(frames, tmp_path):
        table = pq.read_table(path)
        assert table.num_rows == 0
        assert "null" not in {str(field.type) for field in table.schema}


def test_a_spreadsheet_runs_no_formula_of_ours(tmp_path: Path) -> None:
    made = rows(material(World(), entry("clip", "1", model="=HYPERLINK(1)")))
    frames = frames_of(made, report_of(made, NOW, "", Period()))
    write_csv(frames, tmp_path)
    assert "'=HYPERLINK(1)" in (tmp_path / "spend.csv").read_text()


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "not known"),
        (0, "0.0 s"),
        (4.26, "4.3 s"),
        (59.7, "1 min"),
        (200, "3 min 20 s"),
        (18600, "5 h 10 min"),
        (187200, "2 d 4 h"),
    ],
)
def test_times_are_said_in_the_units_that_tell_most(seconds: float | None, said: str) -> None:
    assert duration(seconds) == said


def test_shares_and_amounts_never_look_better_than_they_are() -> None:
    assert (percent(0.996), percent(1.0), percent(0.004), percent(None)) == (
        "99.6%",
        "100%",
        "0.4%",
        "not known",
    )
    assert counted(Share(hits=4, total=5)) == "80% (4 of 5; 38 to 96%)"
    assert counted(Share(hits=0, total=0)) == "not known"

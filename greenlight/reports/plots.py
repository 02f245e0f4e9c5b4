"""Small plots as SVG, written by hand: bars, columns and lines need no library, and weigh nothing.

Colours are CSS variables, so that one drawing serves light, dark and print; `alone` gives a drawing
that is looked at by itself colours of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from html import escape
from typing import NamedTuple

from greenlight.money.amounts import usd, usd_rows
from greenlight.reports.report import Part
from greenlight.reports.shares import percent

WIDTH = 460
_ROW, _LABEL, _TEXT = 26, 166, 78
_MOST_BARS = 12
_MOST_DAYS = 45

COLOURS = (
    "--ink:#1b1d22;--dim:#697080;--line:#d9dce3;--bar:#2f6fdb;--soft:#2f6fdb55;--second:#c2571a;"
    "--paper:#ffffff;--range:#1b1d22"
)
DARK = (
    "--ink:#e9ebf0;--dim:#9aa2b1;--line:#343944;--bar:#7fb0ff;--soft:#7fb0ff55;--second:#ffab70;"
    "--paper:#15171c;--range:#ff9d5c"
)
SHAPES = (
    "text{font:13px system-ui,sans-serif;fill:var(--ink)}.dim{fill:var(--dim)}"
    ".bar{fill:var(--bar)}.soft{fill:var(--soft)}.second{fill:var(--second)}"
    ".line{stroke:var(--line)}.range{stroke:var(--range);stroke-width:1.5}"
    ".one{stroke:var(--bar);fill:none;stroke-width:2.5}"
    ".two{stroke:var(--second);fill:none;stroke-width:2.5}"
)


class Plot(NamedTuple):
    """A drawing, the table that it belongs to, and what it shows in words."""

    table: str
    title: str
    svg: str


class Bar(NamedTuple):
    """One bar of `value` (0 to 1), the text at its end, and its interval where there is one."""

    label: str
    value: float
    text: str
    interval: tuple[float, float] | None = None


def plots_of(part: Part) -> list[Plot]:
    """The plots of a part, each beside the table that holds its figures."""
    found = []
    days = part.spending.by["day"]
    if len(days) > 1:
        title = "Spent by day"
        columns = _every_day([(line.name, line.usd) for line in days])[-_MOST_DAYS:]
        found.append(Plot("spend-day", title, columns_svg(columns, title)))
    for dimension in ("show", "production", "model", "purpose"):
        lines = [line for line in part.spending.by[dimension] if line.usd]
        if len(lines) > 1:
            most = max(line.usd for line in lines)
            shown = usd_rows([line.usd for line in lines])
            bars = [
                Bar(line.name, float(line.usd / most), amount)
                for line, amount in zip(lines, shown, strict=True)
            ][:_MOST_BARS]
            title = f"Spent by {dimension}"
            found.append(Plot(f"spend-{dimension}", title, bars_svg(bars, title)))
    passes = [
        Bar(one.gate, one.passed.share or 0, percent(one.passed.share), one.passed.interval)
        for one in part.first_pass
    ]
    if passes:
        title = "First-pass yield by gate"
        found.append(Plot("first-pass", title, bars_svg(passes, title)))
    steps = [
        Bar(s.name, s.good.share or 0, percent(s.good.share), s.good.interval)
        for s in part.reliability.steps
    ]
    if steps:
        title = "Reliability by step"
        found.append(Plot("steps", title, bars_svg(steps, title)))
    for rubric in part.rubrics:
        title = f"{rubric.rubric}: precision and recall by threshold"
        points = [(at.threshold, at.precision.share, at.recall.share) for at in rubric.at]
        found.append(Plot("thresholds", title, lines_svg(points, title)))
    return found


def _every_day(days: Sequence[tuple[str, Decimal]]) -> list[tuple[str, Decimal]]:
    """The days with those between on which nothing was spent: a gap is part of the picture."""
    known = dict(days)
    first, last = (date.fromisoformat(days[end][0]) for end in (0, -1))
    names = [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]
    return [(name, known.get(name, Decimal(0))) for name in names]


def bars_svg(bars: Sequence[Bar], title: str) -> str:
    """Horizontal bars, one a row, each with its text and the whisker of its interval."""
    span = WIDTH - _LABEL - _TEXT
    parts = []
    for number, bar in enumerate(bars):
        top = number * _ROW
        long = max(bar.value * span, 1.0)
        parts.append(_text(0, top + 17, _short(bar.label, 20), bar.label))
        parts.append(
            f'<rect class="bar" x="{_LABEL}" y="{top + 5}" width="{long:.1f}" height="16" rx="3"/>'
        )
        if bar.interval is not None:
            low, high = (_LABEL + end * span for end in bar.interval)
            middle = top + 13
            parts.append(
                f'<path class="range" d="M{low:.1f} {middle}H{high:.1f}M{low:.1f} {middle - 4}v8'
                f'M{high:.1f} {middle - 4}v8"/>'
            )
        parts.append(_text(WIDTH, top + 17, bar.text, anchor="end"))
    return _svg(parts, len(bars) * _ROW + 4, title)


def columns_svg(columns: Sequence[tuple[str, Decimal]], title: str) -> str:
    """Vertical columns in their order, with the highest, the first and the last named."""
    height, top = 150, 22
    most = max((amount for _, amount in columns), default=Decimal(0)) or Decimal(1)
    wide = WIDTH / len(columns)
    parts = [f'<path class="line" d="M0 {height}H{WIDTH}"/>']
    for number, (name, amount) in enumerate(columns):
        tall = float(amount / most) * (height - top)
        parts.append(
            f'<rect class="bar" x="{number * wide + wide * 0.1:.1f}" y="{height - tall:.1f}" '
            f'width="{wide * 0.8:.1f}" height="{tall:.1f}"><title>{escape(name)}: {usd(amount)}'
            "</title></rect>"
        )
    name, amount = max(columns, key=lambda c: c[1])
    parts.append(_text(0, 14, f"most: {usd(amount)} on {name}"))
    parts.append(_text(0, height + 18, columns[0][0], dim=True))
    parts.append(_text(WIDTH, height + 18, columns[-1][0], anchor="end", dim=True))
    return _svg(parts, height + 26, title)


def lines_svg(points: Sequence[tuple[float, float | None, float | None]], title: str) -> str:
    """Precision and recall over the threshold; where one is not known its line has a gap."""
    left, top, height = 46, 26, 150
    first, last = points[0][0], points[-1][0]

    def place(x: float, y: float) -> str:
        across = left + (x - first) / (last - first) * (WIDTH - left - 12)
        return f"{across:.1f} {top + (1 - y) * (height - top):.1f}"

    parts = []
    for share in (0.0, 0.5, 1.0):
        level = top + (1 - share) * (height - top)
        parts.append(f'<path class="line" d="M{left} {level:.1f}H{WIDTH}"/>')
        parts.append(_text(left - 6, level + 4, f"{share:.0%}", anchor="end", dim=True))
    for which, (name, style, fill) in enumerate(
        (("precision", "one", "bar"), ("recall", "two", "second"))
    ):
        known = [(p[0], p[which + 1]) for p in points]
        path, pen = "", "M"
        for x, y in known:
            if y is None:
                pen = "M"
                continue
            path += f"{pen}{place(x, y)}"
            pen = "L"
            across, down = place(x, y).split()
            parts.append(f'<circle class="{fill}" cx="{across}" cy="{down}" r="3.5"/>')
        parts.append(f'<path class="{style}" d="{path}"/>')
        x = left + which * 110
        parts.append(f'<rect class="{fill}" x="{x}" y="3" width="12" height="12" rx="2"/>')
        parts.append(_text(x + 18, 14, name))
    for x, _, _ in points:
        across = place(x, 0).split()[0]
        parts.append(_text(float(across), height + 18, f"{x:.1f}", anchor="middle", dim=True))
    return _svg(parts, height + 26, title)


def alone(svg: str) -> str:
    """The drawing as a file of its own, in light and dark."""
    style = (
        f"<style>svg{{{COLOURS};background:var(--paper)}}"
        f"@media(prefers-color-scheme:dark){{svg{{{DARK}}}}}{SHAPES}</style>"
    )
    head, rest = svg.split(">", 1)
    return f'{head} xmlns="http://www.w3.org/2000/svg">{style}{rest}'


def _svg(parts: Sequence[str], height: int, title: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _text(
    x: float, y: float, text: str, whole: str = "", *, anchor: str = "start", dim: bool = False
) -> str:
    tip = f"<title>{escape(whole)}</title>" if whole and whole != text else ""
    style = ' class="dim"' if dim else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{style}>{escape(text)}{tip}</text>'


def _short(text: str, most: int) -> str:
    """The text with its middle left out: what tells ids apart is at their ends."""
    half = (most - 1) // 2
    return text if len(text) <= most else f"{text[: most - 1 - half]}…{text[-half:]}"

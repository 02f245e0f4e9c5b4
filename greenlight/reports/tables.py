"""The figures of a part as small tables of text: the same in dashboard, page and terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from greenlight.money.amounts import UNKNOWN, usd, usd_rows
from greenlight.reports.report import Part
from greenlight.reports.shares import counted, duration, percent

MOST_LINES = 30
"""Lines of one table that people are shown; the files hold all."""

_NOTHING = ("", "$0.00")


class Table(NamedTuple):
    """A heading, what it means in a sentence, and rows of text; `right` columns hold figures."""

    name: str
    title: str
    meaning: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[str, ...] = ()


def tables_of(part: Part) -> list[Table]:
    """Every table of a part that has anything to say."""
    return [_said(table) for table in _tables(part) if table.rows]


def _said(table: Table) -> Table:
    """The table without columns in which nothing is said."""
    kept = [
        number
        for number in range(len(table.heads))
        if number == 0 or any(row[number] not in _NOTHING for row in table.rows)
    ]
    return table._replace(
        heads=tuple(table.heads[n] for n in kept),
        rows=tuple(tuple(row[n] for n in kept) for row in table.rows),
    )


def _tables(part: Part) -> Iterator[Table]:
    yield _cost(part)
    for dimension in ("day", "show", "production", "model", "role", "purpose"):
        yield _spend(part, dimension)
    yield _first_pass(part)
    yield _steps(part)
    yield _rubrics(part)
    yield _thresholds(part)
    yield _waiting(part)
    yield _pending(part)


def _cost(part: Part) -> Table:
    made, saved, total = part.per_second, part.avoided, part.spending.total
    one = made.takes_per_second
    rows = (
        ("spent", usd(total.usd), f"{total.posts} paid requests"),
        ("reserved", usd(total.reserved_usd), "for work under way, at its ceilings"),
        ("unknown", usd(total.unknown_usd), "outcome to be confirmed; counted at the ceilings"),
        (
            "not spent (estimate)",
            usd(saved.usd),
            f"{saved.attempts} clips not made after frames were rejected",
        ),
        (
            "approved",
            f"{made.approved_seconds.normalize():f} s",
            f"{made.approved_shots} shots whose clip is approved",
        ),
        ("per approved second", usd(made.usd_per_second), "all that was spent, rejects included"),
        (
            "takes per approved second",
            UNKNOWN if one is None else f"{one:.2f}",
            f"{made.takes} takes that models made",
        ),
    )
    meaning = "What it came to, and what came of it."
    return Table("cost", "Cost", meaning, ("", "figure", "of what"), rows, ("figure",))


def _spend(part: Part, dimension: str) -> Table:
    lines = part.spending.by[dimension]
    heads = (dimension, "spent", "reserved", "unknown", "requests")
    amounts = zip(
        usd_rows([line.usd for line in lines]),
        usd_rows([line.reserved_usd for line in lines]),
        usd_rows([line.unknown_usd for line in lines]),
        strict=True,
    )
    listed = [
        (line.name, *found, str(line.posts)) for line, found in zip(lines, amounts, strict=True)
    ]
    rows = tuple(listed[-MOST_LINES:] if dimension == "day" else listed[:MOST_LINES])
    left = len(lines) - len(rows)
    meaning = f"{left} more are in the files." if left else ""
    if dimension == "day":
        meaning = f"By the day (UTC) on which a cost became known. {meaning}".strip()
    return Table(f"spend-{dimension}", f"Spend by {dimension}", meaning, heads, rows, heads[1:])


def _first_pass(part: Part) -> Table:
    rows: list[tuple[str, ...]] = [
        (one.gate, counted(one.passed), f"{one.by_robots} by robots" if one.by_robots else "")
        for one in part.first_pass
    ]
    if part.rolled is not None:
        rows.append(("all of them", percent(part.rolled), "product, without sheets"))
    meaning = "What the first answer approved as it was first made, with a 95 % interval."
    heads = ("gate", "first pass", "")
    return Table("first-pass", "First-pass yield", meaning, heads, tuple(rows))


def _steps(part: Part) -> Table:
    rows: list[tuple[str, ...]] = [
        (
            step.name,
            counted(step.good),
            *(str(n or "") for n in (step.refused, step.failed, step.unknown, step.repeated)),
        )
        for step in part.reliability.steps
    ]
    if rows:
        whole = percent(part.reliability.end_to_end)
        rows.append(("end to end", whole, "", "", "", ""))
    heads = ("step", "good", "refused", "failed", "unknown", "sent again")
    meaning = (
        "What came of each request and each check. End to end is the product of breakdown, frame, "
        "clip and their checks: the chance that a shot of one frame and one clip needs nothing "
        "made again, if steps fail independently."
    )
    return Table("steps", "Reliability", meaning, heads, tuple(rows), heads[2:])


def _rubrics(part: Part) -> Table:
    rows = tuple(
        (
            one.rubric,
            str(one.decided),
            str(one.sent_back),
            counted(one.precision),
            counted(one.recall),
        )
        for one in part.rubrics
    )
    heads = ("rubric", "decided", "sent back", "precision", "recall")
    meaning = (
        "Flags against what people decided: precision is the share of flagged takes that they sent "
        "back, recall the share of what they sent back that was flagged. Robots do not count."
    )
    return Table("rubrics", "The rubric and people", meaning, heads, rows, heads[1:3])


def _thresholds(part: Part) -> Table:
    rows = tuple(
        (one.rubric, f"{at.threshold:.1f}", counted(at.precision), counted(at.recall))
        for one in part.rubrics
        for at in one.at
    )
    heads = ("rubric", "flag below", "precision", "recall")
    meaning = "What one threshold for all criteria would have flagged."
    return Table("thresholds", "The rubric by threshold", meaning, heads, rows, heads[1:2])


def _waiting(part: Part) -> Table:
    rows = tuple(
        (
            one.gate,
            one.role,
            str(one.answers),
            duration(one.median_seconds),
            duration(one.p90_seconds),
            duration(one.longest_seconds),
        )
        for one in part.waiting
    )
    heads = ("gate", "role", "answers", "median", "nine in ten within", "longest")
    meaning = "From the moment that a take could be decided on to the first word on it."
    return Table("waiting", "Waiting for people", meaning, heads, rows, heads[2:])


def _pending(part: Part) -> Table:
    rows = tuple((one.gate, str(one.count), duration(one.oldest_seconds)) for one in part.pending)
    heads = ("gate", "waiting", "longest")
    return Table("pending", "Waiting now", "Whatever the period.", heads, rows, heads[1:])

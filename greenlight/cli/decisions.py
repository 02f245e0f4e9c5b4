"""`decisions` and `agreement`: who decided what, and how often the checks had foreseen it."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated

import typer

from greenlight.cli.options import (
    AnyProduction,
    JsonOption,
    ProductionArgument,
    ProfileOption,
    ShowOption,
    flag,
    option,
)
from greenlight.cli.session import open_desk
from greenlight.cli.show import print_json, say, table
from greenlight.desk import Desk
from greenlight.errors import NotFound
from greenlight.money.amounts import usd
from greenlight.production.agreement import Judged, Tally, agreements, judged
from greenlight.store.folders import write_file
from greenlight.views.decisions import as_csv, history


def decisions(
    production: ProductionArgument,
    csv: Annotated[str, option("FILE", "Write them as CSV; - for standard output.")] = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """List every decision: who, when, through which door, on which bytes, and what it released."""
    desk = open_desk(profile)
    rows = history(production, desk.look(production)[0])
    if csv == "-":
        typer.echo(as_csv(rows), nl=False)
    elif csv:
        write_file(Path(csv), as_csv(rows).encode())
        say(f"{len(rows)} rows in {csv}", whole=True)
    elif as_json:
        print_json([row.model_dump(mode="json") for row in rows])
    elif not rows:
        say("no decisions yet")
    else:
        listed = [
            (
                str(row.number),
                f"{row.at:%m-%d %H:%M:%S}",
                f"{row.who}{'' if row.verified else ' (unverified)'}",
                row.door,
                row.said,
                row.subject,
                f"{row.reason}: {row.note}".strip(": "),
                row.sha256[:8],
                usd(row.releases_usd) if row.releases_usd else "",
            )
            for row in rows
        ]
        heads = ("#", "when (UTC)", "who", "door", "said", "about", "why", "bytes", "releases")
        table(heads, listed, ("#", "releases"))


def agreement(
    production: AnyProduction = "",
    show: ShowOption = "",
    takes: Annotated[bool, flag("--takes", "List every take that counts.")] = False,
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show how well flags predict what people send back, by rubric, version and criterion.

    Precision is the share of flagged takes that were sent back, recall the share of what was sent
    back that had been flagged. Takes that were passed over, and what robots decided, do not count.
    """
    rows = _judged(open_desk(profile), production, show)
    found = agreements(rows)
    if as_json:
        listed = [row.model_dump(mode="json") for row in rows]
        print_json({"rubrics": [a.model_dump(mode="json") for a in found], "takes": listed})
        return
    if not found:
        say("no checked take was decided on by a person yet")
        return
    heads = ("rubric", "criterion", "decided", "flagged", "sent back", "both", "precision")
    lines = [
        ("" if name else one.rubric, name or "all", *_counts(tally))
        for one in found
        for name, tally in [("", one.all), *one.criteria.items()]
    ]
    table((*heads, "recall"), lines, (*heads[2:], "recall"))
    if omitted := sum(one.all.omitted for one in found):
        say(f"{omitted} more were omitted, which says nothing about the take", style="dim")
    if takes:
        columns = ("production", "take", "rubric", "check", "person", "who")
        table(columns, [_judgement(row) for row in rows])


def _judged(desk: Desk, production: str, show: str) -> list[Judged]:
    if production:
        return judged(desk.workspace(production).records.facts())
    rows: list[Judged] = []
    for name in desk.productions():
        with contextlib.suppress(NotFound):  # a half-made submit is left to recovery
            if not show or desk.show_of(name) == show:
                rows += judged(desk.workspace(name).records.facts())
    return rows


def _counts(tally: Tally) -> tuple[str, ...]:
    flagged = tally.flagged_retaken + tally.flagged_approved
    sent_back = tally.flagged_retaken + tally.passed_retaken
    counts = (tally.decided, flagged, sent_back, tally.flagged_retaken)
    shares = (tally.precision, tally.recall)
    return (*map(str, counts), *("" if s is None else f"{s:.0%}" for s in shares))


def _judgement(row: Judged) -> tuple[str, ...]:
    check = f"flagged: {', '.join(row.low)}" if row.flagged else "passed"
    verdict = f"{row.verdict}: {row.reason}" if row.reason else row.verdict
    return row.production, row.take, row.rubric, check, verdict, row.who

"""`agreement`: how often the checks and the people said the same."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Annotated

import typer

from greenlight.cli.session import JsonOption, ProfileOption, open_desk
from greenlight.cli.show import print_json, say, table
from greenlight.errors import NotFound

if TYPE_CHECKING:
    from greenlight.desk import Desk
    from greenlight.production.agreement import Agreement, Judged, Tally


def agreement(
    production: Annotated[
        str, typer.Argument(metavar="[PRODUCTION]", help="All of them if not given.")
    ] = "",
    show: Annotated[
        str, typer.Option("--show", metavar="SHOW", show_default=False, help="Those of a show.")
    ] = "",
    takes: Annotated[bool, typer.Option("--takes", help="List every take that counts.")] = False,
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show how well flags foresee what people send back, by rubric, version and criterion.

    Precision is the share of flagged takes that were sent back, recall the share of what was sent
    back that had been flagged. Takes that were passed over, and what robots decided, do not count.
    """
    from greenlight.production.agreement import agreements

    desk = open_desk(profile)
    rows = _rows(desk, production, show)
    found = agreements(rows)
    if as_json:
        listed = [row.model_dump(mode="json") for row in rows]
        print_json({"rubrics": [a.model_dump(mode="json") for a in found], "takes": listed})
        return
    if not found:
        say("no checked take was decided on by a person yet")
        return
    heads = ("rubric", "criterion", "decided", "flagged", "sent back", "both", "precision")
    lines = [line for one in found for line in _lines(one)]
    table((*heads, "recall"), lines, (*heads[2:], "recall"))
    omitted = sum(one.all.omitted for one in found)
    if omitted:
        say(f"{omitted} more were omitted, which says nothing of the take", style="dim")
    if takes:
        _list(rows)


def _rows(desk: Desk, production: str, show: str) -> list[Judged]:
    from greenlight.production.agreement import judged

    if production:
        return judged(desk.workspace(production).records.facts())
    rows: list[Judged] = []
    for name in desk.productions():
        with contextlib.suppress(NotFound):  # a half-made submit is left to recovery
            if not show or desk.show_of(name) == show:
                rows += judged(desk.workspace(name).records.facts())
    return rows


def _lines(found: Agreement) -> list[tuple[str, ...]]:
    rows = [("all", found.all), *found.criteria.items()]
    return [(found.rubric if name == "all" else "", name, *_counts(one)) for name, one in rows]


def _counts(tally: Tally) -> tuple[str, ...]:
    flagged = tally.flagged_retaken + tally.flagged_approved
    sent_back = tally.flagged_retaken + tally.passed_retaken
    counts = (tally.decided, flagged, sent_back, tally.flagged_retaken)
    shares = (tally.precision, tally.recall)
    return (*map(str, counts), *("" if s is None else f"{s:.0%}" for s in shares))


def _list(rows: list[Judged]) -> None:
    listed = [
        (
            row.production,
            row.take,
            row.rubric,
            f"flagged: {', '.join(row.low)}" if row.flagged else "passed",
            f"{row.verdict}: {row.reason}" if row.reason else row.verdict,
            row.who,
        )
        for row in rows
    ]
    table(("production", "take", "rubric", "check", "person", "who"), listed)

"""`takes`: list what was made, and add a drawing, photo or paint-over of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, cast

import typer
from rich.text import Text

from greenlight.access.links import room_url
from greenlight.cli.browser import open_pages
from greenlight.cli.groups import group
from greenlight.cli.hints import command, say_held
from greenlight.cli.options import (
    AsOption,
    JsonOption,
    NoteOption,
    ProductionArgument,
    ProfileOption,
    argument,
    flag,
    option,
)
from greenlight.cli.outcome import released_by_all
from greenlight.cli.session import open_desk, person
from greenlight.cli.show import dump, link, out, print_json, say, table
from greenlight.desk import Desk
from greenlight.errors import InvalidInput
from greenlight.media.framing import Fit
from greenlight.money.amounts import usd
from greenlight.production.readable import plain
from greenlight.views.takes import TakeView

_FITS = ("", "crop", "pad")
_OPENED_AT_ONCE = 6
_STYLES = {"waiting": "yellow", "approved": "green"}

takes = typer.Typer(
    cls=group("list", ("add",)),
    help="List all takes in story order; `takes add` adds a picture of your own.",
)


@takes.command("list", hidden=True)
def list_takes(
    production: ProductionArgument,
    waiting: Annotated[bool, flag("--waiting", "Only what waits for a decision.")] = False,
    open_them: Annotated[
        bool, flag("--open", "Open them in the browser; many at once as a contact sheet.")
    ] = False,
    links: Annotated[bool, flag("--links", "Print the address of each.")] = False,
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """List all takes in story order, rejects included: score, flag, cost, link.

    A TAKE is written sq010_sh0020/frame/v001_c2. `takes add` adds a picture of your own.
    """
    desk = open_desk(profile)
    found, rows = desk.standing(production), desk.takes(production)
    held = {take for hold in found.held for take in hold.takes}
    if waiting:
        rows = [r for r in rows if r.state == "waiting" or r.take.split("_c")[0] in held]
    if as_json:
        print_json([dump(r) for r in rows])
    elif not rows and not (waiting and found.held):
        say("nothing waits for a decision" if waiting else "no takes yet")
    else:
        if rows:
            _show_takes(rows, links=links)
        say_held(found.held, production, found.show, desk.profile)
        if waiting:
            say(f"look at them in {room_url(desk.profile.media_url, production)}", whole=True)
            if any(r.take.startswith("shotlist/") for r in rows):
                say(f"read it: {command('shots', production, profile=desk.profile)}", whole=True)
            for sentence in released_by_all(desk, production):
                say(sentence, style="bold", whole=True)
    if open_them:
        open_links(desk, production, rows)


def _show_takes(rows: list[TakeView], *, links: bool) -> None:
    shown = [
        (
            link(r.take, r.link),
            Text(r.state, style=_STYLES.get(r.state, "")),
            f"{r.score:.2f}" if r.score is not None else "",
            usd(r.cost_usd) if r.cost_usd is not None or r.key else "",
            _remark(r),
        )
        for r in rows
    ]
    table(("take", "state", "score", "cost", "remark"), shown, ("score", "cost"))
    if links or not out().is_terminal:
        for row in rows:
            if row.link:
                say(f"{row.take}  {row.link}", whole=True)


def _remark(row: TakeView) -> Text:
    if row.flagged:
        return Text.assemble(("⚑ ", "yellow"), plain(row.flagged))
    if row.reused_from:
        return Text(f"reused from {plain(row.reused_from)}", style="dim")
    return Text(f"“{plain(row.note)}”" if row.note else "", style="dim")


def open_links(desk: Desk, production: str, rows: list[TakeView]) -> None:
    """Opens the rows' pictures and clips in a browser; many of them as their contact sheet."""
    urls = [r.link for r in rows if r.link]
    if len(urls) > _OPENED_AT_ONCE:
        urls = [desk.contact_sheet(production)[1]]
    open_pages(*urls)


@takes.command("add")
def add(
    production: ProductionArgument,
    target: Annotated[str, argument("SHOT|SUBJECT", "sq010_sh0020, or sheet/mara.")],
    file: Annotated[Path, argument("FILE", "A PNG, JPEG or WebP.")],
    note: NoteOption = "",
    fit: Annotated[str, option("crop|pad", "How a picture of another shape is fitted.")] = "",
    name: AsOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Add a board, photo or paint-over of your own as a take that waits for approval.

    It costs nothing, is recorded as made by a person, and its clip is made from it like from any
    other approved frame.
    """
    if fit not in _FITS:
        raise InvalidInput(f"invalid --fit {fit!r} (allowed: crop, pad)")
    desk = open_desk(profile)
    record = desk.add_take(production, target, file, person(name), note, cast("Fit", fit))
    if as_json:
        print_json(record.model_dump(mode="json"))
        return
    found: Any = record.details
    say(f"{record.take}: {found['file']}, made by {found['made_by']}")
    answer = command("decide", production, "--approve", record.take, profile=desk.profile)
    say(f"  it waits for approval: {answer}", whole=True)

"""`takes add`: a person's own drawing, photo or paint-over as a take."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from typer.core import TyperGroup

from greenlight.cli.hints import command
from greenlight.cli.look import takes as list_takes
from greenlight.cli.session import AsOption, JsonOption, Production, ProfileOption, open_desk
from greenlight.cli.show import print_json, say

if TYPE_CHECKING:
    from greenlight.media.board import Fit

_FITS = ("", "crop", "pad")


class _ListByDefault(TyperGroup):
    """`takes PRODUCTION` lists; only `add` is a command of its own."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or args[0] != "add":
            args = ["list", *args]
        return super().parse_args(ctx, args)


takes = typer.Typer(
    cls=_ListByDefault,
    help="List all takes in story order; `takes add` puts in a picture of your own.",
    no_args_is_help=False,
)
takes.command("list", hidden=True)(list_takes)


@takes.command("add")
def add(
    production: Production,
    target: Annotated[
        str, typer.Argument(metavar="SHOT|SUBJECT", help="sq010_sh0020, or sheet/mara.")
    ],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A PNG, JPEG or WebP.")],
    note: Annotated[str, typer.Option("--note", help="What it is, for the record.")] = "",
    fit: Annotated[
        str,
        typer.Option("--fit", metavar="crop|pad", help="What to do with a picture of other shape."),
    ] = "",
    name: AsOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Put in a board, photo or paint-over of your own as a take that waits for approval.

    It costs nothing, is recorded as made by a person, and its clip is made from it like from any
    other approved frame.
    """
    from greenlight.desk import this_person
    from greenlight.errors import InvalidInput

    if fit not in _FITS:
        raise InvalidInput(f"--fit {fit!r} (allowed: crop, pad)")
    desk = open_desk(profile)
    record = desk.add_take(production, target, file, this_person(name), note, cast("Fit", fit))
    if as_json:
        print_json(record.model_dump(mode="json"))
        return
    found: Any = record.details
    say(f"{record.take}: {found['file']}, made by {found['made_by']}")
    answer = command("decide", production, "--approve", record.take, profile=desk.profile)
    say(f"  it waits for approval: {answer}", whole=True)

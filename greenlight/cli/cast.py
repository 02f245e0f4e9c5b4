"""`cast`: who is who, their sheets, and whether they look the same in all shots."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from greenlight.cli.options import JsonOption, ProductionArgument, ProfileOption, flag, option
from greenlight.cli.session import open_desk
from greenlight.cli.show import facts, print_json, say, table
from greenlight.store.folders import write_file


def cast(
    production: ProductionArgument,
    picture: Annotated[
        Path | None, option("FILE", "Write the pictures side by side (.jpg).")
    ] = None,
    everyone: Annotated[
        bool, flag("--all", "With --picture: every appearance, not only drift.")
    ] = False,
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show whether characters and props look the same in all shots that are of them.

    identity is the grader's score against the sheet. apart is how far the colours of
    an appearance are from what most shots show: 0 is the same, 1 nothing in common.
    """
    desk = open_desk(profile)
    found = desk.cast(production)
    written = desk.comparison(production, everyone=everyone) if picture else None
    if picture and written:
        write_file(picture, written)
    if as_json:
        print_json({"far_apart": found.far_apart, "cast": found.kept, "link": found.link})
        return
    if not found.kept:
        say("no checked frame is of a character or prop of this production yet")
        return
    rows = [
        (
            kept.name if n == 0 else "",
            one.shot,
            one.take.rpartition("/")[2],
            "approved" if one.approved else "waiting",
            f"{one.identity:.2f}" if one.identity is not None else "",
            f"{one.apart:.2f}" if one.apart is not None else "",
            "drifts: look" if one.drifts else "",
        )
        for kept in found.kept
        for n, one in enumerate(kept.shots)
    ]
    table(("who", "shot", "frame", "state", "identity", "apart", ""), rows, ("identity", "apart"))
    for kept, one in found.drifting:
        if one.unlike:
            say(f"  ! {kept.name} in {one.shot}: {one.unlike}", style="yellow", whole=True)
    if found.link:
        facts([("side by side", found.link)])
    if picture:
        say(f"wrote {picture}" if written else "nothing to compare: no picture was written")

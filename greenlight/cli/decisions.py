"""`decisions`: who decided what, when, and on exactly what."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from greenlight.cli.session import JsonOption, Production, ProfileOption, open_desk
from greenlight.cli.show import print_json, say, table
from greenlight.money.amounts import usd
from greenlight.store.folders import write_file


def decisions(
    production: Production,
    csv: Annotated[
        str, typer.Option("--csv", metavar="FILE", show_default=False, help="Or - for here.")
    ] = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """List every decision: who, when, through which door, on which bytes, and what it released."""
    from greenlight.views.decisions import as_csv, history

    desk = open_desk(profile)
    rows = history(production, desk.look(production)[0])
    if csv == "-":
        typer.echo(as_csv(rows), nl=False)
        return
    if csv:
        write_file(Path(csv), as_csv(rows).encode())
        say(f"{len(rows)} rows in {csv}", whole=True)
        return
    if as_json:
        print_json([row.model_dump(mode="json") for row in rows])
        return
    if not rows:
        say("nothing was decided yet")
        return
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

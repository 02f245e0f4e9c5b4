"""`corpus`: what people turned down, as data to learn from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from greenlight.cli.report import ShowOption, SinceOption, UntilOption, period_option
from greenlight.cli.session import JsonOption, ProfileOption, open_desk
from greenlight.cli.show import print_json, remark, say


def corpus(
    folder: Annotated[Path, typer.Argument(metavar="OUT", help="A folder; made if need be.")],
    show: ShowOption = "",
    since: SinceOption = "",
    until: UntilOption = "",
    robots: Annotated[
        bool, typer.Option("--robots", help="Also what robots turned down, such as the demo's.")
    ] = False,
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write rejected takes with spec, prompt, references, scores, reason, note and bytes.

    OUT gets corpus.parquet, a row a take, images/ with the takes and what they were to show, and
    COLUMNS.md, which says what each column is. Written again, it takes what is new.
    """
    from greenlight.reports.numbers import write_rejected

    period = period_option(since, until)
    desk = open_desk(profile)
    found = write_rejected(
        desk.profile, desk.people, desk.store, folder, show, period, robots=robots
    )
    if as_json:
        print_json({"takes": found.takes, "files": found.files, "gone": list(found.gone)})
        return
    say(f"{found.takes} rejected takes and {found.files} files in {folder}", whole=True)
    if found.gone:
        remark(f"{len(found.gone)} takes are on record only, their bytes are gone:")
        for name in found.gone:
            remark(f"  {name}")
    if not found.takes and not robots:
        remark("what robots turned down is left out: --robots takes it in")

"""`pull`, `cancel`, `resume`, `recover`: fetch what was made, stop a production, go on with it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from greenlight.cli.consent import confirm_cancel
from greenlight.cli.hints import command
from greenlight.cli.options import (
    AsOption,
    JsonOption,
    NoteOption,
    ProductionArgument,
    ProfileOption,
    YesOption,
    argument,
    flag,
)
from greenlight.cli.session import open_desk, open_profile, person
from greenlight.cli.show import err, print_json, say
from greenlight.errors import Refused
from greenlight.production.readable import plain
from greenlight.upkeep.recovery import recover as look_at_all


def pull(
    production: ProductionArgument,
    folder: Annotated[Path | None, argument("[DIR]", "Where to; ./PRODUCTION.")] = None,
    takes: Annotated[bool, flag("--takes", "All frames and clips too, rejects included.")] = False,
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Fetch the newest delivery, each file checked against its recorded sha256."""
    desk = open_desk(profile)
    target = folder or Path(production)
    files, size = [], 0
    with err().status("fetching …") as spinner:
        for item in desk.pull(production, target, takes=takes):
            files.append({"path": str(item.path), "size": item.size})
            size += item.size
            spinner.update(f"{len(files)} files, {size / 1e6:.1f} MB")
            if not as_json:
                say(f"  ✓ {item.path}  {item.size / 1e6:.2f} MB", whole=True)
    if as_json:
        print_json({"folder": str(target), "files": files})
    else:
        say(f"{len(files)} files, {size / 1e6:.1f} MB in {target}", style="bold", whole=True)


def cancel(
    production: ProductionArgument,
    yes: YesOption = False,
    note: NoteOption = "",
    name: AsOption = "",
    profile: ProfileOption = "",
) -> None:
    """Stop a production for good; what was made stays and can be pulled with --takes."""
    desk = open_desk(profile)
    status = desk.status(production)
    if status.state in ("delivered", "cancelled"):
        raise Refused(f"{production} is {status.state} already")
    if not yes:
        confirm_cancel(
            f"Stop “{plain(status.title)}” ({production}) for good?",
            command("cancel", production, "--yes", profile=desk.profile),
        )
    desk.cancel(production, person(name), note)
    say(f"{production} is cancelled; its takes can still be pulled", whole=True)


def resume(
    production: ProductionArgument,
    name: AsOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Resume at once a production that has stalled, or whose run was stopped in Prefect.

    Nothing that was sent is paid for again. Refused while its run is at work,
    and after `cancel`, which is final.
    """
    did = open_desk(profile).resume(production, person(name))
    if as_json:
        print_json({"production": production, "done": did})
    else:
        say(did, whole=True)


def recover(profile: ProfileOption = "", as_json: JsonOption = False) -> None:
    """Look once at every open production and wake those that a crash left asleep.

    The deployment `reconcile` does the same every minute.
    """
    woken = look_at_all(open_profile(profile))
    if as_json:
        print_json([w._asdict() for w in woken])
        return
    for item in woken:
        say(f"{item.production}: {item.done}", whole=True)
    if not woken:
        say("no production had to be woken")

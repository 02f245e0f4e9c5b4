"""What there is to see at a gate: the list, the contact sheet, the clips, the cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from greenlight.cli.hints import command
from greenlight.cli.show import facts, link, out, say
from greenlight.production.names import parse_take
from greenlight.store.folders import Folder

if TYPE_CHECKING:
    from greenlight.cli.demo.drive import Drive
    from greenlight.production.state import State


def show_waiting(drive: Drive, state: State) -> None:
    """Prints what waits: the shot list as a table, pictures as a contact sheet, clips as links."""
    from greenlight.cli.shot_list import show_list

    kinds = {parse_take(w.take).kind for w in state.waiting}
    rows = {r.take: r for r in drive.desk.takes(drive.production)}
    if "shotlist" in kinds:
        say("\nGate: the shot list", style="bold yellow")
        show_list(
            drive.desk, drive.production, drive.desk.shot_list(drive.production), as_json=False
        )
    if "frame" in kinds:
        say("\nGate: frames", style="bold yellow")
        path, address = save_contact_sheet(drive)
        facts([("contact sheet", path), ("in the browser", address)])
    animatic = next((w for w in state.waiting if parse_take(w.take).kind == "animatic"), None)
    if animatic is not None:
        say("\nGate: the animatic", style="bold yellow")
        facts([("play", rows[animatic.take].link)])
        for note in drive.desk.look(drive.production)[0].takes[parse_take(animatic.take)].notes:
            say(f"  ! {note}", style="yellow", whole=True)
    clips = [w for w in state.waiting if parse_take(w.take).kind == "clip"]
    if clips:
        say("\nGate: clips", style="bold yellow")
        for item in clips:
            row = rows[item.take]
            score = f"{row.score:.2f}" if row.score is not None else ""
            # A terminal opens the name itself; elsewhere the address must be there to be copied.
            where = Text() if out().is_terminal else Text(row.link)
            name = link(f"{item.take:<24}", row.link)
            out().print(Text.assemble("  ", name, f"{score:>6}  ", where), soft_wrap=True)
        addresses = command("takes", drive.production, "--waiting", "--links")
        facts([("play", f"o, or the addresses from `{addresses}`")])
    if "cut" in kinds:
        say("\nGate: final review", style="bold yellow")
        cut = next(w for w in state.waiting if parse_take(w.take).kind == "cut")
        facts([("play", rows[cut.take].link)])


def save_contact_sheet(drive: Drive) -> tuple[str, str]:
    """Fetches the newest contact sheet into the demo's folder; its path and its link."""
    key, address = drive.desk.contact_sheet(drive.production)
    name = f"contact-sheet.{key.rsplit('.', 1)[1]}"
    return str(Folder(drive.folder).write(name, drive.desk.store.get(key))), address

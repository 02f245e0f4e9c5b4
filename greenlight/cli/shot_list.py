"""A shot list as people and programs see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from greenlight.cli.show import print_json, say, table

if TYPE_CHECKING:
    from greenlight.desk import Desk
    from greenlight.production.records import ShotListRecord


def show_list(desk: Desk, production: str, record: ShotListRecord, *, as_json: bool) -> None:
    """Prints a shot list with what it is expected to cost."""
    if as_json:
        print_json(list_data(desk, production, record))
        return
    quote = desk.list_quote(production, record)
    if record.logline:
        say(record.logline, style="italic")
    rows = [
        (
            shot.id,
            f"{shot.size}, {shot.angle}\n{shot.movement}, {shot.lens_mm} mm",
            f"{shot.subject}: {shot.action}"
            + (f"\n“{shot.dialogue}”" if shot.dialogue else "")
            + (f"\n{shot.setting}" if shot.setting else ""),
            f"{shot.seconds.normalize():f} s",
        )
        for shot in record.shots
    ]
    table(("shot", "camera", "what happens", "length"), rows, ("length",))
    total = sum((s.seconds for s in record.shots), start=type(quote.total)(0))
    say(
        f"{record.take} · {len(record.shots)} shots · {total.normalize():f} s · "
        f"all of it {quote.most}",
        style="bold",
    )
    if more := desk.above_estimate(production, quote):
        say(more, style="yellow")
    if left := desk.unshown(production, record):
        names = ", ".join(f"{r.name} ({r.kind})" for r in left)
        say(f"in no shot: {names}; no picture of them is made or used", style="yellow", whole=True)


def list_data(desk: Desk, production: str, record: ShotListRecord) -> Mapping[str, Any]:
    """A shot list as programs read it."""
    quote = desk.list_quote(production, record)
    return {
        "production": production,
        "take": str(record.take),
        "logline": record.logline,
        "made_by": record.made_by,
        "note": record.note,
        "shots": [s.model_dump() for s in record.shots],
        "unshown": [r.name for r in desk.unshown(production, record)],
        "quote_usd": quote.total,
        "simulated": quote.simulated,
    }

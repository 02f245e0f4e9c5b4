"""What stands beside a production's takes: what is held, what is unknown, what came of it all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from greenlight.cli.hints import command
from greenlight.cli.show import say
from greenlight.money.amounts import usd

if TYPE_CHECKING:
    from greenlight.desk import Desk
    from greenlight.money.spend import Spend
    from greenlight.money.yields import Yield


def held_of(desk: Desk, production: str) -> dict[str, str]:
    """What is held of a production's shots, and why."""
    return {w.take: w.held for w in desk.look(production)[1].waiting if w.held}


def say_held(desk: Desk, production: str, held: Mapping[str, str]) -> None:
    """Prints what is held with the commands that free it."""
    for take, why in held.items():
        words = ("decide", production, "--retake", f"{take}:policy:NOTE")
        say(f"  ! {take} is held: {why}", style="yellow")
        say(f"    again with a note: {command(*words, profile=desk.profile)}", whole=True)
        if "/" in take and not take.startswith(("shotlist", "cut")):
            sheet = take.startswith("sheet/")
            omit = ("decide", production, "--omit", take if sheet else take.split("/")[0])
            name = "sheet: " if sheet else "shot:  "
            say(f"    without the {name}{command(*omit, profile=desk.profile)}", whole=True)


def unknown_text(spend: Spend) -> str:
    """What is counted although nobody knows what became of it; empty when there is nothing."""
    if not spend.unknown:
        return ""
    amount = usd(spend.unknown_usd, simulated=spend.simulated)
    count = len(spend.unknown)
    requests = "a request" if count == 1 else f"{count} requests"
    return f"{amount} for {requests} of unknown outcome or cost: counts as spent"


def yield_in(desk: Desk, production: str) -> Yield:
    """The yield of a production's frames and clips so far."""
    from greenlight.money.yields import yield_of

    return yield_of(desk.look(production)[0])

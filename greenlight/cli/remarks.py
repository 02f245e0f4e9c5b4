"""What stands beside a production's takes: what is held, what is unknown, what came of it all."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal
from typing import TYPE_CHECKING

from greenlight.cli.hints import command
from greenlight.cli.show import say
from greenlight.money.amounts import usd

if TYPE_CHECKING:
    from greenlight.desk import Desk
    from greenlight.money.spend import Spend
    from greenlight.money.yields import Yield
    from greenlight.views.held import Hold
    from greenlight.views.status import Status


def say_held(desk: Desk, status: Status) -> None:
    """Prints what is held, a sentence for each cause, with the commands that free it."""
    for hold in status.held:
        say(f"  ! {hold.sentence}", style="yellow", whole=True)
        for label, words in ways_out(status.production, status.show, hold):
            say(f"    {label + ':':<15}{command(*words, profile=desk.profile)}", whole=True)


def ways_out(production: str, show: str, hold: Hold) -> list[tuple[str, tuple[str, ...]]]:
    """What frees it and how that is typed, the likeliest way first."""
    found: list[tuple[str, tuple[str, ...]]] = []
    if "raise" in hold.ways and hold.enough_usd is not None:
        enough = str(hold.enough_usd.quantize(Decimal("0.01"), rounding=ROUND_UP))
        of = ("--show", show) if hold.whose == "show" else (production,)
        found.append(("raise it", ("budget", *of, "--limit", enough)))
    if hold.models:
        best = hold.models[0]
        found.append(("cheaper", ("models", production, f"--{best.role}", best.model)))
    if "resolve" in hold.ways:
        found.append(("charges", ("ledger", "show", production, "--unknown")))
    if "retake" in hold.ways:
        reason = "policy:NOTE" if hold.cause == "refused" else "other"
        options = [w for take in hold.takes for w in ("--retake", f"{take}:{reason}")]
        found.append(("try again", ("decide", production, *options)))
    if "omit" in hold.ways:
        options = [w for name in hold.subjects for w in ("--omit", name)]
        found.append(("go on without", ("decide", production, *options)))
    return found


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

"""`ledger show|resolve|allow`: every paid request, and how unknown outcomes are resolved."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import typer
from rich.text import Text

from greenlight.cli.hints import command
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
from greenlight.cli.session import open_desk, person
from greenlight.cli.show import print_json, say, table
from greenlight.errors import InvalidInput
from greenlight.money.amounts import amount_of, usd
from greenlight.money.ledger import Entry
from greenlight.production.records import Terms

ledger = typer.Typer(
    name="ledger",
    no_args_is_help=True,
    help="Show every paid request, and say what became of those of unknown outcome.",
)


@ledger.command()
def show(
    production: ProductionArgument,
    unknown: Annotated[bool, flag("--unknown", "Only those of unknown outcome or cost.")] = False,
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """List every paid request: how far it came, its ceiling, what it cost, the service's job."""
    desk = open_desk(profile)
    found = [e for e in desk.ledger(production) if e.unknown or not unknown]
    if as_json:
        print_json([_data(e) for e in found])
        return
    if not found:
        say("no unknown outcomes" if unknown else "no paid requests yet")
        return
    rows = [
        (
            e.slot.path,
            Text(standing(e), style="yellow" if e.unknown else ""),
            usd(e.reserved.estimate_usd),
            usd(None if e.unknown or e.closed is None else e.counted_usd),
            _remark(e),
        )
        for e in found
    ]
    table(("slot", "state", "ceiling", "counted", "remark"), rows, ("ceiling", "counted"))
    if any(e.unknown for e in found):
        say("an unknown outcome counts at its ceiling until it is resolved:")
        slots = [e.slot.path for e in found if e.unknown]
        for answer in ("--charged", "--not-charged"):
            words = ("ledger", "resolve", production, *slots, answer)
            say(f"  {command(*words, profile=desk.profile)}", whole=True)


@ledger.command()
def resolve(
    production: ProductionArgument,
    slots: Annotated[list[str], argument("SLOT…", "As `ledger show` lists it.")],
    charged: Annotated[
        bool, flag("--charged", "It was billed: count it at --cost or its ceiling.")
    ] = False,
    not_charged: Annotated[
        bool, flag("--not-charged", "It was not billed: count nothing.")
    ] = False,
    again: Annotated[
        bool, flag("--again", "Ask once more; both count, unless --not-charged is said as well.")
    ] = False,
    cost: Annotated[str, option("USD", "What it was billed.", "--cost")] = "",
    note: Annotated[str, option("NOTE", "How that is known.")] = "",
    name: AsOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say what became of paid requests of unknown outcome; it is signed and recorded for good."""
    if charged and not_charged:
        raise InvalidInput("--charged and --not-charged exclude each other")
    if not (charged or not_charged or again):
        raise InvalidInput("say --charged, --not-charged or --again")
    if cost and not_charged:
        raise InvalidInput("--cost says what was billed, --not-charged that nothing was")
    desk = open_desk(profile)
    record = desk.resolve(
        production,
        dict.fromkeys(slots, "not-charged" if not_charged else "charged"),
        again,
        person(name),
        cost_usd=amount_of(cost, "--cost") if cost else None,
        note=note,
    )
    simulated = desk.workspace(production).production.simulated
    if as_json:
        print_json(record.model_dump(mode="json"))
        return
    for said in record.resolutions:
        counted = usd(said.cost_usd, simulated=simulated)
        more = ", and is asked again" if said.again else ""
        say(f"  {said.slot} counts {counted}{more}", whole=True)


@ledger.command()
def allow(
    production: ProductionArgument,
    below: Annotated[
        str,
        typer.Option(
            "--ask-again-below",
            metavar="USD",
            help="Ceiling up to which a lost request is asked again by itself; 0 takes it back.",
        ),
    ],
    note: NoteOption = "",
    name: AsOption = "",
    profile: ProfileOption = "",
) -> None:
    """Leave a standing permission: what is lost and costs little is asked again, both counting."""
    desk = open_desk(profile)
    terms = Terms(ask_again_below_usd=amount_of(below, "--ask-again-below"))
    number = desk.order(production, terms, person(name), note)
    limit = usd(terms.ask_again_below_usd)
    say(f"decision {number}: lost requests of up to {limit} are asked again, both counting")


def standing(entry: Entry) -> str:
    """How far a row of the ledger came, in a word or two."""
    if entry.resolved is not None:
        return "resolved, asked again" if entry.resolved.again else "resolved"
    if entry.closed is not None:
        lost = entry.unknown and entry.closed.outcome == "settled"
        return "settled, cost unknown" if lost else entry.closed.outcome
    if entry.stored is not None:
        return "stored"
    if entry.parked:
        return "parked"
    if entry.submitted is not None:
        return "submitted"
    return "reserved" if entry.may_send else "sending"


def _remark(entry: Entry) -> str:
    if entry.resolved is not None:
        return f"by {entry.resolved.by}" + (
            f": {entry.resolved.note}" if entry.resolved.note else ""
        )
    if entry.closed is not None and entry.closed.reason:
        return entry.closed.reason
    if entry.parked:
        return f"asked for again at {entry.parked[-1].next_poll_at:%H:%M} UTC"
    return f"job {entry.submitted.remote_id}" if entry.submitted is not None else ""


def _data(entry: Entry) -> dict[str, Any]:
    reserved = entry.reserved
    counted: Decimal | None = None if entry.unknown or entry.closed is None else entry.counted_usd
    return {
        "slot": entry.slot.path,
        "state": standing(entry),
        "unknown": entry.unknown,
        "model": reserved.request.model,
        "ceiling_usd": reserved.estimate_usd,
        "counted_usd": counted,
        "simulated": reserved.simulated,
        "release": reserved.release,
        "posts": len(entry.sending) - len(entry.not_sent),
        "remote_id": entry.submitted.remote_id if entry.submitted else None,
        "key": entry.stored.key if entry.stored else None,
        "reason": entry.closed.reason if entry.closed else "",
        "resolved_by": entry.resolved.by if entry.resolved else None,
    }

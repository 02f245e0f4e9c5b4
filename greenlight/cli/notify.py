"""`notify add|list|remove|test|log`: who is told, by webhook or Prefect block, and what was."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.text import Text

from greenlight.cli.hints import command
from greenlight.cli.options import (
    AsOption,
    JsonOption,
    ProfileOption,
    argument,
    flag,
    option,
    preset,
)
from greenlight.cli.session import open_profile, person
from greenlight.cli.show import facts, print_json, say, table
from greenlight.desk.notify import Telling, Wanted
from greenlight.errors import InvalidInput, ServiceUnavailable
from greenlight.notify.notice import EVENTS, Notice
from greenlight.notify.outbox import Delivery
from greenlight.notify.subscribers import Subscriber

notify = typer.Typer(
    name="notify",
    no_args_is_help=True,
    help="Tell people and programs what happens, by signed webhooks or Prefect's blocks.",
)

MOST_ROWS = 500
_STYLES = {"sent": "green", "again": "yellow", "sending": "yellow"}

Id = Annotated[str, argument("ID", "As `greenlight notify list` prints it.")]


def _telling(profile: str) -> Telling:
    return Telling(open_profile(profile))


@notify.command()
def add(
    address: Annotated[
        str,
        argument(
            "URL|BLOCK",
            "A webhook, or a Prefect notification block as TYPE/NAME: slack-webhook/dailies.",
        ),
    ],
    events: Annotated[
        str,
        option(
            "EVENT,…", "gate.opened, gate.overdue, decided, held, delivered, failed; all of them."
        ),
    ] = "",
    show: Annotated[str, option("SHOW", "Of this show alone.")] = "",
    not_by: Annotated[str, option("NAME", "Not of this person's decisions.", "--not-by")] = "",
    overdue: Annotated[
        float,
        preset("HOURS", "When an unanswered gate is overdue."),
    ] = 24.0,
    private: Annotated[
        bool, flag("--private", "Allow a receiver in your own network; embedded always.")
    ] = False,
    name: AsOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Subscribe a webhook or a block; a webhook's secret is printed this once.

    Messages are signed by the Standard Webhooks specification: receivers check
    webhook-signature with the secret, and know a repeated webhook-id.
    """
    telling = _telling(profile)
    wanted = Wanted(address, events.split(","), show, not_by, overdue, private)
    added = telling.add(wanted, person(name))
    if as_json:
        print_json(_public(added) | ({"secret": added.secret} if added.secret else {}))
        return
    say(f"{added.id} is notified of {', '.join(added.events)}")
    if added.secret:
        facts([("secret", added.secret)])
        say("store it at the receiver: it is not shown again")
    say(f"try it with `{command('notify', 'test', added.id, profile=telling.profile)}`", whole=True)


@notify.command("list")
def list_subscribers(profile: ProfileOption = "", as_json: JsonOption = False) -> None:
    """List who is told what; secrets are not shown, nor what follows a webhook's host."""
    found = _telling(profile).subscribers()
    if as_json:
        print_json([_public(s) for s in found])
        return
    if not found:
        say(f"no subscribers: `{command('notify', 'add', 'URL')}`", whole=True)
        return
    rows = [
        (
            s.id,
            s.place,
            "all" if len(s.events) == len(EVENTS) else ", ".join(s.events),
            s.show or "all",
            f"{s.overdue_hours:g} h",
            Text(s.stopped, style="red") if s.stopped else s.added_by,
        )
        for s in found
    ]
    table(("id", "where", "events", "show", "overdue", "added by"), rows)


@notify.command()
def remove(name: Id, profile: ProfileOption = "", as_json: JsonOption = False) -> None:
    """Remove a subscriber and its secret."""
    _telling(profile).remove(name, person())
    if as_json:
        print_json({"removed": name})
    else:
        say(f"{name} is removed")


@notify.command("test")
def send_test(
    name: Annotated[str, argument("[ID]", "Needed if there are several.")] = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Send a real, signed test message now and print the answer.

    Exit code 6 when it was not taken.
    """
    telling = _telling(profile)
    delivery = telling.test(name or _only(telling), person())
    if as_json:
        print_json(_delivery(delivery))
    else:
        status = f" {delivery.status}" if delivery.status else ""
        say(f"{delivery.subscriber} ({delivery.place}): {delivery.state}{status}")
        facts([("webhook-id", delivery.message), ("answer", delivery.said or "–")])
    if delivery.state != "sent":
        raise ServiceUnavailable(f"{delivery.subscriber} did not accept the test message")


def _only(telling: Telling) -> str:
    found = telling.subscribers()
    if len(found) != 1:
        known = ", ".join(s.id for s in found) or "none"
        raise InvalidInput(f"name the subscriber to test ({known})")
    return found[0].id


@notify.command()
def log(
    count: Annotated[
        int, typer.Option("--count", metavar="N", min=1, max=MOST_ROWS, help="The newest N.")
    ] = 30,
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show what was announced, newest first, and what became of telling it."""
    found = _telling(profile).log(count)
    if as_json:
        print_json([_logged(n, ds) for n, ds in found])
        return
    if not found:
        say("no announcements yet")
        return
    rows = [row for notice, deliveries in found for row in _rows(notice, deliveries)]
    table(("UTC", "event", "production", "told", "answer", "what"), rows)


def _rows(
    notice: Notice, deliveries: list[Delivery]
) -> list[tuple[str, str, str, str | Text, str, str]]:
    def tries(delivery: Delivery) -> str:
        return f"({delivery.tries} tries)" if delivery.tries > 1 else ""

    when = f"{notice.at:%m-%d %H:%M:%S}"
    if not deliveries:
        return [(when, notice.event, notice.production, "–", "", notice.summary)]
    return [
        (
            when,
            notice.event,
            notice.production,
            Text(f"{d.subscriber} {d.state}", style=_STYLES.get(d.state, "red")),
            " ".join(filter(None, [str(d.status or ""), d.said, tries(d)])),
            notice.summary,
        )
        for d in deliveries
    ]


def _public(subscriber: Subscriber) -> dict[str, Any]:
    """The public fields of a subscriber: only fields listed here are shown."""
    return {
        "id": subscriber.id,
        "kind": subscriber.kind,
        "where": subscriber.place,
        "events": list(subscriber.events),
        "show": subscriber.show,
        "not_by": subscriber.not_by,
        "overdue_hours": subscriber.overdue_hours,
        "private": subscriber.private,
        "added_by": subscriber.added_by,
        "added_at": subscriber.at.isoformat(),
        "stopped": subscriber.stopped,
    }


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "message": delivery.message,
        "subscriber": delivery.subscriber,
        "where": delivery.place,
        "state": delivery.state,
        "status": delivery.status,
        "answer": delivery.said,
        "tries": delivery.tries,
        "at": delivery.at.isoformat(),
    }


def _logged(notice: Notice, deliveries: list[Delivery]) -> dict[str, Any]:
    return {
        "message": notice.id,
        "at": notice.at.isoformat(),
        "event": notice.event,
        "production": notice.production,
        "show": notice.show,
        "simulated": notice.simulated,
        "summary": notice.summary,
        "waiting": notice.waiting,
        "ceiling_usd": notice.ceiling_usd,
        "told": [_delivery(d) for d in deliveries],
    }

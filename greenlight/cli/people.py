"""`people`, `share` and `audit`: who has access, and what was asked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from greenlight.access.rights import SHARED, role_of
from greenlight.cli.options import (
    AsOption,
    JsonOption,
    ProductionArgument,
    ProfileOption,
    argument,
    day_option,
    flag,
    option,
    preset,
)
from greenlight.cli.serve import entrance
from greenlight.cli.session import open_desk, person
from greenlight.cli.show import print_json, remark, say, table
from greenlight.money.amounts import amount_of
from greenlight.store.records import now

people = typer.Typer(
    name="people",
    no_args_is_help=True,
    help="Say who may look, decide, sign off, submit or change budgets, and give out tokens.",
)
Name = Annotated[str, argument("NAME", "As in `people list`: ada, dana.k …")]
Days = Annotated[float, preset("DAYS", "How long it is good for.")]


@people.command("list")
def list_people(profile: ProfileOption = "", as_json: JsonOption = False) -> None:
    """List everybody with a name here, their roles, and the tokens that are good."""
    desk = open_desk(profile)
    found, tokens, at = desk.people.principals(), desk.people.tokens(), now()
    good = [t for t in tokens if not t.revoked_at and t.until > at]
    if as_json:
        print_json(
            {
                "people": [p.model_dump(mode="json") for p in found],
                "tokens": [t.model_dump(mode="json", exclude={"sha256"}) for t in tokens],
            }
        )
        return
    if not found:
        say("no people yet: `greenlight people add NAME --role reviewer`")
        return
    rows: list[tuple[str, ...]] = []
    for one in found:
        roles = "access removed" if one.removed_at else ", ".join(one.roles)
        theirs = [f"{t.id} until {t.until:%Y-%m-%d}" for t in good if t.principal == one.name]
        where = f"show {one.show}" if one.show else "everywhere"
        rows.append((one.name, one.display, roles, where, ", ".join(theirs)))
    table(("name", "shown as", "roles", "where", "tokens"), rows)


@people.command()
def add(
    name: Name,
    role: Annotated[
        list[str],
        preset("ROLE", "viewer, comment, reviewer, final, producer, agent."),
    ],
    display: Annotated[str, option("NAME", "The name in records.")] = "",
    show: Annotated[str, option("SHOW", "In this show only.")] = "",
    money: Annotated[
        bool, flag("--money/--no-money", "Whether they see amounts and the ledger.")
    ] = True,
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Give somebody exactly these roles; repeat --role for several."""
    desk = open_desk(profile)
    roles = tuple(dict.fromkeys(role_of(r) for r in role))
    made = desk.people.add(person(), name, roles, display, show, money=money)
    if as_json:
        print_json(made.model_dump(mode="json"))
        return
    say(f"{made.display} is {' and '.join(made.roles)}{f' in show {show}' if show else ''}")
    remark(f"a token to come in with: `greenlight people token {name}`")


@people.command()
def token(
    name: Name,
    days: Days = 90,
    label: Annotated[str, option("LABEL", "What it is for.")] = "",
    most: Annotated[
        str, option("USD", "Most that its submits may come to in 24 hours, each and together.")
    ] = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Print a new token of somebody: it is shown this once and kept nowhere."""
    desk = open_desk(profile)
    usd = amount_of(most, "--most") if most else None
    made, text = desk.people.give_token(person(), name, days, label, usd)
    if as_json:
        print_json({**made.model_dump(mode="json", exclude={"sha256"}), "token": text})
        return
    remark(f"token {made.id} of {name}, good until {made.until:%Y-%m-%d %H:%M} UTC:")
    say(text, whole=True)


@people.command()
def revoke(
    id_: Annotated[str, argument("ID", "Of a token, share link or signed-in browser.")],
    profile: ProfileOption = "",
) -> None:
    """End a token, share link or signed-in browser at once, with all that it was shown.

    Links to single pictures and clips, as Prefect, notices, /api and MCP give them out, are good
    for every holder, and stay so: a new media secret for the profile ends all of those, and
    all share links.
    """
    desk = open_desk(profile)
    desk.people.revoke(person(), id_)
    say(f"{id_} is revoked, and every browser that was signed in with it")
    remark("links to single pictures that were copied stay good until the media secret changes")


@people.command()
def remove(name: Name, profile: ProfileOption = "") -> None:
    """Take all access away from somebody; what they decided stays on record."""
    desk = open_desk(profile)
    desk.people.remove(person(), name)
    say(f"{name} has no access now")


@people.command("links")
def links(profile: ProfileOption = "", as_json: JsonOption = False) -> None:
    """List the share links that were given out."""
    desk = open_desk(profile)
    found = desk.people.shares()
    if as_json:
        print_json([s.model_dump(mode="json") for s in found])
        return
    rows = [
        (s.id, s.share.production, s.share.name, s.share.role, _until(s.share.until, s.revoked_at))
        for s in found
    ]
    if not rows:
        say("no link was given out yet: `greenlight share PRODUCTION --name NAME`")
        return
    table(("id", "production", "for", "role", "until"), rows)


def share(
    production: ProductionArgument,
    name: Annotated[str, preset("NAME", "Who it is for, as records say it.")],
    role: Annotated[str, preset("ROLE", "viewer, comment, reviewer or final.")] = "viewer",
    days: Days = 7,
    money: Annotated[
        bool, flag("--money", "Let it show amounts, the ledger and commands.")
    ] = False,
    sender: AsOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Print a link with which somebody without a name here sees one production, and decides.

    A viewer looks, comment adds remarks, reviewer decides on takes, final signs off as well; none
    of them edits the shot list. Anyone who has it has those rights: their decisions are recorded as
    unverified. `people revoke` takes it back.
    """
    desk = open_desk(profile)
    desk.workspace(production)
    made, text = desk.people.share(
        person(sender), production, name, role_of(role, SHARED), days, money=money
    )
    if as_json:
        link = entrance(desk, text)
        print_json({**made.model_dump(mode="json"), "token": text, "link": link})
        return
    remark(f"link {made.id} for {name}, {role} of {production} until {made.share.until:%Y-%m-%d}:")
    say(entrance(desk, text), whole=True)


def audit(
    since: Annotated[str, option("DATE", "From this day on: 2026-11-23.")] = "",
    refused: Annotated[bool, flag("--refused", "Only what was not allowed.")] = False,
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show who asked for what through which door, and what came of it."""
    desk = open_desk(profile)
    found = [
        line
        for line in desk.audit.read(day_option(since, "--since"))
        if line.came != "done" or not refused
    ]
    if as_json:
        print_json([line.model_dump(mode="json") for line in found])
        return
    if not found:
        say("the audit record is empty" + (f" since {since}" if since else ""))
        return
    rows: list[tuple[Any, ...]] = [
        (f"{x.at:%m-%d %H:%M:%S}", x.principal, x.door, x.verb, x.subject, x.came, x.detail)
        for x in found
    ]
    table(("when (UTC)", "who", "door", "asked", "about", "came", "detail"), rows)


def _until(until: datetime, revoked: datetime | None) -> str:
    return f"revoked {revoked:%Y-%m-%d %H:%M}" if revoked else f"{until:%Y-%m-%d %H:%M}"

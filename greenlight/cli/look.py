"""`status`, `takes`, `spend`: where things stand, and what they cost."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from greenlight.access.links import room_url
from greenlight.cli.browser import open_pages
from greenlight.cli.follow import doing, finish
from greenlight.cli.hints import command
from greenlight.cli.outcome import released_by_all
from greenlight.cli.remarks import say_held, unknown_text, yield_in
from greenlight.cli.session import JsonOption, Production, ProfileOption, open_desk
from greenlight.cli.shot_list import show_list
from greenlight.cli.show import dump, facts, link, out, print_json, say, table
from greenlight.cli.watch import Seen, WatchOption, follow_changes
from greenlight.money.amounts import usd
from greenlight.production.readable import plain

if TYPE_CHECKING:
    from greenlight.desk import Desk
    from greenlight.views.status import Status, TakeRow

ENDED = ("delivered", "cancelled")
OPENED_AT_ONCE = 6
_STYLES = {
    "working": "cyan",
    "waiting": "yellow",
    "delivered": "green",
    "stalled": "red",
    "cancelled": "dim",
}


def status(
    production: Annotated[
        str, typer.Argument(metavar="[PRODUCTION]", help="All of them if not given.")
    ] = "",
    watch: WatchOption = False,
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show where productions stand: what is being made, what waits for people, what to type."""
    desk = open_desk(profile)
    if watch:
        _watch(desk, production, as_json=as_json)
    elif as_json:
        found = desk.status(production) if production else None
        print_json(_data(desk, found) if found else [_data(desk, s) for s in desk.statuses()])
    elif production:
        _show_one(desk, desk.status(production))
    else:
        _show_all(desk, desk.statuses())


def _watch(desk: Desk, production: str, *, as_json: bool) -> None:
    def one() -> Seen:
        found = desk.status(production)

        def ended() -> bool:
            if found.state not in ENDED and found.held_by_money:
                finish(found)
            return found.state in ENDED

        return Seen(_data(desk, found), lambda: _show_one(desk, found), ended)

    def everything() -> Seen:
        found = desk.statuses()
        return Seen(
            [_data(desk, s) for s in found],
            lambda: _show_all(desk, found),
            lambda: bool(found) and all(s.state in ENDED for s in found),
        )

    follow_changes(one if production else everything, as_json=as_json)


def _data(desk: Desk, status: Status) -> dict[str, Any]:
    from greenlight.access import dashboard

    return dump(status) | {
        "review": _room(desk, status),
        "dashboard": dashboard.page(desk.profile, dashboard.run_path(status.flow_run)),
        "answer": _answer(desk, status),
        "releases": released_by_all(desk, status.production) if status.waiting_takes else [],
        "yield": dump(yield_in(desk, status.production)),
    }


def _room(desk: Desk, status: Status) -> str:
    return room_url(desk.profile.media_url, status.production, status.gate)


def _answer(desk: Desk, status: Status) -> str | None:
    if not status.to_decide:
        return None
    return command("decide", status.production, "--approve", "all", profile=desk.profile)


def _show_all(desk: Desk, found: list[Status]) -> None:
    if not found:
        start = command("submit", "BRIEF", profile=desk.profile)
        say(f"there are no productions yet: start one with `{start}`")
        return
    rows = [
        (
            s.production,
            s.title,
            _standing(s),
            s.gate or "",
            str(len(s.to_decide) or ""),
            "simulated" if s.simulated else "real",
        )
        for s in found
    ]
    table(("production", "title", "state", "gate", "waiting", "money"), rows, ("waiting",))


def _standing(status: Status) -> Text:
    said = status.headline
    return Text(said, style="red" if said != status.state else _STYLES[status.state])


def _show_one(desk: Desk, status: Status) -> None:
    from greenlight.access import dashboard
    from greenlight.views.held import told_of

    spend = desk.spend(status.production)
    heading = Text(f"{status.title}  ", style="bold")
    heading.append_text(_standing(status))
    out().print(heading)
    listed = [
        ("review", _room(desk, status)),
        ("sign in", command("review", status.production, profile=desk.profile)),
        ("dashboard", dashboard.link(desk.profile, dashboard.run_path(status.flow_run))),
        ("production", f"{status.production} (show {status.show})"),
        ("format", status.format),
        ("spent", usd(spend.spent_usd, simulated=spend.simulated)),
        ("unknown", unknown_text(spend)),
        ("yield", yield_in(desk, status.production).sentence),
    ]
    facts([pair for pair in listed if pair[1]])
    if status.problem and status.problem != told_of(status.held):
        say(f"  ! {status.problem}", style="yellow")
    if spend.unknown and not any(hold.slots for hold in status.held):
        resolve = command("ledger", "show", status.production, "--unknown", profile=desk.profile)
        say(f"  ! say what became of them: `{resolve}`", style="yellow", whole=True)
    if status.shots:
        stages = Counter(w.split("/")[0] for w in status.to_decide)
        rows = [
            (shot, stage, f"{stages[shot]} to decide" if stages[shot] else "")
            for shot, stage in status.shots.items()
        ]
        table(("shot", "stage", "waiting"), rows)
    elif status.state == "working":
        say(f"  {doing(status)}")
    say_held(desk, status)
    if status.to_decide:
        gate = {"shotlist": "shot list", "final": "final review"}
        named = status.gate or "takes"
        say(f"gate: {gate.get(named, named)}, waiting for you:", style="bold")
        for take in status.to_decide:
            say(f"  {take}")
        for p in status.proposals:
            reason = f" ({p.reason})" if p.reason else ""
            said = f"{p.who} proposes to {p.verdict} {p.take}{reason}"
            say(f"  {p.number}. {said}{f': {p.text}' if p.text else ''}", whole=True)
        if status.proposals:
            one = ("decide", status.production, "--confirm", str(status.proposals[0].number))
            say(f"  {command(*one, profile=desk.profile)}", whole=True)
        reading = status.gate == "shotlist"
        if reading:
            show_list(desk, status.production, desk.shot_list(status.production), as_json=False)
        for sentence in released_by_all(desk, status.production):
            say(sentence, style="bold", whole=True)
        verb, *rest = ("shots",) if reading else ("takes", "--waiting")
        facts(
            [
                ("see", command(verb, status.production, *rest, profile=desk.profile)),
                ("answer", _answer(desk, status) or ""),
            ]
        )
    if status.state == "delivered":
        facts([("fetch", command("pull", status.production, profile=desk.profile))])


def takes(
    production: Production,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only what waits for a decision.")
    ] = False,
    open_them: Annotated[
        bool,
        typer.Option("--open", help="Open them in the browser; many at once as a contact sheet."),
    ] = False,
    links: Annotated[bool, typer.Option("--links", help="Print the address of each.")] = False,
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """List all takes in story order, rejects included: score, flag, cost, link.

    A TAKE is written sq010_sh0020/frame/v001_c2. `takes add` puts in a picture of your own.
    """
    desk = open_desk(profile)
    found, rows = desk.standing(production), desk.takes(production)
    held = {take for hold in found.held for take in hold.takes}
    if waiting:
        rows = [r for r in rows if r.state == "waiting" or r.take.split("_c")[0] in held]
    if as_json:
        print_json([dump(r) for r in rows])
    elif not rows and not (waiting and found.held):
        say("nothing waits for a decision" if waiting else "there are no takes yet")
    else:
        if rows:
            _show_takes(rows, links=links)
        say_held(desk, found)
        if waiting:
            say(f"look at them in {room_url(desk.profile.media_url, production)}", whole=True)
            if any(r.take.startswith("shotlist/") for r in rows):
                say(f"read it: {command('shots', production, profile=desk.profile)}", whole=True)
            for sentence in released_by_all(desk, production):
                say(sentence, style="bold", whole=True)
    if open_them:
        open_links(desk, production, rows)


def _show_takes(rows: list[TakeRow], *, links: bool) -> None:
    shown = [
        (
            link(r.take, r.link),
            Text(r.state, style={"waiting": "yellow", "approved": "green"}.get(r.state, "")),
            f"{r.score:.2f}" if r.score is not None else "",
            usd(r.cost_usd) if r.cost_usd is not None or r.key else "",
            _remark(r),
        )
        for r in rows
    ]
    table(("take", "state", "score", "cost", "remark"), shown, ("score", "cost"))
    if links or not out().is_terminal:
        for row in rows:
            if row.link:
                say(f"{row.take}  {row.link}", whole=True)


def _remark(row: TakeRow) -> Text:
    if row.flagged:
        return Text.assemble(("⚑ ", "yellow"), plain(row.flagged))
    if row.reused_from:
        return Text(f"settled before in {plain(row.reused_from)}", style="dim")
    return Text(f"“{plain(row.note)}”" if row.note else "", style="dim")


def open_links(desk: Desk, production: str, rows: list[TakeRow]) -> None:
    """Opens the rows' pictures and clips in a browser; many of them as their contact sheet."""
    urls = [r.link for r in rows if r.link]
    if len(urls) > OPENED_AT_ONCE:
        urls = [desk.contact_sheet(production)[1]]
    open_pages(*urls)


def spend(
    production: Production,
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show what a production has cost, and what was not spent because people said no in time."""
    desk = open_desk(profile)
    found = desk.spend(production)
    made = yield_in(desk, production)
    if as_json:
        print_json(dump(found) | {"yield": dump(made)})
        return
    if found.rows:
        table(("for", "USD"), found.rows, ("USD",))

    def marked(amount: Any) -> str:
        return usd(amount, simulated=found.simulated)

    listed = [
        ("spent", f"{marked(found.spent_usd)} in {found.posts} paid calls"),
        ("reserved", f"{marked(found.reserved_usd)} for work under way"),
        ("unknown", f"{marked(found.unknown_usd)} whose outcome nobody knows: counts as spent"),
        ("avoided", f"{marked(found.avoided_usd)} for clips that were never made"),
    ]
    if found.budget_usd is not None:
        listed.append(("budget", marked(found.budget_usd)))
    if made.total:
        listed.append(("yield", made.sentence))
    facts(listed)

"""`status`: where productions stand, what waits for people, and what to type next."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from rich.text import Text

from greenlight.access import dashboard
from greenlight.access.links import room_url
from greenlight.cli.follow import doing, finish
from greenlight.cli.hints import approve_all, command, say_held
from greenlight.cli.options import AnyProduction, JsonOption, ProfileOption, WatchOption
from greenlight.cli.outcome import released_by_all
from greenlight.cli.session import open_desk
from greenlight.cli.show import dump, facts, out, print_json, say, table
from greenlight.cli.watch import Snapshot, follow_changes
from greenlight.money.amounts import usd

if TYPE_CHECKING:
    from greenlight.desk import Desk
    from greenlight.money.spend import Spend
    from greenlight.money.yields import Yield
    from greenlight.views.status import Status

_ENDED = ("delivered", "cancelled")
_GATES = {"shotlist": "shot list", "final": "final review", None: "takes"}
_STYLES = {
    "working": "cyan",
    "waiting": "yellow",
    "delivered": "green",
    "stalled": "red",
    "cancelled": "dim",
}


def status(
    production: AnyProduction = "",
    watch: WatchOption = False,
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show where productions stand: work under way, what waits for people, what to type."""
    desk = open_desk(profile)

    def one() -> Snapshot:
        found = desk.status(production)

        def ended() -> bool:
            if found.state not in _ENDED and found.held_by_money:
                finish(found)
            return found.state in _ENDED

        return Snapshot(lambda: _data(desk, found), lambda: _show_one(desk, found), ended)

    def everything() -> Snapshot:
        found = desk.statuses()
        return Snapshot(
            lambda: [_data(desk, s) for s in found],
            lambda: _show_all(desk, found),
            lambda: bool(found) and all(s.state in _ENDED for s in found),
        )

    look = one if production else everything
    if watch:
        follow_changes(look, as_json=as_json)
    elif as_json:
        print_json(look().data())
    else:
        look().show()


def _data(desk: Desk, status: Status) -> dict[str, Any]:
    return dump(status) | {
        "review": _room(desk, status),
        "dashboard": dashboard.page(desk.profile, dashboard.run_path(status.flow_run)),
        "answer": approve_all(status.production, desk.profile) if status.to_decide else None,
        "releases": released_by_all(desk, status.production) if status.waiting_takes else [],
        "yield": dump(yield_in(desk, status.production)),
    }


def _room(desk: Desk, status: Status) -> str:
    return room_url(desk.profile.media_url, status.production, status.gate)


def yield_in(desk: Desk, production: str) -> Yield:
    """The yield of a production's frames and clips so far."""
    from greenlight.money.yields import yield_of

    return yield_of(desk.look(production)[0])


def _show_all(desk: Desk, found: list[Status]) -> None:
    if not found:
        start = command("submit", "BRIEF", profile=desk.profile)
        say(f"no productions yet: start one with `{start}`")
        return
    rows = [
        (
            s.production,
            s.title,
            _headline(s),
            s.gate or "",
            str(len(s.to_decide) or ""),
            "simulated" if s.simulated else "real",
        )
        for s in found
    ]
    table(("production", "title", "state", "gate", "waiting", "money"), rows, ("waiting",))


def _headline(status: Status) -> Text:
    said = status.headline
    return Text(said, style="red" if said != status.state else _STYLES[status.state])


def _show_one(desk: Desk, status: Status) -> None:
    from greenlight.views.held import told_of
    from greenlight.views.status import stage_words

    spend = desk.spend(status.production)
    out().print(Text(f"{status.title}  ", style="bold").append_text(_headline(status)))
    facts(
        [
            ("review", _room(desk, status)),
            ("sign in", command("review", status.production, profile=desk.profile)),
            ("dashboard", dashboard.link(desk.profile, dashboard.run_path(status.flow_run))),
            ("production", f"{status.production} (show {status.show})"),
            ("format", status.format),
            ("spent", usd(spend.spent_usd, simulated=spend.simulated)),
            ("unknown", _unknown(spend)),
            ("yield", yield_in(desk, status.production).sentence),
        ]
    )
    if status.problem and status.problem != told_of(status.held):
        say(f"  ! {status.problem}", style="yellow")
    if spend.unknown and not any(hold.slots for hold in status.held):
        resolve = command("ledger", "show", status.production, "--unknown", profile=desk.profile)
        say(f"  ! resolve them: `{resolve}`", style="yellow", whole=True)
    if status.shots:
        waiting = Counter(w.split("/")[0] for w in status.to_decide)
        rows = [
            (shot, stage_words(stage), f"{waiting[shot]} to decide" if waiting[shot] else "")
            for shot, stage in status.shots.items()
        ]
        table(("shot", "stage", "waiting"), rows)
    elif status.state == "working":
        say(f"  {doing(status)}")
    say_held(status.held, status.production, status.show, desk.profile)
    if status.to_decide:
        _show_gate(desk, status)
    if status.state == "delivered":
        facts([("fetch", command("pull", status.production, profile=desk.profile))])


def _show_gate(desk: Desk, status: Status) -> None:
    say(f"gate: {_GATES.get(status.gate, status.gate)}, waiting for you:", style="bold")
    for take in status.to_decide:
        say(f"  {take}")
    for p in status.proposals:
        reason = f" ({p.reason})" if p.reason else ""
        text = f": {p.text}" if p.text else ""
        say(f"  {p.number}. {p.who} proposes to {p.verdict} {p.take}{reason}{text}", whole=True)
    if status.proposals:
        one = ("decide", status.production, "--confirm", str(status.proposals[0].number))
        say(f"  {command(*one, profile=desk.profile)}", whole=True)
    see = ["takes", status.production, "--waiting"]
    if status.gate == "shotlist":
        from greenlight.cli.shot_list import show_list

        show_list(desk, status.production, desk.shot_list(status.production))
        see = ["shots", status.production]
    for sentence in released_by_all(desk, status.production):
        say(sentence, style="bold", whole=True)
    answer = approve_all(status.production, desk.profile)
    facts([("see", command(*see, profile=desk.profile)), ("answer", answer)])


def _unknown(spend: Spend) -> str:
    if not spend.unknown:
        return ""
    amount = usd(spend.unknown_usd, simulated=spend.simulated)
    count = len(spend.unknown)
    requests = "a request" if count == 1 else f"{count} requests"
    return f"{amount} for {requests} of unknown outcome or cost: counts as spent"

"""Follows a production: a line for each take as it lands, and where it stands meanwhile."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from greenlight.access.links import room_url
from greenlight.cli.hints import approve_all, command, ways_out
from greenlight.cli.outcome import released_by_all
from greenlight.cli.show import link
from greenlight.errors import DecisionNeeded, HeldByMoney, ProductionFailed, Refused
from greenlight.money.amounts import usd
from greenlight.production.readable import plain

if TYPE_CHECKING:
    from greenlight.desk import Desk
    from greenlight.views.status import Status
    from greenlight.views.takes import TakeView

POLL_SECONDS = 1.0
STALL_SECONDS = 300.0
"""Longer than the slowest single step; when nothing is added for so long, a person must look."""


class Follower:
    """Prints what is new about one production each time it looks."""

    def __init__(self, desk: Desk, production: str, console: Console):
        self.desk, self.production, self.console = desk, production, console
        self._told: set[str] = set()
        self._problem = ""
        self._moved = time.monotonic()
        self._seen: object = None

    def look(self) -> Status:
        """Prints takes that have landed since the last look, and returns where it stands."""
        status, rows = self.desk.survey(self.production)
        for row in rows:
            if _landed(row) and row.take not in self._told:
                self._told.add(row.take)
                # One line each; the gate gives long remarks in full.
                self.console.print(landing(row), no_wrap=True, overflow="ellipsis")
        told = status.state in ("working", "stalled")
        if told and status.problem and status.problem != self._problem:
            self.console.print(Text(f"  … {plain(status.problem)}", style="yellow"))
        self._problem = status.problem
        seen = (status.state, status.waiting_takes, status.shots, len(rows), len(self._told))
        if seen != self._seen:
            self._seen, self._moved = seen, time.monotonic()
        return status

    def until_people(self) -> Status:
        """Looks until it has ended or waits for people with nothing left to do.

        Raises ProductionFailed when nothing has moved for five minutes.
        """
        with self.console.status("…", spinner_style="green") as spinner:
            while True:
                status = self.look()
                # A stall that ends by itself is waited for like any other slow step.
                if status.state not in ("working", "stalled") or _stopped(status):
                    return status
                spinner.update(doing(status))
                if time.monotonic() - self._moved > STALL_SECONDS:
                    raise ProductionFailed(
                        f"{self.production}: no progress for {STALL_SECONDS:.0f} s "
                        f"(run {status.run_state or 'missing'}); see `{command('doctor')}` and "
                        "the worker's log"
                    )
                time.sleep(POLL_SECONDS)


def _stopped(status: Status) -> bool:
    return status.state == "stalled" and status.until is None


def _landed(row: TakeView) -> bool:
    return row.state != "made" or row.take.startswith(("shotlist/", "cut/"))


def landing(row: TakeView) -> Text:
    """One line for a take: what it is, its score, its cost and what is wrong with it."""
    if row.state in ("refused", "failed", "unknown"):
        line = Text("  ✗ ", style="red").append(f"{row.take:<28}", style="default")
        return line.append(f"  {row.state}: {plain(row.flagged)}", style="red")
    mark = Text("  ⚑ ", style="yellow") if row.flagged else Text("  ✓ ", style="green")
    line = mark.append_text(link(f"{row.take:<28}", row.link, "default"))
    score = f"{row.score:4.2f}" if row.score is not None else "    "
    line.append(f"  {score}  {usd(row.cost_usd) if row.cost_usd is not None else '':>7}", "dim")
    if row.reused_from:
        line.append("  reused, not paid again", style="dim")
    if row.flagged:
        line.append(f"  {plain(row.flagged)}", style="yellow")
    elif row.note:
        line.append(f"  “{plain(row.note)}”", style="dim")
    return line


def doing(status: Status) -> str:
    """The work under way, in a few words."""
    if not status.shots:
        return "writing the shot list" if not status.waiting_takes else "the shot list is there"
    from greenlight.views.status import stage_words

    stages = Counter(status.shots.values())
    if set(stages) <= {"approved", "omitted"}:
        return "cutting"
    return " · ".join(f"{n} {stage_words(stage)}" for stage, n in stages.items())


def finish(status: Status) -> None:
    """Raises what a production comes to that has ended without a delivery or is out of money."""
    if status.held_by_money:
        ways = [w for hold in status.held for w in ways_out(status.production, status.show, hold)]
        hint = f" (`{command(*ways[0][1])}`)" if ways else ""
        raise HeldByMoney(f"{status.production}: {status.problem}{hint}")
    if status.state == "stalled":
        raise ProductionFailed(f"{status.production} has {status.problem}")
    if status.state == "cancelled":
        raise Refused(f"{status.production} was cancelled {status.problem}".rstrip())


def wait_for_people(desk: Desk, production: str, console: Console) -> None:
    """Follows until it is delivered; raises DecisionNeeded with the command for people."""
    status = Follower(desk, production, console).until_people()
    finish(status)
    if status.state == "waiting":
        raise DecisionNeeded(needs(desk, status))
    console.print(Text("delivered", style="bold green"))


def needs(desk: Desk, status: Status) -> str:
    """Who has to do what and what that releases, in one line with the command."""
    room = room_url(desk.profile.media_url, status.production, status.gate)
    look = f"look at it in {room}"
    if status.gate == "shotlist":
        look += f" or with `{command('shots', status.production, profile=desk.profile)}`"
    count = len(status.to_decide)
    held = f"; {status.problem}" if status.problem else ""
    if not count:
        see = command("status", status.production, profile=desk.profile)
        return f"{status.problem}: `{see}` lists the ways out"
    answer = approve_all(status.production, desk.profile)
    what = f"{count} takes wait" if count != 1 else f"{status.to_decide[0]} waits"
    effects = "; ".join(released_by_all(desk, status.production))
    releases = f" ({effects})" if effects else ""
    return f"{what} for a decision{held}: {look}, then answer with `{answer}`{releases}"

"""The end of the demo: the movie, the times, the money, and what to do next."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from greenlight.cli.demo.drive import Drive
from greenlight.cli.hints import command
from greenlight.cli.show import facts, say
from greenlight.money.amounts import usd
from greenlight.money.yields import yield_of
from greenlight.production.facts import Facts
from greenlight.production.names import Kind, parse_take


def say_ending(
    drive: Drive,
    movie: Path | None,
    again: list[str],
    *,
    up: float,
    run: float,
    staying: bool,
) -> None:
    """Prints results, times, cost and next steps; `up` and `run` in s, `again` the brief's path.

    Links are left out where the stack is about to stop.
    """
    found, _ = drive.desk.look(drive.production)
    spend = drive.desk.spend(drive.production)
    newest = max((t for t in found.takes if t.kind == "cut"), default=None)
    links = {r.take: r.link for r in drive.desk.takes(drive.production)}
    say("\nDelivered", style="bold green")
    play = links.get(str(newest), "") if staying else ""
    facts([("movie", str(movie or "none")), ("everything", str(drive.folder)), ("play", play)])
    say("\nTimes, from a stage's release to its last result", style="bold")
    facts((stage, f"{seconds:6.1f} s") for stage, seconds in stage_seconds(found).items())
    started = f"stack up in {up:.1f} s, " if up else ""
    people = "" if drive.robot else f", {drive.people_seconds:.0f} s of it yours"
    say(f"  {started}brief to delivery in {run:.1f} s{people}", style="bold")
    say("\nMoney", style="bold")
    marked = spend.simulated
    facts(
        [
            ("spent", f"{usd(spend.spent_usd, simulated=marked)}, {spend.posts} paid calls"),
            ("avoided", f"{usd(spend.avoided_usd, simulated=marked)}, clips never made"),
            ("yield", yield_of(found).sentence),
            ("run it again", "$0.00: settled takes are reused as long as you decide the same"),
        ]
    )
    show = found.production.show if found.production else ""
    say("\nNext", style="bold")
    facts(
        [
            (f"again, in show {show}", command("demo", *again)),
            ("your own brief", command("demo", "my-brief.yaml")),
            ("what a brief may say", command("submit", "--schema")),
        ]
    )


def stage_seconds(found: Facts) -> dict[str, float]:
    """Seconds from each stage's release to its last result, in order; people's time included."""
    spans: dict[str, float] = {}
    production = found.production
    if production is not None and found.shot_lists:
        first = min(s.at for s in found.shot_lists.values())
        spans["breakdown"] = (first - production.at).total_seconds()
    checked: dict[Kind, datetime] = {}
    for check in found.checks.values():
        kind = parse_take(check.take).kind
        checked[kind] = max(check.at, checked.get(kind, check.at))
    for take, record in found.takes.items():
        if take.kind in ("animatic", "cut"):
            checked[take.kind] = max(record.at, checked.get(take.kind, record.at))
    released = _approvals(found)
    for stage, before, kind, first_counts in (
        ("reference sheets", "shotlist", "sheet", True),
        ("frames", "sheet" if "sheet" in released else "shotlist", "frame", True),
        ("animatic", "frame", "animatic", False),
        ("clips", "animatic" if "animatic" in released else "frame", "clip", True),
        ("cut", "clip", "cut", False),
    ):
        times = released.get(before, [])
        if times and kind in checked:
            begin = min(times) if first_counts else max(times)
            spans[stage] = max(0.0, (checked[kind] - begin).total_seconds())
    if found.deliveries and released.get("cut"):
        done = max(d.at for d in found.deliveries.values())
        spans["delivery"] = max(0.0, (done - max(released["cut"])).total_seconds())
    return spans


def _approvals(found: Facts) -> dict[str, list[datetime]]:
    times: dict[str, list[datetime]] = {}
    for decision in found.decisions.values():
        for verdict in decision.verdicts:
            if verdict.verdict == "approve":
                times.setdefault(verdict.id.kind, []).append(decision.at)
    return times

"""`retime`: other lengths for shots, at once."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from greenlight.cli.outcome import outcome_of, say_outcome
from greenlight.cli.session import AsOption, JsonOption, Production, ProfileOption, open_desk
from greenlight.cli.show import print_json, say, table
from greenlight.errors import InvalidInput


def retime(
    production: Production,
    lengths: Annotated[
        list[str],
        typer.Argument(metavar="SHOT=SECONDS...", help="As in sq010_sh0020=2.5."),
    ],
    note: Annotated[
        str, typer.Option(metavar="NOTE", show_default=False, help="Why it was changed.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would void, and change nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before clips are voided.")] = False,
    name: AsOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Change how long shots last, and approve that: frames stay, and an animatic is made anew.

    Before a shot's clip is made this costs nothing. Clips that were made for another
    length are voided; you are told which, and what remaking them costs at most.
    """
    from greenlight.cli.shot_changes import confirm_plan
    from greenlight.desk import this_person

    desk, who = open_desk(profile), this_person(name)
    wanted = dict(_length(text) for text in lengths)
    before = {s.id: s.seconds for s in desk.shot_list(production).shots}
    plan = desk.plan_timing(production, wanted, who, note)
    confirm_plan(plan, yes=yes, dry_run=dry_run, as_json=as_json)
    decided = None if dry_run else desk.retime(production, plan, who)
    if as_json:
        shots = {s.id: str(s.seconds) for s in plan.record.shots}
        data = {"shots": shots, "impact": plan.impact, "written": not dry_run}
        print_json(data | {"decision": decided.number if decided else None})
        return
    rows = [
        (s.id, f"{before[s.id].normalize():f} s", f"{s.seconds.normalize():f} s")
        for s in plan.record.shots
        if s.id in plan.impact.edited
    ]
    table(("shot", "was", "is"), rows)
    length = sum((s.seconds for s in plan.record.shots), Decimal(0)).normalize()
    say(f"{len(plan.record.shots)} shots, {length:f} s in all")
    if decided is None:
        say("nothing was written", style="yellow")
        return
    say_outcome(outcome_of(desk, production, decided))


def _length(text: str) -> tuple[str, Decimal]:
    from greenlight.production.shots import LONGEST_SECONDS, SHORTEST_SECONDS

    shot, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not shot or not value:
        raise InvalidInput(f"{text!r} is not of the form SHOT=SECONDS, such as sq010_sh0020=2.5")
    try:
        seconds = Decimal(value.removesuffix("s").strip())
    except InvalidOperation:
        raise InvalidInput(f"{value!r} is no length in seconds, such as 2.5") from None
    if not seconds.is_finite() or not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
        raise InvalidInput(
            f"{shot}: {value} seconds cannot be (allowed: {SHORTEST_SECONDS} to {LONGEST_SECONDS})"
        )
    return shot, seconds

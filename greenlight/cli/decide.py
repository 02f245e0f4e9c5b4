"""`decide`: approve, retake, omit or leave for later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from greenlight.access.links import room_url
from greenlight.cli.hints import command
from greenlight.cli.options import (
    AsOption,
    JsonOption,
    ProductionArgument,
    ProfileOption,
    flag,
    option,
    options,
)
from greenlight.cli.outcome import Outcome, outcome_of, say_consequences, say_outcome
from greenlight.cli.session import open_desk, person
from greenlight.cli.show import print_json, say
from greenlight.desk import Desk, Wish, choose_all
from greenlight.desk.remarks import confirmed
from greenlight.errors import InvalidInput, Refused
from greenlight.money.amounts import amount_of
from greenlight.production.names import is_shot, parse_take
from greenlight.production.records import WaitingTake
from greenlight.views.held import told_of
from greenlight.views.status import gate_of
from greenlight.views.wishes import retake_wish

ALL = "all"


def decide(
    production: ProductionArgument,
    approve: Annotated[
        list[str],
        options(
            "TAKE|all",
            "Choose this take; all: the best unflagged of everything that waits.",
            "--approve",
        ),
    ],
    retake: Annotated[
        list[str],
        options(
            "TAKE:REASON[:NOTE]",
            "Make it again. Reasons: identity, continuity, axis, lens, anatomy, text, "
            "policy, story, other. The note goes into the prompt.",
            "--retake",
        ),
    ],
    omit: Annotated[list[str], options("SHOT", "Leave this shot out of the film.", "--omit")],
    later: Annotated[
        list[str], options("TAKE", "Leave it out of --approve all; nothing is recorded.", "--later")
    ],
    confirm: Annotated[
        list[int],
        options("N", "Make a proposal your own decision; `status` lists them.", "--confirm"),
    ],
    most: Annotated[str, option("USD", "Refuse it where it costs more.", "--most")] = "",
    dry_run: Annotated[
        bool, flag("--dry-run", "Say what it would cost, and decide nothing.")
    ] = False,
    name: AsOption = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Give verdicts on takes that wait; all options can be repeated and are recorded together.

    A TAKE is written sq010_sh0020/frame/v001_c2, sq010_sh0020/clip/v001,
    shotlist/v001 or cut/v001. `--approve all` answers whichever gate is open, for
    exactly the takes that were waiting when the command started.

    First comes what it voids, what that and what it releases cost at most, and what the
    budget has left; where that has risen by then, nothing is recorded.
    """
    if not (approve or retake or omit or later or confirm):
        raise InvalidInput(
            "say what to decide: --approve TAKE or all, --retake TAKE:REASON[:NOTE], "
            "--omit SHOT, --later TAKE, --confirm N"
        )
    desk = open_desk(profile)
    facts, state = desk.look(production)
    wishes, left = gather_wishes(state.waiting, approve, retake, omit, later)
    wishes += [confirmed(facts, number) for number in confirm]
    wishes = [w.model_copy(update={"seen": facts.watermark}) for w in wishes]
    if not wishes:
        raise Refused(_nothing(desk, production, left))
    who = person(name)
    follows = desk.foresee(production, wishes, who)
    if not as_json:
        room = room_url(desk.profile.media_url, production, gate_of(state.waiting))
        say(f"look at it in {room}", whole=True)
        if any(w.target.startswith("shotlist/") for w in wishes):
            say(f"read it: {command('shots', production, profile=desk.profile)}", whole=True)
        say_consequences(follows)
    limit = amount_of(most, "--most") if most else follows.total_usd
    if dry_run:
        if as_json:
            print_json({"production": production, "consequences": follows})
        return
    decided = desk.decide(production, wishes, who, at_most=limit)
    outcome = outcome_of(desk, production, decided)
    if as_json:
        print_json(_data(production, outcome, left))
        return
    say_outcome(outcome)
    if left:
        say(f"left for a person to judge: {_listed(left)}", style="yellow")
        if all(w.held for w in left):
            say(f"  {command('status', production, profile=desk.profile)}", whole=True)
        else:
            flagged = next(w for w in left if not w.held)
            words = ("--retake", f"{flagged.take}:other:NOTE")
            say(f"  {command('decide', production, *words, profile=desk.profile)}", whole=True)
            by_name = command("decide", production, "--approve", flagged.take, profile=desk.profile)
            say(f"  {by_name}", whole=True)


def gather_wishes(
    waiting: Sequence[WaitingTake],
    approve: Sequence[str],
    retake: Sequence[str] = (),
    omit: Sequence[str] = (),
    later: Sequence[str] = (),
) -> tuple[list[Wish], list[WaitingTake]]:
    """The wishes that the options come to, and what waits and was left out of `all`.

    What is named by itself is outside `all`. Raises InvalidInput for an invalid take.
    """
    for take in later:
        _subject(take)
    wishes = [Wish(target=t, verdict="approve") for t in approve if t != ALL]
    wishes += [retake_wish(text) for text in retake]
    wishes += [Wish(target=shot, verdict="omit") for shot in omit]
    if ALL not in approve:
        return wishes, []
    named = {_subject(w.target) for w in wishes} | {_subject(t) for t in later}
    shots = {subject[1] for subject in named if subject[0] == "shot"}
    rest = [
        w
        for w in waiting
        if _subject(w.take) not in named and (not w.take or w.take.split("/")[0] not in shots)
    ]
    chosen, left = choose_all(rest)
    return [*wishes, *chosen], left


def _subject(target: str) -> tuple[str, str]:
    """The subject of a verdict on `target`: all candidates of a shot's frame are one."""
    if is_shot(target):
        return "shot", target
    take = parse_take(target)
    return take.kind, take.shot


def _nothing(desk: Desk, production: str, left: Sequence[WaitingTake]) -> str:
    flagged = [w for w in left if not w.held]
    if not flagged:
        held = desk.standing(production).held
        if not held:
            return f"nothing of {production} waits for a decision now"
        see = command("status", production, profile=desk.profile)
        return f"nothing can be approved: {told_of(held)}; `{see}` lists the ways out"
    answer = command("decide", production, "--approve", flagged[0].take, profile=desk.profile)
    return (
        f"nothing is left for `all`, which takes neither flagged nor held takes: {_listed(left)}; "
        f"approve by name (`{answer}`) or ask for a retake"
    )


def _listed(left: Sequence[WaitingTake]) -> str:
    return "; ".join(f"{w.take} ({w.held or w.flagged or 'not chosen'})" for w in left)


def _data(production: str, outcome: Outcome, left: Sequence[WaitingTake]) -> dict[str, object]:
    return {
        "production": production,
        "decision": outcome.decided.number,
        "repeated": outcome.decided.repeated,
        "verdicts": [
            {"take": v.take, "verdict": v.verdict, "reason": v.reason, "note": v.note}
            for v in outcome.decided.verdicts
        ],
        "releases_usd": outcome.decided.releases_usd,
        "releases": outcome.decided.consequences.sentences,
        "consequences": outcome.decided.consequences,
        "left": [{"take": w.take, "flagged": w.flagged, "held": w.held} for w in left],
        "simulated": outcome.simulated,
    }

"""`decide`: approve, retake, omit or leave for later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from greenlight.access.links import room_url
from greenlight.cli.hints import command
from greenlight.cli.outcome import Outcome, outcome_of, say_consequences, say_outcome
from greenlight.cli.session import AsOption, JsonOption, Production, ProfileOption, open_desk
from greenlight.cli.show import print_json, say
from greenlight.errors import InvalidInput, Refused
from greenlight.money.amounts import amount_of

if TYPE_CHECKING:
    from greenlight.desk import Desk, Wish
    from greenlight.production.records import WaitingTake

ALL = "all"


def decide(
    production: Production,
    approve: Annotated[
        list[str],
        typer.Option(
            "--approve",
            metavar="TAKE|all",
            default_factory=list,
            show_default=False,
            help="Choose this take; all: the best unflagged of everything that waits.",
        ),
    ],
    retake: Annotated[
        list[str],
        typer.Option(
            "--retake",
            metavar="TAKE:REASON[:NOTE]",
            default_factory=list,
            show_default=False,
            help="Make it again. Reasons: identity, continuity, axis, lens, anatomy, text, "
            "policy, story, other. The note goes into the prompt.",
        ),
    ],
    omit: Annotated[
        list[str],
        typer.Option(
            "--omit",
            metavar="SHOT",
            default_factory=list,
            show_default=False,
            help="Leave this shot out of the film.",
        ),
    ],
    later: Annotated[
        list[str],
        typer.Option(
            "--later",
            metavar="TAKE",
            default_factory=list,
            show_default=False,
            help="Leave it out of --approve all; nothing is recorded.",
        ),
    ],
    confirm: Annotated[
        list[int],
        typer.Option(
            "--confirm",
            metavar="N",
            default_factory=list,
            show_default=False,
            help="Make a proposal your own decision; `status` lists them.",
        ),
    ],
    most: Annotated[
        str,
        typer.Option(
            "--most", metavar="USD", show_default=False, help="Refuse it where it costs more."
        ),
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would cost, and decide nothing.")
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
    from greenlight.desk import this_person
    from greenlight.desk.remarks import confirmed
    from greenlight.views.status import gate_of

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
    person = this_person(name)
    follows = desk.foresee(production, wishes, person)
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
    decided = desk.decide(production, wishes, person, at_most=limit)
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

    What is named by itself is outside `all`. Raises InvalidInput for what is no take.
    """
    from greenlight.desk import Wish, choose_all
    from greenlight.views.wishes import retake_wish

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
    """What a verdict on `target` is about: all candidates of a shot's frame are one subject."""
    from greenlight.production.names import is_shot, parse_take

    if is_shot(target):
        return "shot", target
    take = parse_take(target)
    return take.kind, take.shot


def _nothing(desk: Desk, production: str, left: Sequence[WaitingTake]) -> str:
    from greenlight.views.held import told_of

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

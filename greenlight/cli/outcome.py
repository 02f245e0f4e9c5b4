"""What a decision comes to, in words: what follows from it, and what was never spent."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from greenlight.cli.show import remark, say
from greenlight.money.amounts import usd

if TYPE_CHECKING:
    from greenlight.desk import Desk
    from greenlight.desk.decide import Decided
    from greenlight.money.consequences import Consequences


class Saving(NamedTuple):
    """A rejected frame, what it had cost, and the clip that was never made of it; USD."""

    take: str
    spent_usd: Decimal
    clip_usd: Decimal


class Outcome(NamedTuple):
    """A decision, and what it saved."""

    decided: Decided
    savings: tuple[Saving, ...]
    simulated: bool


def outcome_of(desk: Desk, production: str, decided: Decided) -> Outcome:
    """Looks up what the verdicts of a decision save."""
    facts, _ = desk.look(production)
    record = desk.workspace(production).production
    clips = dict(desk.rejected(production))
    savings = []
    for verdict in decided.verdicts:
        if verdict.verdict != "approve" and verdict.take in clips:
            take = verdict.id
            costs = [
                record.cost_usd or Decimal(0)
                for other, record in facts.takes.items()
                if (other == take if take.candidate else other.attempt == take)
            ]
            savings.append(Saving(verdict.take, sum(costs, Decimal(0)), clips[verdict.take]))
    return Outcome(decided, tuple(savings), record.simulated)


def released_by_all(desk: Desk, production: str) -> list[str]:
    """What `--approve all` would come to, in sentences, with what the budget then has left.

    What it leaves out because it is flagged, and can be approved by name, has sentences of its own.
    """
    from greenlight.desk import choose_all
    from greenlight.views.foresee import effects_of_any, foresee

    found, state = desk.look(production)
    workspace = desk.workspace(production)
    chosen, rest = choose_all(state.waiting)
    left = effects_of_any(workspace, found, rest)
    return [
        *(told(foresee(workspace, found, chosen)) if chosen else ()),
        *(f"by name, because it is flagged: {effect.sentence}" for effect in left),
    ]


def told(follows: Consequences) -> list[str]:
    """What follows from a decision, in sentences: each thing, the total, what the budget has."""
    return [text for text in (*follows.sentences, follows.total, follows.budget) if text]


def say_consequences(follows: Consequences, *, beside: bool = False) -> None:
    """Prints what follows from a decision, `beside` the data where there are any."""
    styles = {"void": "yellow"}
    lines = [(line.sentence, styles.get(line.act, "bold")) for line in follows.lines]
    lines += [(follows.total, "bold")]
    lines += [(follows.budget, "bold yellow" if follows.short else "dim")]
    for text, style in lines:
        if text and beside:
            remark(text, style=style)
        elif text:
            say(text, style=style, whole=True)


def say_outcome(outcome: Outcome) -> None:
    """Prints every verdict, and what was not spent."""
    if outcome.decided.repeated:
        say("recorded before; nothing new was decided", style="yellow")
    words = {"approve": "approved", "omit": "omitted"}
    styles = {"approve": "green", "retake": "yellow", "omit": "dim"}
    for verdict in outcome.decided.verdicts:
        target = verdict.id.shot if verdict.verdict == "omit" else verdict.take
        why = f"{verdict.reason or ''}: {verdict.note}".strip(": ") if verdict.note else ""
        word = words.get(verdict.verdict) or f"new {verdict.id.kind}"
        line = f"  {word:<9} {target}{'  ' + why if why else ''}"
        say(line, style=styles[verdict.verdict])
    for saving in outcome.savings:
        spent = usd(saving.spent_usd, simulated=False)
        clip = usd(saving.clip_usd, simulated=False)
        mark = " (simulated)" if outcome.simulated else ""
        say(f"  {saving.take}: spent {spent}, a clip for {clip} never made{mark}", style="cyan")
    if any(v.verdict == "approve" and v.id.kind == "cut" for v in outcome.decided.verdicts):
        say("the cut is signed off: the delivery is being put together", style="bold")

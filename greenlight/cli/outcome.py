"""The consequences of a decision, in words, and the money that was never spent."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from greenlight.cli.show import remark, say
from greenlight.money.amounts import usd

if TYPE_CHECKING:
    from greenlight.desk import Desk
    from greenlight.desk.decide import Decided
    from greenlight.money.consequences import Consequences

_WORDS = {"approve": ("approved", "green"), "omit": ("omitted", "dim")}


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
    """A decision with what its verdicts save."""
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
    """The consequences of `--approve all` in sentences, with what the budget then has left.

    Flagged takes, which it leaves out and which can be approved by name, have sentences of
    their own.
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
    """Consequences in sentences: each one, the total, and what the budget has left."""
    return [text for text in (*follows.sentences, follows.total, follows.budget) if text]


def say_consequences(follows: Consequences, *, beside: bool = False) -> None:
    """Prints the consequences of a decision; `beside` the data, on standard error."""
    lines = [(line.sentence, "yellow" if line.act == "void" else "bold") for line in follows.lines]
    lines += [(follows.total, "bold"), (follows.budget, "bold yellow" if follows.short else "dim")]
    for text, style in lines:
        if text and beside:
            remark(text, style=style)
        elif text:
            say(text, style=style, whole=True)


def say_outcome(outcome: Outcome) -> None:
    """Prints every verdict, and the money that was not spent."""
    if outcome.decided.repeated:
        say("recorded before; no new decision", style="yellow")
    for verdict in outcome.decided.verdicts:
        target = verdict.id.shot if verdict.verdict == "omit" else verdict.take
        why = f"{verdict.reason or ''}: {verdict.note}".strip(": ") if verdict.note else ""
        word, style = _WORDS.get(verdict.verdict) or (f"new {verdict.id.kind}", "yellow")
        say(f"  {word:<9} {target}{'  ' + why if why else ''}", style=style)
    for saving in outcome.savings:
        spent, clip = usd(saving.spent_usd), usd(saving.clip_usd)
        mark = " (simulated)" if outcome.simulated else ""
        say(f"  {saving.take}: spent {spent}, a clip for {clip} never made{mark}", style="cyan")
    if any(v.verdict == "approve" and v.id.kind == "cut" for v in outcome.decided.verdicts):
        say("the cut is signed off: the delivery is being put together", style="bold")

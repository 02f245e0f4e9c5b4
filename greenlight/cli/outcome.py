"""What a decision comes to, in words: what it releases, and what was never spent."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from greenlight.cli.show import price, say

if TYPE_CHECKING:
    from greenlight.desk import Desk
    from greenlight.desk.decide import Decided


class Saving(NamedTuple):
    """A rejected frame, what it had cost, and the clip that was never made of it; USD."""

    take: str
    spent_usd: Decimal
    clip_usd: Decimal


class Outcome(NamedTuple):
    """A decision with what follows from it, in sentences."""

    decided: Decided
    sentences: tuple[str, ...]
    savings: tuple[Saving, ...]
    simulated: bool


def outcome_of(desk: Desk, production: str, decided: Decided) -> Outcome:
    """Looks up what the verdicts of a decision release and save."""
    from greenlight.money.effects import effects_of

    facts, _ = desk.look(production)
    record = desk.studio(production).production
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
    sentences = tuple(e.sentence for e in effects_of(record, facts, decided.verdicts))
    if decided.stale:
        names = ", ".join(str(t) for t in decided.stale)
        again = price(decided.remake_usd, simulated=record.simulated)
        sentences += (f"no longer counts: {names}; making it again comes to at most {again}",)
    if any(v.verdict == "approve" and v.id.kind == "cut" for v in decided.verdicts):
        sentences += ("the cut is signed off: the delivery is being put together",)
    return Outcome(decided, sentences, tuple(savings), record.simulated)


def released_by_all(desk: Desk, production: str) -> list[str]:
    """What `--approve all` would set going, a sentence for each sort of take that waits.

    What it leaves out because it is flagged, and can be approved by name, has sentences of its own.
    """
    from greenlight.desk import choose_all
    from greenlight.desk.foresee import foresee_all, foresee_any

    found, state = desk.look(production)
    studio = desk.studio(production)
    left = foresee_any(studio, found, choose_all(state.waiting)[1])
    return [
        *(effect.sentence for effect in foresee_all(studio, found, state.waiting)),
        *(f"by name, because it is flagged: {effect.sentence}" for effect in left),
    ]


def say_outcome(outcome: Outcome) -> None:
    """Prints every verdict, what was not spent, and what the approvals release."""
    if outcome.decided.repeated:
        say("recorded before; nothing new was decided", style="yellow")
    words = {"approve": "approved", "retake": "again", "omit": "omitted"}
    styles = {"approve": "green", "retake": "yellow", "omit": "dim"}
    for verdict in outcome.decided.verdicts:
        target = verdict.id.shot if verdict.verdict == "omit" else verdict.take
        why = f"{verdict.reason or ''}: {verdict.note}".strip(": ") if verdict.note else ""
        line = f"  {words[verdict.verdict]:<9} {target}{'  ' + why if why else ''}"
        say(line, style=styles[verdict.verdict])
    for saving in outcome.savings:
        spent = price(saving.spent_usd, simulated=False)
        clip = price(saving.clip_usd, simulated=False)
        mark = " (simulated)" if outcome.simulated else ""
        say(f"  {saving.take}: spent {spent}, a clip for {clip} never made{mark}", style="cyan")
    for sentence in outcome.sentences:
        say(sentence, style="bold", whole=True)

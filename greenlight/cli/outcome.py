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
    """A decision with what follows from it; `seconds` of video are released."""

    decided: Decided
    seconds: Decimal
    savings: tuple[Saving, ...]
    simulated: bool


def outcome_of(desk: Desk, production: str, decided: Decided) -> Outcome:
    """Looks up what the verdicts of a decision release and save."""
    facts, state = desk.look(production)
    assert facts.production is not None
    seconds = {s.shot.id: s.shot.seconds for s in state.shots}
    frames = [
        v.id.shot for v in decided.verdicts if v.verdict == "approve" and v.id.kind == "frame"
    ]
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
    return Outcome(
        decided,
        sum((seconds.get(shot, Decimal(0)) for shot in frames), Decimal(0)),
        tuple(savings),
        facts.production.simulated,
    )


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
    text = released(outcome)
    if text:
        say(text, style="bold")


def released(outcome: Outcome) -> str:
    """What the approvals among the verdicts set going, in one line; empty when there were none."""
    approved = [v for v in outcome.decided.verdicts if v.verdict == "approve"]
    most = sum((v.ceiling_usd for v in approved), Decimal(0))
    amount = price(most, simulated=outcome.simulated)
    kinds = {v.id.kind for v in approved}
    if "shotlist" in kinds:
        return f"approving the shot list releases its frames: at most {amount}"
    if "frame" in kinds:
        count = sum(v.id.kind == "frame" for v in approved)
        these = "this frame" if count == 1 else f"these {count}"
        length = f"{outcome.seconds.normalize():f} s of video"
        return f"approving {these} releases {length}: at most {amount}"
    if "cut" in kinds:
        return "the cut is signed off: the delivery is being put together"
    return "nothing further is paid for these clips" if kinds else ""

"""What verdicts would set going, before anybody gives them: bound and priced as if they were."""

from __future__ import annotations

from collections.abc import Sequence

from greenlight.desk.binding import bind
from greenlight.desk.wishes import Wish, choose_all
from greenlight.errors import Refused
from greenlight.money.effects import Effect, effects_of
from greenlight.production.facts import Facts
from greenlight.production.names import parse_take
from greenlight.production.records import WaitingTake
from greenlight.studio import Studio


def foresee(studio: Studio, facts: Facts, wishes: Sequence[Wish]) -> tuple[Effect, ...]:
    """What these wishes would release as things stand; raises what deciding them would raise."""
    if not wishes:
        return ()
    return effects_of(studio.production, facts, bind(studio, facts, wishes))


def foresee_all(studio: Studio, facts: Facts, waiting: Sequence[WaitingTake]) -> tuple[Effect, ...]:
    """What `--approve all` would release: the best unflagged take of everything that waits."""
    return foresee(studio, facts, choose_all(waiting)[0])


def foresee_any(studio: Studio, facts: Facts, waiting: Sequence[WaitingTake]) -> tuple[Effect, ...]:
    """What approving one take of everything that waits would release, flagged ones too."""
    one_each: dict[tuple[str, str], WaitingTake] = {}
    for item in waiting:
        take = parse_take(item.take)
        if not item.held:
            one_each.setdefault((take.kind, take.shot), item)
    return foresee(
        studio, facts, [Wish(target=w.take, verdict="approve") for w in one_each.values()]
    )


def foresee_retake(studio: Studio, facts: Facts, take: str) -> Effect | None:
    """What making this take again would release; None where that cannot be asked for."""
    try:
        effects = foresee(studio, facts, [Wish(target=take, verdict="retake")])
    except Refused:
        return None  # a cut follows from its clips, and what was never begun has no again
    return effects[0]

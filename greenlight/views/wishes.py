"""Wishes: what a person wants done, before it is bound to what is there."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from greenlight.errors import InvalidInput
from greenlight.money.ceilings import NOTE_LIMIT
from greenlight.production.drawover import MOST_STROKES, Stroke
from greenlight.production.names import parse_take
from greenlight.production.records import REASONS, Reason, VerdictKind, WaitingTake


class Wish(BaseModel):
    """What a person wants done with one take or shot, before it is bound to what is there.

    `sha256` is that of what they were shown, and `seen` the ordinal of the newest decision then,
    where the door knows it: what others said of the same thing since is not overruled unseen.
    `drawn` is what they drew on a sheet or frame that is to be made again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: str = Field(max_length=60)
    verdict: VerdictKind
    reason: Reason | None = None
    note: str = Field(default="", max_length=NOTE_LIMIT)
    sha256: str = ""
    seen: int | None = Field(default=None, ge=0)
    drawn: tuple[Stroke, ...] = Field(default=(), max_length=MOST_STROKES)


def retake_wish(text: str) -> Wish:
    """`TAKE:REASON[:NOTE]` as a wish; raises InvalidInput naming the reasons."""
    target, _, rest = text.partition(":")
    reason, _, note = rest.partition(":")
    if reason not in REASONS:
        raise InvalidInput(
            f"{text!r}: {reason!r} is not a reason (write TAKE:REASON[:NOTE] with one of "
            f"{', '.join(REASONS)})"
        )
    if len(note) > NOTE_LIMIT:
        raise InvalidInput(f"the note has {len(note)} characters (at most {NOTE_LIMIT})")
    return Wish(target=target, verdict="retake", reason=reason, note=note)


def choose_all(waiting: Sequence[WaitingTake]) -> tuple[list[Wish], list[WaitingTake]]:
    """Approvals for everything that waits, one candidate a shot, and what is left for people.

    Of several candidates the best graded one is chosen. Flagged and held takes stay outside: they
    are approved by name or not at all.
    """
    groups: dict[tuple[str, str], list[WaitingTake]] = {}
    for item in waiting:
        take = parse_take(item.take)
        groups.setdefault((take.kind, take.shot), []).append(item)
    wishes: list[Wish] = []
    left: list[WaitingTake] = []
    for items in groups.values():
        good = [w for w in items if not w.flagged and not w.held]
        if not good:
            left += items
            continue
        best = max(good, key=lambda w: w.score if w.score is not None else -1.0)
        wishes.append(Wish(target=best.take, verdict="approve", sha256=best.sha256))
    return wishes, left

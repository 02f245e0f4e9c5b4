"""How reliable each step is, and what that comes to from end to end."""

from __future__ import annotations

import math
from collections.abc import Iterable

from greenlight.reports.rows import SpendRow, TakeRow, by_model
from greenlight.reports.shares import Figures, Share

CHAIN = ("breakdown", "frame", "frame rules", "frame rubric", "clip", "clip rules", "clip rubric")
"""What one shot goes through before people see its clip; sheets are not every shot's."""


class Step(Figures):
    """One step: how many of its asks came to what was asked, and what the others came to.

    `repeated` are POSTs that the service certainly did not take and that were made again: they
    cost time and nothing else, and are no failures of the step.
    """

    name: str
    good: Share
    refused: int = 0
    failed: int = 0
    unknown: int = 0
    repeated: int = 0


class Reliability(Figures):
    """Every step, and the product of those of a shot; None while a step has not been seen."""

    steps: tuple[Step, ...]
    end_to_end: float | None
    unseen: tuple[str, ...]


def reliability(spend: Iterable[SpendRow], takes: Iterable[TakeRow]) -> Reliability:
    """Steps by the ledger's outcomes, and by the rules that check what was made.

    The product is the chance that a shot of one frame and one clip needs nothing made again, if
    its steps fail independently of each other.
    """
    steps = _asked(spend) | _checked(takes)
    order = {
        name: place for place, name in enumerate(("breakdown", "sheet", "sheet rules", *CHAIN[1:]))
    }
    listed = tuple(sorted(steps.values(), key=lambda s: order.get(s.name, len(order))))
    unseen = tuple(name for name in CHAIN if name not in steps)
    known = [steps[name].good.share for name in CHAIN if name in steps]
    product = math.prod(share for share in known if share is not None)
    return Reliability(steps=listed, end_to_end=None if unseen else product, unseen=unseen)


def _asked(rows: Iterable[SpendRow]) -> dict[str, Step]:
    groups: dict[str, list[SpendRow]] = {}
    for row in rows:
        groups.setdefault(row.purpose.replace("-", " "), []).append(row)
    found = {}
    for name, asked in groups.items():
        ended = [row.outcome for row in asked if row.outcome]
        if ended:
            found[name] = Step(
                name=name,
                good=Share(hits=ended.count("settled"), total=len(ended)),
                refused=ended.count("refused"),
                failed=ended.count("failed"),
                unknown=ended.count("unknown"),
                repeated=sum(row.not_sent for row in asked),
            )
    return found


def _checked(rows: Iterable[TakeRow]) -> dict[str, Step]:
    groups: dict[str, list[bool]] = {}
    for row in rows:
        if row.kind in ("sheet", "frame", "clip") and row.usable is not None and by_model(row):
            groups.setdefault(f"{row.kind} rules", []).append(row.usable)
    return {
        name: Step(
            name=name,
            good=Share(hits=sum(usable), total=len(usable)),
            failed=len(usable) - sum(usable),
        )
        for name, usable in groups.items()
    }

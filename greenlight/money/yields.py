"""Yield: how many of the takes that were asked for can be used, and what became of the others."""

from __future__ import annotations

from collections.abc import Mapping

from greenlight.production.facts import Facts
from greenlight.production.model import Strict
from greenlight.production.names import Kind

COUNTED: tuple[Kind, ...] = ("frame", "clip")


class Yield(Strict):
    """Takes that have come to an end: `usable` ones passed their rules, the others say why not.

    `spoilt` takes exist and failed a rule; refused, failed and unknown ones were never made.
    """

    usable: int = 0
    spoilt: int = 0
    refused: int = 0
    failed: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        return self.usable + self.spoilt + self.refused + self.failed + self.unknown

    @property
    def sentence(self) -> str:
        """Such as "7 of 9 takes usable; 1 refused, 1 failed"; empty while there are none."""
        if not self.total:
            return ""
        lost = {
            "failed their checks" if self.spoilt > 1 else "failed its checks": self.spoilt,
            "refused": self.refused,
            "failed": self.failed,
            "of unknown outcome": self.unknown,
        }
        why = ", ".join(f"{count} {what}" for what, count in lost.items() if count)
        usable = f"{self.usable} of {self.total} take{'s' * (self.total != 1)} usable"
        return f"{usable}; {why}" if why else usable


def yield_of(facts: Facts, kinds: tuple[Kind, ...] = COUNTED) -> Yield:
    """The yield of a production's frames and clips, retakes included; takes under way are not."""
    counts = dict.fromkeys(Yield.model_fields, 0)
    for take, check in facts.checks.items():
        if take.kind in kinds and take in facts.takes:
            counts["spoilt" if check.failed else "usable"] += 1
    for take, miss in facts.misses.items():
        if take.kind in kinds and take not in facts.takes:
            counts[miss.outcome] += 1
    return Yield.model_validate(counts)


def yields_by_kind(facts: Facts) -> Mapping[Kind, Yield]:
    """The yield of each kind of take that there are any of."""
    found = {kind: yield_of(facts, (kind,)) for kind in COUNTED}
    return {kind: made for kind, made in found.items() if made.total}

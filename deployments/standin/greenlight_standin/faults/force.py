"""The rules in force."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from greenlight_standin.faults.catalogue import FAULTS, Fault
from greenlight_standin.faults.rules import FaultRule


class Strike(NamedTuple):
    """One fault that strikes one call, by its name, and the rule that says so."""

    name: str
    rule: FaultRule
    fault: Fault


@dataclass
class _InForce:
    """A rule with its beginning (on the clock) and how many calls it has met and struck."""

    rule: FaultRule
    since: float
    met: int = 0
    struck: int = 0


class Faults:
    """The rules in force, first match first; kept in memory, a restart begins anew."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ids = itertools.count(1)
        self._rules: dict[int, _InForce] = {}

    def add(self, rule: FaultRule) -> dict[str, Any]:
        """Put a rule in force, behind those that are."""
        ident = next(self._ids)
        self._rules[ident] = _InForce(rule, self._clock())
        return self._row(ident)

    def replace(self, rules: Iterable[FaultRule]) -> list[dict[str, Any]]:
        """Put these rules in force and no others, all at one moment."""
        since = self._clock()
        self._rules = {next(self._ids): _InForce(rule, since) for rule in rules}
        return self.rows()

    def rows(self) -> list[dict[str, Any]]:
        """All rules, with how many calls each met and struck."""
        return [self._row(ident) for ident in self._rules]

    def clear(self, ident: int | None = None) -> bool:
        """Remove one rule or all; False if there was none of that id."""
        if ident is not None:
            return self._rules.pop(ident, None) is not None
        self._rules.clear()
        return True

    def take(self, role: str, prompt: str) -> Strike | None:
        """The fault that strikes this call, counted as struck."""
        moment = self._clock()
        for one in self._rules.values():
            rule = one.rule
            if rule.times is not None and one.struck >= rule.times:
                continue
            if not rule.in_time(moment - one.since) or not rule.meant_for(role, prompt):
                continue
            one.met += 1
            if rule.drawn(one.met):
                one.struck += 1
                return Strike(rule.fault, rule, FAULTS[rule.fault])
        return None

    def _row(self, ident: int) -> dict[str, Any]:
        one = self._rules[ident]
        return {"id": ident, **one.rule.model_dump(), "met": one.met, "struck": one.struck}

"""Any order of work, people, crashes and delays: money and approvals hold at every step.

`GREENLIGHT_EXAMPLES=2000 pytest tests/machine -n0` looks further than the suite has time for.
"""

from __future__ import annotations

import os
from contextlib import suppress
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from greenlight.desk import Change, Wish, choose_all
from greenlight.errors import Refused
from greenlight.production.names import parse_take
from greenlight.production.records import Terms
from tests.machine.life import NEVER, PEOPLE, Productions
from tests.machine.town import SHOW
from tests.machine.verify import errors, snapshot_of

QUICK = 40
EXAMPLES = int(os.environ.get("GREENLIGHT_EXAMPLES") or QUICK)
STEPS = 40


class Seasons(Productions):
    """…and in the end the service is well, nobody stalls, and everything can be delivered."""

    def teardown(self) -> None:
        try:
            if hasattr(self, "law"):
                self.end()
        finally:
            super().teardown()

    def end(self) -> None:
        town, rng = self.town, Random(1)
        town.service.fates, town.broken, town.s3.lose = [], 0, 0
        for process in town.hub.processes:
            process.frozen = False
        self.rest(rng)
        self.nobody_sleeps_over_news(rng)
        town.desks[0].limit_show(SHOW, None, PEOPLE[0])
        for name in town.productions:
            if not town.state(name).cancelled and not town.state(name).delivered:
                town.desks[0].order(name, Terms(budget_usd=NEVER), PEOPLE[0])
        for _ in range(40):
            self.rest(rng)
            if all(town.state(n).cancelled or town.state(n).delivered for n in town.productions):
                break
            for name in town.productions:
                self.agree(name)
        else:
            raise AssertionError(
                f"it cannot be delivered: {[town.state(n) for n in town.productions]}"
            )
        self.rest(rng)
        for name in town.productions:
            self.law.settled(name)
            assert errors(snapshot_of(town, name)) == []

    def rest(self, rng: Random) -> None:
        """Everybody comes to an end, with the help of recovery where a crash needs it."""
        town = self.town
        for _ in range(12):
            town.settle(rng)
            before = town.s3.writes, len(town.hub.live())
            town.hub.clock += 4000  # slow jobs come due
            town.recover()
            town.settle(rng)
            if (town.s3.writes, len(town.hub.live())) == before:
                break
        self.law.check(rng)

    def nobody_sleeps_over_news(self, rng: Random) -> None:
        """A suspended run that is woken for nothing finds nothing to do."""
        town = self.town
        for name in town.productions:
            run, facts = town.run_of(name), town.facts(name)
            if run is None or run.type != "PAUSED" or not run.pause_key:
                continue
            asked = facts.gates[max(facts.gates)].waiting
            if any(w.cause == "money" for w in asked):
                continue  # money may have come back meanwhile, which is nobody's word
            before = set(town.s3.objects)
            posts = len(town.service.accepted)
            town.begin(run)
            town.settle(rng)
            new = {k for k in set(town.s3.objects) - before if "/gates/" not in k}
            begun = sorted(k for k in new if k.endswith("1-reserved.json"))
            assert not begun, f"no wake-up is lost: {begun}"
            assert len(town.service.accepted) == posts

    def agree(self, name: str) -> None:
        """People let everything pass, and ask for what is missing once more."""
        town, state = self.town, self.town.state(name)
        if state.cancelled or state.delivered:
            return
        wishes, left = choose_all(state.waiting)
        kinds = {(parse_take(w.target).kind, parse_take(w.target).shot) for w in wishes}
        gates = town.facts(name).gates
        if not wishes and not left and gates:
            # What no longer fits into what was approved, because a dearer model was chosen since.
            left = [w for w in gates[max(gates)].waiting if w.cause == "money"]
        for item in left:
            take = parse_take(item.take)
            if (take.kind, take.shot) in kinds:
                continue
            kinds.add((take.kind, take.shot))
            if "every shot was omitted" in item.held:
                newest = max(town.facts(name).shot_lists)
                shot = town.facts(name).shot_lists[newest].shots[0].id
                change = Change(add_after={shot: {"action": "comes back"}})
                town.desks[0].change_shots(name, change, PEOPLE[0])
                return
            verdict: Any = "retake" if item.held else "approve"
            reason = "other" if item.held else None
            wishes.append(Wish(target=item.take, verdict=verdict, reason=reason))
        if not wishes:
            # Held by money, stopped in Prefect, or left alone after many deaths.
            with suppress(Refused):
                town.desks[0].resume(name, PEOPLE[0])
            return
        town.desks[0].decide(name, wishes, PEOPLE[0], "")


def test_money_and_approvals_hold_whatever_happens() -> None:
    run_state_machine_as_test(
        Seasons,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            # The suite looks at the same examples every time; a longer search at new ones.
            derandomize=EXAMPLES <= QUICK,
            phases=[Phase.generate, Phase.shrink],
        ),
    )

"""Everything that may happen to a show's productions, in any order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from greenlight.access.rights import EVERYTHING
from greenlight.desk import Change, Desk, Signature, Wish, choose_all
from greenlight.errors import InvalidInput, NotFound, Refused
from greenlight.production.names import parse_take
from greenlight.production.records import Terms
from greenlight.production.shots import Size
from tasks.stages import file
from tests.machine.fibers import Process
from tests.machine.law import Law
from tests.machine.prefect import ACTS, Act
from tests.machine.service import FATES
from tests.machine.town import SHOW, Town

PEOPLE = (
    Signature("Ada", "login:ada", "cli", True, EVERYTHING),
    Signature("Ben", "login:ben", "api", True, EVERYTHING),
)
NEVER = Decimal(-1)
BUDGETS = ("", "0.2", "1", "3", "20")
SIZES = Size.__args__  # type: ignore[attr-defined]

seeds = st.integers(0, 9999)
which = st.integers(0, 7)
people = st.integers(0, 1)
at_once = st.booleans()


class Productions(RuleBasedStateMachine):
    """A show of two productions of the same brief, and everything that may happen to it."""

    @initialize(
        shots=st.integers(1, 2),
        candidates=st.integers(1, 2),
        budget=st.sampled_from(BUDGETS),
        productions=st.integers(1, 2),
        depth=st.integers(0, 4),
        fates=st.lists(st.sampled_from(FATES), max_size=8),
    )
    def submit(
        self,
        shots: int,
        candidates: int,
        budget: str,
        productions: int,
        depth: int,
        fates: list[Any],
    ) -> None:
        """`depth` is how far it has come before anything goes wrong."""
        self.town = Town(productions, shots, candidates, budget)
        self.law = Law(self.town)
        self.town.service.fates = fates
        for turn in range(depth):
            self.town.settle(Random(turn))
            for name in self.town.productions:
                wishes, _ = choose_all(self.town.state(name).waiting)
                if wishes:
                    self.town.desks[0].decide(name, wishes, PEOPLE[0])
        self.sent: list[tuple[Callable[[Desk], Any], int]] = []

    def teardown(self) -> None:
        if hasattr(self, "town"):
            self.town.close()

    def some(self, n: int) -> str:
        return self.town.productions[n % len(self.town.productions)]

    def say(self, work: Callable[[Desk], Any], who: int, now: bool) -> None:
        """Somebody does something at their desk: at once, or while everything else goes on."""

        def careful(desk: Desk) -> None:
            # A person is told, and nothing has happened.
            with suppress(Refused, InvalidInput, NotFound):
                work(desk)

        self.sent.append((careful, who))
        if now:
            careful(self.town.desks[who])
        else:
            self.town.door(careful, who)

    # Work goes on.

    @rule(seed=seeds, steps=st.integers(1, 60), loyalty=st.sampled_from([0.0, 0.7, 0.95]))
    def go_on(self, seed: int, steps: int, loyalty: float) -> None:
        self.town.hub.advance(Random(seed), steps, loyalty)

    @rule(seed=seeds)
    def come_to_rest(self, seed: int) -> None:
        self.town.settle(Random(seed))

    @rule(seed=seeds, production=which)
    def a_day_goes_well(self, seed: int, production: int) -> None:
        name, rng = self.some(production), Random(seed)
        self.town.settle(rng)
        wishes, _ = choose_all(self.town.state(name).waiting)
        if wishes:
            with suppress(Refused, InvalidInput):
                self.town.desks[0].decide(name, wishes, PEOPLE[0])
        self.town.settle(rng)

    @rule(fates=st.lists(st.sampled_from(FATES), min_size=1, max_size=4))
    def the_service_will(self, fates: list[Any]) -> None:
        self.town.service.fates = fates

    @rule(count=st.integers(1, 3))
    def the_next_takes_are_broken(self, count: int) -> None:
        self.town.broken = count

    @rule(seconds=st.sampled_from([1, 35, 50, 200, 4000, 90_000]))
    def time_passes(self, seconds: int) -> None:
        self.town.hub.clock += seconds

    # Things break.

    def flows(self) -> list[Process]:
        return [p for p in self.town.hub.live() if p.run is not None]

    @precondition(lambda self: self.town.hub.live())
    @rule(n=which)
    def a_process_is_killed(self, n: int) -> None:
        live = self.town.hub.live()
        self.town.hub.kill(live[n % len(live)])

    @precondition(lambda self: self.flows())
    @rule(n=which)
    def a_process_stalls_or_wakes(self, n: int) -> None:
        process = self.flows()[n % len(self.flows())]
        process.frozen = not process.frozen

    @rule(n=which)
    def answers_of_the_store_get_lost(self, n: int) -> None:
        self.town.s3.lose = 1 + n % 2

    @rule(n=which, act=st.sampled_from(ACTS))
    def somebody_clicks_in_the_dashboard(self, n: int, act: Act) -> None:
        runs = list(self.town.runs.values())
        if runs:
            self.town.click(runs[n % len(runs)], act)

    @rule()
    def recovery_looks(self) -> None:
        self.town.recover()

    @precondition(lambda self: len(self.flows()) < 4)
    @rule(n=which)
    def a_run_has_a_second_process(self, n: int) -> None:
        run = self.town.run_of(self.some(n))
        if run is not None and run.type == "RUNNING":
            self.town.begin(run)

    @precondition(lambda self: self.town.results)
    @rule(n=which, production=which)
    def a_result_is_filed_again(self, n: int, production: int) -> None:
        name = self.some(production)
        results = [r for k, r in sorted(self.town.results.items()) if k[0] == name]
        if results:
            file(self.town.desks[0].workspace(name), results[n % len(results)])

    # People decide.

    @rule(production=which, who=people, now=at_once, n=which)
    def approve_all(self, production: int, who: int, now: bool, n: int) -> None:
        name = self.some(production)
        wishes, _ = choose_all(self.town.state(name).waiting)
        if wishes:
            self.say(
                lambda d: d.decide(name, wishes, PEOPLE[who], f"all-{len(self.sent)}"), who, now
            )

    @rule(
        production=which,
        who=people,
        now=at_once,
        picks=st.lists(
            st.tuples(which, st.sampled_from(["approve", "retake", "omit"])), min_size=1, max_size=3
        ),
    )
    def decide(self, production: int, who: int, now: bool, picks: list[tuple[int, Any]]) -> None:
        """Verdicts on anything that ever was, waiting or not."""
        name = self.some(production)
        facts, state = self.town.facts(name), self.town.state(name)
        takes = [w.take for w in state.waiting]
        takes += [t.take for s in state.shots for t in (s.frame, s.clip) if t]
        takes += [str(t) for t in sorted({*facts.takes, *facts.misses})]
        takes += [f"shotlist/v{n:03d}" for n in sorted(facts.shot_lists)]
        if not takes:
            return
        wishes = []
        for n, verdict in picks:
            take = takes[n % len(takes)]
            if verdict == "omit" and not parse_take(take).shot:
                verdict = "retake"
            reason = "story" if verdict == "retake" else None
            note = f"note {len(self.sent)}" if verdict == "retake" else ""
            wishes.append(Wish(target=take, verdict=verdict, reason=reason, note=note))
        self.say(lambda d: d.decide(name, wishes, PEOPLE[who], f"send-{len(self.sent)}"), who, now)

    @precondition(lambda self: self.sent)
    @rule(n=which, now=at_once)
    def the_same_send_comes_again(self, n: int, now: bool) -> None:
        work, who = self.sent[n % len(self.sent)]
        if now:
            work(self.town.desks[who])
        else:
            self.town.door(work, who)

    @rule(
        production=which,
        who=people,
        now=at_once,
        n=which,
        kind=st.sampled_from(["action", "seconds", "size", "dialogue", "add", "drop", "reorder"]),
    )
    def edit_the_shot_list(self, production: int, who: int, now: bool, n: int, kind: str) -> None:
        name = self.some(production)
        facts = self.town.facts(name)
        if not facts.shot_lists:
            return
        shots = [s.id for s in facts.shot_lists[max(facts.shot_lists)].shots]
        shot = shots[n % len(shots)]
        values = {
            "action": f"looks away {n % 2}",
            "seconds": str(4 + n % 3),
            "size": SIZES[n % 3],
            "dialogue": f"Oh {n % 2}.",
        }
        if kind in values:
            change = Change(fields={shot: {kind: values[kind]}})
        elif kind == "add":
            if len(shots) >= 3:
                return
            change = Change(add_after={shot: {"action": f"walks on {n}"}})
        elif kind == "drop":
            change = Change(drop=(shot,))
        else:
            change = Change(order=tuple(reversed(shots)))
        self.say(lambda d: d.change_shots(name, change, PEOPLE[who]), who, now)

    @rule(
        production=which,
        who=people,
        now=at_once,
        terms=st.sampled_from(
            [Terms(budget_usd=Decimal(b)) for b in ("-1", "0", "0.5", "2", "30")]
            + [Terms(ask_again_below_usd=Decimal(b)) for b in ("0", "0.1", "5")]
            + [Terms(image_model="gemini-3-pro-image"), Terms(video_model="gemini-omni-1.1-flash")]
        ),
    )
    def change_the_terms(self, production: int, who: int, now: bool, terms: Terms) -> None:
        name = self.some(production)
        self.say(lambda d: d.order(name, terms, PEOPLE[who], "", f"o-{len(self.sent)}"), who, now)

    @rule(who=people, now=at_once, limit=st.sampled_from([None, "0.5", "2", "6", "40"]))
    def limit_the_show(self, who: int, now: bool, limit: str | None) -> None:
        amount = Decimal(limit) if limit else None
        self.say(lambda d: d.limit_show(SHOW, amount, PEOPLE[who]), who, now)

    @precondition(lambda self: self.law.unknown)
    @rule(
        production=which,
        who=people,
        now=at_once,
        n=which,
        outcome=st.sampled_from(["charged", "not-charged"]),
        again=st.booleans(),
        half=st.booleans(),
    )
    def resolve(
        self, production: int, who: int, now: bool, n: int, outcome: Any, again: bool, half: bool
    ) -> None:
        name = self.some(production)
        unknown = [e for e in self.town.desks[0].ledger(name) if e.unknown]
        if not unknown:
            return
        entry = unknown[n % len(unknown)]
        cost = entry.reserved.estimate_usd / 2 if half and outcome == "charged" else None
        request = f"r-{len(self.sent)}"
        self.say(
            lambda d: d.resolve(
                name, {entry.slot.path: outcome}, again, PEOPLE[who], cost_usd=cost, request=request
            ),
            who,
            now,
        )

    @rule(production=which, who=people, now=at_once, sure=st.integers(0, 3))
    def cancel(self, production: int, who: int, now: bool, sure: int) -> None:
        if sure == 3:
            name = self.some(production)
            self.say(lambda d: d.cancel(name, PEOPLE[who]), who, now)

    # What must hold.

    @invariant()
    def the_law_holds(self) -> None:
        if hasattr(self, "law"):
            self.law.check(Random(0))

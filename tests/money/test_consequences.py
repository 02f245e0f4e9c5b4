"""What a decision comes to is known before it is sent: voids, remakes, releases, total, budget."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenlight.desk.changes import Change, apply
from greenlight.desk.decide import hold_to
from greenlight.desk.impact import impact_of
from greenlight.desk.shot_list import edited
from greenlight.errors import Refused
from greenlight.money.amounts import CENT
from greenlight.money.budget import Budget, Release, ReleaseRow
from greenlight.money.ceilings import round_ceiling
from greenlight.money.consequences import Consequences, Line, Purse, consequences_of
from greenlight.money.ledger import Ledger
from greenlight.money.quoting import list_quote
from greenlight.money.show_budget import LimitRecord, ShowBudget
from greenlight.money.spend import Spend, balance_of
from greenlight.production.names import Kind
from greenlight.production.records import ProductionRecord
from greenlight.store.memory import MemoryS3
from greenlight.store.objects import ObjectStore
from greenlight.views.binding import bind
from greenlight.views.foresee import foresee, foresee_limit
from greenlight.views.wishes import Wish
from tests.production.world import World, shot

A, B = "sq010_sh0010", "sq010_sh0020"
KINDS: tuple[Kind, ...] = ("frame", "clip")
MODELS = {
    "text_model": "gemini-3.8-flash",
    "image_model": "gemini-nano-banana-2.1",
    "video_model": "gemini-omni-1.2-flash",
}


class Priced(World):
    """A world whose models have prices, and whose budget is in memory."""

    def __init__(self, shots: int = 2, candidates: int = 1, budget: str | None = None) -> None:
        super().__init__(shots=shots, candidates=candidates)
        assert self.facts.production is not None
        made = self.facts.production
        limit = None if budget is None else Decimal(budget)
        brief = made.brief.model_copy(update={"budget_usd": limit})
        self.facts.production = made.model_copy(update={**MODELS, "brief": brief})
        self.store = ObjectStore(MemoryS3(), "machine", 3)
        self.show = ShowBudget(self.store, "night")

    @property
    def production(self) -> ProductionRecord:
        assert self.facts.production is not None
        return self.facts.production

    @property
    def workspace(self) -> Any:
        limit = self.production.brief.budget_usd
        budget = Budget(self.store, "budget.json", limit, production="porter", show=self.show)
        return SimpleNamespace(
            production=self.production,
            keys=SimpleNamespace(production="porter", show="night"),
            budget=budget,
            show_budget=self.show,
            ledger=Ledger(self.store, "ledger/night/porter/"),
        )

    def limit_show(self, amount: str) -> None:
        number = len(self.show.limits()) + 1
        said = {"at": self.at, "number": number, "who": "Ada", "principal": "login:ada"}
        self.show.set_limit(LimitRecord.model_validate({**said, "limit_usd": Decimal(amount)}))

    def of(self, wishes: list[Wish]) -> Consequences:
        """What follows from wishes as things stand."""
        return foresee(self.workspace, self.facts, wishes)

    def to_the_clips(self) -> None:
        """Shot list and frames are approved, and clips wait."""
        self.run()
        for _ in range(2):
            self.approve_one_each()
            self.run()


def retake(take: str) -> Wish:
    return Wish(target=take, verdict="retake", reason="story", note="slower")


def approve(take: str) -> Wish:
    return Wish(target=take, verdict="approve")


def by_act(follows: Consequences, act: str) -> list[Line]:
    return [line for line in follows.lines if line.act == act]


def test_a_frame_that_is_sent_back_counts_the_clip_that_is_made_again() -> None:
    world = Priced()
    world.to_the_clips()
    follows = world.of([retake(f"{A}/frame/v001_c1")])
    frame, clip = (round_ceiling(world.production, kind, world.shots[0]) for kind in KINDS)
    assert follows.voided == (f"{A}/clip/v001",)
    assert by_act(follows, "void")[0].sentence == f"voids {A}/clip/v001"
    assert [line.usd for line in by_act(follows, "release")] == [frame]
    (again,) = by_act(follows, "remake")
    assert (again.usd, again.said) == (clip, f"later, clip of {A} again")
    assert follows.total_usd == frame + clip


def test_a_new_clip_costs_the_clip_alone() -> None:
    world = Priced()
    world.to_the_clips()
    clip = world.of([retake(f"{A}/clip/v001")])
    frame = world.of([retake(f"{A}/frame/v001_c1")])
    assert clip.total_usd == round_ceiling(world.production, "clip", world.shots[0])
    assert frame.total_usd > clip.total_usd
    assert not by_act(clip, "remake")


def test_what_is_released_again_is_not_counted_twice() -> None:
    """Another candidate is approved: its clip is released now, and is the remake of the old one."""
    world = Priced(candidates=2)
    world.to_the_clips()
    chosen = next(s.frame for s in world.state.shots if s.shot.id == A)
    assert chosen is not None
    other = f"{A}/frame/v001_c{2 if chosen.take.endswith('c1') else 1}"
    follows = world.of([approve(other)])
    assert follows.voided == (f"{A}/clip/v001",)
    assert not by_act(follows, "remake")
    assert follows.total_usd == round_ceiling(world.production, "clip", world.shots[0])


def test_the_budget_left_is_said_with_what_will_be_held() -> None:
    world = Priced(budget="0.45")
    world.run()
    world.approve_one_each()
    world.run()
    follows = world.of([approve(f"{s}/frame/v001_c1") for s in (A, B)])
    short = usd_after = Decimal("0.45") - follows.total_usd
    assert follows.held == (f"{A}/clip", f"{B}/clip")
    assert follows.left_usd == usd_after < 0
    assert follows.budget == f"budget left after this: –${-short}; 2 of 2 clips will be held"
    assert follows.short


def test_what_fits_is_not_held_and_what_does_not_is() -> None:
    world = Priced()
    world.run()
    world.approve_one_each()
    world.run()
    clip = round_ceiling(world.production, "clip", world.shots[0])
    brief = world.production.brief.model_copy(update={"budget_usd": clip + CENT})
    world.facts.production = world.production.model_copy(update={"brief": brief})
    follows = world.of([approve(f"{s}/frame/v001_c1") for s in (A, B)])
    assert follows.held == (f"{B}/clip",)
    assert "1 of 2 clips will be held" in follows.budget
    exact = world.of([approve(f"{A}/frame/v001_c1")])
    assert (exact.held, exact.left_usd, exact.short) == ((), CENT, False)


def test_what_was_approved_a_moment_ago_is_counted_before_it_is_drawn() -> None:
    world = Priced()
    world.run()
    world.approve_one_each()
    world.run()
    clip = round_ceiling(world.production, "clip", world.shots[0])
    brief = world.production.brief.model_copy(update={"budget_usd": clip + clip / 2})
    world.facts.production = world.production.model_copy(update={"brief": brief})
    given = bind(world.workspace, world.facts, [approve(f"{A}/frame/v001_c1")])
    world.say("approve", f"{A}/frame/v001_c1", shares=given[0].shares)
    follows = world.of([approve(f"{B}/frame/v001_c1")])
    assert follows.held == (f"{B}/clip",)
    # Once the account has set it aside, the same is said.
    world.workspace.budget.draw(Release(f"{A}/clip/v001", clip), "slot", CENT)
    assert world.of([approve(f"{B}/frame/v001_c1")]).left_usd == follows.left_usd


def test_a_raised_limit_says_what_goes_on_and_what_stays_held() -> None:
    world = Priced(budget="0.01")
    world.run()
    world.approve_one_each()
    world.run()
    for name in (A, B):
        bound = bind(world.workspace, world.facts, [approve(f"{name}/frame/v001_c1")])
        world.say("approve", f"{name}/frame/v001_c1", shares=bound[0].shares)
    clip = round_ceiling(world.production, "clip", world.shots[0])
    told = foresee_limit(world.workspace, world.facts, clip + CENT)
    assert [line.said for line in told.lines] == [f"{A}/clip goes on", f"{B}/clip goes on"]
    assert told.held == (f"{B}/clip",)
    assert foresee_limit(world.workspace, world.facts, 2 * clip).held == ()
    assert foresee_limit(world.workspace, world.facts, None).left_usd is None


def test_the_show_s_limit_counts_where_it_is_the_tighter_one() -> None:
    world = Priced(budget="50")
    world.limit_show("0.20")
    world.run()
    follows = world.of([approve("shotlist/v001")])
    assert follows.held
    assert follows.budget.startswith("budget of the show night left after this: –$")


def test_without_a_budget_that_is_said_and_nothing_is_held() -> None:
    world = Priced()
    world.run()
    follows = world.of([approve("shotlist/v001")])
    assert (follows.left_usd, follows.held, follows.short) == (None, (), False)
    assert follows.budget == "no budget limits this production"


def test_what_costs_nothing_has_neither_total_nor_budget() -> None:
    world = Priced(budget="1")
    world.to_the_clips()
    follows = world.of([approve(f"{s}/clip/v001") for s in (A, B)])
    assert (follows.total, follows.budget) == ("", "")
    assert follows.sentences == ("approving these 2 clips costs nothing more",)


def test_going_on_without_a_sheet_releases_what_waited_for_it() -> None:
    from greenlight.production.brief import Reference

    world = Priced()
    cast = (Reference(name="Mara"),)
    brief = world.production.brief.model_copy(update={"references": cast})
    world.facts.production = world.production.model_copy(update={"brief": brief})
    world.shots = [s.model_copy(update={"references": ("Mara",)}) for s in world.shots]
    world.run()
    world.approve_one_each()
    world.run()
    follows = world.of([Wish(target="sheet/mara/v001_c1", verdict="omit")])
    (line,) = by_act(follows, "release")
    assert line.said.startswith("omitting this reference sheet makes ")
    assert follows.total_usd == line.usd > 0


def test_a_total_that_has_risen_is_refused_with_the_new_one() -> None:
    world = Priced()
    world.run()
    follows = world.of([approve("shotlist/v001")])
    hold_to(follows.total_usd, follows)
    with pytest.raises(Refused, match=rf"now costs up to \${follows.total_usd} .* nothing was"):
        hold_to(follows.total_usd - CENT, follows)


def test_a_changed_list_says_the_same_before_it_is_written_and_when_it_is_approved() -> None:
    world = Priced(shots=3)
    world.to_the_clips()
    change = Change(
        fields={B: {"size": "wide"}}, add_after={A: {"action": "sneezes"}}, drop=("sq010_sh0030",)
    )
    base = world.facts.shot_lists[1]
    record = edited(world.facts, apply(base, change), world.production.brief, "Ada", "")
    planned = impact_of(world.production, world.facts, record)
    world.facts.add([record])
    sent = world.of([approve(str(record.take))])
    assert planned.consequences.total_usd == sent.total_usd
    assert planned.consequences.sentences == sent.sentences
    assert planned.changes[0].startswith("drops sq010_sh0030")
    new = next(s for s in record.shots if s.id == "sq010_sh0015")
    changed = next(s for s in record.shots if s.id == B)
    assert sent.total_usd == sum(
        round_ceiling(world.production, kind, s) for kind in KINDS for s in (new, changed)
    )


verdict = st.sampled_from(["approve", "retake", "omit", "back"])


@given(st.lists(verdict, min_size=3, max_size=3), st.integers(0, 300).map(lambda n: CENT * n))
def test_what_is_shown_adds_up_whatever_is_decided(verdicts: list[str], limit: Decimal) -> None:
    world = Priced(shots=3)
    world.to_the_clips()
    wishes = [
        {
            "approve": approve(f"{s.id}/clip/v001"),
            "retake": retake(f"{s.id}/clip/v001"),
            "omit": Wish(target=s.id, verdict="omit"),
            "back": retake(f"{s.id}/frame/v001_c1"),
        }[verdict]
        for s, verdict in zip(world.shots, verdicts, strict=True)
    ]
    bound = bind(world.workspace, world.facts, wishes)
    follows = consequences_of(world.production, world.facts, bound, Purse(limit, {}))
    assert sum(line.usd for line in follows.lines) == follows.total_usd
    assert all(line.usd % CENT == 0 for line in follows.lines)
    assert sum(v.ceiling_usd for v in bound) <= follows.total_usd
    assert follows.left_usd == limit - follows.total_usd
    fits = sum(u for v in bound for s, u in v.shares.items() if s not in follows.held)
    assert fits <= limit


@given(st.lists(st.decimals(1, 8, places=2), min_size=1, max_size=6), st.integers(1, 4))
def test_a_quote_covers_the_approvals_that_it_stands_for(
    lengths: list[Decimal], candidates: int
) -> None:
    world = Priced(candidates=candidates)
    shots = [shot(f"sq010_sh{10 * n:04d}", seconds=s) for n, s in enumerate(lengths, 1)]
    quote = list_quote(world.production, shots)
    approvals = [round_ceiling(world.production, kind, s) for kind in KINDS for s in shots]
    assert sum(approvals) <= quote.total
    assert sum(line.total for line in quote.lines) + quote.rounding == quote.total
    assert quote.total % CENT == 0


money = st.decimals(0, 20, places=6)


@given(money, money, money, money, st.none() | money)
def test_a_balance_adds_up_to_the_limit(
    spent: Decimal, reserved: Decimal, unknown: Decimal, ready: Decimal, limit: Decimal | None
) -> None:
    spend = Spend(
        spent_usd=spent,
        reserved_usd=reserved,
        unknown_usd=unknown,
        avoided_usd=Decimal(0),
        budget_usd=limit,
        simulated=True,
        by_kind={},
        posts=0,
    )
    found = balance_of(spend, spent + reserved + unknown + ready, limit)
    rows = dict(found.rows)
    assert all(amount % CENT == 0 for amount in rows.values())
    assert found.ready_usd >= 0
    assert found.spent_usd >= spent
    if found.limit_usd is None:
        assert "left" not in rows
    else:
        assert sum(rows.values()) == found.limit_usd <= (limit or 0)


def test_open_rounds_are_not_counted_again() -> None:
    world = Priced(budget="5")
    world.run()
    bound = bind(world.workspace, world.facts, [approve("shotlist/v001")])
    rows = {"other": ReleaseRow(ceiling=Decimal(1))}
    follows = consequences_of(world.production, world.facts, bound, Purse(Decimal(4), rows))
    assert follows.left_usd == 4 - follows.total_usd

"""What a verdict sets going is said once, in one sentence, for all doors."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from greenlight.money.amounts import at_most
from greenlight.money.ceilings import round_ceiling, round_items
from greenlight.money.consequences import Effect, effects_of
from greenlight.money.quote import estimate
from greenlight.production.records import ProductionRecord, Verdict
from greenlight.views.foresee import effects, effects_of_any, effects_of_retake
from greenlight.views.wishes import Wish, choose_all
from tests.production.world import World, shot


class Priced(World):
    """A world whose models have prices; two shots of 5 s, which are billed as 6."""

    def __init__(self, *, simulated: bool = True) -> None:
        super().__init__(shots=2, candidates=2)
        self.shots = [s.model_copy(update={"seconds": Decimal("5.00")}) for s in self.shots]
        models = {
            "text_model": "gemini-3.8-flash",
            "image_model": "gemini-nano-banana-2.1",
            "video_model": "veo-3.1-generate-001",
            "simulated": simulated,
        }
        assert self.facts.production is not None
        self.facts.production = self.facts.production.model_copy(update=models)

    @property
    def production(self) -> ProductionRecord:
        assert self.facts.production is not None
        return self.facts.production

    @property
    def workspace(self) -> Any:
        keys = SimpleNamespace(production="night-porter")
        return SimpleNamespace(production=self.production, keys=keys)

    def all(self) -> tuple[Effect, ...]:
        return effects(self.workspace, self.facts, choose_all(self.state.waiting)[0])

    def all_sentences(self) -> list[str]:
        return [effect.sentence for effect in self.all()]


@pytest.fixture
def world() -> Priced:
    world = Priced()
    world.run()
    return world


def test_a_shot_list_releases_the_stills_of_its_shots(world: Priced) -> None:
    (effect,) = world.all()
    assert effect.usd == sum(round_ceiling(world.production, "frame", s) for s in world.shots)
    assert (effect.stills, effect.drawn, effect.clips) == (4, 2, 0)
    assert effect.sentence == (
        "approving this shot list makes 2 candidates each for 2 shots (with checks and 1 automatic "
        f"retake each): {at_most(effect.usd, simulated=True)}"
    )


def test_frames_release_billed_seconds_of_video(world: Priced) -> None:
    world.approve_one_each()
    world.run()
    (effect,) = world.all()
    assert (effect.count, effect.clips, effect.seconds) == (2, 2, 12)
    assert effect.usd == sum(round_ceiling(world.production, "clip", s) for s in world.shots)
    assert effect.sentence.startswith(
        "approving these 2 frames makes 2 clips, 12 s in all (with checks and 1 automatic retake "
        "each): up to $9"
    )
    assert effect.sentence.endswith("(simulated)")


def test_real_money_is_not_marked_as_simulated() -> None:
    world = Priced(simulated=False)
    world.run()
    (said,) = world.all_sentences()
    assert "simulated" not in said


def test_clips_and_the_cut_release_nothing_that_is_paid_for(world: Priced) -> None:
    for _ in range(2):
        world.approve_one_each()
        world.run()
    assert world.all_sentences() == ["approving these 2 clips costs nothing more"]
    world.approve_one_each()
    world.run()
    assert world.all_sentences() == ["signing off the cut costs nothing and makes the delivery"]


def test_a_retake_says_what_it_costs_at_most(world: Priced) -> None:
    world.approve_one_each()
    world.run()
    take = "sq010_sh0010/frame/v001_c2"
    effect = effects_of_retake(world.workspace, world.facts, take)
    assert effect is not None
    assert effect.sentence == (
        "retaking this frame makes 2 candidates of one frame (with checks and 1 automatic retake): "
        f"{at_most(round_ceiling(world.production, 'frame', world.shots[0]), simulated=True)}"
    )
    listed = effects_of_retake(world.workspace, world.facts, "shotlist/v001")
    assert listed is not None
    assert listed.sentence.startswith(
        "retaking this shot list makes a new breakdown (up to 3 tries): up to $"
    )


def test_what_was_never_made_has_no_retake(world: Priced) -> None:
    assert effects_of_retake(world.workspace, world.facts, "cut/v001") is None
    assert effects_of_retake(world.workspace, world.facts, "sq010_sh0010/clip/v001") is None


def test_a_refused_shot_can_be_made_again_and_not_be_approved(world: Priced) -> None:
    world.approve_one_each()
    while any(w.kind == "frame" for w in world.state.work):
        world.do(next(w for w in world.state.work if w.kind == "frame"), miss="refused")
    held = [w for w in world.state.waiting if w.held]
    assert [w.held for w in held] == ["refused!", "refused!"]
    assert effects_of_any(world.workspace, world.facts, held) == ()
    effect = effects_of_retake(world.workspace, world.facts, held[0].take)
    assert effect is not None
    assert effect.stills == 2


def test_a_changed_list_releases_only_what_has_to_be_made_anew(world: Priced) -> None:
    world.approve_one_each()
    world.run()
    world.approve_one_each()
    world.run()
    other = world.shots[1].model_copy(update={"movement": "pan left"})
    world.list_shots([world.shots[0], other, shot("sq010_sh0030")])
    (effect,) = [e for e in world.all() if e.kind == "shotlist"]
    assert (effect.stills, effect.drawn, effect.clips, effect.seconds) == (2, 1, 1, 6)
    assert "2 candidates of one frame and one 6 s clip" in effect.sentence


def test_verdicts_of_several_sorts_are_a_sentence_each(world: Priced) -> None:
    world.approve_one_each()
    world.run()
    wishes = [
        Wish(target="sq010_sh0010/frame/v001_c1", verdict="approve"),
        Wish(target="sq010_sh0020/frame/v001", verdict="retake", reason="lens", note="wider"),
    ]
    said = [e.sentence for e in effects(world.workspace, world.facts, wishes)]
    assert [s.split(" makes ")[0] for s in said] == [
        "approving this frame",
        "retaking this frame",
    ]
    omitted = Wish(target="sq010_sh0010", verdict="omit")
    assert effects(world.workspace, world.facts, [omitted]) == ()


def test_a_decision_of_the_last_release_is_told_without_shares(world: Priced) -> None:
    world.approve_one_each()
    world.run()
    old = Verdict(take="sq010_sh0010/frame/v001_c1", verdict="approve", ceiling_usd=Decimal("4.80"))
    (effect,) = effects_of(world.production, world.facts, [old])
    assert (effect.clips, effect.seconds, effect.usd) == (1, 6, Decimal("4.80"))


def test_the_breakdown_of_a_long_list_costs_more_to_make_again(world: Priced) -> None:
    listed = world.facts.shot_lists[1]
    again = round_items(world.production, "shotlist", previous=listed)
    first = round_items(world.production, "shotlist")
    assert estimate(again[0].request) > estimate(first[0].request)

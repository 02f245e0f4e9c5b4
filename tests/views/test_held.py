"""What is held says so, why, and how to go on; the same at every door."""

from __future__ import annotations

from decimal import Decimal

import pytest

from greenlight.desk import Desk, this_person
from greenlight.production.records import Terms, WaitingTake
from greenlight.views.held import Hold
from tests.review.memory_room import (
    asleep,
    begun,
    framed,
    held_by_budget,
    limit,
    lost,
    memory_desk,
    missed,
)


@pytest.fixture
def desk() -> Desk:
    return memory_desk()


def the_hold(desk: Desk, production: str) -> Hold:
    (hold,) = desk.wall(production).held
    return hold


def test_a_budget_that_is_used_up_is_one_sentence_with_its_sums_in_cents(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = held_by_budget(monkeypatch, desk)
    hold = the_hold(desk, built.name)
    assert hold.needs_usd is not None
    each = hold.needs_usd / 3
    assert hold.sentence == (
        f"3 clips are held: they may cost ${hold.needs_usd:.2f} together and $0.45 of $0.45 is left"
        " (simulated)"
    )
    assert hold.label == "held: budget"
    assert hold.ways[0] == "raise"
    assert "retake" not in hold.ways
    assert hold.enough_usd == 3 * each
    limit(built, str(hold.enough_usd))
    assert desk.wall(built.name).held == ()


def test_cards_header_stages_and_status_all_say_that_the_budget_holds(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = held_by_budget(monkeypatch, desk)
    wall, status = desk.wall(built.name), desk.standing(built.name)
    assert {card.stage for card in wall.cards} == {"held: budget"} == set(status.shots.values())
    assert wall.headline == status.headline == "held: budget"
    assert status.held == wall.held
    assert status.problem == wall.held[0].sentence
    assert status.to_decide == ()


def test_of_two_clips_the_one_that_fits_is_not_held(desk: Desk) -> None:
    built = framed(desk, shots=2)
    first, second = begun(built)
    limit(built, "1.00")
    assert desk.wall(built.name).held == ()  # either fits as long as neither has begun
    assert first.opening is not None
    assert first.opening.ceiling_usd is not None
    from greenlight.money.budget import Release

    workspace = built.workspace
    release = Release(str(first.take), first.opening.ceiling_usd)
    workspace.budget.draw(release, "sq010_sh0010/clip/v001_c0/ask01", Decimal("0.4"))
    hold = the_hold(desk, built.name)
    assert hold.takes == (str(second.take),)
    assert hold.sentence.startswith("1 clip is held: it may cost $0.")
    stages = [card.stage for card in desk.wall(built.name).cards]
    assert stages == ["shooting", "held: budget"]


def test_the_limit_of_a_show_is_named_as_such(desk: Desk) -> None:
    built = framed(desk, shots=1)
    desk.limit_show(built.workspace.keys.show, Decimal("0.10"), this_person())
    hold = the_hold(desk, built.name)
    assert hold.whose == "show"
    assert "$0.10 of the show's $0.10 is left" in hold.sentence


def test_a_cheaper_model_is_offered_and_does_let_the_clips_begin(desk: Desk) -> None:
    built = framed(desk, shots=1)
    limit(built, "0.60")
    hold = the_hold(desk, built.name)
    assert "model" in hold.ways
    choice = hold.models[0]
    assert choice.role == "video"
    assert choice.usd is not None
    assert choice.usd < Decimal("0.60") < (hold.needs_usd or 0)
    desk.order(built.name, Terms(video_model=choice.model), this_person())
    assert desk.wall(built.name).held == ()


def test_an_unknown_outcome_can_be_resolved_tried_again_at_a_price_or_left_out(desk: Desk) -> None:
    built = lost(desk)
    hold = the_hold(desk, built.name)
    assert hold.label == "held: outcome unknown"
    assert hold.sentence == (
        "2 frames are held: the model gave no usable answer, and may have charged $0.08 (simulated)"
    )
    assert hold.ways == ("resolve", "retake", "omit")
    assert len(hold.slots) == 2
    assert (hold.again_usd or 0) > 0
    record = desk.resolve(built.name, dict.fromkeys(hold.slots, "charged"), False, this_person())
    assert len(record.resolutions) == 2
    assert the_hold(desk, built.name).ways == ("retake", "omit")


@pytest.mark.parametrize(
    ("outcome", "label", "said"),
    [
        ("refused", "held: refused", "the model refused it (SAFETY)"),
        ("failed", "held: failed", "the model could not make it (SAFETY)"),
    ],
)
def test_what_the_model_refused_or_could_not_make_is_told_apart(
    desk: Desk, outcome: str, label: str, said: str
) -> None:
    built = framed(desk, shots=1)
    (work,) = begun(built)
    missed(built, work, outcome, "SAFETY")
    hold = the_hold(desk, built.name)
    assert (hold.label, hold.sentence) == (label, f"1 clip is held: {said}")
    assert hold.ways == ("retake", "omit")
    card = desk.wall(built.name).cards[0]
    assert (card.stage, card.holding) == (label, str(work.take))


def test_an_approval_that_is_used_up_and_a_slow_job_have_sentences_of_their_own(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from greenlight.money.budget import Release

    built = framed(desk, shots=2)
    first, second = begun(built)
    built.workspace.budget.draw(
        Release(str(first.take), Decimal("0.50")), "sq010_sh0010/clip/v001_c0/ask01", Decimal("0.4")
    )
    asleep(
        monkeypatch,
        built,
        WaitingTake(take=str(first.take), held="…", cause="money"),
        WaitingTake(take=str(second.take), held="…", cause="job"),
    )
    approval, late = desk.standing(built.name).held
    assert approval.sentence.startswith(
        "1 clip is held: the next step may cost more than the $0.10"
    )
    assert approval.ways == ("retake", "omit")
    assert late.sentence.startswith("1 clip is late: the model is still at work")

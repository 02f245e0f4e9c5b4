"""Every figure of a report, worked out by hand over small worlds."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from greenlight.money.ceilings import clip_price
from greenlight.production.checks import ScoreRow
from greenlight.production.names import parse_take
from greenlight.reports.figures import DIMENSIONS
from tests.production.world import World
from tests.reports.counted_world import AT, entry, material, played, report

REAL = {"text_model": "gemini-3.8-flash", "image_model": "gemini-nano-banana-2.1"}
REAL |= {"video_model": "gemini-omni-1.2-flash"}


def test_spend_is_summed_by_everything_and_unknown_stands_beside_it() -> None:
    next_day = AT + timedelta(days=1)
    one = material(
        World(),
        entry("breakdown", "0.01", model="flash"),
        entry("frame", "0.03", model="nano"),
        entry("clip", "2.40", model="omni", at=next_day),
        entry("clip", outcome="unknown", estimate="3", model="omni", version=2, at=next_day),
        entry("clip", outcome="unknown", estimate="9", version=3, resolved="0.5", model="omni"),
        entry("frame", outcome=None, estimate="0.05", model="nano", version=2),
    )
    part = report(one).parts["simulated"]
    total = part.spending.total
    assert (total.usd, total.unknown_usd, total.reserved_usd, total.posts) == (
        Decimal("2.94"),
        Decimal(3),
        Decimal("0.05"),
        6,
    )
    by = {name: {line.name: line.usd for line in part.spending.by[name]} for name in DIMENSIONS}
    assert by["model"] == {
        "omni": Decimal("2.90"),
        "nano": Decimal("0.03"),
        "flash": Decimal("0.01"),
    }
    assert list(by["model"]) == ["omni", "nano", "flash"]
    assert by["day"] == {"2026-11-23": Decimal("0.54"), "2026-11-24": Decimal("2.40")}
    assert by["role"] == {
        "video": Decimal("2.90"),
        "image": Decimal("0.03"),
        "text": Decimal("0.01"),
    }
    assert by["production"] == {"night-porter": Decimal("2.94")}
    assert any("unknown outcome" in sentence for sentence in part.unknowable)


def test_what_somebody_resolved_counts_on_the_day_of_that_word() -> None:
    lost = entry("clip", outcome="unknown", estimate="9", resolved="0.5")
    assert lost.resolved is not None
    later = lost.resolved.model_copy(update={"at": AT + timedelta(days=2)})
    one = material(World(), lost.model_copy(update={"resolved": later}))
    (line,) = report(one).parts["simulated"].spending.by["day"]
    assert (line.name, line.usd) == ("2026-11-25", Decimal("0.5"))


def test_simulated_and_real_money_are_never_added_up() -> None:
    stood_in = material(World(), entry("clip", "5"))
    paid = material(World(), entry("clip", "7", simulated=False), simulated=False, production="b")
    parts = report(stood_in, paid).parts
    assert {money: part.spending.total.usd for money, part in parts.items()} == {
        "simulated": Decimal(5),
        "real": Decimal(7),
    }
    assert [part.standing.productions for part in parts.values()] == [1, 1]


def test_first_pass_yield_counts_the_first_word_on_what_was_first_made() -> None:
    part = report(material(played())).parts["simulated"]
    found = {one.gate: (one.passed.hits, one.passed.total) for one in part.first_pass}
    assert found == {
        "shot list": (1, 1),
        "frame": (1, 2),
        "clip": (2, 2),
        "final review": (1, 1),
    }
    assert part.rolled == 0.5


def test_an_automatic_retake_or_a_list_that_a_person_edited_is_no_first_pass() -> None:
    world = World(shots=1, candidates=1)
    world.run()
    world.list_shots([world.shots[0].model_copy(update={"action": "runs"})])
    world.approve_list()
    world.do(world.state.work[0])
    world.do(world.state.work[0], fail_rules=True)
    world.run()
    assert {w.take for w in world.state.waiting} == {
        "sq010_sh0010/frame/v001_c1",
        "sq010_sh0010/frame/v002_c1",
    }
    world.say("approve", "sq010_sh0010/frame/v002_c1")
    part = report(material(world)).parts["simulated"]
    assert {one.gate: one.passed.hits for one in part.first_pass} == {"shot list": 0, "frame": 0}
    assert part.rolled is None
    assert any("a gate has no answer yet" in sentence for sentence in part.unknowable)


def test_what_the_final_review_sends_back_did_not_pass_it() -> None:
    world = World(shots=1, candidates=1)
    world.run()
    world.approve_list()
    for _ in range(2):  # the frame, then its clip
        world.run()
        world.approve_one_each()
    world.run()
    world.at = AT + timedelta(minutes=5)
    world.say("retake", "sq010_sh0010/clip/v001", reason="story", note="slower")
    part = report(material(world)).parts["simulated"]
    found = {one.gate: (one.passed.hits, one.passed.total) for one in part.first_pass}
    assert found["final review"] == (0, 1)
    assert found["clip"] == (1, 1)
    waited = {(w.gate, w.role): w.median_seconds for w in part.waiting}
    assert waited["final review", "reviewer"] == 300


def test_frames_that_an_animatic_sends_back_did_not_pass_it() -> None:
    world = World(shots=1, candidates=1)
    assert world.facts.production is not None
    brief = world.facts.production.brief.model_copy(update={"release": "animatic"})
    world.facts.production = world.facts.production.model_copy(update={"brief": brief})
    world.run()
    world.approve_list()
    world.run()
    world.approve_one_each()
    world.run()
    assert [w.take for w in world.state.waiting] == ["animatic/v001"]
    (waits,) = report(material(world)).parts["simulated"].pending
    assert waits.gate == "animatic"
    world.at = AT + timedelta(minutes=3)
    world.say("retake", "sq010_sh0010/frame/v001_c1", reason="story", note="calmer")
    part = report(material(world)).parts["simulated"]
    found = {one.gate: (one.passed.hits, one.passed.total) for one in part.first_pass}
    assert found == {"shot list": (1, 1), "frame": (1, 1), "animatic": (0, 1)}
    waited = {w.gate: w.longest_seconds for w in part.waiting if w.role == "reviewer"}
    assert waited["animatic"] == 180
    world.run()
    world.approve_one_each()
    world.run()
    world.say("approve", "animatic/v002")
    again = report(material(world)).parts["simulated"]
    assert again.first_pass[2] == part.first_pass[2]


def test_a_clip_sent_back_to_its_frame_did_not_pass() -> None:
    world = World(shots=1, candidates=1)
    world.run()
    world.approve_list()
    world.run()
    world.approve_one_each()
    world.run()
    world.say("retake", "sq010_sh0010/frame/v001_c1", reason="lens", note="wider")
    part = report(material(world)).parts["simulated"]
    found = {one.gate: (one.passed.hits, one.passed.total) for one in part.first_pass}
    assert found["frame"] == (1, 1)
    assert found["clip"] == (0, 1)


def test_takes_and_dollars_per_approved_second() -> None:
    world = played()
    one = material(world, entry("frame", "0.09"), entry("clip", "4.71"))
    made = report(one).parts["simulated"].per_second
    # Two shots of 4 s each; three frames and two clips were made for them.
    assert (made.approved_seconds, made.approved_shots, made.takes) == (Decimal(8), 2, 5)
    assert made.takes_per_second == 5 / 8
    assert made.usd_per_second == Decimal("0.6000")


def test_without_an_approved_clip_there_is_no_figure_per_second() -> None:
    part = report(material(World(), entry("frame", "0.09"))).parts["simulated"]
    assert part.per_second.usd_per_second is None
    assert part.per_second.takes_per_second is None
    assert any("no clip was approved" in sentence for sentence in part.unknowable)


def test_money_not_spent_is_one_clip_for_each_round_of_frames_turned_down() -> None:
    world = World(shots=2, candidates=2)
    world.run()
    world.approve_list()
    world.run()
    for candidate in (1, 2):  # two candidates of one round would have become one clip
        take = f"sq010_sh0010/frame/v001_c{candidate}"
        world.say("retake", take, reason="story", note="no")
    world.say("approve", "sq010_sh0020/frame/v001_c1")
    world.run()  # its clip is made: sending its frame back now saves nothing
    world.say("retake", "sq010_sh0020/frame/v001_c1", reason="story", note="no")
    one = material(world, **REAL)
    price = clip_price(one.production, world.shots[0])
    saved = report(one).parts["simulated"].avoided
    assert price > 0
    assert (saved.attempts, saved.usd) == (1, price)


def test_a_model_without_a_price_makes_the_saving_unknown_and_says_so() -> None:
    world = World(shots=1, candidates=1)
    world.run()
    world.approve_list()
    world.run()
    world.say("retake", "sq010_sh0010/frame/v001_c1", reason="story", note="no")
    part = report(material(world)).parts["simulated"]
    assert part.avoided.attempts == 0
    assert any(s.startswith("What gates have saved, in part") for s in part.unknowable)


def test_reliability_is_by_step_and_their_product() -> None:
    one = material(
        played(),
        entry("breakdown"),
        *(entry("frame", version=n) for n in (1, 2, 3)),
        entry("frame", version=4, outcome="refused"),
        *(entry("frame-rubric", version=n) for n in (1, 2, 3)),
        entry("clip", not_sent=2),
        entry("clip", version=2, outcome="unknown"),
        entry("clip-rubric"),
        entry("clip", version=3, outcome=None),
    )
    found = report(one).parts["simulated"].reliability
    steps = {s.name: s for s in found.steps}
    assert (steps["frame"].good.hits, steps["frame"].good.total) == (3, 4)
    assert (steps["clip"].good.hits, steps["clip"].good.total) == (1, 2)
    assert (steps["clip"].unknown, steps["clip"].repeated) == (1, 2)
    assert steps["frame rules"].good.share == 1
    assert found.end_to_end == pytest.approx(0.75 * 0.5)
    assert [s.name for s in found.steps] == [
        "breakdown",
        "frame",
        "frame rules",
        "frame rubric",
        "clip",
        "clip rules",
        "clip rubric",
    ]


def test_a_step_that_was_never_seen_leaves_the_product_unknown() -> None:
    found = report(material(World(), entry("breakdown"))).parts["simulated"]
    assert found.reliability.end_to_end is None
    assert any("nothing was asked yet of frame, frame rules" in s for s in found.unknowable)


def test_waiting_is_from_the_last_check_to_the_first_word() -> None:
    part = report(material(played())).parts["simulated"]
    waited = {(w.gate, w.role): w for w in part.waiting}
    assert waited["shot list", "reviewer"].median_seconds == 600
    frames = waited["frame", "reviewer"]
    # 12 → 22, 12 → 32 and 40 → 100 minutes.
    assert frames.answers == 3
    assert (frames.median_seconds, frames.p90_seconds) == (1200, 3600)
    clips = waited["clip", "reviewer"]
    assert sorted((clips.median_seconds, clips.longest_seconds)) == [2700, 4800]
    assert waited["final review", "reviewer"].longest_seconds == 600
    assert waited["all gates", "people"].answers == 7


def test_robots_are_counted_apart_and_waiting_for_nobody() -> None:
    world = played()
    for number, decision in world.facts.decisions.items():
        robot = {"principal": "robot:demo"}
        world.facts.decisions[number] = decision.model_copy(update=robot)
    part = report(material(world)).parts["simulated"]
    assert {w.role for w in part.waiting} == {"robot"}
    assert sum(one.by_robots for one in part.first_pass) == 6
    assert any("no person has answered" in s for s in part.unknowable)
    assert part.rubrics == ()


def test_what_waits_now_is_counted_once_a_subject_with_its_age() -> None:
    world = World(shots=2, candidates=2)
    world.run()
    world.approve_list()
    world.run()
    (found,) = report(material(world)).parts["simulated"].pending
    assert (found.gate, found.count, found.oldest_seconds) == ("frame", 2, 3 * 86400)


def test_precision_and_recall_follow_the_threshold() -> None:
    world = World(shots=4, candidates=1)
    world.run()
    world.approve_list()
    world.run()
    scores = {1: 0.35, 2: 0.55, 3: 0.75, 4: 0.95}
    for shot, score in scores.items():
        take = parse_take(f"sq010_sh00{shot}0/frame/v001_c1")
        rows_ = (ScoreRow(criterion="adherence", score=score, reason=""),)
        update = {"scores": rows_, "rubric": "frame-2"}
        world.facts.checks[take] = world.facts.checks[take].model_copy(update=update)
    for shot, verdict in ((1, "retake"), (2, "approve"), (3, "retake"), (4, "approve")):
        reason = {"reason": "story", "note": "no"} if verdict == "retake" else {}
        world.say(verdict, f"sq010_sh00{shot}0/frame/v001_c1", **reason)
    (rubric,) = report(material(world)).parts["simulated"].rubrics
    assert (rubric.decided, rubric.sent_back) == (4, 2)
    found = {
        at.threshold: (at.precision.hits, at.precision.total, at.recall.hits, at.recall.total)
        for at in rubric.at
    }
    assert found[0.3] == (0, 0, 0, 2)
    assert found[0.4] == (1, 1, 1, 2)
    assert found[0.6] == (1, 2, 1, 2)
    assert found[0.8] == (2, 3, 2, 2)
    assert rubric.at[0].precision.share is None
    # As it flagged: below 0.6, that is the first two.
    assert (rubric.precision.hits, rubric.precision.total) == (1, 2)

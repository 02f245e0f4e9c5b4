"""Verdicts are bound to what is there, all or none."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from greenlight.errors import InvalidInput, Refused
from greenlight.generate.prompts import frame_prompt
from greenlight.production.brief import Reference
from greenlight.production.context import pack_of
from greenlight.production.records import REASONS, WaitingTake
from greenlight.production.shots import digest
from greenlight.views.binding import bind
from greenlight.views.wishes import Wish, choose_all, retake_wish
from tests.production.world import World


class Priced(World):
    """A world whose models have prices, as `bind` quotes ceilings."""

    def workspace(self) -> Any:
        assert self.facts.production is not None
        models = {
            "text_model": "gemini-3.8-flash",
            "image_model": "gemini-nano-banana-2.1",
            "video_model": "gemini-omni-1.2-flash",
        }
        production = self.facts.production.model_copy(update=models)
        return SimpleNamespace(
            production=production, keys=SimpleNamespace(production="night-porter")
        )

    def bind(self, *wishes: Wish) -> Any:
        return bind(self.workspace(), self.facts, wishes)


@pytest.fixture
def world() -> Priced:
    world = Priced(shots=2, candidates=2)
    world.run()
    world.approve_one_each()
    world.run()
    return world


def approve(target: str, **fields: Any) -> Wish:
    return Wish(target=target, verdict="approve", **fields)


def test_an_approval_carries_sha256_spec_and_the_ceiling_of_what_it_releases(world: Priced) -> None:
    (verdict,) = world.bind(approve("sq010_sh0010/frame/v001_c2"))
    record = world.facts.takes[verdict.id]
    assert (verdict.sha256, verdict.spec_hash) == (record.sha256, record.spec_hash)
    assert Decimal("0.4") < verdict.ceiling_usd < Decimal(2)


def test_what_was_shown_and_is_no_more_cannot_be_approved(world: Priced) -> None:
    with pytest.raises(Refused, match="has changed since it was shown"):
        world.bind(approve("sq010_sh0010/frame/v001_c2", sha256="0" * 64))


def test_a_take_of_an_older_spec_cannot_be_approved(world: Priced) -> None:
    first, second = world.shots
    world.list_shots([first.model_copy(update={"size": "close-up"}), second])
    world.approve_list()
    with pytest.raises(Refused, match="has changed since"):
        world.bind(approve("sq010_sh0010/frame/v001_c2"))


def test_two_candidates_of_one_shot_cannot_both_be_chosen(world: Priced) -> None:
    takes = [approve(f"sq010_sh0010/frame/v001_c{n}") for n in (1, 2)]
    with pytest.raises(InvalidInput, match="one verdict"):
        world.bind(*takes)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (approve("sq010_sh0010/frame/v009_c1"), "there are sq010_sh0010/frame/v001_c1"),
        (approve("sq990_sh0010/frame/v001_c1"), "not found"),
        (approve("sq010_sh0010/clip/v001"), "not found"),
        (Wish(target="sq990_sh0010", verdict="omit"), "not a shot"),
        (Wish(target="cut/v001", verdict="retake", reason="story"), "send back the shots"),
        (Wish(target="sq010_sh0010/clip/v001", verdict="retake", reason="story"), "not found"),
    ],
)
def test_what_is_not_there_is_named_with_what_is(world: Priced, wish: Wish, said: str) -> None:
    with pytest.raises(Refused, match=said):
        world.bind(wish)


LINE = ({"ink": "red", "points": [[0.1, 0.2], [0.4, 0.4]]},)


def test_what_is_drawn_on_a_take_goes_with_its_retake_into_the_next_attempt(world: Priced) -> None:
    one = "sq010_sh0010/frame/v001_c2"
    drawn = Wish.model_validate(
        {"target": one, "verdict": "retake", "note": "here", "drawn": LINE, "reason": "story"}
    )
    (verdict,) = world.bind(drawn)
    assert verdict.drawn_over is not None
    assert (verdict.drawn_over.on, verdict.drawn_over.sha256) == (one, verdict.sha256)
    world.say("retake", one, drawn_over=verdict.drawn_over, note="here", reason="story")
    opening = next(w.opening for w in world.state.work if w.opening and w.take.shot[-4:] == "0010")
    assert opening is not None
    assert opening.drawn_over == verdict.drawn_over
    pack = pack_of(world.facts.production, world.facts, world.state, opening)  # type: ignore[arg-type]
    asked = frame_prompt(pack, 1, 1, (), drawn=True)
    assert "Drawn over: the last picture is the take that was turned down" in asked
    older = pack.model_copy(update={"drawn_over": None})
    assert older.digest == digest(
        "context", older.model_dump(mode="json", exclude={"drawn_over"})
    ), "a pack from before there were drawings keeps its digest"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"verdict": "approve"}, "a drawing goes with a retake"),
        ({"target": "shotlist/v001"}, "cannot be drawn on"),
        ({"target": "sq010_sh0010"}, "cannot be drawn on"),
        ({"sha256": "0" * 64}, "has changed since it was drawn on"),
        ({"drawn": ({"points": [[0.5, 0.5]] * 1500},) * 2}, "3000 points"),
    ],
)
def test_what_cannot_be_drawn_on_says_why(world: Priced, fields: dict[str, Any], said: str) -> None:
    base = {"target": "sq010_sh0010/frame/v001_c1", "verdict": "retake", "drawn": LINE}
    with pytest.raises((InvalidInput, Refused), match=said):
        world.bind(Wish.model_validate(base | fields))


@pytest.mark.parametrize("points", [[], [[1.2, 0.5]], [["nan", 0.5]], [[0.5]]])
def test_lines_lie_within_the_picture(points: list[Any]) -> None:
    with pytest.raises(ValidationError):
        Wish.model_validate({"target": "x", "verdict": "retake", "drawn": [{"points": points}]})


@pytest.mark.parametrize("text", ["approve", "sq010_sh0010", "sq010_sh0010/frame/v1", "../x", ""])
def test_what_is_no_take_is_told_how_a_take_is_written(world: Priced, text: str) -> None:
    with pytest.raises(InvalidInput, match="sq010_sh0020/frame/v001_c2"):
        world.bind(approve(text))


def test_bulk_approval_takes_the_best_of_each_shot_and_leaves_the_flagged() -> None:
    def waits(take: str, **fields: Any) -> WaitingTake:
        return WaitingTake(take=take, **fields)

    waiting = [
        waits("sq010_sh0010/frame/v001_c1", score=0.7),
        waits("sq010_sh0010/frame/v001_c2", score=0.9),
        waits("sq010_sh0020/frame/v001_c1", score=0.95, flagged="wrong subject"),
        waits("sq010_sh0030/frame/v001", held="refused"),
        waits("sq010_sh0040/clip/v001"),
    ]
    wishes, left = choose_all(waiting)
    assert [w.target for w in wishes] == ["sq010_sh0010/frame/v001_c2", "sq010_sh0040/clip/v001"]
    assert [w.take for w in left] == ["sq010_sh0020/frame/v001_c1", "sq010_sh0030/frame/v001"]


def test_a_retake_is_written_with_reason_and_note() -> None:
    wish = retake_wish("sq010_sh0010/frame/v001_c1:lens:closer: from the left")
    assert (wish.reason, wish.note) == ("lens", "closer: from the left")
    assert retake_wish("sq010_sh0010/frame/v001_c1:axis").note == ""


@pytest.mark.parametrize("text", ["sq010_sh0010/frame/v001_c1", "sq010_sh0010/frame/v001_c1:ugly"])
def test_a_retake_without_a_known_reason_names_the_reasons(text: str) -> None:
    with pytest.raises(InvalidInput, match=", ".join(REASONS)):
        retake_wish(text)


def test_who_decides_on_what_somebody_else_has_decided_meanwhile_is_told_which(
    world: Priced,
) -> None:
    seen = world.facts.watermark
    world.say("approve", "sq010_sh0010/frame/v001_c1")
    late = approve("sq010_sh0010/frame/v001_c2", seen=seen)
    with pytest.raises(Refused, match=r"approved sq010_sh0010/frame/v001_c1 meanwhile .*decision"):
        world.bind(late)
    neighbour = approve("sq010_sh0020/frame/v001_c2", seen=seen)
    assert [v.take for v in world.bind(neighbour)] == [neighbour.target]
    (changed_mind,) = world.bind(late.model_copy(update={"seen": world.facts.watermark}))
    assert changed_mind.take == late.target


def test_what_two_verdicts_release_together_is_counted_at_the_second() -> None:
    world = Priced(candidates=2)
    assert world.facts.production is not None
    names = [Reference(name="Mara"), Reference(name="Tom")]
    brief = world.facts.production.brief.model_copy(update={"references": tuple(names)})
    world.facts.production = world.facts.production.model_copy(update={"brief": brief})
    both = {"references": ("Mara", "Tom")}
    world.shots = [s.model_copy(update=both) for s in world.shots]
    world.run()
    world.approve_list()
    world.run()
    first, second = world.bind(approve("sheet/mara/v001_c1"), approve("sheet/tom/v001_c1"))
    assert (first.shares, first.ceiling_usd) == ({}, 0)
    assert set(second.shares) == {f"{s.id}/frame" for s in world.shots}
    assert second.ceiling_usd == sum(second.shares.values()) > 0
    one_by_one = world.bind(approve("sheet/mara/v001_c1"))
    assert one_by_one[0].ceiling_usd == 0

"""Reference sheets: signed off before the first frame that shows what is on them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from greenlight.generate.request import Role
from greenlight.money.ceilings import round_ceiling
from greenlight.money.consequences import consequences_of
from greenlight.production.brief import Reference
from greenlight.production.cast import sheets_wanted, unshown
from greenlight.production.context import pack_of
from greenlight.production.names import parse_take, subject_slug
from greenlight.production.state import stale
from greenlight.settings import ModelSettings
from greenlight.views.binding import bind
from greenlight.views.wishes import Wish
from tests.production.world import World, shot

MARA = Reference(name="Mara", kind="character", description="a tall keeper in a red coat")
LAMP = Reference(name="the lamp", kind="prop", description="a brass lamp")


def world(*shows: tuple[str, ...], sheets: str = "recurring", **picture: str) -> World:
    """A production with one shot for each tuple of names that it shows."""
    found = World(candidates=2)
    assert found.facts.production is not None
    mara = MARA.model_copy(update=picture)
    update = {"references": (mara, LAMP), "sheets": sheets}
    brief = found.facts.production.brief.model_copy(update=update)
    found.facts.production = found.facts.production.model_copy(update={"brief": brief})
    found.shots = [
        shot(f"sq010_sh{10 * (n + 1):04d}", references=names) for n, names in enumerate(shows)
    ]
    found.run()
    found.approve_list()
    found.run()
    return found


def waiting(found: World) -> list[str]:
    return sorted({str(parse_take(w.take).attempt) for w in found.state.waiting})


def stages(found: World) -> list[str]:
    return [s.stage for s in found.state.shots]


def test_shots_of_a_subject_wait_for_its_sheet_and_the_others_do_not() -> None:
    found = world(("Mara",), (), ("Mara",))
    assert stages(found) == ["sheet waiting", "frame waiting", "sheet waiting"]
    assert waiting(found) == ["sheet/mara/v001", "sq010_sh0020/frame/v001"]
    found.say("approve", "sheet/mara/v001_c2")
    found.run()
    assert stages(found) == ["frame waiting"] * 3


def test_a_shot_of_two_subjects_waits_for_both_sheets() -> None:
    found = world(("Mara", "the lamp"), ("the lamp", "Mara"))
    found.say("approve", "sheet/mara/v001_c1")
    found.run()
    assert stages(found) == ["sheet waiting"] * 2
    found.say("approve", "sheet/the-lamp/v001_c1")
    found.run()
    assert stages(found) == ["frame waiting"] * 2


def test_frames_carry_the_approved_sheet_as_their_reference() -> None:
    found = world(("Mara",), ("Mara",))
    found.say("approve", "sheet/mara/v001_c2")
    found.run()
    attempt = found.facts.attempts[parse_take("sq010_sh0010/frame/v001")]
    assert attempt.references is not None
    sheet = found.facts.takes[parse_take("sheet/mara/v001_c2")]
    assert [r.image_sha256 for r in attempt.references] == [sheet.sha256]


def test_a_subject_of_one_shot_gets_no_sheet_unless_all_are_wanted() -> None:
    assert stages(world(("Mara",), ())) == ["frame waiting"] * 2
    assert stages(world(("Mara",), (), sheets="all")) == ["sheet waiting", "frame waiting"]
    assert stages(world(("Mara",), ("Mara",), sheets="none")) == ["frame waiting"] * 2


def test_a_picture_that_came_with_the_brief_is_the_sheet() -> None:
    found = world(("Mara",), ("Mara",), image_sha256="a" * 64, image_mime="image/png")
    assert stages(found) == ["frame waiting"] * 2


def test_a_sheet_that_no_shot_shows_is_not_drawn() -> None:
    found = world((), (), sheets="all")
    assert found.state.sheets == ()
    assert stages(found) == ["frame waiting"] * 2
    assert found.facts.production
    assert found.state.shot_list
    left = unshown(found.facts.production.brief, found.state.shot_list)
    assert [r.name for r in left] == ["Mara", "the lamp"]


def with_prices(found: World) -> Any:
    """A workspace of the world's production, on models that have prices."""
    assert found.facts.production
    roles: tuple[Role, ...] = ("text", "image", "video")
    models = {f"{role}_model": getattr(ModelSettings(api_key="-"), role) for role in roles}
    production = found.facts.production.model_copy(update=models)
    return SimpleNamespace(production=production, keys=SimpleNamespace(production="p"))


def test_a_changed_sheet_makes_what_was_made_from_it_stale_and_nothing_else() -> None:
    found = world(("Mara",), ("Mara",), ())
    found.say("approve", "sheet/mara/v001_c1")
    for _ in range(3):
        found.run()
        found.approve_one_each()
    found.run()
    assert not stale(found.facts, found.state)
    priced, before = with_prices(found), found.facts
    bound = bind(priced, before, [Wish(target="sheet/mara/v001_c2", verdict="approve")])
    follows = consequences_of(priced.production, before, bound)
    found.say("approve", "sheet/mara/v001_c2")
    kinds = {(t.kind, t.shot) for t in stale(found.facts, found.state)}
    shots = {"sq010_sh0010", "sq010_sh0020"}
    assert kinds == {(k, s) for k in ("frame", "clip") for s in shots} | {("cut", "")}
    rounds = [
        round_ceiling(priced.production, kind, s.shot, references=s.references)
        for s in found.state.shots
        for kind in ("frame", "clip")
        if s.shot.id in shots
    ]
    assert follows.total_usd == sum(rounds), "a clip that must be made again is in the total"
    found.say("approve", "sheet/mara/v001_c1")
    assert not stale(found.facts, found.state)


def test_a_sheet_that_is_made_again_holds_its_shots_until_one_is_chosen() -> None:
    found = world(("Mara",), ("Mara",), ())
    found.say("approve", "sheet/mara/v001_c1")
    found.run()
    found.say("retake", "sheet/mara/v001_c1", reason="identity", note="older")
    found.run()
    assert stages(found) == ["sheet waiting", "sheet waiting", "frame waiting"]
    assert {t.version for t in found.facts.takes if t.kind == "sheet"} == {1, 2}


def test_an_omitted_sheet_lets_its_shots_go_on_without() -> None:
    found = world(("Mara",), ("Mara",))
    found.say("omit", "sheet/mara/v001")
    found.run()
    assert stages(found) == ["frame waiting"] * 2
    assert found.state.sheets[0].omitted


def test_omitting_the_shots_of_a_subject_omits_its_sheet() -> None:
    found = world(("Mara",), ("Mara",), ())
    found.say("omit", "sq010_sh0010/frame/v001")
    assert found.state.sheets == ()  # one shot of it is left


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "Ольга", "走", "a" * 80, "The  Lamp!", "C:\\con", "-"]
)
def test_any_name_gives_a_slug_that_names_a_take(name: str) -> None:
    take = f"sheet/{subject_slug(name)}/v001_c1"
    assert str(parse_take(take)) == take


def test_names_that_lose_the_same_letters_keep_sheets_of_their_own() -> None:
    names = ["Ольга", "Мария", "Mara", "Mara!", "mara"]
    assert len({subject_slug(n) for n in names}) == 4  # case alone makes nobody another


def test_two_shots_make_a_subject_recurring_however_its_name_is_written() -> None:
    found = world(("MARA",), ("mara",))
    brief = found.facts.production.brief if found.facts.production else None
    assert brief is not None
    assert list(sheets_wanted(brief, brief.references, found.shots)) == ["mara"]


def test_the_context_pack_knows_what_was_turned_down_and_who_stands_beside() -> None:
    found = world(("Mara",), ("Mara",))
    found.say("approve", "sheet/mara/v001_c1")
    found.run()
    found.say("retake", "sq010_sh0010/frame/v001_c1", reason="lens", note="too wide")
    found.run()
    assert found.facts.production is not None
    attempt = found.facts.attempts[parse_take("sq010_sh0010/frame/v002")]
    pack = pack_of(found.facts.production, found.facts, found.state, attempt)
    assert [(t.take, t.note) for t in pack.turned_down] == [
        ("sq010_sh0010/frame/v001_c1", "too wide")
    ]
    assert (pack.note, pack.reason) == ("too wide", "lens")
    assert pack.before is None
    assert pack.after is not None
    assert pack.after.shot == "sq010_sh0020"
    again = pack_of(found.facts.production, found.facts, found.state, attempt)
    assert again.digest == pack.digest
    first = found.facts.attempts[parse_take("sq010_sh0010/frame/v001")]
    assert pack_of(found.facts.production, found.facts, found.state, first).digest != pack.digest

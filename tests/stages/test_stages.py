"""Each stage on its own: real store, real ledger, real stand-in, no Prefect."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any, get_args

import pytest
from greenlight_standin.drawing.marked import wanted_side

from greenlight.access.rights import EVERYTHING
from greenlight.access.signature import Signature
from greenlight.briefs.intake import check_brief
from greenlight.desk.submit import draft, register
from greenlight.errors import InvalidInput
from greenlight.local.standin import admin_client
from greenlight.media.stills import decode_still
from greenlight.production.checks import CheckRecord
from greenlight.production.drawover import DrawOver, Stroke
from greenlight.production.folding import Stage
from greenlight.production.names import TakeId
from greenlight.production.records import Attempt, MissRecord, ShotListRecord, TakeRecord, Terms
from greenlight.production.shots import Shot
from greenlight.settings import Profile
from greenlight.stages.assignment import Assignment
from greenlight.stages.breakdown import break_down
from greenlight.stages.checks import check_take
from greenlight.stages.cut import assemble
from greenlight.stages.sheet import _SHOT_STATES
from greenlight.stages.takes import make_take
from greenlight.store.keys import open_key
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from greenlight.views.status import stage_words
from greenlight.workspace import Workspace, open_workspace

pytestmark = pytest.mark.models

WHO = Signature("Ada", "login:ada", "cli", verified=True, rights=EVERYTHING)
Fault = Callable[..., None]
SHOT = Shot(
    id="sq010_sh0010",
    subject="a lighthouse keeper",
    action="climbs the spiral stairs with a lamp",
    setting="lighthouse interior",
    size="medium",
    movement="dolly in",
    seconds="3",  # type: ignore[arg-type]
)


@pytest.fixture
def workspace(profile: Profile, objects: ObjectStore) -> Workspace:
    return opened(profile, objects)


def opened(profile: Profile, objects: ObjectStore, **more: object) -> Workspace:
    word = secrets.token_hex(4)
    fields = {"title": word, "vision": "A keeper climbs the stairs. She lights the lamp."}
    brief = check_brief(fields | {"show": f"s{word}", "shots": 2} | more, "test")
    register(objects, draft(profile, brief, word, "test").record)
    # Without its marker recovery leaves it alone: to recovery it looks like a submit that died.
    objects.delete(open_key(word))
    return open_workspace(word, profile, objects)


@pytest.fixture
def fault(profile: Profile) -> Iterator[Fault]:
    """Adds a fault to the stand-in, and takes all away afterwards."""
    with admin_client(profile.models.base_url, profile.models.admin_key) as client:

        def add(name: str, **rule: Any) -> None:
            client.post("faults", json={"fault": name, "times": 1} | rule).raise_for_status()

        client.delete("faults")
        yield add
        client.delete("faults")


def attempt(kind: str = "frame", **fields: Any) -> Attempt:
    base = {"at": now(), "kind": kind, "version": 1, "shot": SHOT.id, "cause": "first"}
    base |= {"spec": SHOT, "spec_hash": "h", "candidates": (1,) if kind == "frame" else (0,)}
    return Attempt.model_validate(base | fields)


def given(workspace: Workspace, take: TakeId) -> Assignment:
    return Assignment(workspace, workspace.records.facts(), take)


def made(workspace: Workspace, opening: Attempt) -> Any:
    """The first take of an attempt, which is recorded before."""
    workspace.records.claim(opening)
    return asyncio.run(make_take(given(workspace, opening.takes()[0])))


def listed(workspace: Workspace) -> Any:
    workspace.records.claim(attempt("shotlist", shot="", spec=None))
    return asyncio.run(break_down(given(workspace, TakeId("shotlist", 1))))


def framed(workspace: Workspace) -> TakeRecord:
    """A frame that is filed, so that checks and clips find it."""
    take = made(workspace, attempt())
    assert isinstance(take, TakeRecord)
    return workspace.records.claim(take)


def checked(workspace: Workspace, take: TakeRecord, places: list[str] | None = None) -> CheckRecord:
    """The take's check; `places` hears when a place among the models is taken for it."""

    @asynccontextmanager
    async def grading() -> AsyncIterator[None]:
        if places is not None:
            places.append(take.take)
        yield

    workspace.records.claim(take)
    return asyncio.run(check_take(given(workspace, take.id), grading=grading))


def test_what_was_drawn_on_a_take_goes_along_with_the_next_request(workspace: Workspace) -> None:
    first = framed(workspace)
    line = Stroke(ink="yellow", points=((0.1, 0.2), (0.2, 0.6)))
    drawing = DrawOver(on=first.take, sha256=first.sha256, strokes=(line,))
    again = attempt(version=2, cause="retake", note="left", reason="story", drawn_over=drawing)
    take = made(workspace, again)
    assert isinstance(take, TakeRecord)
    asked = next(e.reserved for e in workspace.ledger.entries() if e.slot.version == 2).request
    (picture,) = asked.attachments
    _, shown = decode_still(workspace.store.get(picture.key))
    _, before = decode_still(workspace.store.get(first.key))
    at = (round(shown.width * 0.15), round(shown.height * 0.4))
    assert shown.size == before.size
    assert shown.getpixel(at) != before.getpixel(at)
    red, green, blue = shown.getpixel(at)  # type: ignore[misc]
    assert red > 200
    assert green > 160
    assert blue < 120
    assert wanted_side(workspace.store.get(first.key)) is None
    assert wanted_side(workspace.store.get(picture.key)) == -1


@pytest.mark.parametrize("name", ["garbage-json", "wrong-schema"])
def test_an_invalid_breakdown_is_asked_for_again_with_what_was_wrong(
    workspace: Workspace, fault: Fault, name: str
) -> None:
    fault(name, role="breakdown", times=2)
    record = listed(workspace)
    assert isinstance(record, ShotListRecord)
    assert len(record.shots) == 2
    asks = sorted(workspace.ledger.entries(), key=lambda e: e.reserved.slot.ask)
    assert [e.reserved.slot.ask for e in asks] == [1, 2, 3]
    assert "Your last answer was not valid:" in asks[2].reserved.request.prompt


def test_a_breakdown_that_stays_invalid_is_held_with_the_reason(
    workspace: Workspace, fault: Fault
) -> None:
    fault("garbage-json", role="breakdown", times=3)
    record = listed(workspace)
    assert isinstance(record, MissRecord)
    assert "no valid shot list after 3 answers" in record.reason
    assert record.cost_usd


def test_a_shot_list_has_ids_in_tens_and_the_briefs_own_words(workspace: Workspace) -> None:
    record = listed(workspace)
    assert [s.id for s in record.shots] == ["sq010_sh0010", "sq010_sh0020"]
    words = " ".join(f"{s.subject} {s.action}" for s in record.shots).lower()
    assert "keeper" in words
    assert "lamp" in words or "stairs" in words


def test_a_good_frame_passes_its_rules_and_is_graded(workspace: Workspace) -> None:
    places: list[str] = []
    check = checked(workspace, framed(workspace), places)
    assert len(places) == 1
    assert not check.failed
    assert {s.criterion for s in check.scores} >= {"adherence", "composition"}
    assert all(s.reason for s in check.scores)


@pytest.mark.parametrize("name", ["black", "truncated"])
def test_broken_pictures_fail_a_rule_and_are_not_paid_to_be_graded(
    workspace: Workspace, fault: Fault, name: str
) -> None:
    fault(name, role="image")
    places: list[str] = []
    check = checked(workspace, framed(workspace), places)
    assert check.failed
    assert check.flagged
    assert check.complaint
    assert places == []
    assert not any(e.reserved.slot.kind == "frame-rubric" for e in workspace.ledger.entries())


def test_a_wrong_subject_is_flagged_by_the_rubric_with_a_reason(
    workspace: Workspace, fault: Fault
) -> None:
    fault("wrong-subject", role="image")
    check = checked(workspace, framed(workspace))
    assert not check.failed
    assert check.flagged
    assert check.complaint


def test_a_grader_that_talks_nonsense_leaves_the_take_ungraded_and_unflagged(
    workspace: Workspace, fault: Fault
) -> None:
    take = framed(workspace)
    fault("garbage-json", role="rubric", times=2)
    check = checked(workspace, take)
    assert check.scores == ()
    assert "not valid" in check.ungraded
    assert not check.flagged


def clip_of(frame: TakeRecord) -> Attempt:
    return attempt("clip", frame=frame.take, frame_sha256=frame.sha256)


def test_a_clip_starts_on_its_approved_frame_and_passes_its_rules(workspace: Workspace) -> None:
    frame = framed(workspace)
    clip = made(workspace, clip_of(frame))
    assert isinstance(clip, TakeRecord)
    assert clip.id == TakeId("clip", 1, SHOT.id)
    check = checked(workspace, clip)
    assert not check.failed, check.failed
    assert any(r.name == "starts on its frame" and r.passed for r in check.rules)


@pytest.mark.parametrize(
    ("name", "outcome"), [("operation-failed", "failed"), ("refusal", "refused")]
)
def test_a_clip_that_is_not_made_is_a_miss_that_costs_nothing(
    workspace: Workspace, fault: Fault, name: str, outcome: str
) -> None:
    frame = framed(workspace)
    fault(name, role="video")
    miss = made(workspace, clip_of(frame))
    assert isinstance(miss, MissRecord)
    assert (miss.outcome, miss.cost_usd) == (outcome, 0)
    assert miss.reason


def test_a_screenplay_s_scenes_become_sequences_with_their_own_words(
    profile: Profile, objects: ObjectStore
) -> None:
    word = secrets.token_hex(4)
    parts = [
        {"kind": "action", "text": "MARA (30s) crosses to the desk."},
        {"kind": "speech", "character": "Mara", "text": "Room nine."},
        {"kind": "speech", "character": "Jonas", "text": "Taken."},
    ]
    scenes = [
        {"number": "7", "heading": "INT. LOBBY - NIGHT", "parts": parts},
        {
            "number": "9",
            "heading": "EXT. STREET - DAY",
            "parts": [{"kind": "action", "text": "Rain."}],
        },
    ]
    fields = {"title": word, "vision": "A room.", "show": f"s{word}"}
    brief = check_brief(fields | {"excerpt": {"of": 9, "scenes": scenes}}, "test")
    register(objects, draft(profile, brief, word, "test").record)
    objects.delete(open_key(word))
    record = listed(open_workspace(word, profile, objects))
    assert isinstance(record, ShotListRecord), record
    assert {s.sequence for s in record.shots} == {"sq010", "sq020"}
    assert [s.dialogue for s in record.shots if s.dialogue] == ["Room nine.", "Taken."]
    assert record.shots[-1].setting == "street"


def test_a_wide_format_is_drawn_and_judged_as_models_draw_and_cut_in_its_own_raster(
    profile: Profile, objects: ObjectStore
) -> None:
    workspace = opened(profile, objects, aspect_ratio=2.39)
    assert workspace.production.framing.sentence == (
        "2.39:1, cropped from 16:9: the middle 74 % of the height is seen"
    )
    frame = framed(workspace)
    assert not checked(workspace, frame).flagged
    clip = made(workspace, clip_of(frame))
    assert isinstance(clip, TakeRecord)
    assert not checked(workspace, clip).failed
    ask = attempt("cut", shot="", spec=None, candidates=(0,), clips=(clip.take,))
    workspace.records.claim(ask)
    cut = asyncio.run(assemble(given(workspace, ask.take)))
    assert {k: cut.details[k] for k in ("width", "height", "aspect_ratio", "source_ratio")} == {
        "width": 1280,
        "height": 536,
        "aspect_ratio": "2.39:1",
        "source_ratio": "16:9",
    }


def test_a_model_that_draws_another_shape_is_not_gone_on_with(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from greenlight.desk import orders
    from greenlight.views import terms

    monkeypatch.setattr(terms, "common_aspect_ratios", lambda image, video: ("9:16",))
    with pytest.raises(InvalidInput, match=r"do not both draw 16:9, .*\(both draw: 9:16\)"):
        orders.order(workspace, Terms(image_model="gemini-3-pro-image"), WHO, "")


def test_every_stage_of_a_shot_has_its_word_and_its_colour() -> None:
    stages = set(get_args(Stage))
    assert set(_SHOT_STATES) == stages
    assert all(stage_words(stage) for stage in stages)

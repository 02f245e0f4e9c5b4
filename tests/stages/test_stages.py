"""Each stage on its own: real store, real ledger, real stand-in, no Prefect."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from greenlight.desk.submit import register
from greenlight.intake import Intake, check_brief
from greenlight.production.names import TakeId
from greenlight.production.records import (
    Attempt,
    CheckRecord,
    MissRecord,
    ShotListRecord,
    TakeRecord,
)
from greenlight.production.shots import Shot
from greenlight.settings import Profile
from greenlight.stages.breakdown import break_down
from greenlight.stages.checks import check_take
from greenlight.stages.takes import make_clip, make_frame
from greenlight.store.keys import open_key
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from greenlight.studio import Studio, open_studio

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
def studio(profile: Profile, objects: ObjectStore) -> Studio:
    word = secrets.token_hex(4)
    fields = {"title": word, "vision": "A keeper climbs the stairs. She lights the lamp."}
    brief = check_brief(fields | {"show": f"s{word}", "shots": 2}, "test")
    register(profile, objects, Intake(brief, {}), "test", word)
    # Without its marker recovery leaves it alone: to recovery it looks like a submit that died.
    objects.delete(open_key(word))
    return open_studio(word, profile, objects)


@pytest.fixture
def fault(profile: Profile) -> Iterator[Fault]:
    """Adds a fault to the stand-in, and takes all away afterwards."""
    with httpx.Client(base_url=f"{profile.models.base_url}/_standin/", trust_env=False) as client:

        def add(name: str, **rule: Any) -> None:
            client.post("faults", json={"fault": name, "times": 1} | rule).raise_for_status()

        client.delete("faults")
        yield add
        client.delete("faults")


def attempt(kind: str = "frame", **fields: Any) -> Attempt:
    base = {"at": now(), "kind": kind, "version": 1, "shot": SHOT.id, "cause": "first"}
    base |= {"spec": SHOT, "spec_hash": "h", "candidates": (1,) if kind == "frame" else (0,)}
    return Attempt.model_validate(base | fields)


def listed(studio: Studio) -> Any:
    wanted = attempt("shotlist", shot="", spec=None)
    return asyncio.run(break_down(studio, wanted))


def framed(studio: Studio) -> tuple[Attempt, TakeRecord]:
    """A frame that is filed, so that checks and clips find it."""
    opening = studio.records.claim(attempt())
    take = asyncio.run(make_frame(studio, opening, 1))
    assert isinstance(take, TakeRecord)
    return opening, studio.records.claim(take)


def checked(studio: Studio, opening: Attempt, take: TakeRecord) -> CheckRecord:
    return asyncio.run(check_take(studio, take, opening))


@pytest.mark.parametrize("name", ["garbage-json", "wrong-schema"])
def test_an_invalid_breakdown_is_asked_for_again_with_what_was_wrong(
    studio: Studio, fault: Fault, name: str
) -> None:
    fault(name, role="breakdown", times=2)
    record = listed(studio)
    assert isinstance(record, ShotListRecord)
    assert len(record.shots) == 2
    asks = sorted(studio.ledger.entries(), key=lambda e: e.reserved.slot.ask)
    assert [e.reserved.slot.ask for e in asks] == [1, 2, 3]
    assert "Your last answer was not valid:" in asks[2].reserved.request.prompt


def test_a_breakdown_that_stays_invalid_is_held_with_the_reason(
    studio: Studio, fault: Fault
) -> None:
    fault("garbage-json", role="breakdown", times=3)
    record = listed(studio)
    assert isinstance(record, MissRecord)
    assert "no valid shot list after 3 answers" in record.reason
    assert record.cost_usd


def test_a_shot_list_has_ids_in_tens_and_the_briefs_own_words(studio: Studio) -> None:
    record = listed(studio)
    assert [s.id for s in record.shots] == ["sq010_sh0010", "sq010_sh0020"]
    words = " ".join(f"{s.subject} {s.action}" for s in record.shots).lower()
    assert "keeper" in words
    assert "lamp" in words or "stairs" in words


def test_a_good_frame_passes_its_rules_and_is_graded(studio: Studio) -> None:
    check = checked(studio, *framed(studio))
    assert not check.failed
    assert {s.criterion for s in check.scores} >= {"adherence", "composition"}
    assert all(s.reason for s in check.scores)


@pytest.mark.parametrize("name", ["black", "truncated"])
def test_broken_pictures_fail_a_rule_and_are_not_paid_to_be_graded(
    studio: Studio, fault: Fault, name: str
) -> None:
    fault(name, role="image")
    check = checked(studio, *framed(studio))
    assert check.failed
    assert check.flagged
    assert check.complaint
    assert not any(e.reserved.slot.kind == "frame-rubric" for e in studio.ledger.entries())


def test_a_wrong_subject_is_flagged_by_the_rubric_with_a_reason(
    studio: Studio, fault: Fault
) -> None:
    fault("wrong-subject", role="image")
    check = checked(studio, *framed(studio))
    assert not check.failed
    assert check.flagged
    assert check.complaint


def test_a_grader_that_talks_nonsense_leaves_the_take_ungraded_and_unflagged(
    studio: Studio, fault: Fault
) -> None:
    opening, take = framed(studio)
    fault("garbage-json", role="rubric", times=2)
    check = checked(studio, opening, take)
    assert check.scores == ()
    assert "not valid" in check.ungraded
    assert not check.flagged


def clip_of(studio: Studio, frame: TakeRecord) -> Attempt:
    return studio.records.claim(attempt("clip", frame=frame.take, frame_sha256=frame.sha256))


def test_a_clip_starts_on_its_approved_frame_and_passes_its_rules(studio: Studio) -> None:
    _, frame = framed(studio)
    opening = clip_of(studio, frame)
    clip = asyncio.run(make_clip(studio, opening, frame))
    assert isinstance(clip, TakeRecord)
    assert clip.id == TakeId("clip", 1, SHOT.id)
    check = checked(studio, opening, clip)
    assert not check.failed, check.failed
    assert any(r.name == "starts on its frame" and r.passed for r in check.rules)


@pytest.mark.parametrize(
    ("name", "outcome"), [("operation-failed", "failed"), ("refusal", "refused")]
)
def test_a_clip_that_is_not_made_is_a_miss_that_costs_nothing(
    studio: Studio, fault: Fault, name: str, outcome: str
) -> None:
    _, frame = framed(studio)
    fault(name, role="video")
    miss = asyncio.run(make_clip(studio, clip_of(studio, frame), frame))
    assert isinstance(miss, MissRecord)
    assert (miss.outcome, miss.cost_usd) == (outcome, 0)
    assert miss.reason

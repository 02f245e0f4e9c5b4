"""Whole productions: timing by the animatic, sheets and context, the enterprise platform."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from greenlight.desk import Desk, Wish
from greenlight.desk.keep import Keeping
from greenlight.errors import InvalidInput, Refused
from greenlight.generate.models import ModelRetired
from greenlight.production.names import parse_take
from greenlight.production.records import Terms
from greenlight.settings import Profile
from tests.e2e import people

pytestmark = [pytest.mark.stack, pytest.mark.slow]


def test_clips_are_paid_for_after_the_animatic_and_timing_is_free_before(
    desk: Desk, profile: Profile
) -> None:
    production = people.to_the_frames(desk, release="animatic")
    people.approve_all(desk, production)
    status = people.until_waiting(desk, production, "animatic/v001")
    assert (status.gate, set(status.shots.values())) == ("animatic", {"framed"})

    before = people.last_request(profile)
    plan = desk.plan_timing(production, {"sq010_sh0010": Decimal("2.5")}, people.ADA)
    follows = plan.impact.consequences
    assert (follows.total_usd, follows.voided) == (0, ("animatic/v001",))
    assert desk.retime(production, plan, people.ADA).releases_usd == 0
    people.until_waiting(desk, production, "animatic/v002")
    assert people.paid(profile, since=before) == []
    old = Wish(target="animatic/v001", verdict="approve")
    with pytest.raises(Refused, match="has changed since"):
        desk.decide(production, [old], people.ADA)
    with pytest.raises(Refused, match="retime"):
        desk.decide(
            production, [Wish(target="animatic/v002", verdict="retake", note="x")], people.ADA
        )

    new = Wish(target="animatic/v002", verdict="approve")
    [verdict] = desk.decide(production, [new], people.ADA).verdicts
    shots = [s.shot for s in desk.look(production)[1].shots]
    assert set(verdict.shares) == {f"{shot.id}/clip" for shot in shots}
    assert verdict.ceiling_usd > 0
    people.finish(desk, production)
    state = desk.look(production)[1]
    assert state.animatic is not None
    assert state.cut is not None
    assert [c["frames"] for c in state.animatic.details["clips"]] == [
        c["frames"] for c in state.cut.details["clips"]
    ]
    [report] = Keeping(desk).verify([production])
    assert report.findings == ()


LOOK, WEARS = "chiaroscurissimo", "vermilionquill"
KEEPER = {
    "name": "the keeper",
    "kind": "character",
    "description": f"an old woman in a {WEARS} coat",
}


def test_words_of_the_brief_reach_the_last_prompt_and_sheets_every_frame(desk: Desk) -> None:
    production = people.submit(
        desk,
        vision="The keeper climbs the spiral stairs. The keeper lights the lamp.",
        look=f"ink wash, {LOOK}",
        references=[KEEPER],
        sheets="recurring",
        candidates=2,
    )
    people.until_waiting(desk, production, "shotlist")
    people.approve_all(desk, production)
    waiting = people.until_waiting(desk, production, "sheet").waiting_takes
    assert all(take.startswith("sheet/the-keeper/v") for take in waiting)
    chosen, *others = waiting
    decided = desk.decide(production, [Wish(target=chosen, verdict="approve")], people.ADA)
    [verdict] = decided.verdicts
    assert set(verdict.shares) == {f"{s.shot.id}/frame" for s in desk.look(production)[1].shots}
    people.until_waiting(desk, production, "frame")
    retake = Wish(
        target="sq010_sh0010/frame/v001_c1", verdict="retake", reason="lens", note="much wider"
    )
    desk.decide(production, [retake], people.ADA)
    people.until_waiting(desk, production, "sq010_sh0010/frame/v002")
    people.finish(desk, production)

    facts, _ = desk.look(production)
    sheet = next(t for t in facts.takes.values() if t.take == chosen)
    made = [t for t in facts.takes.values() if t.id.kind in ("sheet", "frame", "clip")]
    assert {t.id.kind for t in made} == {"sheet", "frame", "clip"}
    for take in made:
        known = desk.known(production, take.take)
        assert (known.pack.digest, take.context) == (take.context, known.context)
        assert LOOK in known.prompt
        assert WEARS in known.prompt
    for entry in desk.workspace(production).ledger.entries():
        pictures = [a.sha256 for a in entry.reserved.request.attachments]
        if entry.slot.kind == "frame":
            assert pictures == [sheet.sha256]
        if entry.slot.kind == "clip":  # the frame that it starts on, and who is in it
            assert pictures[1:] == [sheet.sha256]
    again = desk.known(production, "sq010_sh0010/frame/v002_c1")
    assert "Camera note: much wider" in again.prompt
    later = desk.known(production, "sq010_sh0010/clip/v001")
    assert "heed, said of an earlier take (lens): much wider" in later.prompt
    changed = {c.what for c in desk.knew_else(production, "sq010_sh0010/frame/v001_c1", again.take)}
    assert {"note", "reason", "turned_down[1].note"} <= changed

    [keeper] = desk.cast(production).kept
    assert (keeper.sheet, len(keeper.shots)) == (chosen, 2)
    assert all(one.identity and one.box and one.approved for one in keeper.shots)
    assert keeper.shots[1].apart is not None
    graded = [e for e in desk.workspace(production).ledger.entries() if "frame-r" in e.slot.kind]
    assert graded
    for entry in graded:
        assert [a.sha256 for a in entry.reserved.request.attachments[1:]] == [sheet.sha256]
    assert (desk.comparison(production, everyone=True) or b"")[:3] == b"\xff\xd8\xff"

    other = Wish(target=others[0], verdict="approve")
    voided = desk.decide(production, [other], people.ADA).consequences.voided
    assert {parse_take(take).kind for take in voided} == {"frame", "clip", "cut"}


VEO = "veo-3.1-generate-001"


@pytest.mark.parametrize("image", ["imagen-4.0-generate-001", "gemini-nano-banana-2.1"])
def test_a_production_is_delivered_by_the_enterprise_platform_alone(
    desk: Desk, profile: Profile, image: str
) -> None:
    before = people.last_request(profile)
    denied = {"fault": "spurious-400", "role": "poll", "times": 2}
    with people.faults(profile, denied):
        chosen = {"platform": "enterprise", "image": image, "video": VEO}
        production = people.submit(desk, models=chosen)
        people.finish(desk, production)
    rows = [r for r in people.paid(profile, since=before) if "/projects/" in r["path"]]
    assert {row["path"].split("/projects/")[0] for row in rows} == {"/v1beta1"}
    assert {row["model"] for row in rows} >= {image, VEO, "gemini-3.8-flash"}
    entries = desk.workspace(production).ledger.entries()
    assert len(rows) == len(entries)
    assert {entry.reserved.request.platform for entry in entries} == {"enterprise"}
    assert all(entry.closed and entry.closed.outcome == "settled" for entry in entries)
    assert all(entry.closed and entry.closed.cost_usd for entry in entries), "costs are known"
    clips = [e for e in entries if e.slot.kind == "clip"]
    assert all(e.submitted and "/operations/" in e.submitted.remote_id for e in clips)


def test_what_cannot_be_served_is_refused_before_anything_is_paid(
    desk: Desk, profile: Profile
) -> None:
    before = people.last_request(profile)
    with pytest.raises(ModelRetired, match=r"name 'gemini-nano-banana-2\.1' instead"):
        people.submit(desk, models={"image": "gemini-2.5-flash-image"})
    production = people.submit(desk)
    workspace = desk.workspace(production)
    with pytest.raises(InvalidInput, match="retired"):
        desk.order(production, Terms(video_model="gemini-omni-flash-preview"), people.ADA, "")
    people.until_waiting(desk, production, "shotlist")
    desk.cancel(production, people.ADA)
    assert {row["role"] for row in people.paid(profile, since=before)} == {"breakdown"}
    assert workspace.production.video_model == profile.models.video


def test_a_decision_made_while_a_clip_renders_starts_its_work_before_the_clip_is_there(
    desk: Desk, profile: Profile
) -> None:
    began_at = people.last_request(profile)
    production = people.to_the_frames(desk, shots=3, seconds=9)
    status = desk.status(production)
    frames_done = people.last_request(profile)
    first, second, _ = sorted({t.split("/")[0] for t in status.waiting_takes})
    with people.latency(profile, video=12):
        desk.decide(
            production, [Wish(target=f"{first}/frame/v001_c1", verdict="approve")], people.ADA
        )
        people.until(
            lambda: any(r["shot"] == first for r in people.paid(profile, since=frames_done))
        )
        desk.decide(
            production,
            [
                Wish(
                    target=f"{second}/frame/v001_c1",
                    verdict="retake",
                    reason="lens",
                    note="closer, from the left",
                )
            ],
            people.ADA,
        )
        takes = f"{second}/frame/v002"
        people.until(lambda: any(str(t) == takes for t in desk.look(production)[0].attempts), 10)
        clips = [t for t in desk.look(production)[0].takes if t.kind == "clip"]
        assert clips == []
    attempt = next(a for t, a in desk.look(production)[0].attempts.items() if str(t) == takes)
    assert attempt.note == "closer, from the left"
    people.until_waiting(desk, production, f"{first}/clip", f"{second}/frame/v002")
    posts = Counter(r["shot"] for r in people.paid(profile, since=began_at) if r["role"] == "video")
    assert posts == {first: 1}
    desk.cancel(production, people.ADA)

"""A whole production on the enterprise platform: tokens, Imagen or Gemini stills, Veo clips."""

from __future__ import annotations

import pytest

from greenlight.desk import Desk
from greenlight.errors import InvalidInput
from greenlight.generate.models import ModelRetired
from greenlight.local.standin import admin_client
from greenlight.production.records import Terms
from greenlight.settings import Profile
from tests.e2e import people

pytestmark = [pytest.mark.stack, pytest.mark.slow]

VEO = "veo-3.1-generate-001"


@pytest.mark.parametrize("image", ["imagen-4.0-generate-001", "gemini-nano-banana-2.1"])
def test_a_production_is_delivered_by_the_enterprise_platform_alone(
    desk: Desk, profile: Profile, image: str
) -> None:
    before = people.last_request(profile)
    denied = {"fault": "spurious-400", "role": "poll", "times": 2}
    with admin_client(profile.models.base_url, profile.models.admin_key) as standin:
        standin.post("faults", json=denied).raise_for_status()
        try:
            chosen = {"platform": "enterprise", "image": image, "video": VEO}
            production = people.submit(desk, models=chosen)
            people.finish(desk, production)
        finally:
            standin.delete("faults")
    rows = people.paid(profile, since=before)
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

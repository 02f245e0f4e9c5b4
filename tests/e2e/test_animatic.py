"""A whole production whose clips wait for the animatic of their frames."""

from __future__ import annotations

from decimal import Decimal

import pytest

from greenlight.desk import Desk, Wish
from greenlight.desk.keep import Keeping
from greenlight.errors import Refused
from greenlight.settings import Profile
from tests.e2e import people

pytestmark = [pytest.mark.stack, pytest.mark.slow]


def test_clips_are_paid_for_after_the_animatic_and_timing_is_free_before(
    desk: Desk, profile: Profile
) -> None:
    production = people.submit(desk, release="animatic")
    people.until_waiting(desk, production, "shotlist")
    people.approve_all(desk, production)
    people.until_waiting(desk, production, "frame")
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

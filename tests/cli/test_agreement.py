"""`agreement` and `submit` of another format, as programs and people meet them."""

from __future__ import annotations

import json
import secrets
from decimal import Decimal
from pathlib import Path

import pytest

from greenlight.local.home import StackInfo
from greenlight.production.checks import CheckRecord, RuleRow, ScoreRow
from greenlight.production.records import DecisionRecord, Verdict
from greenlight.settings import Profile
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from greenlight.workspace import Workspace
from tests.production.buying import workspace_with

pytestmark = [pytest.mark.stack, pytest.mark.slow]

GOOD, POOR = "sq010_sh0010/frame/v001_c1", "sq010_sh0020/frame/v001_c1"


@pytest.fixture
def home(stack: StackInfo) -> Path:
    return stack.home


@pytest.fixture
def decided(profile: Profile, objects: ObjectStore) -> Workspace:
    """A production with a frame that was approved, and a flagged one that was sent back."""
    workspace = workspace_with(profile, objects)
    for take, score in ((GOOD, 0.9), (POOR, 0.3)):
        workspace.records.claim(
            CheckRecord(
                at=now(),
                take=take,
                sha256="a" * 64,
                rules=(RuleRow(name="decodes", passed=True, detail="It decodes."),),
                scores=(ScoreRow(criterion="identity", score=score, reason="Who is it?"),),
                threshold=0.6,
                thresholds={"identity": 0.6},
                rubric="frame-2",
                cost_usd=Decimal(0),
            )
        )
    said = (
        Verdict(take=GOOD, verdict="approve", sha256="a" * 64),
        Verdict(take=POOR, verdict="retake", reason="identity", note="who?", sha256="a" * 64),
    )
    workspace.records.claim(
        DecisionRecord(
            at=now(),
            number=1,
            request=secrets.token_hex(8),
            who="Ada",
            principal="login:ada",
            verified=True,
            door="cli",
            verdicts=said,
        )
    )
    return workspace


def test_agreement_is_a_table_for_people_and_json_for_programs(cli, decided: Workspace) -> None:
    production = decided.keys.production
    done = cli("agreement", production, "--takes")
    assert done.returncode == 0
    for word in ("frame-2", "identity", "100%", "flagged: identity", "retake: identity"):
        assert word in done.stdout
    found = json.loads(cli("agreement", production, "--json").stdout)
    assert [row["take"] for row in found["takes"]] == [GOOD, POOR]
    (rubric,) = found["rubrics"]
    assert (rubric["all"]["precision"], rubric["all"]["recall"]) == (1.0, 1.0)
    assert rubric["criteria"]["identity"]["flagged_retaken"] == 1


def test_agreement_of_a_show_and_of_nothing_yet(cli, decided: Workspace, profile, objects) -> None:
    found = json.loads(cli("agreement", "--show", decided.keys.show, "--json").stdout)
    assert {row["production"] for row in found["takes"]} == {decided.keys.production}
    other = workspace_with(profile, objects).keys.production
    assert "no checked take was decided on" in cli("agreement", other).stdout
    assert cli("agreement", "nowhere-1234").returncode == 3


def test_the_quote_says_what_is_cropped(cli, tmp_path: Path) -> None:
    brief = tmp_path / "brief.yaml"
    brief.write_text("title: A fox\nvision: It sleeps.\naspect_ratio: 2.39\n")
    done = cli("submit", str(brief), "--dry-run")
    assert done.returncode == 0
    said = " ".join(done.stdout.split())
    assert "delivered in 2.39:1, cropped from 16:9: the middle 74 % of the height is seen" in said

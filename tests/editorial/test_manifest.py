"""The manifest: complete, plain, and the same bytes for the same delivery."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from greenlight.editorial.manifest import (
    DeliveredFile,
    ManifestCosts,
    ManifestDecision,
    ManifestShot,
    ManifestTake,
    build_manifest,
    manifest_json,
)
from greenlight.errors import InvalidInput

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def parts():
    files = []
    for name, role in (("hall.mp4", "cut"), ("hall.otio", "timeline"), ("sheet.jpg", "contact")):
        files.append(DeliveredFile(name=name, role=role, sha256="cd" * 32, bytes=800))
    takes = [
        ManifestTake(
            shot=f"sq010_sh{n:04d}",
            take=f"v001_c{c}",
            kind="frame",
            sha256="ab" * 32,
            model="gemini-nano-banana-2.1",
            cost=Decimal("0.0336"),
            simulated=True,
        )
        for n in (10, 20)
        for c in (1, 2)
    ]
    takes.append(ManifestTake(shot="sq010_sh0010", take="v002", kind="frame", sha256="cd" * 32))
    decisions = [
        ManifestDecision(
            ordinal=n, subject="sq010_sh0010", verdict="approve", by="ana", door="cli", at=AT
        )
        for n in (1, 2, 3)
    ]
    shots = [
        ManifestShot(shot="sq010_sh0010", seconds=4, start_frame=0, frames=96),
        ManifestShot(shot="sq010_sh0020", seconds=2.5, start_frame=96, frames=60),
    ]
    return {"files": files, "takes": takes, "decisions": decisions, "shots": shots}


def build(parts, **changes):
    defaults = {
        "show": "demo",
        "production": "hall-01",
        "title": "Hall — ë",
        "delivered_at": AT,
        "picture": {"width": 1280, "height": 720, "fps": "24"},
        "costs": ManifestCosts(spent=Decimal("0.1344"), avoided=Decimal("0.40")),
    }
    return build_manifest(**{**defaults, **parts, **changes})


def test_it_is_plain_json_with_money_as_text(parts):
    manifest = build(parts)
    assert json.loads(manifest_json(manifest)) == manifest
    assert manifest["costs_usd"] == {"spent": "0.1344", "unknown": "0", "avoided": "0.40"}
    assert manifest["takes"][0]["cost_usd"] == "0.0336"
    assert "Hall — ë" in manifest_json(manifest).decode()


def test_models_are_summed_and_people_s_own_takes_are_no_model(parts):
    assert build(parts)["models"] == [
        {
            "model": "gemini-nano-banana-2.1",
            "takes": 4,
            "cost_usd": "0.1344",
            "simulated": True,
        }
    ]


def test_one_simulated_take_makes_the_delivery_simulated(parts):
    real = [take.model_copy(update={"simulated": False}) for take in parts["takes"]]
    assert build(parts)["simulated"] is True
    assert build(parts, takes=real)["simulated"] is False
    assert build(parts, takes=[*real[1:], parts["takes"][0]])["simulated"] is True


def test_the_order_in_which_parts_arrive_does_not_matter_but_the_story_s_does(parts):
    shuffled = {name: list(values) for name, values in parts.items()}
    for name in ("files", "takes", "decisions"):
        random.Random(3).shuffle(shuffled[name])
    assert manifest_json(build(shuffled)) == manifest_json(build(parts))
    turned = build(parts, shots=parts["shots"][::-1])
    assert [shot["shot"] for shot in turned["shots"]] == ["sq010_sh0020", "sq010_sh0010"]


def test_times_are_utc_whatever_zone_they_came_in(parts):
    berlin = AT.astimezone(timezone(timedelta(hours=1)))
    assert manifest_json(build(parts, delivered_at=berlin)) == manifest_json(build(parts))
    with pytest.raises(InvalidInput, match="time zone"):
        build(parts, delivered_at=AT.replace(tzinfo=None))


def test_two_files_of_one_name_are_refused(parts):
    twice = [*parts["files"], parts["files"][0].model_copy(update={"role": "other"})]
    with pytest.raises(InvalidInput, match=r"hall\.mp4"):
        build(parts, files=twice)

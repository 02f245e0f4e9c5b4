from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from greenlight.local.doctor import examine
from greenlight.local.home import StackInfo
from greenlight.local.stack import Stack
from greenlight.local.store_check import Finding, check_store
from greenlight.settings import ambient


@pytest.fixture
def info(home: Path, first_port: int) -> Iterator[StackInfo]:
    without = ("prefect", "worker", "models", "postgres")
    with Stack(home, home.parent, first_port=first_port, without=without) as info:
        yield info


def by_name(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.name: finding for finding in findings}


def probe(info: StackInfo, **changes: str) -> Finding:
    return check_store(info.profile.s3.model_copy(update=changes))


def test_without_a_stack_the_command_that_starts_one_is_named(home: Path) -> None:
    found = by_name(examine(home))
    assert found["stack"].verdict == "warn"
    assert found["stack"].mend == "greenlight up"
    assert found["python"].verdict == "ok"
    assert found["disk"].verdict == "ok"
    assert "prefect 3." in found["packages"].detail


def test_what_is_up_and_what_is_not_is_told_apart(home: Path, info: StackInfo) -> None:
    found = by_name(examine(home))
    assert found["stack"].verdict == "ok"
    assert found["s3"].verdict == "ok"
    assert found["media"].verdict == "ok"
    assert found["prefect"].verdict == "bad"
    assert "prefect.log" in found["prefect"].mend
    assert found["models"].verdict == "bad"


def test_the_probe_names_a_wrong_bucket_key_or_endpoint(info: StackInfo, first_port: int) -> None:
    assert probe(info).verdict == "ok"
    assert "NoSuchBucket" in probe(info, bucket="nowhere").detail
    assert "SignatureDoesNotMatch" in probe(info, secret_access_key="wrong").detail
    gone = probe(info, endpoint_url=f"http://127.0.0.1:{first_port + 99}")
    assert gone.verdict == "bad"
    assert f":{first_port + 99}" in gone.detail
    assert gone.mend


def test_variables_are_named_and_their_values_never(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "do-not-print")
    findings = examine(home)
    assert "GEMINI_API_KEY" in by_name(findings)["environment"].detail
    assert "do-not-print" not in repr(findings)
    assert "GEMINI_API_KEY" in ambient()

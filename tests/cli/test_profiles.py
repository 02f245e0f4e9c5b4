"""Profiles keep secrets: they are read from files, and never printed."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from greenlight.cli.profiles import read_env_file
from greenlight.errors import InvalidInput

SECRETS = ("s3-secret-words", "models-secret-words", "Bearer prefect-secret-words")
ENVIRONMENT = f"""
# a comment
export GREENLIGHT_PREFECT_API_URL=http://127.0.0.1:9/api
GREENLIGHT_PREFECT_AUTH="{SECRETS[2]}"
GREENLIGHT_S3_ENDPOINT_URL=http://127.0.0.1:9
GREENLIGHT_S3_BUCKET=previs
GREENLIGHT_S3_ACCESS_KEY_ID=key
GREENLIGHT_S3_SECRET_ACCESS_KEY='{SECRETS[0]}'
GREENLIGHT_MODELS_API_KEY={SECRETS[1]}
GREENLIGHT_MEDIA_URL=http://127.0.0.1:9
"""


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    path = tmp_path / "studio.env"
    path.write_text(ENVIRONMENT)
    return path


def test_a_profile_is_added_listed_shown_and_removed(cli, home: Path, env_file: Path) -> None:
    added = cli("profile", "add", "studio", "--from-env-file", str(env_file))
    assert added.returncode == 0, added.stderr
    path = home / "profiles" / "studio.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    listed = json.loads(cli("profile", "list", "--json").stdout)
    assert [p["name"] for p in listed] == ["embedded", "env", "studio"]
    shown = json.loads(cli("profile", "show", "studio", "--json").stdout)
    assert (shown["s3_bucket"], shown["models_api_key"]) == ("previs", "set")
    assert cli("profile", "remove", "studio", "--yes").returncode == 0
    assert not path.exists()


def test_no_command_prints_a_secret(cli, env_file: Path) -> None:
    printed = ""
    for words in (
        ("profile", "add", "studio", "--from-env-file", str(env_file)),
        ("profile", "show", "studio"),
        ("profile", "show", "studio", "--json"),
        ("profile", "list"),
        ("submit", "deployments/briefs/liminal-hallway.yaml", "--profile", "studio"),
    ):
        done = cli(*words)
        printed += done.stdout + done.stderr
    assert "studio" in printed
    assert [s for s in SECRETS if s in printed] == []


def test_a_profile_is_not_replaced_by_accident(cli, env_file: Path) -> None:
    words = ("profile", "add", "studio", "--from-env-file", str(env_file))
    assert cli(*words).returncode == 0
    assert "--replace" in cli(*words).stderr
    assert cli(*words, "--replace", "--s3-bucket", "other").returncode == 0
    assert '"other"' in cli("profile", "show", "studio", "--json").stdout


def test_what_is_missing_is_named(cli) -> None:
    done = cli("profile", "add", "studio", "--s3-bucket", "previs")
    assert (done.returncode, "GREENLIGHT_PREFECT_API_URL" in done.stderr) == (2, True)


def test_checking_services_that_are_down_says_so_and_what_mends_it(cli, env_file: Path) -> None:
    cli("profile", "add", "studio", "--from-env-file", str(env_file))
    done = cli("profile", "check", "studio", "--json")
    findings = json.loads(done.stdout)
    assert done.returncode == 7
    assert [f["name"] for f in findings] == ["s3", "prefect", "models"]
    assert all(f["verdict"] == "bad" and f["mend"] for f in findings)
    assert [s for s in SECRETS if s in done.stdout + done.stderr] == []


def test_real_money_is_confirmed_by_a_person(cli, env_file: Path) -> None:
    cli("profile", "add", "studio", "--from-env-file", str(env_file))
    brief = "deployments/briefs/liminal-hallway.yaml"
    robot = cli("submit", brief, "--profile", "studio", "--yes")
    assert (robot.returncode, "--yes" in robot.stderr) == (5, True)
    nobody = cli("submit", brief, "--profile", "studio")
    assert nobody.returncode == 4
    assert f"--profile studio submit {brief}" in nobody.stderr


def test_a_line_that_is_no_assignment_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.env"
    path.write_text("A=1\nwhat is this\n")
    with pytest.raises(InvalidInput, match="line 2"):
        read_env_file(path)

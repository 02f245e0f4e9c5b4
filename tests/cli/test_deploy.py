"""What a process that deploys is given of a profile."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import pytest

from greenlight.cli.deploy import deploy_environment
from greenlight.errors import InvalidInput
from greenlight.runs import Runs
from greenlight.settings import load_profile

AUTH = "admin:of-the-studio"
BASIC = f"Basic {b64encode(AUTH.encode()).decode()}"
STUDIO = {
    "GREENLIGHT_PREFECT_API_URL": "https://prefect.example/api",
    "GREENLIGHT_S3_BUCKET": "b",
    "GREENLIGHT_S3_ACCESS_KEY_ID": "key-of-s3",
    "GREENLIGHT_S3_SECRET_ACCESS_KEY": "secret-of-s3",
    "GREENLIGHT_MODELS_API_KEY": "m",
    "GREENLIGHT_MEDIA_URL": "https://review.example",
    "GREENLIGHT_MEDIA_SECRET": "m" * 64,
}


@pytest.mark.parametrize(
    ("given", "header", "string"),
    [
        (AUTH, {"Authorization": BASIC}, AUTH),
        (BASIC, {"Authorization": BASIC}, AUTH),
        ("Bearer of-a-proxy", {"Authorization": "Bearer of-a-proxy"}, None),
        ("", {}, None),
    ],
)
def test_a_server_with_an_auth_string_or_behind_a_proxy_is_spoken_to_with_it(
    given: str, header: dict[str, str], string: str | None
) -> None:
    profile = load_profile("env", {**STUDIO, "GREENLIGHT_PREFECT_AUTH": given})
    assert profile.prefect_headers == header
    assert Runs(profile)._http.headers.get("Authorization") == header.get("Authorization")
    environment = deploy_environment(profile, Path())
    assert environment.get("PREFECT_API_AUTH_STRING") == string
    if string is None:
        assert json.loads(environment["PREFECT_CLIENT_CUSTOM_HEADERS"]) == header


def test_a_process_that_deploys_is_given_no_keys_of_s3() -> None:
    environment = deploy_environment(load_profile("env", STUDIO), Path())
    assert not [v for v in environment.values() if v in ("key-of-s3", "secret-of-s3")]


def test_a_malformed_basic_header_is_named() -> None:
    profile = load_profile("env", {**STUDIO, "GREENLIGHT_PREFECT_AUTH": "Basic admin:pass"})
    with pytest.raises(InvalidInput, match="invalid Basic"):
        deploy_environment(profile, Path())

"""A profile whose services are not needed to check rows."""

from __future__ import annotations

import pytest

from greenlight.settings import ModelSettings, Profile, S3Settings


@pytest.fixture
def nowhere() -> Profile:
    """An embedded profile with nothing behind it."""
    return Profile(
        name="embedded",
        simulated=True,
        prefect_api_url="http://127.0.0.1:9/api",
        s3=S3Settings(
            endpoint_url="http://127.0.0.1:9",
            bucket="nowhere",
            access_key_id="a",
            secret_access_key="b",
        ),
        models=ModelSettings(api_key="x"),
        media_url="http://127.0.0.1:9",
        media_secret="s" * 32,
    )

"""The media secret, which signs every link: long enough, or refused with what to do."""

from __future__ import annotations

import pytest

from greenlight.errors import InvalidInput
from greenlight.settings import load_profile

ENVIRONMENT = {
    "GREENLIGHT_PROFILE": "env",
    "GREENLIGHT_PREFECT_API_URL": "http://127.0.0.1:9/api",
    "GREENLIGHT_S3_BUCKET": "b",
    "GREENLIGHT_S3_ACCESS_KEY_ID": "k",
    "GREENLIGHT_S3_SECRET_ACCESS_KEY": "x",
    "GREENLIGHT_MODELS_API_KEY": "k",
    "GREENLIGHT_MEDIA_URL": "https://review.example",
}


@pytest.mark.parametrize("secret", ["x", "x" * 31, "é" * 15])
def test_a_short_secret_is_refused(secret: str) -> None:
    environment = ENVIRONMENT | {"GREENLIGHT_MEDIA_SECRET": secret}
    with pytest.raises(InvalidInput, match=r"media secret: .* at least 32") as caught:
        load_profile(environ=environment)
    assert secret not in str(caught.value).replace("max", "").split() or secret == "x"


@pytest.mark.parametrize("secret", ["x" * 32, "é" * 16, "0123456789abcdef" * 4])
def test_32_bytes_are_enough(secret: str) -> None:
    environment = ENVIRONMENT | {"GREENLIGHT_MEDIA_SECRET": secret}
    assert load_profile(environ=environment).media_secret == secret

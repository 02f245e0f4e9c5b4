"""Prefect's own client on the stack of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from greenlight.local.home import StackInfo


@pytest.fixture
def prefect(stack: StackInfo) -> Iterator[Any]:
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

    with (
        temporary_settings(
            {
                PREFECT_API_URL: stack.profile.prefect_api_url,
                PREFECT_API_AUTH_STRING: stack.profile.prefect_auth,
            }
        ),
        get_client(sync_client=True) as client,
    ):
        yield client

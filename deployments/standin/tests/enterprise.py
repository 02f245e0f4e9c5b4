"""The enterprise platform of a stand-in, through the unmodified SDK and google-auth."""

from __future__ import annotations

import time
from typing import Any

from google import genai
from google.genai import types
from google.oauth2 import service_account

from deployments.standin.tests.running import Reached

IMAGEN = "imagen-4.0-generate-001"
VEO = "veo-3.1-generate-001"
SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]


def credentials(running: Reached) -> Any:
    """The stand-in's service account, as google-auth reads it."""
    status, account = running.call("GET", "/_standin/credentials")
    assert status == 200
    return service_account.Credentials.from_service_account_info(account, scopes=SCOPES)


def enterprise(running: Reached, **options: Any) -> genai.Client:
    """A client of the enterprise platform."""
    client = genai.Client(
        enterprise=True,
        project="standin",
        location="us-central1",
        credentials=options.pop("credentials", None) or credentials(running),
        http_options=types.HttpOptions(
            base_url=running.url,
            retry_options=types.HttpRetryOptions(attempts=1),
            **options,
        ),
    )
    running._clients.append(client)
    return client


def done(client: genai.Client, operation: Any) -> Any:
    """The operation once it has ended."""
    deadline = time.monotonic() + 90
    while not operation.done:
        assert time.monotonic() < deadline, "the clip was not finished"
        time.sleep(0.1)
        operation = client.operations.get(operation)
    return operation

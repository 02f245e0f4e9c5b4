"""The environment of the embedded stack's services: nothing that points at real services."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from greenlight import settings
from greenlight.local.certificates import short_bundle

# Beside the variables of real services: what would configure the S3 server behind our back.
_SERVER_PREFIXES = ("WEED_", "PG")

# Set by Greenlight itself for its children; a parent's values must not leak into another stack.
_OWN_PREFIXES = (
    "GREENLIGHT_S3_",
    "GREENLIGHT_MEDIA_",
    "GREENLIGHT_MODELS_",
    "GREENLIGHT_STACK",
    "GREENLIGHT_PROFILE",
)

_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy")


def clean_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment without anything that could lead a service beyond loopback."""
    dropped = _SERVER_PREFIXES + _OWN_PREFIXES
    kept = {
        name: value
        for name, value in environment.items()
        if not settings.AMBIENT.match(name)
        and not name.startswith(dropped)
        and name.lower() not in _PROXIES
    }
    kept["NO_PROXY"] = kept["no_proxy"] = "127.0.0.1,localhost"
    # boto3 would otherwise read ~/.aws and ask an instance's metadata address for credentials.
    kept["AWS_EC2_METADATA_DISABLED"] = "true"
    kept["AWS_CONFIG_FILE"] = kept["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    return kept


def prefect_settings(profile: settings.Profile, prefect_home: Path) -> dict[str, str]:
    """Prefect settings that every process of the stack shares."""
    return {
        "PREFECT_API_URL": profile.prefect_api_url,
        "PREFECT_API_AUTH_STRING": profile.prefect_auth,
        "PREFECT_HOME": str(prefect_home),
        "PREFECT_API_SSL_CERT_FILE": str(short_bundle(prefect_home)),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_COLORS": "false",
        "PREFECT_CLI_COLORS": "false",
        "PREFECT_CLI_PROMPT": "false",
    }


def patient_settings() -> dict[str, str]:
    """Prefect settings with which worker and flow runs outlive a Prefect that is away for minutes.

    The pauses double from 2 s on, and the last is 2 min: four minutes in all. Prefect answers 500
    while its database is away. `prefect.yaml` says the same for flow runs of any other worker.
    """
    return {
        "PREFECT_CLIENT_MAX_RETRIES": "7",
        "PREFECT_CLIENT_RETRY_EXTRA_CODES": "500,504",
        # Who waits, and for what, stands in the run's own log.
        "PREFECT_LOGGING_EXTRA_LOGGERS": "greenlight",
    }


def lease_settings() -> dict[str, str]:
    """Prefect server settings that give a killed holder's place in a limit to the next one soon.

    Kept on disk: a server that was killed would otherwise take the places of that hour for taken
    for ever, the one of the reconcile schedule among them.
    """
    return {
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": (
            "prefect.server.concurrency.lease_storage.filesystem"
        ),
        "PREFECT_SERVER_CONCURRENCY_INITIAL_DEPLOYMENT_LEASE_DURATION": "60",
        "PREFECT_SERVER_CONCURRENCY_MAXIMUM_CONCURRENCY_SLOT_WAIT_SECONDS": "5",
        "PREFECT_SERVER_SERVICES_REPOSSESSOR_LOOP_SECONDS": "5",
    }


def result_settings() -> dict[str, str]:
    """Prefect settings that write results as JSON.

    Prefect's default serializer is pickle, which runs code of anyone who writes to the bucket.
    """
    return {"PREFECT_RESULTS_DEFAULT_SERIALIZER": "json"}

from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import patch

import yaml

from greenlight.local.environment import (
    clean_environment,
    lease_settings,
    patient_settings,
)
from greenlight.settings import ambient

PROJECT = Path(__file__).parents[2]

REAL = {
    "GEMINI_API_KEY": "real",
    "GOOGLE_APPLICATION_CREDENTIALS": "real",
    "AWS_ACCESS_KEY_ID": "real",
    "AWS_PROFILE": "real",
    "PREFECT_API_URL": "real",
    "PREFECT_API_KEY": "real",
}


def test_variables_of_real_services_are_named_without_their_values() -> None:
    assert ambient({**REAL, "HOME": "/h"}) == sorted(REAL)


def test_a_child_is_given_nothing_that_leads_elsewhere_and_all_else() -> None:
    elsewhere = ("WEED_MASTER", "S3_BUCKET", "PGHOST", "https_proxy", "HTTP_PROXY")
    outer = ("GREENLIGHT_S3_BUCKET", "GREENLIGHT_STACK", "GREENLIGHT_PROFILE")
    own = {"LANG": "C.UTF-8", "PATH": "/bin", "GREENLIGHT_LINGER_SECONDS": "5"}
    kept = clean_environment({**REAL, **dict.fromkeys((*elsewhere, *outer), "real"), **own})
    assert "real" not in kept.values()
    assert kept.items() >= own.items()
    # boto3 reads no credentials of this machine
    assert kept["AWS_EC2_METADATA_DISABLED"] == "true"
    assert kept["AWS_SHARED_CREDENTIALS_FILE"] == kept["AWS_CONFIG_FILE"] == "/dev/null"


def test_the_stack_waits_for_prefect_as_long_as_any_other_worker() -> None:
    manifest = yaml.safe_load((PROJECT / "prefect.yaml").read_text())
    for deployment in manifest["deployments"]:
        assert deployment["work_pool"]["job_variables"]["env"] == patient_settings()


def test_every_setting_that_is_given_to_prefect_is_one_it_knows() -> None:
    from prefect.settings.models.root import Settings

    with patch.dict(os.environ, {**patient_settings(), **lease_settings()}):
        settings = Settings()
    assert settings.client.max_retries == 7
    assert settings.client.retry_extra_codes == {500, 504}
    assert settings.server.concurrency.lease_storage.endswith(".filesystem")
    assert settings.server.concurrency.initial_deployment_lease_duration == 60
    assert settings.server.concurrency.maximum_concurrency_slot_wait_seconds == 5
    assert settings.server.services.repossessor.loop_seconds == 5

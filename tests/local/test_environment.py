from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import patch

import pytest
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


@pytest.mark.parametrize("name", [*REAL, "WEED_MASTER", "S3_BUCKET", "PGHOST", "https_proxy"])
def test_no_child_is_given_a_variable_that_leads_elsewhere(name: str) -> None:
    assert name not in clean_environment({name: "real", "HOME": "/h"})


def test_another_stack_s_variables_do_not_leak() -> None:
    outer = {"GREENLIGHT_S3_BUCKET": "x", "GREENLIGHT_STACK": "y", "GREENLIGHT_PROFILE": "real"}
    assert not outer.keys() & clean_environment(outer).keys()


def test_everything_else_is_kept() -> None:
    kept = clean_environment({"LANG": "C.UTF-8", "PATH": "/bin", "GREENLIGHT_LINGER_SECONDS": "5"})
    assert kept["LANG"] == "C.UTF-8"
    assert kept["PATH"] == "/bin"
    assert kept["GREENLIGHT_LINGER_SECONDS"] == "5"


def test_boto3_reads_no_credentials_of_this_machine() -> None:
    kept = clean_environment({})
    assert kept["AWS_EC2_METADATA_DISABLED"] == "true"
    assert kept["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"


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

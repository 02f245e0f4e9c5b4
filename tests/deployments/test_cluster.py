"""Container and cluster files: what they name is there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect.utilities.schema_tools import validate
from prefect.utilities.templating import apply_values, find_placeholders

from deployments.warm import WORKER_TYPE
from greenlight import logs
from greenlight.local.environment import patient_settings, result_settings

ROOT = Path(__file__).parents[2]
CONTAINERFILE = (ROOT / "deployments/container/Containerfile").read_text()
MANIFESTS: list[dict[str, Any]] = list(
    yaml.safe_load_all((ROOT / "deployments/kubernetes/greenlight.yaml").read_text())
)


def test_the_image_is_made_of_files_that_are_there_and_of_pinned_versions() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINERFILE, re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    assert {"prefect.yaml", "constraints.txt", "greenlight", "flows", "tasks"} <= set(names)
    assert all((ROOT / name).exists() for name in names)
    assert "-c constraints.txt" in CONTAINERFILE
    assert not re.search(r"^FROM \S+:latest|^FROM [^:\s]+$", CONTAINERFILE, re.MULTILINE)


def test_the_image_sets_for_its_runs_what_the_embedded_stack_does() -> None:
    for name, value in {**patient_settings(), **result_settings()}.items():
        assert f"{name}={value}" in CONTAINERFILE
    assert re.search(r"^USER 10001$", CONTAINERFILE, re.MULTILINE)


def test_each_container_runs_unprivileged_with_its_secrets_from_outside() -> None:
    for manifest in (m for m in MANIFESTS if m["kind"] == "Deployment"):
        pod = manifest["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"]
        (container,) = pod["containers"]
        assert container["envFrom"] == [{"secretRef": {"name": "greenlight"}}]
        assert not container["securityContext"]["allowPrivilegeEscalation"]
        assert "memory" in container["resources"]["limits"]


def test_a_worker_that_is_told_to_end_has_the_time_that_a_paid_post_may_take() -> None:
    worker = next(m for m in MANIFESTS if m["metadata"]["name"] == "greenlight-worker")
    pod = worker["spec"]["template"]["spec"]
    assert pod["terminationGracePeriodSeconds"] >= 300  # GREENLIGHT_POST_SECONDS' default
    given = {e["name"]: e["value"] for e in pod["containers"][0]["env"]}
    assert given["GREENLIGHT_POOL_TYPE"] == WORKER_TYPE
    assert logs.settings_of("json").items() <= given.items()


def test_the_service_finds_what_it_is_for() -> None:
    named = {m["metadata"]["name"]: m for m in MANIFESTS if m["kind"] == "Deployment"}
    service = next(m for m in MANIFESTS if m["kind"] == "Service")
    pod = named[service["metadata"]["name"]]["spec"]["template"]
    assert service["spec"]["selector"] == pod["metadata"]["labels"]


@pytest.mark.parametrize("kind", ["docker", "kubernetes"])
def test_a_pool_s_template_takes_what_the_deployments_ask_for(kind: str) -> None:
    template = json.loads((ROOT / f"deployments/pools/{kind}.json").read_text())
    known = template["variables"]["properties"]
    used = {p.name for p in find_placeholders(template["job_configuration"])}
    assert used == set(known)
    asked = yaml.safe_load((ROOT / "prefect.yaml").read_text())["definitions"]["pool"]
    given = {name: known[name].get("default") for name in known} | asked["job_variables"]
    validate(given, template["variables"], raise_on_error=True)
    job = apply_values(template["job_configuration"], given)
    assert job["command"] == asked["job_variables"]["command"]
    assert job["stream_output"] is True


def test_prefect_in_the_cluster_asks_for_the_auth_string_of_one_secret() -> None:
    folder = ROOT / "deployments/kubernetes"
    server = yaml.safe_load((folder / "prefect-server.yaml").read_text())["server"]
    worker = yaml.safe_load((folder / "prefect-worker.yaml").read_text())["worker"]
    asked = {"enabled": True, "existingSecret": "prefect-auth"}
    assert server["basicAuth"] == asked
    assert worker["selfHostedServerApiConfig"]["basicAuth"] == asked
    own = server["uiConfig"]["prefectUiApiUrl"].removesuffix("/api")
    assert {"name": "PREFECT_SERVER_CORS_ALLOWED_ORIGINS", "value": own} in server["env"]


def test_no_pool_keeps_a_secret_in_prefect() -> None:
    for pool in (ROOT / "deployments/pools").glob("*.json"):
        assert "prefect.blocks" not in pool.read_text(), pool


def test_a_job_of_the_cluster_is_like_its_workers() -> None:
    template = json.loads((ROOT / "deployments/pools/kubernetes.json").read_text())
    known = template["variables"]["properties"]
    given = {name: field.get("default") for name, field in known.items()}
    job = apply_values(template["job_configuration"]["job_manifest"], given)["spec"]
    pod = job["template"]["spec"]
    worker = next(m for m in MANIFESTS if m["metadata"]["name"] == "greenlight-worker")
    like = worker["spec"]["template"]["spec"]
    for shared in ("terminationGracePeriodSeconds", "securityContext"):
        assert pod[shared] == like[shared]
    (mine,), (theirs,) = pod["containers"], like["containers"]
    for shared in ("image", "envFrom", "securityContext"):
        assert mine[shared] == theirs[shared]
    # A second pod for one run would be a second process of it; recovery is Greenlight's.
    assert job["backoffLimit"] == 0

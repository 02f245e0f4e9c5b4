"""What tests run on: a bucket in memory, or the one real stack of a run (marker `stack`)."""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import httpx
import pytest
from hypothesis import settings

from greenlight.desk import Desk
from greenlight.local.home import StackInfo
from greenlight.local.stack import Stack
from greenlight.local.standin import admin_client
from greenlight.settings import (
    EMBEDDED_POST_SECONDS,
    ModelSettings,
    Profile,
    S3Settings,
    load_profile,
)
from greenlight.store import memory
from greenlight.store.objects import ObjectStore
from greenlight.workspace import open_store
from tests.ports import free_block

# A busy machine is slow, not wrong: how long one example takes says nothing here.
settings.register_profile("greenlight", deadline=None)
settings.load_profile("greenlight")

PROJECT = Path(__file__).parent.parent

# Below the range that outgoing connections take their ports from.
_TEST_PORTS = range(12_000, 32_000, 400)


def free_first_port() -> int:
    """A first port whose whole block is free, so that checkouts tested side by side do not meet."""
    begin = int(os.environ.get("GREENLIGHT_TEST_FIRST_PORT") or _TEST_PORTS.start)
    blocks = range(begin, _TEST_PORTS.stop, _TEST_PORTS.step)
    return free_block(random.sample(blocks, k=len(blocks)))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackInfo]:
    """The whole stack on a temporary home, working in this checkout."""
    home = tmp_path_factory.mktemp("stack") / "home"
    # Long enough to be answered at once, short enough that tests see runs suspend.
    os.environ["GREENLIGHT_LINGER_SECONDS"] = "1"
    options = {"latency": "text=0.05,image=0.05,video=0.3"}
    with Stack(home, PROJECT, first_port=free_first_port(), standin_options=options) as info:
        yield info


@pytest.fixture
def first_port() -> int:
    """First port of a free block."""
    return free_first_port()


@pytest.fixture(scope="session")
def stack_profile(stack: StackInfo) -> Profile:
    """The embedded profile of the session's stack, as every door sees it."""
    return load_profile(environ={"GREENLIGHT_HOME": str(stack.home)})


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelSettings]:
    """A real stand-in for the model services, and nothing else."""
    home = tmp_path_factory.mktemp("models") / "home"
    without = ("prefect", "worker", "postgres", "s3", "media")
    options = {"latency": "text=0.02,image=0.02,video=0.1"}
    first = free_first_port()
    with Stack(home, PROJECT, first_port=first, without=without, standin_options=options) as info:
        yield load_profile(environ={"GREENLIGHT_HOME": str(info.home)}).models


@pytest.fixture(scope="session")
def storage_profile(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Profile]:
    """A bucket and nothing else: in memory, or with `--real-s3` on the embedded S3 server."""
    if not request.config.getoption("--real-s3"):
        yield _in_memory()
        return
    home = tmp_path_factory.mktemp("storage") / "home"
    without = ("prefect", "worker", "models", "postgres", "media")
    with Stack(home, home.parent, first_port=free_first_port(), without=without):
        yield load_profile(environ={"GREENLIGHT_HOME": str(home)})


def _in_memory() -> Profile:
    nowhere = "http://127.0.0.1:9"
    return Profile(
        name="embedded",
        simulated=True,
        prefect_api_url=f"{nowhere}/api",
        s3=S3Settings(
            endpoint_url="memory://tests",
            bucket=f"tests-{os.getpid()}",
            access_key_id="test",
            secret_access_key="test",
        ),
        models=ModelSettings(base_url=nowhere, api_key="test"),
        media_url=nowhere,
        media_secret=secrets.token_hex(32),
        poll_seconds=0.25,
        post_seconds=EMBEDDED_POST_SECONDS,
    )


@pytest.fixture(scope="module")
def profile(request: pytest.FixtureRequest) -> Iterator[Profile]:
    """The stack's in modules marked `stack`, else a bucket's, with models if marked `models`."""
    if request.node.get_closest_marker("stack"):
        yield cast(Profile, request.getfixturevalue("stack_profile"))
        return
    found = cast(Profile, request.getfixturevalue("storage_profile"))
    if request.node.get_closest_marker("models"):
        found = found.model_copy(update={"models": request.getfixturevalue("models")})
    if not found.s3.endpoint_url.startswith(memory.SCHEME):
        yield found
        return
    s3 = found.s3.model_copy(update={"bucket": request.node.nodeid})
    yield found.model_copy(update={"s3": s3})
    memory.forget(s3.endpoint_url, s3.bucket)


@pytest.fixture(scope="module")
def objects(profile: Profile) -> ObjectStore:
    """The profile's bucket."""
    return open_store(profile)


@pytest.fixture(scope="module")
def desk(profile: Profile) -> Desk:
    """The desk on the profile's services."""
    return Desk(profile)


@pytest.fixture
def faults(profile: Profile) -> Iterator[httpx.Client]:
    """The stand-in's fault switchboard, empty before and after."""
    with admin_client(profile.models.base_url, profile.models.admin_key) as client:
        client.delete("faults")
        yield client
        client.delete("faults")

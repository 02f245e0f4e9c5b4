"""The real embedded stack, started once for all tests that ask for it."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from greenlight.desk import Desk
from greenlight.local import Stack, StackInfo, ports
from greenlight.settings import Profile, load_profile
from greenlight.store.objects import ObjectStore
from greenlight.studio import open_store

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
    return ports.free_block(random.sample(blocks, k=len(blocks)))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackInfo]:
    """The whole stack on a temporary home, working in this checkout."""
    home = tmp_path_factory.mktemp("stack") / "home"
    # Long enough to be answered at once, short enough that tests see runs suspend.
    os.environ["GREENLIGHT_LINGER_SECONDS"] = "1"
    options = {"latency": "text=0.05,image=0.05,video=0.3"}
    with Stack(home, PROJECT, first_port=free_first_port(), standin_options=options) as info:
        yield info


@pytest.fixture(scope="session")
def free_block() -> Callable[[], int]:
    """Finds the first port of a free block, for a stack beside the session's own."""
    return free_first_port


@pytest.fixture
def first_port() -> int:
    """First port of a free block."""
    return free_first_port()


@pytest.fixture(scope="session")
def profile(stack: StackInfo) -> Profile:
    """The embedded profile of the session's stack, as every door sees it."""
    return load_profile(environ={"GREENLIGHT_HOME": str(stack.home)})


@pytest.fixture(scope="session")
def objects(profile: Profile) -> ObjectStore:
    """The session's bucket."""
    return open_store(profile)


@pytest.fixture(scope="session")
def desk(profile: Profile) -> Desk:
    """The desk on the session's stack."""
    return Desk(profile)

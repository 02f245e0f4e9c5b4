"""Stacks of a test's own: they are killed, broken and started again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import psutil
import pytest

from greenlight.local.background import down
from greenlight.local.home import load_credentials
from greenlight.local.process import marked


class Eventually(Protocol):
    def __call__(self, look: Callable[[], Any], seconds: float = 15.0) -> Any: ...


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home that leaves no process behind, whatever the test did to its stack."""
    home = tmp_path / "home"
    yield home
    if home.exists():
        down(home)


@pytest.fixture
def alive(home: Path) -> Callable[[], list[psutil.Process]]:
    """Tells which processes belong to the stack of `home`, by their mark."""
    return lambda: marked(load_credentials(home).stack_id)


@pytest.fixture
def eventually() -> Eventually:
    """Returns what a function returns, as soon as that is true; fails when it never is."""

    def wait(look: Callable[[], Any], seconds: float = 15.0) -> Any:
        deadline = time.monotonic() + seconds
        while not (found := look()):
            assert time.monotonic() < deadline, f"not so within {seconds} s"
            time.sleep(0.05)
        return found

    return wait

"""Stacks of a test's own: they are killed, broken and started again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from greenlight.local.background import down
from greenlight.local.home import load_credentials
from greenlight.local.process import marked
from greenlight.local.stack import Stack

STORES_ONLY = ("prefect", "worker", "models", "media")


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
def stores(home: Path, first_port: int) -> Callable[..., Stack]:
    """A stack of PostgreSQL and S3 alone in `home`; `without` leaves out more."""

    def make(*on_event: object, without: tuple[str, ...] = ()) -> Stack:
        left_out = (*STORES_ONLY, *without)
        return Stack(home, home.parent, *on_event, first_port=first_port, without=left_out)

    return make

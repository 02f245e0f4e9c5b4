"""The command line as a program: exit code, standard output, standard error."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from greenlight.cli.entry import run

PROJECT = Path(__file__).parent.parent.parent


class Done(NamedTuple):
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


Cli = Callable[..., Done]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder in which no stack runs."""
    return tmp_path / "home"


@pytest.fixture
def cli(home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Cli:
    """Runs `greenlight …` without a terminal, on `home` unless told otherwise."""
    monkeypatch.delenv("COLUMNS", raising=False)  # what the test runner says of its own terminal
    for name in [n for n in os.environ if n.startswith("GREENLIGHT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GREENLIGHT_HOME", str(home))
    monkeypatch.chdir(PROJECT)

    def command(*words: str, **variables: str) -> Done:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        capfd.readouterr()
        code = run(words)
        return Done(code, *capfd.readouterr())

    return command

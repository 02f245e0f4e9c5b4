from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# pytest's importlib mode lets no test module import its neighbours; these have names of their own.
# At the end of the path: the `sitecustomize` in there is for the stacks and not for this process.
sys.path += [str(Path(__file__).parent), str(Path(__file__).parent / "inject")]
from crash_stack import Lane, a_lane


@pytest.fixture(scope="module")
def lane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lane]:
    """A stack of its own: what is killed here must not be missed elsewhere."""
    with a_lane(tmp_path_factory.mktemp("chaos") / "home") as started:
        yield started

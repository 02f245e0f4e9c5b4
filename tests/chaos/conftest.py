from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chaos.stack import Lane, a_lane


@pytest.fixture(scope="module")
def lane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lane]:
    """A stack of its own: what is killed here must not be missed elsewhere."""
    with a_lane(tmp_path_factory.mktemp("chaos") / "home") as started:
        yield started

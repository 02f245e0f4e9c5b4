"""The batch flow's own name."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from flows import batch


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        (
            {"table": "https://x.example/t.csv?X-Amz-Signature=abc", "name": ""},
            "https://x.example/t.csv",
        ),
        ({"prefix": "s3://studio/tables/", "table": None}, "s3://studio/tables/"),
        ({"batch": "nights-3f9c1a"}, "nights-3f9c1a"),
    ],
)
def test_a_run_is_named_for_its_table_without_the_query_that_signs_it(
    monkeypatch: pytest.MonkeyPatch, parameters: dict[str, str | None], name: str
) -> None:
    monkeypatch.setattr(batch, "flow_run", SimpleNamespace(parameters=parameters))
    assert batch.run_name() == f"batch {name}"

"""Ids of productions."""

from __future__ import annotations

import secrets
from types import SimpleNamespace

import pytest

from greenlight.briefs.intake import check_brief
from greenlight.desk import submit
from greenlight.desk.submit import free_id, new_id
from greenlight.store.objects import ObjectStore


def test_two_submits_of_one_title_are_two_productions_whatever_is_drawn(
    objects: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = f"twice-{secrets.token_hex(3)}"
    brief = check_brief({"title": show, "vision": "A fox.", "show": show}, "test")
    # The store draws numbers too, and those have to differ.
    monkeypatch.setattr(submit, "secrets", SimpleNamespace(token_hex=lambda size: "7f" * size))
    assert [free_id(objects, brief) for _ in range(3)] == [
        f"{show}-7f7f",
        f"{show}-7f7f7f",
        f"{show}-7f7f7f7f",
    ]


def test_one_key_is_one_id() -> None:
    brief = check_brief({"title": "Fox", "vision": "A fox."}, "test")
    assert new_id(brief, "a") == new_id(brief, "a") != new_id(brief, "b")

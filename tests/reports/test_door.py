"""`greenlight report` and the report that flows store, on the real stack."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from greenlight.desk import Desk
from greenlight.errors import NotFound
from greenlight.local.home import StackInfo
from greenlight.reports.material import gather
from greenlight.reports.publish import publish
from greenlight.reports.report import Period
from greenlight.settings import Profile
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from greenlight.store.remembered import Remembered
from greenlight.workspace import Workspace
from tests.production.buying import obtain, request, workspace_with

pytestmark = pytest.mark.stack


@pytest.fixture
def paid(profile: Profile, objects: ObjectStore) -> Workspace:
    """A production that has paid for one still."""
    workspace = workspace_with(profile, objects)
    obtain(workspace, request())
    return workspace


def test_what_was_read_once_is_not_fetched_again(
    profile: Profile, objects: ObjectStore, paid: Workspace, tmp_path: Path
) -> None:
    show = paid.keys.show
    first = list(gather(profile, show, tmp_path))
    store = Remembered(profile.s3, tmp_path)
    with store.remembering(paid.keys.production):
        for key in list(store.keys(paid.keys.ledger)):
            if key.endswith(".json"):
                assert store.get(key) == objects.get(key)
    assert store.fetched == 0
    obtain(paid, request(), first[0].entries[0].slot.model_copy(update={"version": 2}))
    (again,) = gather(profile, show, tmp_path)
    assert len(again.entries) == len(first[0].entries) + 1


def test_a_spoilt_or_foreign_file_is_read_anew(
    profile: Profile, paid: Workspace, tmp_path: Path
) -> None:
    (before,) = gather(profile, paid.keys.show, tmp_path)
    for path in tmp_path.rglob("*.gz"):
        path.write_bytes(path.read_bytes()[:40])
    (after,) = gather(profile, paid.keys.show, tmp_path)
    assert after.entries == before.entries
    folder = tmp_path / "file"
    folder.write_text("no folder")
    (beside,) = gather(profile, paid.keys.show, folder)
    assert beside.entries == before.entries


def test_an_unknown_show_is_named_with_those_there_are(profile: Profile, paid: Workspace) -> None:
    with pytest.raises(NotFound, match=paid.keys.show):
        list(gather(profile, "nowhere"))


def test_the_command_agrees_with_the_ledger(
    stack: StackInfo, paid: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd
) -> None:
    from greenlight.cli.entry import run

    monkeypatch.setenv("GREENLIGHT_HOME", str(stack.home))
    spent = sum(e.counted_usd for e in paid.ledger.entries())

    def cli(*words: str) -> tuple[int, str]:
        capfd.readouterr()
        return run(("report", "--show", paid.keys.show, *words)), capfd.readouterr()[0]

    code, text = cli("--json")
    part = json.loads(text)["parts"]["simulated"]
    assert code == 0
    assert float(part["spending"]["total"]["usd"]) == float(spent)
    page, csv, parquet = (tmp_path / name for name in ("r.html", "csv", "parquet"))
    code, text = cli("--html", str(page), "--csv", str(csv), "--parquet", str(parquet))
    assert code == 0
    assert page.read_text().startswith("<!doctype html>")
    assert (csv / "figures.csv").exists()
    assert (parquet / "spend.parquet").exists()
    assert "Reliability" in cli()[1]
    assert "nothing happened" in cli("--until", "2001-01-01")[1]
    assert cli("--since", "yesterday")[0] == 2
    assert cli("--since", "2026-02-02", "--until", "2026-02-01")[0] == 2
    assert run(("report", "--show", "nowhere")) == 3


def test_a_stored_report_is_seen_through_its_links_and_runs_nothing(
    desk: Desk, paid: Workspace
) -> None:
    today = now().date()
    found = publish(desk.profile, desk.store, paid.keys.show, 7, today, today)
    assert found.tables
    assert found.plots
    for address, kind in [(found.page, "text/html"), (found.plots[0].url, "image/svg+xml")]:
        answer = httpx.get(address, trust_env=False)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["content-disposition"].startswith("inline")
        assert answer.headers["content-security-policy"].startswith("sandbox")
    assert publish(desk.profile, desk.store, paid.keys.show, 7, None, Period().until).tables == ()

"""The corpus of rejected takes, with the bytes that the store really holds."""

from __future__ import annotations

import json
import secrets
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import pytest

from greenlight.cli.entry import run
from greenlight.errors import IntegrityError
from greenlight.local.home import StackInfo
from greenlight.production.brief import Reference
from greenlight.production.checks import CheckRecord, RuleRow, ScoreRow
from greenlight.production.names import TakeId
from greenlight.production.records import Attempt, DecisionRecord, TakeRecord, Verdict
from greenlight.reports.corpus import COLUMNS, CorpusRow, write_corpus
from greenlight.reports.material import gather
from greenlight.reports.report import Period
from greenlight.settings import Profile
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from greenlight.workspace import Workspace
from tests.production.buying import SLOT, obtain, request, workspace_with
from tests.production.world import shot

pytestmark = pytest.mark.stack

TAKE = TakeId("frame", 1, SLOT.subject, 1)


def say(workspace: Workspace, number: int, principal: str, *verdicts: Verdict) -> None:
    workspace.records.claim(
        DecisionRecord(
            at=now(),
            number=number,
            request=secrets.token_hex(8),
            who="Ada",
            principal=principal,
            verified=True,
            door="cli",
            verdicts=verdicts,
        )
    )


@pytest.fixture
def turned_down(profile: Profile, objects: ObjectStore) -> Workspace:
    """A frame that was bought, graded and sent back by a person; a robot omits it before that."""
    workspace = workspace_with(profile, objects)
    asked = request("a prompt to learn from")
    answer = obtain(workspace, asked).answer
    assert answer is not None
    picture = Reference(name="Mara", image="x", image_sha256=answer.sha256, image_mime=answer.mime)
    workspace.records.claim(
        Attempt(
            at=now(),
            kind="frame",
            version=1,
            shot=SLOT.subject,
            cause="first",
            spec=shot(SLOT.subject),
            references=(picture,),
            spec_hash="s",
            candidates=(1,),
        )
    )
    workspace.records.claim(
        TakeRecord(
            at=now(),
            take=str(TAKE),
            key=answer.key,
            sha256=answer.sha256,
            size=answer.size,
            mime=answer.mime,
            model=asked.model,
            spec_hash="s",
            cost_usd=Decimal("0.04"),
            simulated=True,
        )
    )
    workspace.records.claim(
        CheckRecord(
            at=now(),
            take=str(TAKE),
            sha256=answer.sha256,
            rules=(RuleRow(name="decodes", passed=True, detail="It decodes."),),
            scores=(ScoreRow(criterion="identity", score=0.3, reason="Who is it?"),),
            threshold=0.6,
            rubric="frame-2",
            cost_usd=Decimal(0),
        )
    )
    omitted = Verdict(take=str(TAKE), verdict="omit", sha256=answer.sha256)
    say(workspace, 1, "robot:demo", omitted)
    sent_back = {"verdict": "retake", "reason": "identity", "note": "that is not Mara"}
    say(workspace, 2, "login:ada", omitted.model_copy(update=sent_back))
    return workspace


def test_a_rejected_take_comes_with_all_that_is_known_of_it(
    turned_down: Workspace, stack: StackInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd
) -> None:
    import pyarrow.parquet as pq

    monkeypatch.setenv("GREENLIGHT_HOME", str(stack.home))
    words = ("corpus", str(tmp_path), "--show", turned_down.keys.show)
    assert run((*words, "--json")) == 0
    assert json.loads(capfd.readouterr()[0]) == {"takes": 1, "files": 1, "gone": []}
    table = pq.read_table(tmp_path / "corpus.parquet")
    assert table.column_names == list(COLUMNS)
    (row,) = table.to_pylist()
    assert (row["verdict"], row["reason"], row["note"]) == (
        "retake",
        "identity",
        "that is not Mara",
    )
    assert "a prompt to learn from" in row["prompt"]
    assert json.loads(row["spec"])["id"] == SLOT.subject
    assert json.loads(row["references"])[0]["name"] == "Mara"
    assert json.loads(row["scores"]) == {"identity": [0.3, "Who is it?"]}
    assert (row["score"], row["flagged"], row["role"], row["usd"]) == (
        0.3,
        True,
        "command line",
        Decimal("0.04"),
    )
    image = (tmp_path / row["image"]).read_bytes()
    assert image == turned_down.store.get_exactly(
        turned_down.records.facts().takes[TAKE].key, row["sha256"]
    )
    assert json.loads(row["reference_images"]) == [row["image"]]
    assert all(name in (tmp_path / "COLUMNS.md").read_text() for name in COLUMNS)


def write(
    workspace: Workspace, profile: Profile, folder: Path, **options: bool
) -> tuple[int, int, int]:
    found = write_corpus(
        gather(profile, workspace.keys.show, folder / "cache"),
        workspace.store,
        folder,
        Period(),
        lambda _: "reviewer",
        **options,
    )
    return found.takes, found.files, len(found.gone)


def test_robots_and_changed_minds_are_left_out_and_removed_bytes_are_named(
    turned_down: Workspace, profile: Profile, tmp_path: Path
) -> None:
    record = turned_down.records.facts().takes[TAKE]
    approved = Verdict(take=str(TAKE), verdict="approve", sha256=record.sha256)
    say(turned_down, 3, "login:ada", approved)
    assert write(turned_down, profile, tmp_path) == (0, 0, 0)
    say(turned_down, 4, "robot:demo", approved.model_copy(update={"verdict": "omit"}))
    assert write(turned_down, profile, tmp_path) == (0, 0, 0)
    assert write(turned_down, profile, tmp_path, robots=True) == (1, 1, 0)
    turned_down.store.delete(record.key)
    assert write(turned_down, profile, tmp_path, robots=True) == (1, 1, 0)
    assert write(turned_down, profile, tmp_path / "new", robots=True) == (1, 0, 1)


def test_other_bytes_than_were_recorded_are_no_part_of_a_corpus(
    turned_down: Workspace, profile: Profile, tmp_path: Path
) -> None:
    record = turned_down.records.facts().takes[TAKE]
    turned_down.store.overwrite(record.key, b"something else", record.mime)
    with pytest.raises(IntegrityError, match="is not what was recorded"):
        write(turned_down, profile, tmp_path)


def test_every_column_is_documented_and_every_documented_column_is_there() -> None:
    assert [field.name for field in fields(CorpusRow)] == list(COLUMNS)

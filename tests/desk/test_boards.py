"""A person's own picture as a take."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from greenlight.desk import Desk, Wish
from greenlight.errors import InvalidInput, NotFound, Refused
from greenlight.production.brief import Reference
from greenlight.production.names import parse_take
from greenlight.production.records import HUMAN, ShotListRecord
from greenlight.production.shots import Shot
from greenlight.production.state import fold
from greenlight.settings import Profile
from greenlight.stages.breakdown import shot_list_hash
from greenlight.store.objects import ObjectStore
from greenlight.store.records import now
from greenlight.workspace import Workspace
from tests.production.buying import ADA, workspace_with

SHOT, WITH_MARA = "sq010_sh0010", "sq010_sh0020"


@pytest.fixture
def workspace(profile: Profile, objects: ObjectStore, desk: Desk) -> Workspace:
    """A production without a run, whose shot list is approved; Mara needs a sheet."""
    mara = Reference(name="Mara", description="a keeper").model_dump()
    workspace = workspace_with(profile, objects, references=[mara], sheets="all")
    shots = (
        Shot(id=SHOT, subject="a lamp", action="burns"),
        Shot(id=WITH_MARA, subject="Mara", action="waits", references=("Mara",)),
    )
    sha256 = shot_list_hash(shots)
    workspace.records.claim(
        ShotListRecord(at=now(), version=1, shots=shots, made_by="test", sha256=sha256)
    )
    desk.decide(workspace.keys.production, [Wish(target="shotlist/v001", verdict="approve")], ADA)
    return workspace


def picture(folder: Path, size: tuple[int, int] = (1280, 720), kind: str = "PNG") -> Path:
    """A picture with something in it."""
    found = Image.linear_gradient("L").resize(size).convert("RGB")
    found.paste((200, 60, 40), (size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2))
    data = io.BytesIO()
    found.save(data, kind)
    path = folder / f"board.{kind.lower()}"
    path.write_bytes(data.getvalue())
    return path


def test_a_board_waits_like_any_other_take_and_nothing_is_drawn(
    workspace: Workspace, desk: Desk, tmp_path: Path
) -> None:
    production = workspace.keys.production
    record = desk.add_take(production, SHOT, picture(tmp_path), ADA, "my own")
    assert (record.model, record.cost_usd, record.simulated) == (HUMAN, 0, False)
    facts, state = desk.look(production)
    assert record.take in [w.take for w in state.waiting]
    assert not [w for w in state.work if w.take.shot == SHOT]
    assert facts.attempts[record.id.attempt].made_by == "Ada"
    desk.decide(production, [Wish(target=record.take, verdict="approve")], ADA)
    _, state = desk.look(production)
    [clip] = [w for w in state.work if w.take.shot == SHOT]
    assert clip.kind == "clip"
    assert clip.opening is not None
    assert clip.opening.frame_sha256 == record.sha256
    assert clip.opening.ceiling_usd


def test_a_board_of_another_shape_is_refused_until_somebody_says_how_to_fit_it(
    workspace: Workspace, desk: Desk, tmp_path: Path
) -> None:
    production, square = workspace.keys.production, picture(tmp_path, (1400, 1400))
    with pytest.raises(InvalidInput, match=r"off 16:9.*--fit crop"):
        desk.add_take(production, SHOT, square, ADA)
    for fit, size in (("crop", (1400, 788)), ("pad", (2489, 1400))):
        record = desk.add_take(production, SHOT, square, ADA, fit=fit)  # type: ignore[arg-type]
        with Image.open(io.BytesIO(workspace.store.get(record.key))) as found:
            assert found.size == size


@pytest.mark.parametrize(
    ("data", "words"), [(b"", "no bytes"), (b"GIF89a", "picture"), (b"\x89PNG\r\n", "picture")]
)
def test_what_is_no_picture_is_no_take(
    workspace: Workspace, desk: Desk, tmp_path: Path, data: bytes, words: str
) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(data)
    with pytest.raises(InvalidInput, match=words):
        desk.add_take(workspace.keys.production, SHOT, path, ADA)
    assert not workspace.records.facts().takes


def test_a_shot_that_waits_for_its_sheet_takes_no_board_and_its_sheet_does(
    workspace: Workspace, desk: Desk, tmp_path: Path
) -> None:
    production, path = workspace.keys.production, picture(tmp_path, kind="JPEG")
    with pytest.raises(Refused, match="reference sheets"):
        desk.add_take(production, WITH_MARA, path, ADA)
    for wrong in ("sq010_sh0990", "sheet/nobody", "../x"):
        with pytest.raises(NotFound, match="not found"):
            desk.add_take(production, wrong, path, ADA)
    record = desk.add_take(production, "Mara", path, ADA)
    assert record.take == "sheet/mara/v001_c1"
    desk.decide(production, [Wish(target=record.take, verdict="approve")], ADA)
    _, state = desk.look(production)
    shot = next(s for s in state.shots if s.shot.id == WITH_MARA)
    assert [r.image_sha256 for r in shot.references] == [record.sha256]


def test_a_board_whose_picture_never_came_is_drawn_by_nobody(
    workspace: Workspace, desk: Desk, tmp_path: Path
) -> None:
    record = desk.add_take(workspace.keys.production, SHOT, picture(tmp_path), ADA)
    facts = workspace.records.facts()
    del facts.takes[record.id]  # as after a crash between attempt and picture
    del facts.checks[record.id]
    work = [w for w in fold(facts).work if w.take.shot == SHOT]
    assert {w.take.version for w in work} == {2}
    assert parse_take(record.take).version == 1

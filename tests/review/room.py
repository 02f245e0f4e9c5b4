"""Builds a production by its records alone: pictures that wait, and no run."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import NamedTuple

from PIL import Image
from starlette.testclient import TestClient

from greenlight.desk import Desk, Wish, this_person
from greenlight.production.checks import CheckRecord, ScoreRow
from greenlight.production.names import TakeId
from greenlight.production.records import ShotListRecord, TakeRecord
from greenlight.production.shots import Shot
from greenlight.stages.breakdown import shot_list_hash
from greenlight.store.objects import sha256_of
from greenlight.store.records import now
from greenlight.workspace import Workspace
from tests.production.buying import workspace_with

SignedIn = Callable[..., TestClient]
"""A browser of somebody new with these roles."""


class Built(NamedTuple):
    name: str
    workspace: Workspace
    desk: Desk

    @property
    def at(self) -> str:
        return f"/p/{self.name}"

    @property
    def api(self) -> str:
        return f"/api/productions/{self.name}"

    def waiting(self) -> list[str]:
        return [w.take for w in self.desk.look(self.name)[1].waiting]


def picture(number: int, size: tuple[int, int] = (1280, 720)) -> bytes:
    out = BytesIO()
    colour = (40 + number * 37 % 180, 60 + number * 53 % 150, 70 + number * 71 % 160)
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def build(
    desk: Desk,
    shots: int = 3,
    candidates: int = 2,
    listed: bool = True,
    shows: tuple[str, ...] = (),
    **brief: object,
) -> Built:
    """A production of the desk's; without `listed` its shot list waits and nothing was drawn."""
    fields = {"candidates": candidates, "sheets": "none", "title": "Fox & <b>Owl</b>"} | brief
    workspace = workspace_with(desk.profile, desk.store, **fields)
    name = workspace.production.production
    specs = tuple(
        Shot(
            id=f"sq010_sh{n * 10:04d}",
            subject="a fox",
            action=f"looks up, the {n}. time",
            references=shows,
        )
        for n in range(1, shots + 1)
    )
    record = ShotListRecord(
        at=now(), version=1, shots=specs, made_by="test", sha256=shot_list_hash(list(specs))
    )
    workspace.records.claim(record)
    built = Built(name, workspace, desk)
    if listed:
        desk.decide(name, [Wish(target="shotlist/v001", verdict="approve")], this_person())
        draw(built)
    return built


def draw(built: Built) -> None:
    """Does all the work that is ready: a picture for every candidate."""
    workspace = built.workspace
    _, state = built.desk.look(built.name)
    for work in state.work:
        if work.opening is not None and work.kind == "frame":
            attempt = workspace.records.claim(work.opening)
            for take in attempt.takes():
                file(workspace, take, attempt.spec_hash)


def approve(built: Built, *takes: str) -> None:
    wishes = [Wish(target=t, verdict="approve") for t in takes]
    built.desk.decide(built.name, wishes, this_person("Ada"))


def shoot(built: Built) -> None:
    """Makes every clip that is released: no browser plays it, it is there and waits."""
    workspace = built.workspace
    _, state = built.desk.look(built.name)
    for work in state.work:
        if work.opening is not None and work.kind == "clip":
            attempt = workspace.records.claim(work.opening)
            file(workspace, attempt.take, attempt.spec_hash, "video/mp4")


def assemble_frames(built: Built) -> None:
    """The animatic that is ready, by its record: no browser plays it, its marks are there."""
    workspace = built.workspace
    _, state = built.desk.look(built.name)
    (work,) = (w for w in state.work if w.kind == "animatic")
    assert work.opening is not None
    attempt = workspace.records.claim(work.opening)
    key = workspace.keys.media(attempt.take, "video/mp4")
    workspace.store.put_once(key, b"movie", "video/mp4")
    spans = [
        {"shot": name.split("/")[0], "start_frame": 1 + n * 96, "frames": 96}
        for n, name in enumerate(attempt.frames)
    ]
    workspace.records.claim(
        TakeRecord(
            at=now(),
            take=str(attempt.take),
            key=key,
            sha256=sha256_of(b"movie"),
            size=5,
            mime="video/mp4",
            model="greenlight",
            spec_hash=attempt.spec_hash,
            cost_usd=Decimal(0),
            simulated=True,
            details={"fps": "24", "clips": spans},
        )
    )


def file(workspace: Workspace, take: TakeId, spec_hash: str, mime: str = "image/png") -> None:
    data = picture(int(take.shot[-4:]) // 10 * 3 + take.candidate + take.version)
    key = workspace.keys.media(take, mime)
    workspace.store.put_once(key, data, mime)
    workspace.records.claim(
        TakeRecord(
            at=now(),
            take=str(take),
            key=key,
            sha256=sha256_of(data),
            size=len(data),
            mime=mime,
            model="test",
            spec_hash=spec_hash,
            cost_usd=Decimal("0.01"),
            simulated=True,
        )
    )
    low = take.shot.endswith("0020") and take.candidate == 2
    workspace.records.claim(
        CheckRecord(
            at=now(),
            take=str(take),
            sha256=sha256_of(data),
            rules=(),
            scores=(
                ScoreRow(
                    criterion="composition",
                    score=0.1 if low else 0.9 - take.candidate / 100,
                    reason="It is a medium, and a wide was asked for." if low else "Fine.",
                ),
            ),
            threshold=0.5,
            cost_usd=Decimal(0),
            box=(200, 200, 800, 800),
            appearance=(0, 12, 210) if take.shot.endswith("0030") else (200, 10, 0),
        )
    )


def inbox_of(http: TestClient) -> str:
    """The inbox once every production has been looked at, as a page that stays open sees it."""
    for _ in range(120):
        page = http.get("/").text
        if "data-unseen" not in page:
            return page
    raise AssertionError("it is never done with looking at the productions")

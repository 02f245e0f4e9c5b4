"""Animatic: the approved frames with the shot list's timing, as one movie; free of charge."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path

from greenlight.media.lane import on_lane
from greenlight.production.names import parse_take
from greenlight.production.records import ShotListRecord, TakeRecord
from greenlight.production.shots import Shot, clip_hash
from greenlight.stages.assignment import Assignment
from greenlight.stages.cut import movie_record, slate_lines, stored_movie


async def assemble_frames(given: Assignment) -> TakeRecord:
    """The animatic of this attempt, stored but not yet filed."""
    return await on_lane(_assemble, given)


def _assemble(given: Assignment) -> TakeRecord:
    from greenlight.media.animatic import Panel, add_panel
    from greenlight.media.movie import write_movie

    workspace, facts, attempt = given.workspace, given.facts, given.attempt
    brief, framing = given.production.brief, given.production.framing
    width, height = framing.raster
    panels = []
    for name, release in zip(attempt.frames, attempt.releases, strict=True):
        take = facts.takes[parse_take(name)]
        spec = _spec(list(facts.shot_lists.values()), take, release)
        panels.append(
            Panel(
                still=workspace.store.get_exactly(take.key, take.sha256),
                seconds=spec.seconds,
                shot=spec.id,
                take=take.id.label,
                dialogue=spec.dialogue,
                caption="" if spec.movement == "static" else spec.movement,
            )
        )
    lines = slate_lines(workspace, attempt, len(panels)) | {"sound": "scratch: hummed, no speech"}
    with tempfile.TemporaryDirectory() as folder:
        movie = Path(folder, "animatic.mp4")
        info = write_movie(
            movie,
            panels,
            add_panel,
            fps=Decimal(brief.fps),
            width=width,
            height=height,
            drawn=framing.drawn_raster,
            title=f"{brief.title}: animatic",
            slate_lines=lines,
        )
        stored = stored_movie(workspace, workspace.keys.media(attempt.take, "video/mp4"), movie)
    return movie_record(workspace, attempt, stored, info.model_dump(mode="json"))


def _spec(lists: list[ShotListRecord], frame: TakeRecord, release: str) -> Shot:
    """The shot as it was when the animatic was opened: the one whose clip the hash is of."""
    for listed in sorted(lists, key=lambda r: -r.version):
        shot = listed.shot(frame.id.shot)
        if shot is not None and clip_hash(shot, frame.sha256) == release:
            return shot
    raise LookupError(f"no shot list has {frame.id.shot} as the animatic was opened for it")

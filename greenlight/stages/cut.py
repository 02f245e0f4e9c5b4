"""Cut: the approved clips in story order, trimmed, with burn-ins, as one movie."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from greenlight.media.lane import on_lane
from greenlight.production.names import parse_take
from greenlight.production.records import Attempt, TakeRecord
from greenlight.stages.assignment import Assignment
from greenlight.store.records import now
from greenlight.workspace import Workspace


async def assemble(given: Assignment) -> TakeRecord:
    """The cut of this attempt, stored but not yet filed; free of charge."""
    return await on_lane(_assemble, given)


def _assemble(given: Assignment) -> TakeRecord:
    from greenlight.media.cut import CutClip, add_clip
    from greenlight.media.movie import write_movie

    workspace, facts, attempt = given.workspace, given.facts, given.attempt
    brief, framing = given.production.brief, given.production.framing
    width, height = framing.raster
    with tempfile.TemporaryDirectory() as folder:
        clips = []
        for name in attempt.clips:
            take = facts.takes[parse_take(name)]
            spec = facts.attempts[take.id].spec
            assert spec is not None
            path = Path(folder, f"{take.id.shot}.mp4")
            path.write_bytes(workspace.store.get_exactly(take.key, take.sha256))
            clips.append(
                CutClip(path=path, seconds=spec.seconds, shot=take.id.shot, take=take.id.label)
            )
        movie = Path(folder, "cut.mp4")
        info = write_movie(
            movie,
            clips,
            add_clip,
            fps=Decimal(brief.fps),
            width=width,
            height=height,
            drawn=framing.drawn_raster,
            title=brief.title,
            slate_lines=slate_lines(workspace, attempt, len(clips)),
        )
        stored = stored_movie(workspace, workspace.keys.media(attempt.take, "video/mp4"), movie)
    return movie_record(workspace, attempt, stored, info.model_dump(mode="json"))


def slate_lines(workspace: Workspace, attempt: Attempt, shots: int) -> dict[str, str]:
    """What is to know about a movie of all shots, for its slate."""
    brief, framing = workspace.production.brief, workspace.production.framing
    width, height = framing.raster
    lines = {
        "show": brief.show,
        "production": workspace.production.production,
        "version": attempt.take.label,
        "shots": str(shots),
        "format": f"{width}×{height} at {brief.fps} fps, {framing.sentence}",
        "date": f"{now():%Y-%m-%d}",
    }
    if workspace.profile.simulated:
        lines["drawn by"] = "the stand-in, a simulation"
    return lines


def movie_record(
    workspace: Workspace, attempt: Attempt, stored: tuple[str, str, int], info: dict[str, Any]
) -> TakeRecord:
    """The record of a movie that was made here, of what lies in the store."""
    framing = workspace.production.framing
    key, sha256, size = stored
    return TakeRecord(
        at=now(),
        take=str(attempt.take),
        key=key,
        sha256=sha256,
        size=size,
        mime="video/mp4",
        model="greenlight",
        spec_hash=attempt.spec_hash,
        cost_usd=Decimal(0),
        simulated=workspace.profile.simulated,
        details=info | {"aspect_ratio": framing.delivery, "source_ratio": framing.source},
    )


def stored_movie(workspace: Workspace, key: str, movie: Path) -> tuple[str, str, int]:
    """Stores a movie and returns its key, sha256 and size; one that a crash left there is kept."""
    if workspace.store.exists(key):
        found = workspace.store.head(key)
        return found.key, found.sha256, found.size
    stored = workspace.store.put_file_once(key, movie, "video/mp4")
    return stored.key, stored.sha256, stored.size

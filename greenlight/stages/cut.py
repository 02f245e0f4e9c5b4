"""Cut: the approved clips in story order, trimmed, with burn-ins, as one movie."""

from __future__ import annotations

import asyncio
import tempfile
from decimal import Decimal
from pathlib import Path

from greenlight.production.names import parse_take
from greenlight.production.records import Attempt, TakeRecord
from greenlight.store.records import now
from greenlight.studio import Studio

RASTERS = {"16:9": (1280, 720), "9:16": (720, 1280)}


async def assemble(studio: Studio, attempt: Attempt) -> TakeRecord:
    """The cut of this attempt, stored but not yet filed; free of charge."""
    return await asyncio.to_thread(_assemble, studio, attempt)


def _assemble(studio: Studio, attempt: Attempt) -> TakeRecord:
    from greenlight.media.assemble import CutClip, assemble_cut

    brief, facts = studio.production.brief, studio.records.facts()
    width, height = RASTERS[brief.aspect_ratio]
    with tempfile.TemporaryDirectory() as folder:
        clips = []
        for name in attempt.clips:
            take = facts.takes[parse_take(name)]
            spec = facts.attempts[take.id].spec
            assert spec is not None
            path = Path(folder, f"{take.id.shot}.mp4")
            path.write_bytes(studio.store.get_exactly(take.key, take.sha256))
            clips.append(
                CutClip(path=path, seconds=spec.seconds, shot=take.id.shot, take=take.id.label)
            )
        movie = Path(folder, "cut.mp4")
        lines = {
            "show": brief.show,
            "production": studio.production.production,
            "version": attempt.take.label,
            "shots": str(len(clips)),
            "date": f"{now():%Y-%m-%d}",
        }
        info = assemble_cut(
            movie,
            clips,
            fps=Decimal(brief.fps),
            width=width,
            height=height,
            title=brief.title,
            slate_lines=lines,
        )
        key = studio.keys.media(attempt.take, "video/mp4")
        stored = _store_cut(studio, key, movie)
    return TakeRecord(
        at=now(),
        take=str(attempt.take),
        key=stored[0],
        sha256=stored[1],
        size=stored[2],
        mime="video/mp4",
        model="greenlight",
        spec_hash=attempt.spec_hash,
        cost_usd=Decimal(0),
        simulated=studio.profile.simulated,
        details=info.model_dump(mode="json"),
    )


def _store_cut(studio: Studio, key: str, movie: Path) -> tuple[str, str, int]:
    """Stores the movie; one left there by a crash before its record was written is kept."""
    if studio.store.exists(key):
        found = studio.store.head(key)
        return found.key, found.sha256, found.size
    stored = studio.store.put_file_once(key, movie, "video/mp4")
    return stored.key, stored.sha256, stored.size

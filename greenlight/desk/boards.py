"""Boards: a person's own drawing, photo or paint-over as a take that flows on like any other."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from greenlight.access.signature import Signature
from greenlight.briefs.intake import PICTURE_BYTES
from greenlight.errors import InvalidInput, NotFound, Refused
from greenlight.media.framing import Fit, board
from greenlight.production.brief import Reference
from greenlight.production.facts import Facts
from greenlight.production.names import is_shot, subject_slug
from greenlight.production.records import HUMAN, Attempt, TakeRecord
from greenlight.production.shots import Shot
from greenlight.production.state import State
from greenlight.stages.checks import MIN_WIDTH, aspect_of, check_board
from greenlight.store.objects import sha256_of
from greenlight.store.records import now
from greenlight.workspace import Workspace

NOTE_LIMIT = 2000


def add_board(
    workspace: Workspace,
    facts: Facts,
    state: State,
    target: str,
    path: Path,
    who: Signature,
    note: str = "",
    fit: Fit = "",
) -> TakeRecord:
    """Makes the picture in `path` a frame of a shot, or the sheet of a subject, to be approved.

    Raises InvalidInput for a picture that cannot be one, NotFound for an unknown shot or subject,
    and Refused while the shot waits for its sheets.
    """
    if len(note) > NOTE_LIMIT:
        raise InvalidInput(f"the note has {len(note)} characters (allowed: {NOTE_LIMIT})")
    like = _attempt(state, target, note)
    seen = workspace.production.framing.delivery if like.kind == "frame" else ""
    data, mime = board(_read(path), aspect_of(workspace, like.kind), fit, MIN_WIDTH, seen)
    version = facts.newest(like.kind, like.shot)
    while True:
        version += 1
        attempt = like.model_copy(
            update={"at": workspace.clock(), "version": version, "made_by": who.who}
        )
        # The attempt first: a crash after it leaves a number unused, and nothing to be drawn.
        if workspace.records.claim(attempt) == attempt:
            break
    take = attempt.takes()[0]
    key = workspace.keys.media(take, mime)
    workspace.store.put_once(key, data, mime)
    record = TakeRecord(
        at=workspace.clock(),
        take=str(take),
        key=key,
        sha256=sha256_of(data),
        size=len(data),
        mime=mime,
        model=HUMAN,
        spec_hash=attempt.spec_hash,
        cost_usd=Decimal(0),
        simulated=False,
        details={"made_by": who.who, "principal": who.principal, "file": path.name[:200]},
    )
    workspace.records.claim(record)
    # Here and not in the run: one that is delivered has no more to do, and this may yet be chosen.
    workspace.records.claim(check_board(workspace, record, attempt, data))
    return record


def _attempt(state: State, target: str, note: str) -> Attempt:
    if state.cancelled:
        raise Refused("the production was cancelled")
    if is_shot(target):
        shot = next((s for s in state.shots if s.shot.id == target), None)
        if shot is None or shot.stage == "omitted":
            known = ", ".join(s.shot.id for s in state.shots if s.stage != "omitted") or "none yet"
            raise NotFound(f"shot {target} not found in the approved list (shots: {known})")
        if not shot.frame_hash:
            raise Refused(f"{target} waits for its reference sheets: decide those first")
        return _human("frame", target, note, shot.frame_hash, shot.shot, shot.references)
    slug = target.removeprefix("sheet/")
    names = {s.slug for s in state.sheets}
    slug = slug if slug in names else subject_slug(target)
    sheet = next((s for s in state.sheets if s.slug == slug), None)
    if sheet is None:
        known = ", ".join(f"sheet/{n}" for n in sorted(names)) or "no sheets"
        raise NotFound(f"{target!r} not found (no shot or subject with a sheet; allowed: {known})")
    like = _human("sheet", slug, note, sheet.spec_hash)
    return like.model_copy(update={"sheet": sheet.subject})


def _human(
    kind: str,
    shot: str,
    note: str,
    spec_hash: str,
    spec: Shot | None = None,
    references: tuple[Reference, ...] | None = None,
) -> Attempt:
    return Attempt.model_validate(
        {
            "at": now(),
            "kind": kind,
            "version": 1,
            "shot": shot,
            "cause": "human",
            "note": note,
            "spec": spec,
            "references": references,
            "spec_hash": spec_hash,
            "candidates": (1,),
        }
    )


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise NotFound(f"file not found: {path}")
    if path.stat().st_size > PICTURE_BYTES:
        raise InvalidInput(f"{path} is over {PICTURE_BYTES:,} bytes")
    return path.read_bytes()

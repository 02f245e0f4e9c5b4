"""The contact sheet: what a production looks like right now, as one picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenlight.production.facts import Facts
from greenlight.production.names import TakeId
from greenlight.production.records import TakeRecord
from greenlight.production.shots import digest
from greenlight.production.state import ShotState, State
from greenlight.workspace import Workspace

if TYPE_CHECKING:
    from greenlight.media.sheet import SheetShot, SheetState, SheetTake

_SHOT_STATES: dict[str, SheetState] = {
    "specified": "working",
    "sheet waiting": "working",
    "frame waiting": "waiting",
    "framed": "chosen",
    "shooting": "working",
    "clip waiting": "waiting",
    "approved": "chosen",
    "omitted": "omitted",
    "held": "held",
}
_THUMBNAIL = 640
_NEWEST_TAKES = 4

_KEPT_THUMBNAILS = 256
# By the sha256 of their pictures: a sheet is drawn again for every take that is added to it, and to
# read and shrink all the others again was most of its cost. About 10 MB.
_thumbnails: dict[str, bytes] = {}


def contact_sheet(workspace: Workspace, facts: Facts, state: State) -> str:
    """Draws and stores the sheet of this state and returns its key; the same state is the same key.

    CPU-heavy: call it off the event loop.
    """
    identity = digest(
        [_identity(s) for s in state.shots],
        [[s.slug, s.spec_hash, s.take.take if s.take else "", s.held] for s in state.sheets],
        sorted(str(t) for t in facts.takes),
        sorted(str(t) for t in facts.checks),
    )
    key = workspace.keys.sheet(identity)
    if workspace.store.exists(key):
        return key
    from greenlight.media.contact import contact_sheet as draw

    brief, framing = workspace.production.brief, workspace.production.framing
    mark = "simulated" if workspace.production.simulated else ""
    shape = framing.delivery if framing.cropped else ""
    subtitle = " · ".join(p for p in (workspace.production.production, shape, mark) if p)
    data = draw(
        brief.title,
        [*_cast_rows(workspace, facts, state), *sheet_shots(workspace, facts, state)],
        subtitle=subtitle,
        aspect=framing.source,
        seen=framing.delivery,
    )
    workspace.store.put_once(key, data, "image/jpeg")
    return key


def _identity(state: ShotState) -> list[Any]:
    frame = state.frame.take if state.frame else ""
    clip = state.clip.take if state.clip else ""
    return [state.shot.model_dump(mode="json"), state.stage, frame, clip, state.held]


def _cast_rows(workspace: Workspace, facts: Facts, state: State) -> list[SheetShot]:
    """The reference sheets, before the shots that show what is on them."""
    from greenlight.media.sheet import SheetShot

    rows = []
    for sheet in state.sheets:
        if sheet.omitted:
            continue
        takes = sorted(t for t in facts.takes if t.kind == "sheet" and t.shot == sheet.slug)
        chosen = sheet.take.id if sheet.take else None
        rows.append(
            SheetShot(
                shot=f"sheet {sheet.slug}",
                size=sheet.subject.kind,
                action=f"{sheet.subject.name}: {sheet.subject.description}",
                state="held" if sheet.held else "chosen" if chosen else "waiting",
                note=sheet.held,
                cast=True,
                takes=tuple(_still(workspace, facts, t, chosen) for t in takes[-_NEWEST_TAKES:]),
            )
        )
    return rows


def sheet_shots(workspace: Workspace, facts: Facts, state: State) -> list[SheetShot]:
    """Every shot with its newest stills; clips are shown by their approved frame."""
    from greenlight.media.sheet import SheetShot

    rows = []
    for shot in state.shots:
        spec = shot.shot
        rows.append(
            SheetShot(
                shot=spec.id,
                size=spec.size,
                angle=spec.angle,
                movement=spec.movement,
                seconds=float(spec.seconds),
                action=f"{spec.subject} {spec.action}",
                dialogue=spec.dialogue,
                state=_SHOT_STATES[shot.stage],
                note=shot.held or (f"note: {shot.note}" if shot.note else ""),
                takes=tuple(_stills(workspace, facts, shot)),
            )
        )
    return rows


def _stills(workspace: Workspace, facts: Facts, shot: ShotState) -> list[SheetTake]:
    takes = sorted(t for t in facts.takes if t.kind == "frame" and t.shot == shot.shot.id)
    newest = takes[-_NEWEST_TAKES:]
    if shot.frame is not None and shot.frame.id not in newest:
        newest = [shot.frame.id, *newest[1:]]
    chosen = shot.frame.id if shot.frame else None
    passed_over = shot.stage == "frame waiting"
    return [
        _still(workspace, facts, take, chosen, late=passed_over and take not in shot.offered)
        for take in newest
    ]


def _still(
    workspace: Workspace, facts: Facts, take: TakeId, chosen: TakeId | None, *, late: bool = False
) -> SheetTake:
    """One take's picture; a `late` one belongs to a round that is over."""
    from greenlight.media.sheet import SheetTake

    record, check = facts.takes[take], facts.checks.get(take)
    flagged = bool(check and check.flagged)
    state: SheetState = "flagged" if flagged else "waiting"
    if chosen is not None:
        state = "chosen" if take == chosen else "rejected"
    elif late:
        state = "rejected"
    return SheetTake(
        take=take.label,
        image=_thumbnail(workspace, record),
        state=state,
        reason=check.complaint if check and check.flagged else "",
        score=check.score if check else None,
    )


def _thumbnail(workspace: Workspace, record: TakeRecord) -> bytes | None:
    """A take's picture, small; None for one that cannot be read: its check says why."""
    from greenlight.errors import InvalidInput
    from greenlight.media.stills import thumbnail

    kept = _thumbnails.get(record.sha256)
    if kept is not None:
        return kept
    data = workspace.store.get_exactly(record.key, record.sha256)
    try:
        made = thumbnail(data, _THUMBNAIL)
    except InvalidInput:
        return None
    while len(_thumbnails) >= _KEPT_THUMBNAILS:
        _thumbnails.pop(next(iter(_thumbnails)), None)
    _thumbnails[record.sha256] = made
    return made

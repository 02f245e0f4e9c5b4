"""Where a production stands: its sheets, its shots, what is ready and what waits for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from greenlight.production.brief import Reference
from greenlight.production.folding import Work
from greenlight.production.names import TakeId
from greenlight.production.records import ShotListRecord, TakeRecord, WaitingTake
from greenlight.production.shots import Shot

Stage = Literal[
    "specified",
    "sheet waiting",
    "frame waiting",
    "framed",
    "shooting",
    "clip waiting",
    "approved",
    "omitted",
    "held",
]


@dataclass(frozen=True)
class SheetState:
    """Where the sheet of one subject stands; `take` is the approved one, `offered` what waits."""

    slug: str
    subject: Reference
    spec_hash: str
    take: TakeRecord | None = None
    offered: tuple[TakeId, ...] = ()
    held: str = ""
    omitted: bool = False


@dataclass(frozen=True)
class ShotState:
    """Where one shot stands; `frame` and `clip` are the approved takes, `offered` what waits.

    `references` is what it shows, with approved sheets as pictures, and `frame_hash` what its frame
    must have been made for: empty while a sheet of it is not signed off.
    """

    shot: Shot
    stage: Stage
    references: tuple[Reference, ...] = ()
    frame_hash: str = ""
    frame: TakeRecord | None = None
    clip: TakeRecord | None = None
    offered: tuple[TakeId, ...] = ()
    held: str = ""
    note: str = ""


@dataclass(frozen=True)
class State:
    """Where a production stands, what is ready to be done and what waits for people."""

    shot_list: ShotListRecord | None
    shots: tuple[ShotState, ...] = ()
    sheets: tuple[SheetState, ...] = ()
    work: tuple[Work, ...] = ()
    waiting: tuple[WaitingTake, ...] = ()
    animatic: TakeRecord | None = None
    cut: TakeRecord | None = None
    delivered: bool = False
    cancelled: bool = False

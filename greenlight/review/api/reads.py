"""Reading: productions, takes, the record of a shot, money and decisions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from greenlight.money.spend import Spend
from greenlight.production.names import SHOT_PATTERN
from greenlight.production.records import VERDICTS, RemarkRecord, ShotListRecord
from greenlight.review.api.callers import AT, Accountant, Anywhere, Viewer
from greenlight.views.context import ShotContext
from greenlight.views.decisions import DecisionRow
from greenlight.views.reel import Mark
from greenlight.views.status import Status
from greenlight.views.takes import TakeView
from greenlight.views.wall import Wall

_Shot = Annotated[str, Path(description="A shot's id.", pattern=f"^{SHOT_PATTERN}$")]

api = APIRouter(tags=["look"])


class Pulse(BaseModel):
    """Marks of the wall and of each card: another mark looks different."""

    mark: str
    cards: dict[str, str]
    state: str
    watermark: int
    shot_list: int
    shot_list_waits: str
    movie: str


@api.get("/productions")
def productions(visit: Anywhere) -> list[Status]:
    """Where every production stands that the caller may look at."""
    return visit.shown(list(visit.desk.visible(visit.who)))


@api.get(AT)
def production(visit: Viewer) -> Status:
    """Where one production stands, and what of it waits."""
    return visit.shown(visit.desk.standing(visit.production))


@api.get(f"{AT}/wall")
def wall(visit: Viewer) -> Wall:
    """All of it as the wall shows it: every shot in story order with every take."""
    return visit.wall()


@api.get(f"{AT}/pulse")
def pulse(visit: Viewer) -> Pulse:
    """Whether the wall looks different now; cheap enough to ask for every two seconds."""
    wall = visit.wall()
    return Pulse(
        mark=wall.mark,
        cards={card.id: card.mark for card in wall.cards},
        state=wall.state,
        watermark=wall.watermark,
        shot_list=wall.shot_list,
        shot_list_waits=wall.shot_list_waits,
        movie=wall.movie.take if wall.movie and wall.movie.key else "",
    )


@api.get(f"{AT}/takes")
def takes(visit: Viewer) -> list[TakeView]:
    """Every take in story order, rejects included, with a link to its picture or clip."""
    return visit.shown(visit.desk.takes(visit.production))


@api.get(f"{AT}/shots/{{shot}}")
def shot(visit: Viewer, shot: _Shot) -> ShotContext:
    """What is known of one shot: spec, look, references, and what was said of it."""
    return visit.shown(visit.desk.context(visit.production, shot))


@api.get(f"{AT}/shotlist")
def shot_list(visit: Viewer) -> ShotListRecord:
    """The newest version of the shot list, approved or not."""
    return visit.desk.shot_list(visit.production)


@api.get(f"{AT}/marks")
def marks(visit: Viewer) -> tuple[Mark, ...]:
    """Where each shot lies in the newest cut or animatic, in seconds."""
    movie = visit.wall().movie
    return visit.desk.marks(visit.production, movie.take) if movie else ()


@api.get(f"{AT}/spend")
def spend(visit: Accountant) -> Spend:
    """What it has cost so far."""
    return visit.desk.spend(visit.production)


@api.get(f"{AT}/decisions")
def decisions(visit: Viewer) -> list[DecisionRow]:
    """Every decision, oldest first, with who, when and what it was bound to."""
    rows = visit.desk.history(visit.production)
    if not visit.may("costs"):
        rows = [row for row in rows if row.said in VERDICTS]
    return visit.shown(rows)


@api.get(f"{AT}/remarks")
def remarks(visit: Viewer) -> list[RemarkRecord]:
    """What was said without deciding anything, oldest first."""
    return visit.desk.remarks(visit.production)

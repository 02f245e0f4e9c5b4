"""What is looked at: productions, takes, what is known of a shot, money and decisions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from greenlight.errors import NotFound
from greenlight.money.spend import Spend
from greenlight.production.names import SHOT_PATTERN
from greenlight.production.records import VERDICTS, RemarkRecord, ShotListRecord
from greenlight.review.api.door import BEARER, anywhere, within
from greenlight.review.visit import Visit
from greenlight.views.context import ShotContext
from greenlight.views.decisions import DecisionRow
from greenlight.views.reel import Mark
from greenlight.views.status import Status
from greenlight.views.takes import TakeView
from greenlight.views.wall import Wall

_Shot = Annotated[str, Path(description="A shot's id.", pattern=f"^{SHOT_PATTERN}$")]


Here = Annotated[Visit, Depends(within("look", "look"))]
Accountable = Annotated[Visit, Depends(within("costs", "look at money"))]
Anywhere = Annotated[Visit, Depends(anywhere("look", "look"))]
AT = "/productions/{production}"

api = APIRouter(tags=["look"], dependencies=[Depends(BEARER)])


@api.get("/productions")
def productions(visit: Anywhere) -> list[Status]:
    """Where every production stands that the caller may look at."""
    desk, who = visit.room.desk, visit.caller.who
    found = []
    for name in desk.productions():
        try:
            if who.may("look", name, desk.show_of(name)):
                found.append(visit.shown(desk.standing(name)))
        except NotFound:
            continue  # half-made submits are left to recovery
    return found


@api.get(AT)
def production(visit: Here) -> Status:
    """Where one production stands, and what of it waits."""
    return visit.shown(visit.room.desk.standing(visit.production))


@api.get(f"{AT}/wall")
def wall(visit: Here) -> Wall:
    """All of it as the wall shows it: every shot in story order with every take."""
    return visit.wall()


@api.get(f"{AT}/takes")
def takes(visit: Here) -> list[TakeView]:
    """Every take in story order, rejects included, with a link to its picture or clip."""
    return visit.shown(visit.room.desk.takes(visit.production))


@api.get(f"{AT}/shots/{{shot}}")
def shot(visit: Here, shot: _Shot) -> ShotContext:
    """What is known of one shot: spec, look, references, and what was said of it."""
    return visit.shown(visit.room.desk.context(visit.production, shot))


@api.get(f"{AT}/shotlist")
def shot_list(visit: Here) -> ShotListRecord:
    """The newest version of the shot list, approved or not."""
    return visit.room.desk.shot_list(visit.production)


@api.get(f"{AT}/marks")
def marks(visit: Here) -> tuple[Mark, ...]:
    """Where each shot lies in the newest cut or animatic, in seconds."""
    movie = visit.wall().movie
    return visit.room.desk.marks(visit.production, movie.take) if movie else ()


@api.get(f"{AT}/spend")
def spend(visit: Accountable) -> Spend:
    """What it has cost so far."""
    return visit.room.desk.spend(visit.production)


@api.get(f"{AT}/decisions")
def decisions(visit: Here) -> list[DecisionRow]:
    """Every decision, oldest first, with who, when and what it was bound to."""
    rows = visit.room.desk.history(visit.production)
    if not visit.may("costs"):
        rows = [row for row in rows if row.said in VERDICTS]
    return visit.shown(rows)


@api.get(f"{AT}/remarks")
def remarks(visit: Here) -> list[RemarkRecord]:
    """What was said without deciding anything, oldest first."""
    return visit.room.desk.remarks(visit.production)

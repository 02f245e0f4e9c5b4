"""The pages that people look at: what waits for them, and a production as a wall of pictures."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute

from greenlight.errors import NotFound, Refused
from greenlight.production.cast import cast_of
from greenlight.production.records import REASONS
from greenlight.production.shots import (
    LONGEST_SECONDS,
    SHORTEST_SECONDS,
    Angle,
    Movement,
    Size,
)
from greenlight.review.failures import GUARDS
from greenlight.review.room import Room
from greenlight.review.visit import Visit, page
from greenlight.views.status import AWAY

_ENDED = 40
"""Productions that have ended and are listed before somebody asks for all."""

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def routes(room: Room) -> list[BaseRoute]:
    """All pages."""
    at = "/p/{production}"
    return [
        page(room, "/", "look", inbox),
        page(room, at, "look", production),
        page(room, f"{at}/shot/{{shot}}", "look", shot),
        page(room, f"{at}/drift.jpg", "look", drift),
        page(room, f"{at}/shotlist", "look", shot_list),
        page(room, f"{at}/cut", "look", cut),
        page(room, f"{at}/money", "costs", money),
    ]


def inbox(visit: Visit) -> Response:
    """What waits for people, oldest first; below what is under way, and what has ended last."""
    room, who = visit.room, visit.who
    found, unseen = room.desk.standings.rows()
    rows = [visit.shown(r) for r in found if who.may("look", r.status.production, r.status.show)]
    waiting = sorted(
        (r for r in rows if r.status.gate or r.held), key=lambda r: r.since or _LONG_AGO
    )
    ended = [r for r in rows if not r.status.gate and r.has_ended]
    ended.sort(key=lambda r: r.submitted, reverse=True)
    shown = ended if "all" in visit.request.query_params else ended[:_ENDED]
    return visit.page(
        "inbox.html",
        waiting=waiting,
        others=[*(r for r in rows if not (r.status.gate or r.held or r.has_ended)), *shown],
        more=len(ended) - len(shown),
        unseen=unseen,
        away=AWAY,
        is_away=room.desk.standings.away is not None,
    )


def production(visit: Visit) -> Response:
    """The wall."""
    wall = visit.wall()
    lost = any(hold.slots for hold in wall.held) and visit.may("money")
    charges = visit.desk.spend(visit.production).unknown if lost else ()
    return visit.page("wall.html", wall=wall, charges=charges, reasons=REASONS, tab="wall")


def drift(visit: Visit) -> Response:
    """Characters that look different somewhere: sheet, most shots and that one, side by side."""
    data = visit.desk.comparison(visit.production)
    if data is None:
        raise NotFound(f"no differences in appearance found in {visit.production}")
    return Response(data, media_type="image/jpeg", headers=GUARDS)


def shot(visit: Visit) -> Response:
    """All that is known of one shot, as a part of the page."""
    name = str(visit.request.path_params["shot"])
    wall = visit.wall()
    card = next((c for c in wall.cards if c.id == name), None)
    if card is None:
        raise NotFound(f"shot {name} not found in {visit.production}")
    context = visit.desk.context(visit.production, name)
    ways = (
        visit.desk.ways(visit.production, name)
        if visit.may("decide") and visit.may("costs")
        else None
    )
    html = visit.room.render("shot.html", card=card, context=context, ways=ways)
    return HTMLResponse(html, headers=GUARDS)


def shot_list(visit: Visit) -> Response:
    """The newest version as rows that can be edited."""
    desk, wall = visit.desk, visit.wall()
    try:
        record = desk.shot_list(visit.production)
    except Refused as error:
        return visit.page("nolist.html", wall=wall, said=str(error), tab="list")
    brief = desk.workspace(visit.production).production.brief
    quote = desk.list_quote(visit.production, record)
    return visit.page(
        "shotlist.html",
        wall=wall,
        record=record,
        cast=[r.name for r in cast_of(brief, record)],
        sizes=get_args(Size),
        angles=get_args(Angle),
        movements=get_args(Movement),
        reasons=REASONS,
        total=sum(shot.seconds for shot in record.shots),
        quote=quote if visit.may("costs") else None,
        more=desk.above_estimate(visit.production, quote) if visit.may("costs") else "",
        unshown=desk.unshown(visit.production, record),
        tab="list",
    )


def cut(visit: Visit) -> Response:
    """The cut, or the animatic before it, in a player, with where each shot begins."""
    wall = visit.wall()
    desk = visit.desk
    said = [
        r for r in desk.remarks(visit.production) if wall.movie and r.subject == wall.movie.take
    ]
    return visit.page(
        "cut.html",
        wall=wall,
        marks=desk.marks(visit.production, wall.movie.take) if wall.movie else (),
        said=said,
        reasons=REASONS,
        shortest=SHORTEST_SECONDS,
        longest=LONGEST_SECONDS,
        tab="cut",
    )


def money(visit: Visit) -> Response:
    """What it has cost, what is held, and every decision."""
    desk = visit.desk
    wall = visit.wall()
    spend = desk.spend(visit.production)
    _, show = desk.account(visit.production)
    return visit.page(
        "money.html",
        wall=wall,
        spend=spend,
        by_kind=spend.rows,
        balance=desk.balance(visit.production),
        show=show,
        history=list(reversed(desk.history(visit.production))),
        remarks=list(reversed(desk.remarks(visit.production))),
        tab="money",
    )

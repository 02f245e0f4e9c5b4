"""The pages that people look at: what waits for them, and a production as a wall of pictures."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute

from greenlight.errors import NotFound
from greenlight.production.records import REASONS
from greenlight.production.shots import LONGEST_SECONDS, SHORTEST_SECONDS
from greenlight.review.room import Room
from greenlight.review.visit import GUARDS, Visit, as_json, visited
from greenlight.views.status import AWAY

_ENDED = 40
"""Productions that have ended and are listed before somebody asks for all."""

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def routes(room: Room) -> list[BaseRoute]:
    """The pages and what they are kept up to date with."""
    return [
        visited(room, "/", "look", inbox),
        visited(room, "/p/{production}", "look", production),
        visited(room, "/p/{production}/pulse", "look", pulse, answers="json"),
        visited(room, "/p/{production}/shot/{shot}", "look", shot),
        visited(room, "/p/{production}/drift.jpg", "look", drift),
        visited(room, "/p/{production}/cut", "look", cut),
        visited(room, "/p/{production}/money", "costs", money),
    ]


def inbox(visit: Visit) -> Response:
    """What waits for people, oldest first; below what is under way, and what has ended last."""
    room, who = visit.room, visit.caller.who
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
    charges = visit.room.desk.spend(visit.production).unknown if lost else ()
    return visit.page("wall.html", wall=wall, charges=charges, reasons=REASONS, tab="wall")


def pulse(visit: Visit) -> Response:
    """Whether the wall looks different now: marks of the whole and of every card."""
    wall = visit.wall()
    return as_json(
        {
            "mark": wall.mark,
            "cards": {card.id: card.mark for card in wall.cards},
            "state": wall.state,
            "watermark": wall.watermark,
            "shot_list": wall.shot_list,
            "shot_list_waits": wall.shot_list_waits,
            "movie": wall.movie.take if wall.movie and wall.movie.key else "",
        }
    )


def drift(visit: Visit) -> Response:
    """Whoever looks different somewhere: sheet, most shots and that one, side by side."""
    data = visit.room.desk.comparison(visit.production)
    if data is None:
        raise NotFound(f"nobody looks different in {visit.production}")
    return Response(data, media_type="image/jpeg", headers=GUARDS)


def shot(visit: Visit) -> Response:
    """All that is known of one shot, as a part of the page."""
    name = str(visit.request.path_params["shot"])
    wall = visit.wall()
    card = next((c for c in wall.cards if c.id == name), None)
    if card is None:
        raise NotFound(f"there is no shot {name} in {visit.production}")
    context = visit.room.desk.context(visit.production, name)
    ways = (
        visit.room.desk.ways(visit.production, name)
        if visit.may("decide") and visit.may("costs")
        else None
    )
    html = visit.room.render("shot.html", card=card, context=context, ways=ways)
    return HTMLResponse(html, headers=GUARDS)


def cut(visit: Visit) -> Response:
    """The cut, or the animatic before it, in a player, with where each shot begins."""
    wall = visit.wall()
    desk = visit.room.desk
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
    desk = visit.room.desk
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

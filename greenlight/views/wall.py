"""The wall: a production as people look at it, in story order, with every take there is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from greenlight.production.consistency import consistency, drifting
from greenlight.production.facts import Facts
from greenlight.production.names import Kind, TakeId, parse_take
from greenlight.production.shots import Shot, digest
from greenlight.production.state import SheetState, ShotState, State
from greenlight.stages.consistency import said_of
from greenlight.views.held import Cause, Hold, by_subject, subject_of, told_of
from greenlight.views.status import Gate, Proposal, Standing, Status
from greenlight.views.takes import TakeView, takes_of
from greenlight.workspace import Workspace


class Card(BaseModel):
    """A shot, or the sheet of a subject; `offered` takes wait for a verdict.

    `cause` is what holds it, and `held` why no take came of it, where a model was asked. `hero` is
    the take that is shown large: what waits, or else the furthest that was approved.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    kind: Kind
    title: str
    stage: str
    cause: Cause | Literal[""] = ""
    held: str = ""
    shot: Shot | None = None
    hero: TakeView | None = None
    offered: tuple[TakeView, ...] = ()
    holding: str = ""
    """What a retake of it names while it is held and no take came."""
    earlier: tuple[TakeView, ...] = ()

    @property
    def mark(self) -> str:
        """Changes whenever the card looks different."""
        return digest(self.model_dump(mode="json"))[:16]


class Drift(BaseModel):
    """A subject that looks different in one shot from its sheet, or from most other shots."""

    model_config = ConfigDict(frozen=True)

    name: str
    shot: str
    take: str
    said: str


class Wall(BaseModel):
    """All of a production; `watermark` is the ordinal of its newest decision."""

    model_config = ConfigDict(frozen=True)

    production: str
    title: str
    show: str
    vision: str
    look: str
    state: Standing
    headline: str
    """Where it stands in a word or two: what holds it, where nothing else can be done."""
    gate: Gate | None
    problem: str
    resumable: bool = False
    held: tuple[Hold, ...] = ()
    simulated: bool
    format: str
    aspect: str
    seen: str = ""
    """What of a frame will be seen where it is drawn larger than it is delivered."""
    fps: str
    sequences: int = 1
    watermark: int
    cards: tuple[Card, ...]
    shot_list: int = 0
    shot_list_waits: str = ""
    shot_list_sha256: str = ""
    cut: TakeView | None = None
    animatic: TakeView | None = None
    waiting_since: datetime | None = None
    drift: tuple[Drift, ...] = ()
    proposals: tuple[Proposal, ...] = ()

    @property
    def mark(self) -> str:
        """Changes whenever anything on it does."""
        return digest(self.model_dump(mode="json"))[:16]

    @property
    def waiting(self) -> tuple[TakeView, ...]:
        """Every take that waits for a verdict, in story order; without shot lists."""
        whole = (t for t in (self.animatic, self.cut) if t and t.waiting)
        return (*(t for card in self.cards for t in card.offered), *whole)

    @property
    def movie(self) -> TakeView | None:
        """What is played as a whole: what waits, or else the cut, or else the animatic."""
        if self.animatic and self.animatic.waiting:
            return self.animatic
        return self.cut or self.animatic


def wall_of(workspace: Workspace, facts: Facts, state: State, status: Status) -> Wall:
    """The wall as things stand."""
    brief = workspace.production.brief
    mine: dict[tuple[str, str], list[TakeView]] = {}
    for take in takes_of(workspace, facts, state):
        mine.setdefault((parse_take(take.take).shot, take.kind), []).append(take)
    holds = by_subject(status.held)
    cards = [_sheet(sheet, mine, facts) for sheet in state.sheets]
    cards += [_shot(shot, mine, facts) for shot in state.shots]
    cards = [_held(card, holds.get(card.id)) for card in cards]
    waits = next((w for w in state.waiting if parse_take(w.take).kind == "shotlist"), None)
    movies = {kind: mine.get(("", kind), []) for kind in ("animatic", "cut")}
    return Wall(
        production=status.production,
        title=status.title,
        show=status.show,
        vision=brief.vision,
        look=brief.look,
        state=status.state,
        gate=status.gate,
        headline=status.headline,
        problem=status.problem.removeprefix(told_of(status.held)).removeprefix("; "),
        resumable=status.resumable,
        held=status.held,
        simulated=status.simulated,
        format=status.format,
        aspect=brief.aspect_ratio,
        seen=brief.aspect_ratio if workspace.production.framing.cropped else "",
        fps=str(brief.fps),
        sequences=_sequences(facts),
        watermark=facts.watermark,
        cards=tuple(cards),
        shot_list=max(facts.shot_lists, default=0),
        shot_list_waits=waits.take if waits else "",
        shot_list_sha256=waits.sha256 if waits else "",
        cut=movies["cut"][-1] if movies["cut"] else None,
        animatic=movies["animatic"][-1] if movies["animatic"] else None,
        waiting_since=_since(facts, state),
        drift=tuple(
            Drift(name=kept.name, shot=one.shot, take=one.take, said=one.unlike or said_of(one))
            for kept, one in drifting(consistency(facts, state))
        ),
        proposals=status.proposals,
    )


def _sequences(facts: Facts) -> int:
    newest = facts.shot_lists.get(max(facts.shot_lists, default=0))
    return len({shot.id.partition("_")[0] for shot in newest.shots}) if newest else 1


def _since(facts: Facts, state: State) -> datetime | None:
    """Since when the oldest of what waits has been there."""
    times = []
    for item in state.waiting:
        take = parse_take(item.take)
        if take in facts.takes:
            times.append(facts.takes[take].at)
        elif take.kind == "shotlist" and take.version in facts.shot_lists:
            times.append(facts.shot_lists[take.version].at)
    return min(times, default=None)


def _sheet(
    sheet: SheetState, takes: Mapping[tuple[str, str], list[TakeView]], facts: Facts
) -> Card:
    stage = "omitted" if sheet.omitted else "approved" if sheet.take else "waiting"
    if sheet.held:
        stage = "held"
    elif stage == "waiting" and not sheet.offered:
        stage = "drawing"
    mine = takes.get((sheet.slug, "sheet"), [])
    approved = sheet.take.take if sheet.take else ""
    held = TakeId("sheet", max(facts.newest("sheet", sheet.slug), 1), sheet.slug)
    return _card(
        Card(
            id=f"sheet/{sheet.slug}",
            kind="sheet",
            title=sheet.subject.name,
            stage=stage,
            held=sheet.held,
            holding=str(held) if sheet.held else "",
        ),
        mine,
        set() if sheet.held else {str(t) for t in sheet.offered},
        approved,
    )


def _shot(shot: ShotState, takes: Mapping[tuple[str, str], list[TakeView]], facts: Facts) -> Card:
    name = shot.shot.id
    mine = [*takes.get((name, "frame"), []), *takes.get((name, "clip"), [])]
    approved = shot.clip.take if shot.clip else shot.frame.take if shot.frame else ""
    kind: Kind = "clip" if shot.frame else "frame"
    held = TakeId(kind, max(facts.newest(kind, name), 1), name)
    return _card(
        Card(
            id=name,
            kind=kind,
            title=sentence_of(shot.shot),
            stage="drawing" if shot.stage == "specified" else shot.stage,
            held=shot.held,
            shot=shot.shot,
            holding=str(held) if shot.held else "",
        ),
        mine,
        set() if shot.held else {str(t) for t in shot.offered},
        approved,
    )


def sentence_of(shot: Shot) -> str:
    """What happens in a shot, with who or what it happens to."""
    if shot.subject.casefold() in shot.action.casefold():
        return shot.action
    return f"{shot.subject} {shot.action}"


def _held(card: Card, hold: Hold | None) -> Card:
    if hold is None:
        return card
    mine = next(take for take in hold.takes if subject_of(parse_take(take)) == card.id)
    again = mine if "retake" in hold.ways else ""
    return card.model_copy(
        update={"stage": hold.label, "cause": hold.cause, "holding": card.holding or again}
    )


def _card(card: Card, takes: list[TakeView], offered: set[str], approved: str) -> Card:
    waiting = [t for t in takes if t.take in offered]
    shown = [t for t in takes if t.key]
    best = max(
        waiting,
        key=lambda t: (not t.flagged, t.score if t.score is not None else -1.0, -t.candidate),
        default=None,
    )
    hero = best or next((t for t in takes if t.take == approved), None)
    if hero is None and card.stage != "drawing":
        hero = shown[-1] if shown else None
    rest = tuple(t for t in reversed(takes) if t.take not in offered)
    return card.model_copy(update={"hero": hero, "offered": tuple(waiting), "earlier": rest})

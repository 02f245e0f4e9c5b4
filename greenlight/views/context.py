"""What is known of one shot: its spec, the look, what was said, and what was rejected and why."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from greenlight.errors import InvalidInput, NotFound
from greenlight.production.brief import Reference
from greenlight.production.cast import cast_of, shown
from greenlight.production.drawover import DrawOver
from greenlight.production.facts import Facts
from greenlight.production.names import SHOT_PATTERN, is_shot, parse_take
from greenlight.production.records import VerdictKind
from greenlight.production.shots import Shot
from greenlight.production.state import State
from greenlight.workspace import Workspace


class Said(BaseModel):
    """One thing that was said of a shot: a verdict, or a comment or proposal without effect."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    who: str
    about: str
    verdict: VerdictKind | None = None
    proposed: bool = False
    reason: str = ""
    text: str = ""
    drawn_over: DrawOver | None = None
    picture: str = ""
    """The key of the picture that was drawn on."""


class Flagged(BaseModel):
    """A take that a check complained of."""

    model_config = ConfigDict(frozen=True)

    take: str
    complaint: str


class ShotContext(BaseModel):
    """What is known of one shot; `said` is oldest first."""

    model_config = ConfigDict(frozen=True)

    production: str
    title: str
    vision: str
    look: str
    shot: Shot
    before: str
    after: str
    references: tuple[Reference, ...]
    stage: str
    held: str
    frame: str
    clip: str
    said: tuple[Said, ...]
    flagged: tuple[Flagged, ...]


def context_of(workspace: Workspace, facts: Facts, state: State, shot: str) -> ShotContext:
    """What is known of a shot of the approved list, or of the newest while none is approved.

    Raises InvalidInput for an invalid shot id, and NotFound.
    """
    if not is_shot(shot):
        raise InvalidInput(f"{shot!r} is not a shot id (allowed: {SHOT_PATTERN})")
    listed = state.shot_list or facts.shot_lists.get(max(facts.shot_lists, default=0))
    shots = list(listed.shots) if listed else []
    place = next((n for n, s in enumerate(shots) if s.id == shot), None)
    if place is None:
        known = ", ".join(s.id for s in shots) or "none yet"
        raise NotFound(f"shot {shot} not found in {workspace.keys.production} (shots: {known})")
    spec, brief = shots[place], workspace.production.brief
    stands = next((s for s in state.shots if s.shot.id == shot), None)
    return ShotContext(
        production=workspace.keys.production,
        title=brief.title,
        vision=brief.vision,
        look=brief.look,
        shot=spec,
        before=shots[place - 1].id if place else "",
        after=shots[place + 1].id if place + 1 < len(shots) else "",
        references=stands.references if stands else shown(spec, cast_of(brief, listed)),
        stage=stands.stage if stands else "",
        held=stands.held if stands else "",
        frame=stands.frame.take if stands and stands.frame else "",
        clip=stands.clip.take if stands and stands.clip else "",
        said=_said(facts, shot),
        flagged=tuple(
            Flagged(take=str(take), complaint=check.complaint)
            for take, check in sorted(facts.checks.items())
            if take.shot == shot and check.flagged
        ),
    )


def _said(facts: Facts, shot: str) -> tuple[Said, ...]:
    found = [
        Said(
            at=decision.at,
            who=decision.who,
            about=verdict.take,
            verdict=verdict.verdict,
            reason=verdict.reason or "",
            text=verdict.note,
            drawn_over=verdict.drawn_over,
            picture=_picture(facts, verdict.drawn_over),
        )
        for _, decision in sorted(facts.decisions.items())
        for verdict in decision.verdicts
        if verdict.id.shot == shot
    ]
    found += [
        Said(
            at=remark.at,
            who=remark.who,
            about=remark.subject,
            verdict=remark.proposes,
            proposed=remark.proposes is not None,
            reason=remark.reason or "",
            text=remark.text,
        )
        for _, remark in sorted(facts.remarks.items())
        if _shot_of(remark.subject) == shot
    ]
    return tuple(sorted(found, key=lambda s: s.at))


def _picture(facts: Facts, drawing: DrawOver | None) -> str:
    made = facts.takes.get(parse_take(drawing.on)) if drawing else None
    return made.key if made else ""


def _shot_of(subject: str) -> str:
    return subject if not subject or is_shot(subject) else parse_take(subject).shot

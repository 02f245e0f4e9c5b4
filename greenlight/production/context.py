"""The context pack: all that is known when something is drawn, and all that prompts are made of.

One typed, versioned document for each attempt. It is stored under its digest before a request is
made of it, and the take names that digest, so that *what did the model know* can always be answered
and two takes can be compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from greenlight.production.brief import Reference
from greenlight.production.drawover import DrawOver
from greenlight.production.facts import Facts
from greenlight.production.framing import Framing
from greenlight.production.model import Strict
from greenlight.production.names import Kind, TakeId
from greenlight.production.records import Attempt, ProductionRecord, Reason, Verdict
from greenlight.production.shots import Shot, digest
from greenlight.production.state import ShotState, State


class Neighbour(Strict):
    """The shot before or after: what it shows, and its approved frame where there is one."""

    shot: str
    size: str
    angle: str
    subject: str
    action: str
    setting: str
    frame: str = ""
    frame_sha256: str = ""


class Turned(Strict):
    """A take that people turned down, and why."""

    take: str
    sha256: str = ""
    reason: Reason | None = None
    note: str = ""


class Heard(Strict):
    """A remark about the shot, which decides nothing and is in no prompt."""

    who: str
    about: str
    text: str


class ContextPack(Strict):
    """What is known of one subject when an attempt at it begins.

    `aspect_ratio` is delivered out of `source_ratio`, which is drawn.

    `shot` is the spec of a frame or clip, `sheet` the subject of a sheet. Pictures are named by
    sha256: those of `references` are approved sheets, or pictures that came with the brief.
    `drawn_over` is what somebody drew on the take that this one replaces.
    """

    version: Literal[1] = 1
    take: str
    kind: Kind
    title: str
    vision: str
    logline: str = ""
    look: str
    aspect_ratio: str
    source_ratio: str = ""
    shot: Shot | None = None
    sheet: Reference | None = None
    references: tuple[Reference, ...] = ()
    frame_sha256: str = ""
    before: Neighbour | None = None
    after: Neighbour | None = None
    note: str = ""
    reason: Reason | None = None
    turned_down: tuple[Turned, ...] = ()
    heard: tuple[Heard, ...] = ()
    drawn_over: DrawOver | None = None

    @property
    def framing(self) -> Framing:
        """What is delivered, and what is drawn for it."""
        return Framing(self.aspect_ratio, self.source_ratio or self.aspect_ratio)

    @property
    def digest(self) -> str:
        """sha256 of the whole pack; packs are older than draw-overs, and keep their digests."""
        older = {"drawn_over"} if self.drawn_over is None else set()
        return digest("context", self.model_dump(mode="json", exclude=older))


def pack_of(
    production: ProductionRecord, facts: Facts, state: State, attempt: Attempt
) -> ContextPack:
    """What is known as `attempt` begins."""
    brief, spec = production.brief, attempt.spec
    references = attempt.references if attempt.references is not None else ()
    if spec is not None and attempt.references is None:  # an attempt from before there were sheets
        named = {name.casefold() for name in spec.references}
        references = tuple(
            r for r in brief.references if r.name.casefold() in named or r.kind == "style"
        )
    before, after = _beside(state, spec.id) if spec else (None, None)
    return ContextPack(
        take=str(attempt.take),
        kind=attempt.kind,
        title=brief.title,
        vision=brief.vision,
        logline=state.shot_list.logline if state.shot_list else "",
        look=brief.look,
        aspect_ratio=brief.aspect_ratio,
        source_ratio=production.framing.source,
        shot=spec,
        sheet=attempt.sheet,
        references=references,
        frame_sha256=attempt.frame_sha256 or "",
        before=before,
        after=after,
        note=attempt.note,
        reason=attempt.reason,
        drawn_over=attempt.drawn_over,
        turned_down=tuple(_turned_down(facts, attempt)),
        heard=tuple(
            Heard(who=r.who, about=r.subject, text=r.text)
            for _, r in sorted(facts.remarks.items())
            if attempt.shot and r.subject.startswith((attempt.shot, attempt.take.subject))
        ),
    )


def _beside(state: State, shot: str) -> tuple[Neighbour | None, Neighbour | None]:
    kept = [s for s in state.shots if s.stage != "omitted"]
    place = next((n for n, s in enumerate(kept) if s.shot.id == shot), None)
    if place is None:
        return None, None
    before = kept[place - 1] if place else None
    after = kept[place + 1] if place + 1 < len(kept) else None
    return _neighbour(before), _neighbour(after)


def _neighbour(found: ShotState | None) -> Neighbour | None:
    if found is None:
        return None
    shot, frame = found.shot, found.frame
    return Neighbour(
        shot=shot.id,
        size=shot.size,
        angle=shot.angle,
        subject=shot.subject,
        action=shot.action,
        setting=shot.setting,
        frame=frame.take if frame else "",
        frame_sha256=frame.sha256 if frame else "",
    )


def _turned_down(facts: Facts, attempt: Attempt) -> Iterator[Turned]:
    """What people said no to of this subject, oldest first; the word that asked for this is last.

    What is said of the frame holds for the clip that is made of it, too.
    """
    kinds: set[Kind] = {attempt.kind, "frame"} if attempt.kind == "clip" else {attempt.kind}
    for _, said in facts.decided:
        if said.verdict == "retake" and _same(said, kinds, attempt.take):
            yield Turned(take=said.take, sha256=said.sha256, reason=said.reason, note=said.note)


def _same(verdict: Verdict, kinds: set[Kind], take: TakeId) -> bool:
    said = verdict.id
    return (
        said.shot == take.shot
        and said.kind in kinds
        and (said.kind != take.kind or said.version < take.version)
    )

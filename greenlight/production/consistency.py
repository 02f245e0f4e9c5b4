"""Consistency: whether a character or prop looks the same in all shots that show it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from greenlight.production.brief import Reference
from greenlight.production.cast import cast_of, shown
from greenlight.production.checks import Box, CheckRecord
from greenlight.production.facts import Facts
from greenlight.production.folding import ShotState, State
from greenlight.production.model import Frozen
from greenlight.production.names import TakeId, subject_slug

FAR_APART = 0.25
"""Of 90 pairs of one character's pictures 2 % are further apart, of 540 pairs of two of them 68 %
(six characters that were not drawn before, in six places and five sizes each)."""


class Appearance(Frozen):
    """A subject as one shot has it: the approved frame, or the best of those that wait.

    `identity` is the grader's score against the sheet, 0 to 1; `apart` the distance to the subject
    as most shots show it (`beside`), 0 for the same colours, None where there is no other.
    """

    shot: str
    take: str
    approved: bool
    identity: float | None
    unlike: str = ""
    box: Box | None
    apart: float | None = None
    beside: str = ""

    @property
    def drifts(self) -> bool:
        """Whether somebody should look at both pictures."""
        return bool(self.unlike) or (self.apart is not None and self.apart > FAR_APART)


class Kept(Frozen):
    """One subject through all its shots; `sheet` is the signed-off take, if there is one."""

    slug: str
    name: str
    kind: str
    sheet: str
    shots: tuple[Appearance, ...]


def consistency(facts: Facts, state: State) -> tuple[Kept, ...]:
    """Every character and prop that is the subject of a checked frame, in the cast's order."""
    if facts.production is None:
        return ()
    sheets = {s.slug: s.take.take for s in state.sheets if s.take is not None}
    found = []
    for reference in cast_of(facts.production.brief, state.shot_list):
        if reference.kind not in ("character", "prop"):
            continue
        seen = [
            (take, check)
            for shot in state.shots
            if shot.stage != "omitted" and _leads(shot, reference)
            for take, check in _best(facts, shot)
        ]
        if seen:
            slug = subject_slug(reference.name)
            found.append(
                Kept(
                    slug=slug,
                    name=reference.name,
                    kind=reference.kind,
                    sheet=sheets.get(slug, ""),
                    shots=_compared(state, seen),
                )
            )
    return tuple(found)


def distance(one: Sequence[int], other: Sequence[int]) -> float:
    """How far two appearances are apart: 0 for the same colours, 1 for none in common."""
    dot = sum(a * b for a, b in zip(one, other, strict=True))
    length = math.hypot(*one) * math.hypot(*other)
    return round(max(0.0, 1 - dot / length), 3) if length else 1.0


def _leads(state: ShotState, reference: Reference) -> bool:
    """Whether the shot is of this one: its grader's box is of the shot's subject."""
    name = re.sub(r"(?i)^(?:the|an?)\s+", "", reference.name)
    named = re.search(rf"\b{re.escape(name)}\b", state.shot.subject, re.IGNORECASE)
    return named is not None and reference.name in {r.name for r in shown(state.shot, (reference,))}


def _best(facts: Facts, state: ShotState) -> list[tuple[TakeId, CheckRecord]]:
    """The shot's approved frame, or the best graded of those that wait; nothing unchecked."""
    takes = [state.frame.id] if state.frame else [t for t in state.offered if t.kind == "frame"]
    graded = [(t, facts.checks[t]) for t in takes if t in facts.checks and facts.checks[t].scores]
    return sorted(graded, key=lambda pair: -(pair[1].score or 0))[:1]


def _compared(state: State, seen: list[tuple[TakeId, CheckRecord]]) -> tuple[Appearance, ...]:
    measured = [(t, c.appearance) for t, c in seen if c.appearance]
    middle: tuple[TakeId, Sequence[int]] | None = None
    if len(measured) > 1:
        # What all others are nearest to; of two that is the first.
        middle = min(measured, key=lambda m: sum(distance(m[1], o[1]) for o in measured))
    approved = {s.frame.take for s in state.shots if s.frame is not None}
    rows = []
    for take, check in seen:
        identity = next((s for s in check.scores if s.criterion == "identity"), None)
        low = identity is not None and identity in check.low
        beside = middle is not None and bool(check.appearance) and take != middle[0]
        rows.append(
            Appearance(
                shot=take.shot,
                take=str(take),
                approved=str(take) in approved,
                identity=identity.score if identity else None,
                unlike=identity.reason if identity and low else "",
                box=check.box,
                apart=distance(check.appearance, middle[1]) if middle and beside else None,
                beside=str(middle[0]) if middle and beside else "",
            )
        )
    return tuple(rows)


def drifting(kept: Sequence[Kept]) -> list[tuple[Kept, Appearance]]:
    """Every appearance that somebody should look at, with its subject."""
    return [(subject, seen) for subject in kept for seen in subject.shots if seen.drifts]

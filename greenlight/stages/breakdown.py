"""Breakdown: a brief becomes a shot list, or is asked for again with what was wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from greenlight.generate.json_answer import read_object
from greenlight.generate.prompts import SUBJECTS, breakdown_prompt, breakdown_schema, seed_of
from greenlight.generate.request import GenerationRequest
from greenlight.money.ceilings import BREAKDOWN_ASKS, PROBLEM_LIMIT
from greenlight.money.ledger import Slot
from greenlight.money.purchase import Asked, buy
from greenlight.money.releases import release_of
from greenlight.production.brief import Brief, Reference
from greenlight.production.names import shot_id
from greenlight.production.problems import sentences
from greenlight.production.records import Attempt, MissRecord, Record, ShotListRecord
from greenlight.production.shots import Shot, digest
from greenlight.stages.miss import miss
from greenlight.stages.scenes import check_scenes
from greenlight.store.records import now
from greenlight.workspace import Workspace


class _ShotAnswer(BaseModel):
    model_config = ConfigDict(extra="allow")

    sequence: int = Field(default=1, ge=1, le=99)


class _Subject(BaseModel):
    """A character, place or prop that the model found; what is too long is cut, not refused."""

    name: str
    kind: Literal["character", "place", "prop"]
    description: str = ""

    def reference(self) -> Reference:
        name = " ".join(self.name.split())[:80]
        return Reference(name=name, kind=self.kind, description=self.description[:1000])


class _Answer(BaseModel):
    """What a model answers; extra fields of shots are checked as a Shot."""

    logline: str = ""
    subjects: list[_Subject] = Field(default=[], max_length=SUBJECTS)
    shots: list[_ShotAnswer] = Field(min_length=1, max_length=60)


async def break_down(workspace: Workspace, attempt: Attempt, wanted: Asked | None = None) -> Record:
    """The shot list for this attempt, not yet filed, or a miss that says why there is none."""
    brief = workspace.production.brief
    facts = await asyncio.to_thread(workspace.records.facts)
    previous = facts.shot_lists.get(attempt.previous or 0)
    problem = ""
    spent: Decimal | None = Decimal(0)
    release = release_of(workspace.production, facts, attempt)
    ask = 0
    for _ in range(BREAKDOWN_ASKS):
        ask += 1
        slot = Slot(subject="production", kind="breakdown", version=attempt.version, ask=ask)
        request = GenerationRequest(
            role="text",
            purpose="breakdown",
            model=workspace.production.text_model,
            prompt=breakdown_prompt(brief, attempt.note, previous, problem),
            response_schema=breakdown_schema(brief.excerpt),
            seed=seed_of("breakdown", attempt.version, ask),
        )
        kept_at = workspace.ledger.answer_key(slot, "json")
        bought = await buy(workspace, slot, request, kept_at, release, wanted)
        ask = bought.ask
        known = spent is not None and bought.cost_usd is not None
        spent = spent + bought.cost_usd if known else None  # type: ignore[operator]
        if bought.answer is None:
            return miss(attempt.take, bought)
        text = await asyncio.to_thread(
            workspace.store.get_exactly, bought.answer.key, bought.answer.sha256
        )
        try:
            return _shot_list(text, attempt, previous, bought.model, brief)
        except ValueError as error:
            problem = _sentence(error)
    return MissRecord(
        at=now(),
        take=str(attempt.take),
        ask=ask,
        outcome="failed",
        reason=f"no valid shot list after {BREAKDOWN_ASKS} answers: {problem}",
        cost_usd=spent,
    )


def _sentence(error: Exception) -> str:
    said = sentences(error) if isinstance(error, ValidationError) else str(error)
    return said[:PROBLEM_LIMIT]


def _shot_list(
    text: bytes,
    attempt: Attempt,
    previous: ShotListRecord | None,
    model: str,
    brief: Brief,
) -> ShotListRecord:
    """The shot list that a model answered; raises ValueError for an answer that holds none."""

    def listed(data: dict[str, Any]) -> ShotListRecord:
        return _listed(_Answer.model_validate(data), attempt, previous, model, brief)

    return read_object(text, listed)


def _listed(
    answer: _Answer,
    attempt: Attempt,
    previous: ShotListRecord | None,
    model: str,
    brief: Brief,
) -> ShotListRecord:
    subjects = _subjects(answer, brief)
    dropped = set(previous.dropped) if previous else set()
    rows = [s.model_dump() for s in answer.shots]
    if brief.excerpt is not None:
        lines = [s.dialogue for s in previous.shots] if previous else []
        check_scenes(rows, brief.excerpt, [attempt.note, *lines])
    known = {r.name.casefold() for r in (*brief.references, *subjects)}
    shots = [
        # A name that stands for nothing shows nothing.
        s.model_copy(update={"references": tuple(n for n in s.references if n.casefold() in known)})
        for s in number_shots(rows, dropped, given=brief.excerpt is not None)
    ]
    if previous:
        dropped |= {s.id for s in previous.shots} - {s.id for s in shots}
    return ShotListRecord(
        at=now(),
        version=attempt.version,
        logline=" ".join(answer.logline.split())[:500],
        shots=tuple(shots),
        subjects=subjects,
        dropped=tuple(sorted(dropped)),
        attempt=attempt.version,
        made_by=model,
        note=attempt.note,
        sha256=shot_list_hash(shots, subjects),
    )


def _subjects(answer: _Answer, brief: Brief) -> tuple[Reference, ...]:
    """Those that the brief does not name already; no name twice."""
    named = {r.name.casefold() for r in brief.references}
    found: dict[str, Reference] = {}
    for subject in answer.subjects:
        reference = subject.reference()
        if reference.name.casefold() not in named:
            found.setdefault(reference.name.casefold(), reference)
    return tuple(found.values())


def shot_list_hash(shots: Sequence[Shot], subjects: Sequence[Reference] = ()) -> str:
    """What an approval of a shot list is bound to: every shot, in order, and who is in them."""
    rows = [s.model_dump(mode="json") for s in shots]
    if not subjects:
        return digest("shotlist", rows)
    return digest("shotlist", rows, [s.model_dump(mode="json") for s in subjects])


def number_shots(rows: list[dict[str, Any]], taken: set[str], *, given: bool = False) -> list[Shot]:
    """Gives ids in tens per sequence, skipping those that were dropped; raises ValidationError.

    Sequences are counted as they come, or `given` by the scenes of a screenplay.
    """
    order: dict[int, int] = {}
    count: dict[int, int] = {}
    shots: list[Shot] = []
    for row in rows:
        number = int(row.pop("sequence", 1))
        sequence = number if given else order.setdefault(number, len(order) + 1)
        while True:
            count[sequence] = count.get(sequence, 0) + 1
            name = shot_id(sequence, count[sequence])
            if name not in taken:
                break
        row["seconds"] = str(row.get("seconds", 4))
        shots.append(Shot.model_validate({**row, "id": name}))
    return shots

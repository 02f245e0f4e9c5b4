"""Breakdown: a brief becomes a shot list, or is asked for again with what was wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from greenlight.generate.json_answer import read_object
from greenlight.generate.prompts import SUBJECTS
from greenlight.generate.request import GenerationRequest
from greenlight.generate.requests import breakdown_request
from greenlight.money.ceilings import BREAKDOWN_ASKS
from greenlight.money.ledger import Slot
from greenlight.production.brief import Brief, Reference
from greenlight.production.names import shot_id
from greenlight.production.records import Attempt, MissRecord, Record, ShotListRecord
from greenlight.production.scenes import Excerpt, Scene
from greenlight.production.shots import Shot, digest
from greenlight.stages.asking import ask_until_valid
from greenlight.stages.assignment import Assignment
from greenlight.stages.takes import miss
from greenlight.store.records import now


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


async def break_down(given: Assignment) -> Record:
    """The shot list for this attempt, not yet filed, or a miss that says why there is none."""
    attempt, production = given.attempt, given.production
    previous = given.facts.shot_lists.get(attempt.previous or 0)

    def request(ask: int, problem: str) -> GenerationRequest:
        return breakdown_request(production, attempt.note, previous, problem, attempt.version, ask)

    def read(text: bytes) -> ShotListRecord:
        return _shot_list(text, attempt, previous, production.brief)

    slot = Slot(subject="production", kind="breakdown", version=attempt.version)
    reply = await ask_until_valid(given, slot, request, read, asks=BREAKDOWN_ASKS)
    if reply.value is not None:
        return reply.value.model_copy(update={"made_by": reply.bought.model})
    if reply.bought.answer is None:
        return miss(attempt.take, reply.bought)
    return MissRecord(
        at=now(),
        take=str(attempt.take),
        ask=reply.bought.ask,
        outcome="failed",
        reason=f"no valid shot list after {BREAKDOWN_ASKS} answers: {reply.problem}",
        cost_usd=reply.cost_usd,
    )


def _shot_list(
    text: bytes, attempt: Attempt, previous: ShotListRecord | None, brief: Brief
) -> ShotListRecord:
    """The shot list that a model answered; raises ValueError for an answer that holds none."""

    def listed(data: dict[str, Any]) -> ShotListRecord:
        return _listed(_Answer.model_validate(data), attempt, previous, brief)

    return read_object(text, listed)


def _listed(
    answer: _Answer, attempt: Attempt, previous: ShotListRecord | None, brief: Brief
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
        made_by="",
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


def check_scenes(
    rows: Sequence[Mapping[str, Any]], excerpt: Excerpt, also: Iterable[str] = ()
) -> None:
    """Raises ValueError with what is wrong of a model's shots, in words that it can act on.

    `also` is what shots may say besides: a director's note, and lines that people wrote.
    """
    count = len(excerpt.scenes)
    numbers = [int(row.get("sequence", 0)) for row in rows]
    for place, number in enumerate(numbers, 1):
        if not 1 <= number <= count:
            raise ValueError(f"shot {place}: there is no scene {number} (scenes: 1 to {count})")
    if numbers != sorted(numbers):
        raise ValueError("the shots are not in the order of the scenes")
    missing = [n for n in range(1, count + 1) if n not in numbers]
    if missing and len(rows) >= count:
        heading = excerpt.scenes[missing[0] - 1].heading
        raise ValueError(f"scene {missing[0]} ({heading}) has no shot")
    allowed = [_words(text) for text in also]
    for place, row in enumerate(rows, 1):
        scene = excerpt.scenes[int(row["sequence"]) - 1]
        said = str(row.get("dialogue") or "")
        if not _is_said(said, scene, allowed):
            raise ValueError(
                f"shot {place}: {said[:80]!r} is not said in scene {row['sequence']}: quote its "
                "dialogue word for word, or leave it empty"
            )


def _is_said(dialogue: str, scene: Scene, also: Sequence[str]) -> bool:
    spoken = _words(" ".join(speech.text for speech in scene.speeches))
    for piece in _without_names(dialogue, scene.characters):
        words = _words(piece)
        if not any(f" {words} " in f" {text} " for text in (spoken, *also)):
            return False
    return True


def _without_names(dialogue: str, names: Sequence[str]) -> list[str]:
    """What is said in a shot, without who says it: `MARA: Who? JONAS (quietly): Me.`"""
    if not names:
        return [dialogue] if dialogue.strip() else []
    speakers = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    pieces = re.split(rf"(?i)\b(?:{speakers})\s*(?:\([^)]*\))?\s*:", dialogue)
    return [piece for piece in pieces if _words(piece)]


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))

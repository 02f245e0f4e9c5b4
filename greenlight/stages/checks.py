"""Checks: rules first, and a model's grading only for what passed them."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from decimal import Decimal
from pathlib import Path

from greenlight.generate.models import model
from greenlight.generate.prompts import SHEET_ASPECT
from greenlight.generate.request import Attachment, GenerationRequest
from greenlight.generate.requests import rubric_request
from greenlight.generate.rubric import rubric_for
from greenlight.media.lane import on_lane
from greenlight.money.ceilings import CLIP_STILLS, RUBRIC_ASKS
from greenlight.money.ledger import Slot
from greenlight.production.checks import Box, CheckRecord, RuleRow, ScoreRow
from greenlight.production.context import pack_of
from greenlight.production.names import Kind, parse_take
from greenlight.production.records import HUMAN, Attempt, TakeRecord
from greenlight.production.state import fold
from greenlight.stages.asking import ask_until_valid
from greenlight.stages.assignment import Assignment
from greenlight.stages.takes import pictures_of
from greenlight.store.objects import sha256_of
from greenlight.store.records import now
from greenlight.workspace import Workspace

MIN_WIDTH = 640
MIDDLING = 0.6


async def check_take(
    given: Assignment,
    *,
    grading: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
) -> CheckRecord:
    """What the rules and the rubric say of a take, not yet filed.

    `grading` is entered for as long as a model grades: rules take no place in its limit.
    """
    workspace, take = given.workspace, given.facts.takes[given.take]
    data = await asyncio.to_thread(workspace.store.get_exactly, take.key, take.sha256)
    if take.model == HUMAN:
        return await on_lane(check_board, workspace, take, given.attempt, data)
    if take.id.kind == "clip":
        rules, pictures = await on_lane(_clip_rules, given, data, take.model)
    else:
        siblings = await asyncio.to_thread(_siblings, given)
        aspect = aspect_of(workspace, take.id.kind)
        rules = await on_lane(_still_rules, data, aspect, siblings)
        pictures = [Attachment(key=take.key, sha256=take.sha256, mime=take.mime, use="take")]
    record = CheckRecord(
        at=now(),
        take=take.take,
        sha256=take.sha256,
        rules=rules,
        threshold=_general(workspace),
        cost_usd=Decimal(0),
    )
    if take.id.kind != "sheet":
        rubric = rubric_for(take.id.kind)
        least = rubric.thresholds if workspace.profile.flag_below is None else {}
        record = record.model_copy(update={"rubric": rubric.name, "thresholds": least})
    if record.failed:
        return record.model_copy(update={"ungraded": "not graded: it fails its rules"})
    if take.id.kind == "sheet":
        return record.model_copy(update={"ungraded": "not graded: a sheet is for people to judge"})
    async with grading():
        # It may have waited long for a place: people may have chosen another model meanwhile.
        given = await asyncio.to_thread(given.refreshed)
        return await _grade(given, record, pictures)


def check_board(
    workspace: Workspace, take: TakeRecord, attempt: Attempt, data: bytes
) -> CheckRecord:
    """What the rules say of a picture that a person made; it is not graded."""
    return CheckRecord(
        at=now(),
        take=take.take,
        sha256=take.sha256,
        rules=_still_rules(data, aspect_of(workspace, take.id.kind), []),
        threshold=_general(workspace),
        cost_usd=Decimal(0),
        ungraded=f"not graded: {attempt.made_by} made it",
    )


def _general(workspace: Workspace) -> float:
    """The threshold of what the rubric names none for, or the profile's for everything."""
    return MIDDLING if workspace.profile.flag_below is None else workspace.profile.flag_below


def aspect_of(workspace: Workspace, kind: Kind) -> str:
    """The shape in which stills of this kind are made."""
    return SHEET_ASPECT if kind == "sheet" else workspace.production.framing.source


def _siblings(given: Assignment) -> list[bytes]:
    """The shot's other stills that came before this one, so that only the later twin is flagged."""
    store, take = given.workspace.store, given.take
    earlier = [
        t
        for i, t in given.facts.takes.items()
        if i.kind == take.kind
        and i.shot == take.shot
        and (i.version, i.candidate) < (take.version, take.candidate)
    ]
    return [store.get_exactly(t.key, t.sha256) for t in earlier]


def _still_rules(data: bytes, aspect: str, siblings: list[bytes]) -> tuple[RuleRow, ...]:
    from greenlight.media.rules import check_still

    return check_still(data, aspect=aspect, min_width=_min_width(aspect), siblings=siblings)


def _min_width(aspect: str) -> int:
    width, height = (int(n) for n in aspect.split(":"))
    return MIN_WIDTH if width >= height else MIN_WIDTH * width // height


def _clip_rules(
    given: Assignment, data: bytes, maker: str
) -> tuple[tuple[RuleRow, ...], list[Attachment]]:
    """The clip's rules and, where it decodes, a few stills of it for the rubric."""
    from greenlight.generate.models import billed_seconds
    from greenlight.media.clip_rules import check_clip
    from greenlight.media.excerpts import clip_stills

    workspace, attempt = given.workspace, given.attempt
    assert attempt.spec is not None
    source = given.production.framing.source
    frame = given.facts.takes[parse_take(attempt.frame or "")]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "clip.mp4")
        path.write_bytes(data)
        rows = check_clip(
            path,
            aspect=source,
            seconds=billed_seconds(maker, attempt.spec.seconds),
            fps=Decimal(given.production.brief.fps),
            first_frame=workspace.store.get_exactly(frame.key, frame.sha256),
            min_width=_min_width(source),
            must_move=attempt.spec.movement != "static",
        )
        if any(not r.passed for r in rows):
            return rows, []
        stills = clip_stills(path, CLIP_STILLS, width=MIN_WIDTH)
    attachments = []
    for still in stills:
        sha256 = sha256_of(still)
        key = workspace.keys.sheet(sha256)
        workspace.store.put_once(key, still, "image/jpeg")
        attachments.append(Attachment(key=key, sha256=sha256, mime="image/jpeg", use="take"))
    return rows, attachments


def _note(given: Assignment) -> str:
    """What people asked for in this take: a clip also shows what its frame was retaken for."""
    notes = [given.attempt.note]
    if given.attempt.frame:
        frame = given.facts.attempts.get(parse_take(given.attempt.frame).attempt)
        notes.insert(0, frame.note if frame else "")
    return "; ".join(n for n in notes if n)


def _appearance(still: bytes, box: Box) -> tuple[int, ...]:
    from greenlight.media.appearance import appearance_of

    return appearance_of(still, box)


async def _grade(
    given: Assignment, record: CheckRecord, pictures: Sequence[Attachment]
) -> CheckRecord:
    production, attempt, take = given.production, given.attempt, given.take
    kind, spec, rubric = take.kind, attempt.spec, rubric_for(take.kind)
    assert spec is not None
    references = pack_of(production, given.facts, fold(given.facts), attempt).references
    pictures = [*pictures, *pictures_of(given, references)]
    pictures = pictures[: model(production.text_model).max_references]
    note = _note(given)

    def request(ask: int, _: str) -> GenerationRequest:
        return rubric_request(production, kind, spec, references, note, pictures, ask)

    def read(text: bytes) -> tuple[tuple[ScoreRow, ...], Box | None]:
        return rubric.read(text), rubric.box(text) if kind == "frame" else None

    slot = Slot.of(take, rubric=True)
    reply = await ask_until_valid(given, slot, request, read, asks=RUBRIC_ASKS)
    update: dict[str, object] = {"cost_usd": reply.cost_usd}
    if reply.bought.answer is None:
        why = f"not graded: {reply.bought.outcome}, {reply.bought.reason}"
        update |= {"ungraded": why[:300]}
    elif reply.value is None:
        why = f"not graded: the grader's answer was not valid: {reply.problem}"
        update |= {"ungraded": why[:300]}
    else:
        scores, box = reply.value
        update |= {"scores": scores}
        if box:
            made = given.facts.takes[take]
            still = await asyncio.to_thread(
                given.workspace.store.get_exactly, made.key, made.sha256
            )
            update |= {"box": box, "appearance": await on_lane(_appearance, still, box)}
    return record.model_copy(update=update)

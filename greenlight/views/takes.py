"""Every take of a production, with what people need to decide on it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from greenlight.access.links import media_url
from greenlight.production.checks import ScoreRow
from greenlight.production.facts import Facts
from greenlight.production.names import Kind, TakeId, parse_take, story_order
from greenlight.production.records import HUMAN
from greenlight.production.state import State, stale
from greenlight.workspace import Workspace

TakeState = Literal[
    "waiting", "approved", "stale", "checked", "made", "refused", "failed", "unknown"
]


class TakeView(BaseModel):
    """One take; `poster` is the key of a still that stands for it until it plays."""

    model_config = ConfigDict(frozen=True)

    take: str
    state: TakeState
    score: float | None = None
    flagged: str = ""
    cost_usd: Decimal | None = None
    model: str = ""
    sha256: str = ""
    key: str = ""
    link: str = ""
    reused_from: str | None = None
    note: str = ""
    kind: Kind
    label: str
    version: int
    candidate: int
    mime: str = ""
    poster: str = ""
    scores: tuple[ScoreRow, ...] = ()
    held: str = ""
    by_hand: bool = False

    @property
    def waiting(self) -> bool:
        return self.state == "waiting"


def takes_of(workspace: Workspace, facts: Facts, state: State) -> list[TakeView]:
    """All takes of a production in story order, rejects included."""
    held = {w.take: w.held for w in state.waiting}
    approved = {t.take for s in state.shots for t in (s.frame, s.clip) if t is not None}
    approved |= {s.take.take for s in state.sheets if s.take is not None}
    approved |= {t.take for t in (state.animatic, state.cut) if t is not None}
    old = stale(facts, state)
    takes = [_list(number, facts, state, held) for number in sorted(facts.shot_lists)]
    for take in sorted({*facts.takes, *facts.misses}, key=story_order):
        name, record, check = str(take), facts.takes.get(take), facts.checks.get(take)
        if record is None:
            miss = facts.misses[take]
            why, cost = miss.reason, miss.cost_usd
            found = TakeView(**_named(take), state=miss.outcome, flagged=why, cost_usd=cost)
            takes.append(found.model_copy(update={"held": held.get(name, "")}))
            continue
        where: TakeState = "checked" if check else "made"
        if name in held:
            where = "waiting"
        elif name in approved:
            where = "approved"
        elif take in old:
            where = "stale"
        attempt, profile = facts.attempts.get(take.attempt), workspace.profile
        takes.append(
            TakeView(
                **_named(take),
                state=where,
                score=check.score if check else None,
                scores=check.scores if check else (),
                flagged=check.complaint if check and check.flagged else "",
                held=held.get(name, ""),
                cost_usd=record.cost_usd,
                model=record.model,
                by_hand=record.model == HUMAN,
                sha256=record.sha256,
                key=record.key,
                mime=record.mime,
                poster=_poster(facts, take),
                link=media_url(profile.media_url, profile.media_secret, record.key),
                reused_from=record.reused_from,
                note=attempt.note if attempt else "",
            )
        )
    return takes


def _list(number: int, facts: Facts, state: State, held: dict[str, str]) -> TakeView:
    record = facts.shot_lists[number]
    active = state.shot_list is not None and state.shot_list.version == number
    return TakeView(
        **_named(parse_take(str(record.take))),
        state="waiting" if str(record.take) in held else "approved" if active else "made",
        model=record.made_by,
        by_hand=record.made_by == HUMAN,
        sha256=record.sha256,
        note=record.note,
    )


def _named(take: TakeId) -> dict[str, Any]:
    return {
        "take": str(take),
        "kind": take.kind,
        "label": take.label,
        "version": take.version,
        "candidate": take.candidate,
    }


def _poster(facts: Facts, take: TakeId) -> str:
    record = facts.takes[take]
    if not record.mime.startswith("video/"):
        return record.key
    attempt = facts.attempts.get(take.attempt)
    frame = parse_take(attempt.frame) if attempt and attempt.frame else None
    return facts.takes[frame].key if frame in facts.takes else ""

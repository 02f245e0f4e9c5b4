"""What Prefect's dashboard shows of a production; text from outside is data there, never markup."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from greenlight.access.links import media_url, room_url
from greenlight.money.amounts import usd
from greenlight.money.consequences import Effect
from greenlight.money.quoting import list_quote
from greenlight.money.spend import spend_of
from greenlight.money.yields import yields_by_kind
from greenlight.production.facts import Facts
from greenlight.production.names import parse_take
from greenlight.production.readable import markdown
from greenlight.production.records import GateRecord, WaitingTake
from greenlight.production.state import State
from greenlight.stages.sheet import contact_sheet
from greenlight.views.foresee import effects_of_any, effects_of_retake, foresee, one_each
from greenlight.views.held import Hold, by_subject, holds_of
from greenlight.workspace import Workspace


@dataclass
class BoardState:
    """What one run has drawn of its production in the dashboard; times are `time.monotonic()`'s."""

    drawn_at: float
    drawn: object = None
    """What the newest drawing shows; None before the first."""
    due_at: float | None = None
    """When a change that is not drawn yet may be; None without one."""
    drawing: asyncio.Task[None] | None = None
    took: float = 0.0
    """Seconds of the last drawing."""
    progress_bar: UUID | None = None

    def is_due(self) -> bool:
        """Whether something has changed that is not shown yet, and it is time to show it."""
        return self.due_at is not None and time.monotonic() >= self.due_at


def link_to(workspace: Workspace, key: str) -> str:
    """The stable link of a stored picture or clip."""
    return media_url(workspace.profile.media_url, workspace.profile.media_secret, key)


def gate_text(workspace: Workspace, facts: Facts, state: State, gate: GateRecord) -> str:
    """The text above a gate's form: one picture of everything first.

    The dialog shows about 150 pixels of it when the form is short and nothing when it is long, so
    that each take's own picture stands in its card (see `card_text`).
    """
    production = workspace.production
    parts = [f"**{markdown(production.brief.title)}** · gate {gate.number}"]
    if state.shots:
        parts.insert(
            0, f"![contact sheet]({link_to(workspace, contact_sheet(workspace, facts, state))})"
        )
    newest = max((n for n in facts.answers if n < gate.number), default=0)
    if newest and facts.answers[newest].problem:
        parts.append(f"Your last answer could not stand: {markdown(facts.answers[newest].problem)}")
    if wishes := one_each(gate.asked):
        follows = foresee(workspace, facts, wishes)
        told = (*follows.sentences, follows.total, follows.budget)
        parts += [_sentence(text) for text in told if text]
    if gate.unknown:
        amount = usd(gate.unknown_usd, simulated=production.simulated)
        said = f"{len(gate.unknown)} paid requests of unknown outcome count as spent: {amount}"
        answer = f"greenlight ledger show {production.production} --unknown"
        parts.append(f"**{markdown(said)}** (`{answer}`)")
    if gate.stalled:
        parts.append(stall_text(workspace, gate))
    held = holds_of(workspace, facts, state, gate.waiting)
    parts += [f"**{markdown(hold.label)}:** {markdown(hold.sentence)}." for hold in held]
    name = production.production
    parts.append(f"[Review room]({room_url(workspace.profile.media_url, name)})")
    if gate.asked:
        parts.append(f"On a command line: `greenlight decide {name} --approve all`")
    else:
        parts.append(f"The ways out, on a command line: `greenlight status {name}`")
    return "\n\n".join(parts)


def stall_text(workspace: Workspace, gate: GateRecord) -> str:
    """What waits for services that are away, when it is tried again, and how at once."""
    said = [f"**{markdown(one)}**" for one in dict.fromkeys(w.held for w in gate.stalled)]
    return "\n\n".join([*said, f"At once: `greenlight resume {workspace.keys.production}`"])


def _sentence(said: str) -> str:
    text = markdown(said)
    return f"{text[:1].upper()}{text[1:]}."


def card_text(workspace: Workspace, facts: Facts, item: WaitingTake) -> str:
    """What stands in a take's card of the form: its picture, what the checks said, its price."""
    take = parse_take(item.take)
    said = []
    if item.score is not None:
        said.append(f"score {item.score:.2f}")
    if item.flagged:
        said.append(f"**flagged:** {markdown(item.flagged)}")
    if item.held:
        said.append(f"**held:** {markdown(item.held)}")
    parts = [" · ".join(said)] if said else []
    parts += [_sentence(effect.sentence) for effect in _effects(workspace, facts, item)]
    if take.kind == "shotlist" and take.version in facts.shot_lists:
        parts.append(shot_table_text(workspace, facts, take.version))
    record = facts.takes.get(take)
    if record is not None:
        link = link_to(workspace, record.key)
        attempt = facts.attempts.get(take.attempt)
        still = facts.takes.get(parse_take(attempt.frame)) if attempt and attempt.frame else record
        if still is not None and still.mime.startswith("image/"):
            parts.insert(0, f"![{take.label}]({link_to(workspace, still.key)})")
        if record.mime.startswith("video/"):
            parts.append(f"[Play {markdown(item.take)}]({link})")
        parts += [markdown(note) for note in record.notes]
    return "\n\n".join(parts)


def _effects(workspace: Workspace, facts: Facts, item: WaitingTake) -> list[Effect]:
    """What approving this take and what a retake of it would release."""
    effects = [effects_of_retake(workspace, facts, item.take)]
    if not item.held:
        effects = [*effects_of_any(workspace, facts, [item]), *effects]
    return [effect for effect in effects if effect is not None]


def shot_table_text(workspace: Workspace, facts: Facts, version: int) -> str:
    """A shot list as a markdown table with its quote."""
    record = facts.shot_lists[version]
    rows = ["| shot | size | movement | seconds | action |", "|---|---|---|---|---|"]
    rows += [
        f"| {markdown(s.id)} | {s.size} | {s.movement} | {s.seconds.normalize():f} "
        f"| {markdown(s.action, 160)} |"
        for s in record.shots
    ]
    quote = list_quote(workspace.production, record.shots, subjects=record.subjects)
    once, most = usd(quote.once), quote.most
    said = f"Quote for the whole production: {once} when nothing is made again, {most}"
    warnings = [f"**Price:** {markdown(w)}" for w in quote.warnings]
    return "\n\n".join(["\n".join(rows), markdown(said), *warnings])


def progress_of(state: State) -> float:
    """How far a production is, in percent: frames, clips, cut and delivery count alike."""
    if state.delivered:
        return 100.0
    shots = [s for s in state.shots if s.stage != "omitted"]
    if not shots:
        return 0.0 if state.shot_list is None else 5.0
    framed = sum(s.frame is not None for s in shots) / len(shots)
    shot = sum(s.clip is not None for s in shots) / len(shots)
    cut = 1.0 if state.cut is not None else 0.0
    return round(5 + 40 * framed + 40 * shot + 10 * cut, 1)


def shot_rows(
    workspace: Workspace, facts: Facts, state: State, told: Sequence[WaitingTake] = ()
) -> list[dict[str, Any]]:
    """One row per shot for the dashboard's table; `told` is what its run holds."""
    holds = by_subject(holds_of(workspace, facts, state, told))
    rows = [
        {
            "shot": f"sheet/{sheet.slug}",
            "stage": "omitted" if sheet.omitted else "approved" if sheet.take else "sheet waiting",
            "take": f"[{sheet.take.id.label}]({link_to(workspace, sheet.take.key)})"
            if sheet.take
            else "",
            "waiting": ", ".join(t.label for t in sheet.offered),
            "size": sheet.subject.kind,
            "movement": "",
            "seconds": "",
            "action": markdown(f"{sheet.subject.name}: {sheet.subject.description}", 160),
            "note": markdown(sheet.held, 160),
        }
        | _held(holds.get(f"sheet/{sheet.slug}"))
        for sheet in state.sheets
    ]
    for shot in state.shots:
        chosen = shot.clip or shot.frame
        rows.append(
            {
                "shot": shot.shot.id,
                "stage": shot.stage,
                "take": f"[{chosen.id.label}]({link_to(workspace, chosen.key)})" if chosen else "",
                "waiting": ", ".join(t.label for t in shot.offered),
                "size": shot.shot.size,
                "movement": shot.shot.movement,
                "seconds": f"{shot.shot.seconds.normalize():f}",
                "action": markdown(shot.shot.action, 160),
                "note": markdown(shot.held or shot.note, 160),
            }
            | _held(holds.get(shot.shot.id))
        )
    return rows


def _held(hold: Hold | None) -> dict[str, Any]:
    """What a row says instead where it is held."""
    return {"stage": hold.label, "note": markdown(hold.sentence, 160)} if hold else {}


def spend_rows(workspace: Workspace, facts: Facts) -> list[dict[str, Any]]:
    """What it has cost so far, a row per kind of request, the sums, and what came of it."""
    spend = spend_of(workspace.production, workspace.ledger, facts)
    mark = "simulated" if spend.simulated else "real"
    rows = [{"what": kind, "usd": amount, "money": mark} for kind, amount in spend.rows]
    for name in ("spent", "reserved", "unknown", "avoided"):
        amount = usd(getattr(spend, f"{name}_usd"))
        rows.append({"what": f"total {name}", "usd": amount, "money": mark})
    for kind, made in yields_by_kind(facts).items():
        rows.append({"what": f"{kind}s: {made.sentence}", "usd": "", "money": ""})
    return rows

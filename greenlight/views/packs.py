"""What a model knew: the context pack of a take, the prompt it was sent, and two takes compared."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict

from greenlight.errors import IntegrityError, NotFound
from greenlight.money.ledger import Slot
from greenlight.production.context import ContextPack
from greenlight.production.facts import Facts
from greenlight.production.names import TakeId
from greenlight.production.records import TakeRecord
from greenlight.workspace import Workspace


class Known(BaseModel):
    """What the model knew that made a take; `prompt` is empty where another production paid."""

    model_config = ConfigDict(frozen=True)

    take: str
    context: str
    pack: ContextPack
    prompt: str
    model: str


class Changed(BaseModel):
    """One thing that differs between the packs of two takes; what is not there is empty."""

    model_config = ConfigDict(frozen=True)

    what: str
    one: str
    other: str


def known_of(workspace: Workspace, facts: Facts, take: TakeId) -> Known:
    """The pack of a take; raises NotFound for a take that is not there or that names none."""
    record = facts.takes.get(take)
    if record is None:
        raise NotFound(f"take {take} not found in {workspace.keys.production}")
    if not record.context:
        why = "no model made it" if take.kind == "cut" else "it is older than context packs are"
        raise NotFound(f"{take} names no context pack: {why}")
    key = workspace.keys.context(record.context)
    pack = ContextPack.model_validate_json(workspace.store.get(key))
    if pack.digest != record.context:
        raise IntegrityError(f"{key} is not the pack that {take} was made from")
    return Known(
        take=record.take,
        context=record.context,
        pack=pack,
        prompt=_prompt(workspace, record),
        model=record.model,
    )


def compared(one: ContextPack, other: ContextPack) -> tuple[Changed, ...]:
    """What differs between two packs, field by field, in the order of the pack."""
    first, second = (_flat(p.model_dump(mode="json", exclude={"take"})) for p in (one, other))
    names = list(dict.fromkeys((*first, *second)))
    return tuple(
        Changed(what=name, one=first.get(name, ""), other=second.get(name, ""))
        for name in names
        if first.get(name, "") != second.get(name, "")
    )


def _flat(value: Any, at: str = "") -> dict[str, str]:
    """Paths such as `shot.lens_mm` and `turned_down[1].note`, with what is there."""
    if isinstance(value, dict):
        parts = [_flat(v, f"{at}.{k}" if at else k) for k, v in value.items()]
    elif isinstance(value, list) and any(isinstance(v, dict) for v in value):
        parts = [_flat(v, f"{at}[{n}]") for n, v in enumerate(value, 1)]
    else:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return {} if value in (None, "", []) else {at: text}
    return {name: text for part in parts for name, text in part.items()}


def _prompt(workspace: Workspace, record: TakeRecord) -> str:
    take = record.id
    if take.kind not in ("sheet", "frame", "clip") or record.reused_from:
        return ""
    slot = Slot(subject=take.shot, kind=take.kind, version=take.version, candidate=take.candidate)
    entry = workspace.ledger.entry(slot)
    return entry.reserved.request.prompt if entry else ""

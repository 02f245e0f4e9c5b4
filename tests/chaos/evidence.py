"""What ledger, stand-in and Prefect each say of one production, read raw and set side by side."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from greenlight.errors import NotFound
from greenlight.store.keys import show_draws_key
from tests.chaos.stack import Lane

_STEP = re.compile(r"^\d-(?P<name>[a-z-]+?)(?:_(?P<number>\d+))?\.json$")


@dataclass(frozen=True)
class Step:
    """One step of a slot as it lies in the bucket."""

    name: str
    number: int
    at: datetime
    body: dict[str, Any]


@dataclass
class Evidence:
    """One look at everything; `slots` maps ledger paths to steps in the order of their keys."""

    slots: dict[str, list[Step]] = field(default_factory=dict)
    served: list[dict[str, Any]] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    budget: dict[str, Any] | None = None
    show_budget: dict[str, str] = field(default_factory=dict)

    @property
    def paid(self) -> list[dict[str, Any]]:
        return [row for row in self.served if row["paid"]]


def look(lane: Lane, production: str, since: int) -> Evidence:
    """Reads the ledger's objects without the product's ledger, and asks the others."""
    workspace = lane.desk.workspace(production)
    found = Evidence(served=lane.served(since), runs=lane.runs(production))
    prefix = workspace.keys.ledger
    for key in workspace.store.keys(prefix):
        path, _, file = key[len(prefix) :].rpartition("/")
        step = _STEP.match(file)
        if step:
            body = json.loads(workspace.store.get(key))
            at = datetime.fromisoformat(body["at"])
            number = int(step["number"] or 0)
            found.slots.setdefault(path, []).append(Step(step["name"], number, at, body))
    try:
        found.budget = json.loads(workspace.store.get(workspace.keys.budget))
        draws = json.loads(workspace.store.get(show_draws_key(workspace.keys.show)))
        found.show_budget = draws["productions"].get(production, {})
    except NotFound:
        return found  # nothing was drawn yet
    return found


def side_by_side(evidence: Evidence, width: int = 46) -> Iterator[str]:
    """One line a moment: time, then what the ledger, the stand-in and Prefect wrote down of it."""
    rows: list[tuple[datetime, int, str]] = []
    for path, steps in evidence.slots.items():
        rows += [(s.at, 0, f"{path} {_say_step(s)}") for s in steps]
    for row in evidence.served:
        if not row["paid"] and row["role"] != "download":
            continue
        said = f"#{row['n']} {row['role']} {row['shot'] or ''} {row['outcome']}"
        said += "" if row["paid"] else " (free)"
        rows.append((datetime.fromisoformat(row["time"]), 1, said))
    for number, run in enumerate(evidence.runs, start=1):
        for state in run["states"]:
            said = f"run {number} {state['name']}"
            rows.append((datetime.fromisoformat(state["timestamp"]), 2, said))
    yield f"{'time (UTC)':<13}{'ledger':<{width + 12}}{'stand-in':<{width - 8}}Prefect"
    for at, column, said in sorted(rows, key=lambda row: row[0]):
        cells = ["", "", ""]
        cells[column] = said
        line = f"{at:%H:%M:%S}.{at.microsecond // 1000:03d} "
        line += f"{cells[0]:<{width + 12}}{cells[1]:<{width - 8}}{cells[2]}"
        yield line.rstrip()


def _say_step(step: Step) -> str:
    body = step.body
    match step.name:
        case "reserved":
            detail = f"at most ${body['estimate_usd']}"
        case "submitted":
            detail = str(body["remote_id"])[:14] + "…"
        case "stored":
            detail = f"{body['size']} bytes {body['sha256'][:8]}…"
        case "closed":
            cost = body["cost_usd"]
            detail = f"{body['outcome']} {'$' + cost if cost is not None else body['reason'][:40]}"
        case _:
            detail = str(step.number or "")
    return f"{step.name} {detail}".rstrip()

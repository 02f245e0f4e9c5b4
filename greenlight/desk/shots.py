"""Shots: a change of the shot list is planned, shown with what it voids, and then written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from greenlight.access.signature import Signature
from greenlight.desk.changes import Change, apply
from greenlight.desk.impact import Plan, impact_of
from greenlight.desk.shot_list import demand_open, edited
from greenlight.errors import Refused
from greenlight.production.facts import newest_list
from greenlight.production.state import fold
from greenlight.views.foresee import purse_of
from greenlight.workspace import Workspace


def plan_rows(
    workspace: Workspace,
    rows: Sequence[Mapping[str, Any]],
    who: Signature,
    note: str = "",
    seen: int | None = None,
) -> Plan:
    """The version that complete rows come to, and what approving it voids; nothing is written.

    `seen` is the version that they were made from, 0 for none; Refused if there is a newer one.
    """
    facts, brief = workspace.records.facts(), workspace.production.brief
    demand_open(workspace.keys.production, facts)
    record = edited(facts, rows, brief, who.who, note, seen)
    impact = impact_of(workspace.production, facts, record, purse_of(workspace, facts))
    return Plan(record, impact)


def plan_change(workspace: Workspace, change: Change, who: Signature, note: str = "") -> Plan:
    """The version that changes of the newest list come to; nothing is written."""
    base = newest_list(workspace.records.facts())
    return plan_rows(workspace, apply(base, change), who, note, base.version)


def plan_timing(
    workspace: Workspace, seconds: Mapping[str, Decimal], who: Signature, note: str = ""
) -> Plan:
    """The approved list with other lengths, in seconds by shot; nothing is written.

    Raises Refused while another version waits: its approval would go along unseen.
    """
    facts = workspace.records.facts()
    demand_open(workspace.keys.production, facts)
    base, active = newest_list(facts), fold(facts).shot_list
    if active is None or active.version != base.version:
        raise Refused(
            f"{base.take} waits for approval: decide on it first, or change the seconds in it "
            "with `greenlight shots`"
        )
    fields = {shot: {"seconds": str(value)} for shot, value in seconds.items()}
    return plan_rows(workspace, apply(base, Change(fields=fields)), who, note, base.version)

"""Retention: what a finished show no longer needs goes; records, ledger and decisions never do.

What goes is named in a record before anything is removed, so that a crash in between is finished by
the next call, and so that `verify` tells what was removed on purpose from what is missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from greenlight.errors import Refused
from greenlight.production.facts import Facts
from greenlight.production.names import parse_take
from greenlight.production.records import Record
from greenlight.production.state import fold
from greenlight.store.keys import Keys, reuse_key
from greenlight.store.objects import ObjectStore, Upload
from greenlight.store.records import encode, now
from greenlight.workspace import Workspace

UPLOAD_PATIENCE = timedelta(days=1)
"""An upload that was begun longer ago than this is abandoned."""


class Removed(BaseModel):
    """An object that retention removed, and why it was no longer needed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    key: str
    sha256: str
    size: int
    why: str


class RetentionRecord(Record):
    """The n-th time that objects of a production were removed on purpose."""

    number: int
    who: str
    removed: tuple[Removed, ...]

    def named_keys(self) -> Iterable[str]:
        return (item.key for item in self.removed)


class Plan(NamedTuple):
    """What would go of one production; `offers` point to it, `beats` are not objects of record."""

    production: str
    removed: tuple[Removed, ...]
    offers: tuple[str, ...]
    beats: tuple[str, ...]
    uploads: tuple[Upload, ...]

    @property
    def bytes(self) -> int:
        return sum(item.size for item in self.removed)

    @property
    def empty(self) -> bool:
        return not (self.removed or self.offers or self.beats or self.uploads)


def retention_prefix(keys: Keys) -> str:
    """Below this lie the records of what was removed."""
    return f"{keys.root}retention/"


def retention_key(keys: Keys, number: int) -> str:
    """Where the n-th record of what was removed is written, once."""
    return f"{retention_prefix(keys)}{number:04d}.json"


def records_of(store: ObjectStore, keys: Keys) -> list[RetentionRecord]:
    """Everything that was removed of a production so far, oldest first."""
    return [
        RetentionRecord.read(key, json.loads(store.get(key)))
        for key in store.keys(retention_prefix(keys))
    ]


def plan(workspace: Workspace, bulk: ObjectStore) -> Plan:
    """What a finished production no longer needs; raises Refused for one that is not finished."""
    facts = workspace.records.facts()
    production = workspace.keys.production
    if not finished(facts):
        raise Refused(
            f"{production} is neither delivered nor cancelled: everything of it may be needed yet"
        )
    known = {
        item.key
        for record in records_of(workspace.store, workspace.keys)
        for item in record.removed
    }
    listed = {row.key: row for row in bulk.listed(workspace.keys.root)}
    removed = [
        Removed(key=key, sha256=workspace.store.head(key).sha256, size=listed[key].size, why=why)
        for key, why in _unneeded(workspace.keys, facts, listed)
    ]
    going = known | {item.key for item in removed}
    return Plan(
        production=production,
        removed=tuple(removed),
        offers=tuple(_offers(workspace, facts, going)),
        beats=tuple(key for key in listed if key.endswith(".beat")),
        uploads=tuple(_stale(bulk.uploads(workspace.keys.root), bulk.clock())),
    )


def finished(facts: Facts) -> bool:
    """Whether nothing more will be made of a production."""
    return facts.cancelled is not None or fold(facts).delivered


def _unneeded(keys: Keys, facts: Facts, listed: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Keys of objects that may go, with the reason."""
    kept = _kept(facts)
    rejects = {t.key: t.take for t in facts.takes.values() if t.key not in kept}
    delivered = {key for record in facts.deliveries.values() for key in record.files}
    sheets = f"{keys.root}sheets/"
    for key in listed:
        if key in delivered or key in kept:
            continue
        if key in rejects:
            yield key, f"{rejects[key]} was not chosen"
        elif key.startswith(sheets):
            yield key, "a contact sheet or a still for the graders"


def _kept(facts: Facts) -> set[str]:
    """Keys of the takes that were delivered, or that people approved last."""
    approved = {}
    for number in sorted(facts.decisions):
        for verdict in facts.decisions[number].verdicts:
            subject = (verdict.id.kind, verdict.id.shot)
            approved[subject] = verdict.id if verdict.verdict == "approve" else None
    chosen = {take for take in approved.values() if take is not None}
    for delivery in facts.deliveries.values():
        cut = parse_take(delivery.cut)
        chosen.add(cut)
        attempt = facts.attempts.get(cut)
        clips = [parse_take(name) for name in attempt.clips] if attempt else []
        chosen |= set(clips)
        frames = (facts.attempts[clip].frame for clip in clips if clip in facts.attempts)
        chosen |= {parse_take(name) for name in frames if name}
    return {facts.takes[take].key for take in chosen if take in facts.takes}


def _offers(workspace: Workspace, facts: Facts, going: set[str]) -> Iterable[str]:
    """Offers for reuse whose source goes: without it they would be misses anyway."""
    for take in facts.takes.values():
        if take.key not in going or not take.fingerprint:
            continue
        key = reuse_key(workspace.keys.show, take.fingerprint)
        if workspace.store.exists(key) and json.loads(workspace.store.get(key))["key"] == take.key:
            yield key


def _stale(uploads: Iterable[Upload], at: datetime) -> Iterable[Upload]:
    return (upload for upload in uploads if at - upload.begun > UPLOAD_PATIENCE)


def carry_out(
    workspace: Workspace, bulk: ObjectStore, wanted: Plan, who: str
) -> RetentionRecord | None:
    """Removes what the plan names, after recording it; None when no object was to be recorded."""
    record: RetentionRecord | None = None
    if wanted.removed:
        record = _record(workspace, wanted, who)
    for key in wanted.offers:
        workspace.store.delete(key)
    for item in wanted.removed:
        workspace.store.delete(item.key)
    for key in wanted.beats:
        workspace.store.delete(key)
    for upload in wanted.uploads:
        bulk.give_up(upload)
    return record


def _record(workspace: Workspace, wanted: Plan, who: str) -> RetentionRecord:
    number = len(records_of(workspace.store, workspace.keys)) + 1
    record = RetentionRecord(at=now(), number=number, who=who, removed=wanted.removed)
    if not workspace.store.put_once(retention_key(workspace.keys, number), encode(record)):
        raise Refused(f"somebody else is removing things of {wanted.production}: look again")
    return record

"""Bytes and places: every object is what was written, every record parses and lies in order."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from greenlight.errors import GreenlightError
from greenlight.production.names import TakeId, parse_take
from greenlight.production.records import (
    Attempt,
    DecisionRecord,
    DeliveryRecord,
    GateRecord,
    Record,
)
from greenlight.store.keys import index_key, open_key, record_type
from greenlight.upkeep.retention import RetentionRecord, retention_key, retention_prefix
from greenlight.upkeep.verify.case import Case
from greenlight.upkeep.verify.snapshot import Seen, parsed

_OTHER = re.compile(
    r"budget\.json$|references/|context/[0-9a-f]{64}\.json$|drawovers/[0-9a-f]{64}\.jpg$|sheets/"
    r"|deliveries/v\d+/|retention/\d+\.json$|runs/\d+\.beat$"
    r"|(shots/[^/]+/(frames|clips)|cast/[^/]+|animatics|cuts|shotlists)/v\d+\w*\.\w+$"
)
"""What lies below a production's root beside its records."""


def check_bytes(case: Case) -> None:
    """Compares every object with the sha256 that it was written with."""
    if not case.snapshot.settled:
        case.warning(case.keys.root, "was being changed all the while: look again when it is quiet")
    for seen in case.snapshot.objects.values():
        if not seen.recorded:
            case.warning(seen.key, "carries no sha256 of its own: written by something else")
        elif seen.recorded != seen.sha256:
            case.error(
                seen.key,
                f"does not hold the bytes that were stored: its sha256 is {seen.sha256[:12]}…, "
                f"and {seen.recorded[:12]}… was written",
            )


def read_records(case: Case) -> None:
    """Parses every record and puts it in its place."""
    for seen in case.snapshot.below(case.keys.root).values():
        try:
            _read(case, seen)
        except (ValueError, GreenlightError) as error:
            case.unreadable(seen, error)


def _read(case: Case, seen: Seen) -> None:
    keys = case.keys
    if seen.key.startswith(retention_prefix(keys)):
        removal = RetentionRecord.read(seen.key, parsed(seen))
        _in_place(case, seen.key, retention_key(keys, removal.number))
        case.retention.append(removal)
        case.records += 1
        return
    kind = record_type(seen.key, keys.root)
    if kind is None:
        if not _OTHER.match(seen.key[len(keys.root) :]):
            case.warning(seen.key, "is nothing that this release knows")
        return
    record = kind.read(seen.key, parsed(seen))
    for name in _takes_named(record):
        parse_take(name)
    _in_place(case, seen.key, keys.record(record))
    case.facts.add([record])
    case.records += 1


def _takes_named(record: Record) -> Iterator[str]:
    """Every take that a record names, all of which must be names of takes."""
    match record:
        case Attempt():
            yield from (*record.rejected, *record.clips, *([record.frame] if record.frame else []))
        case DecisionRecord():
            yield from (verdict.take for verdict in record.verdicts)
        case GateRecord():
            yield from (item.take for item in record.waiting)
        case DeliveryRecord():
            yield record.cut


def _in_place(case: Case, key: str, belongs: str) -> None:
    if key != belongs:
        case.error(key, f"says of itself that it belongs to {belongs}")


def check_order(case: Case) -> None:
    """Looks for gaps in everything that is numbered."""
    facts, root = case.facts, case.keys.root
    gaps(case, facts.decisions, f"{root}decisions/{{:06d}}.json", "decisions")
    gaps(case, facts.gates, f"{root}gates/{{:04d}}.json", "gates")
    gaps(case, facts.runs, f"{root}runs/{{:04d}}.json", "runs")
    gaps(case, facts.remarks, f"{root}remarks/{{:06d}}.json", "remarks")
    gaps(case, [r.number for r in case.retention], f"{root}retention/{{:04d}}.json", "removals")
    for kind, shot in {(take.kind, take.shot) for take in facts.attempts}:
        numbers = {t.version for t in facts.attempts if (t.kind, t.shot) == (kind, shot)}
        form = f"{root}shots/{shot}/{kind}s/v{{:03d}}.attempt.json"
        if kind == "shotlist":
            numbers |= set(facts.shot_lists)
            form = f"{root}shotlists/v{{:03d}}.list.json"
        elif kind == "sheet":
            form = f"{root}cast/{shot}/v{{:03d}}.attempt.json"
        elif kind in ("animatic", "cut"):
            form = f"{root}{kind}s/v{{:03d}}.attempt.json"
        gaps(case, numbers, form, f"versions of {TakeId(kind, 1, shot)}"[:-5])
    _watermarks(case)


def gaps(case: Case, numbers: Collection[int], form: str, what: str) -> None:
    """Reports every number up to the newest that is not there."""
    newest = max(numbers, default=0)
    for number in range(1, newest + 1):
        if number not in numbers:
            case.missing(form.format(number), f"there are {what} up to {newest}")


def _watermarks(case: Case) -> None:
    """Whatever has heard of a decision proves that it was there."""
    facts = case.facts
    heard = {gate.watermark: case.keys.record(gate) for gate in facts.gates.values()}
    for answer in facts.answers.values():
        if answer.decision is not None:
            heard[answer.decision] = case.keys.record(answer)
        if answer.number not in facts.gates:
            place = f"{case.keys.root}gates/{answer.number:04d}.json"
            case.missing(place, f"{case.keys.record(answer)} answers it")
    for entry in case.entries.values():
        if entry.resolved is not None:
            heard[entry.resolved.decision] = f"{case.keys.ledger}{entry.slot.path}/9-resolved.json"
    for number in range(facts.watermark + 1, max(heard, default=0) + 1):
        witness = min((n, key) for n, key in heard.items() if n >= number)[1]
        place = f"{case.keys.decisions}{number:06d}.json"
        case.missing(place, f"{witness} has heard of decision {number}")


def check_markers(case: Case) -> None:
    """Looks at the index, at the marker of open productions, and at the runs."""
    facts, keys, objects = case.facts, case.keys, case.snapshot.objects
    index, marker = index_key(keys.production), open_key(keys.production)
    if index not in objects:
        case.missing(index, "nothing can find the production without it")
    for key in (index, marker):
        _names_show(case, key)
    if facts.production is None and not case.records and not case.entries:
        case.warning(marker, "was begun and never submitted: submit it again, or leave it")
        return
    if facts.production is None:
        place = f"{keys.root}production.json"
        case.missing(place, f"there are {case.records} records of this production")
        return
    for name, said, wanted in (
        ("production", facts.production.production, keys.production),
        ("show", facts.production.show, keys.show),
    ):
        if said != wanted:
            case.error(f"{keys.root}production.json", f"names the {name} {said!r}, not {wanted!r}")
    _runs(case)
    state = case.state()
    if state is None:
        return
    if not (state.delivered or state.cancelled) and marker not in objects:
        case.missing(
            marker,
            "the production is neither delivered nor cancelled, and recovery "
            "looks at marked ones only",
        )
    if (state.delivered or state.cancelled) and marker in objects:
        case.warning(marker, "marks a production as open that is finished: recovery removes it")


def _names_show(case: Case, key: str) -> None:
    seen = case.snapshot.objects.get(key)
    if seen is None:
        return
    try:
        show = parsed(seen).get("show")
    except ValueError as error:
        case.unreadable(seen, error)
        return
    if show != case.keys.show:
        case.error(key, f"names the show {show!r}, and the production lies in {case.keys.show!r}")


def _runs(case: Case) -> None:
    known = {run.flow_run for run in case.facts.runs.values()}
    for gate in case.facts.gates.values():
        if gate.flow_run not in known:
            newest = max(case.facts.runs, default=0)
            place = f"{case.keys.root}runs/{newest + 1:04d}.json"
            case.missing(place, f"{case.keys.record(gate)} was opened by run {gate.flow_run}")
    if case.facts.attempts and not case.facts.runs:
        case.missing(f"{case.keys.root}runs/0001.json", "attempts were made by some run")

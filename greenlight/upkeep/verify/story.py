"""Records against each other: takes and their bytes, what people decided, what was delivered."""

from __future__ import annotations

from pydantic import BaseModel

from greenlight.production.names import TakeId, parse_take
from greenlight.production.records import Attempt, DeliveryRecord, Verdict
from greenlight.store.keys import open_key
from greenlight.upkeep.verify.case import Case
from greenlight.upkeep.verify.snapshot import parsed


class _File(BaseModel):
    name: str
    sha256: str


class _Take(BaseModel):
    shot: str
    take: str
    kind: str
    sha256: str


class _Decision(BaseModel):
    ordinal: int


class _Manifest(BaseModel):
    """What a manifest says that can be held against the records."""

    files: tuple[_File, ...]
    takes: tuple[_Take, ...]
    decisions: tuple[_Decision, ...]


def check_takes(case: Case) -> None:
    """Every take comes of an attempt, has its bytes and, where people saw it, its check."""
    facts, keys = case.facts, case.keys
    for take, record in facts.takes.items():
        where = keys.record(record)
        attempt = facts.attempts.get(take.attempt)
        if attempt is None:
            case.missing(_attempt_key(case, take), f"{where} is a take of it")
        elif take not in attempt.takes():
            case.error(where, f"is not a candidate of {keys.record(attempt)}")
        case.holds(record.key, record.sha256, where, record.size)
    for take, check in facts.checks.items():
        where = keys.record(check)
        if take not in facts.takes:
            case.missing(keys.take(take), f"{where} is of it")
        elif facts.takes[take].sha256 != check.sha256:
            case.error(where, f"is of sha256 {check.sha256[:12]}…, and the take has another")
    for listed in facts.shot_lists.values():
        if listed.attempt is not None and TakeId("shotlist", listed.attempt) not in facts.attempts:
            place = f"{keys.shot_lists}v{listed.attempt:03d}.attempt.json"
            case.missing(place, f"{keys.record(listed)} was made by it")
    _orphans(case)
    _references(case)


def _attempt_key(case: Case, take: TakeId) -> str:
    return case.keys.take(take.attempt).replace(".take.json", ".attempt.json")


def _orphans(case: Case) -> None:
    known = {t.key for t in case.facts.takes.values()}
    known |= {e.stored.key for e in case.entries.values() if e.stored}
    root = case.keys.root
    for key in case.snapshot.below(root):
        folder = key[len(root) :].split("/", 1)[0]
        if folder in ("shots", "cast", "cuts") and not key.endswith(".json") and key not in known:
            case.warning(
                key, "belongs to no record: a crash may have left it, or its record is gone"
            )


def _references(case: Case) -> None:
    production = case.facts.production
    if production is None:
        return
    for reference in production.brief.references:
        if reference.image_sha256 and reference.image_mime:
            key = case.keys.reference(reference.image_sha256, reference.image_mime)
            case.holds(key, reference.image_sha256, f"{case.keys.root}production.json")


def check_decisions(case: Case) -> None:
    """Every word of people is about exactly what they were shown, and what followed is allowed."""
    facts = case.facts
    for decision in facts.decisions.values():
        where = case.keys.record(decision)
        for verdict in decision.verdicts:
            _shown(case, where, verdict.take, verdict.id, verdict.sha256)
    for gate in facts.gates.values():
        where = case.keys.record(gate)
        for item in gate.waiting:
            if not item.held:
                _shown(case, where, item.take, parse_take(item.take), item.sha256)
    for attempt in facts.attempts.values():
        _allowed(case, attempt)


def _shown(case: Case, where: str, name: str, take: TakeId, sha256: str) -> None:
    """A take that people saw is there with these bytes, and was checked before."""
    if not sha256:
        return
    facts, keys = case.facts, case.keys
    if take.kind == "shotlist":
        listed = facts.shot_lists.get(take.version)
        found = listed.sha256 if listed else None
        place = f"{keys.shot_lists}{take.label}.list.json"
    else:
        record = facts.takes.get(take)
        found = record.sha256 if record else None
        place = keys.take(take)
    if found is None:
        case.missing(place, f"{where} is about {name}")
    elif found != sha256:
        case.error(
            where, f"is about {name} of sha256 {sha256[:12]}…, and {place} says {found[:12]}…"
        )
    elif take.kind in ("sheet", "frame", "clip") and take not in facts.checks:
        case.missing(place.replace(".take.", ".check."), f"{where} shows that people saw {name}")


def _allowed(case: Case, attempt: Attempt) -> None:
    """No frame without an approved list, no clip without its frame, no cut without its clips."""
    facts, where = case.facts, case.keys.record(attempt)
    if attempt.kind in ("sheet", "frame") and not _approvals(case, "shotlist"):
        case.error(where, "was begun, and no decision approves a shot list: a decision is missing")
    wanted: list[tuple[str, str | None]] = []
    if attempt.kind == "clip" and attempt.frame is None:
        case.error(where, "is of a clip, and names no frame")
    elif attempt.kind == "clip" and attempt.frame is not None:
        wanted = [(attempt.frame, attempt.frame_sha256)]
        _released(case, attempt)
    elif attempt.kind in ("animatic", "cut"):
        wanted = [(name, None) for name in (*attempt.frames, *attempt.clips)]
    for name, sha256 in wanted:
        take = parse_take(name)
        record = facts.takes.get(take)
        if record is None:
            case.missing(case.keys.take(take), f"{where} is made of it")
        elif sha256 is not None and record.sha256 != sha256:
            case.error(
                where, f"is made of {name} of sha256 {sha256[:12]}…, and the take has another"
            )
        elif record.sha256 not in {v.sha256 for v in _approvals(case, take.kind, take.shot)}:
            case.error(
                where,
                f"is made of {name}, and no decision approves exactly that: a decision is missing",
            )
    if attempt.cause == "retake" and not _retaken(case, attempt):
        case.error(where, "answers a retake, and no decision asks for one: a decision is missing")
    if attempt.cause == "check":
        for name in attempt.rejected:
            if parse_take(name) not in facts.checks:
                place = case.keys.take(parse_take(name)).replace(".take.", ".check.")
                case.missing(place, f"{where} was begun because of it")


def _released(case: Case, attempt: Attempt) -> None:
    """A clip of a production whose animatic releases them was in one that was approved."""
    production = case.facts.production
    if production is None or production.brief.release != "animatic":
        return
    for verdict in _approvals(case, "animatic"):
        animatic = case.facts.attempts.get(verdict.id)
        if animatic is not None and attempt.spec_hash in animatic.releases:
            return
    where = case.keys.record(attempt)
    case.error(where, "was begun, and no decision approves an animatic with it: one is missing")


def _approvals(case: Case, kind: str, shot: str = "") -> list[Verdict]:
    return [
        v
        for d in case.facts.decisions.values()
        for v in d.verdicts
        if v.verdict == "approve" and v.id.kind == kind and v.id.shot == shot
    ]


def _retaken(case: Case, attempt: Attempt) -> bool:
    return any(
        v.verdict == "retake" and (v.id.kind, v.id.shot) == (attempt.kind, attempt.shot)
        for d in case.facts.decisions.values()
        for v in d.verdicts
    )


def check_deliveries(case: Case) -> None:
    """What was delivered is the cut that was signed off, whole, and as its manifest says."""
    facts = case.facts
    for delivery in facts.deliveries.values():
        where = case.keys.record(delivery)
        cut = facts.takes.get(parse_take(delivery.cut))
        if cut is None:
            case.missing(case.keys.take(parse_take(delivery.cut)), f"{where} delivers it")
        elif cut.sha256 != delivery.cut_sha256:
            case.error(where, f"delivers {delivery.cut} of another sha256 than the take has")
        if delivery.cut_sha256 not in {v.sha256 for v in _approvals(case, "cut")}:
            case.error(
                where,
                f"delivers {delivery.cut}, and no decision signs it off: a decision is missing",
            )
        for key, sha256 in delivery.files.items():
            case.holds(key, sha256, where)
        _manifest(case, delivery)
    _undelivered(case)


def _undelivered(case: Case) -> None:
    known = {key for delivery in case.facts.deliveries.values() for key in delivery.files}
    prefix = f"{case.keys.root}deliveries/"
    finished = open_key(case.keys.production) not in case.snapshot.objects
    for key in case.snapshot.below(prefix):
        folder, _, name = key[len(prefix) :].partition("/")
        if not name or key in known:
            continue
        case.warning(key, "is in no delivery's record: one was begun, or its record is gone")
        if finished and case.facts.cancelled is None:
            case.missing(f"{prefix}{folder}.json", f"{key} was delivered")


def _manifest(case: Case, delivery: DeliveryRecord) -> None:
    key = case.keys.delivery(delivery.version, "manifest.json")
    seen = case.snapshot.objects.get(key)
    if seen is None or key not in delivery.files:
        return  # reported as missing where the record names it
    try:
        manifest = _Manifest.model_validate(parsed(seen))
    except ValueError as error:
        case.unreadable(seen, error)
        return
    for row in manifest.files:
        recorded = delivery.files.get(case.keys.delivery(delivery.version, row.name), "nothing")
        if recorded != row.sha256:
            case.error(
                key,
                f"says that {row.name} has sha256 {row.sha256[:12]}…, and the delivery's record "
                f"says {recorded[:12]}…",
            )
    takes = {(str(t.kind), t.shot, t.label): r for t, r in case.facts.takes.items()}
    for take in manifest.takes:
        record = takes.get((take.kind, take.shot, take.take))
        if record is None:
            case.error(key, f"lists {take.shot} {take.kind} {take.take}, and no record has it")
        elif record.sha256 != take.sha256:
            case.error(key, f"lists {record.take} with another sha256 than its record")
    for said in manifest.decisions:
        if said.ordinal not in case.facts.decisions:
            case.missing(f"{case.keys.decisions}{said.ordinal:06d}.json", f"{key} lists it")


def note_removals(case: Case) -> None:
    """Says what was removed on purpose, so that it is not missed."""
    for record in case.retention:
        size = sum(item.size for item in record.removed)
        where = f"{case.keys.root}retention/{record.number:04d}.json"
        case.say(
            "note",
            where,
            f"{len(record.removed)} objects, {size / 1e6:.2f} MB, were removed by "
            f"gc on {record.at:%Y-%m-%d} for {record.who}",
        )

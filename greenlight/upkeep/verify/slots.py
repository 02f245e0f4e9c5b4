"""The ledger's steps: every slot tells one story, and its answer is there."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from greenlight.errors import GreenlightError, UnknownSchema
from greenlight.money.ledger import (
    Closed,
    Entry,
    NotSent,
    Parked,
    Reserved,
    Resolved,
    Sending,
    Step,
    StoredAnswer,
    Submitted,
    read_step,
)
from greenlight.store.keys import reuse_key
from greenlight.upkeep.verify.case import Case
from greenlight.upkeep.verify.snapshot import Seen, parsed

_SINGLE: dict[str, type[Step]] = {
    "1-reserved": Reserved,
    "3-submitted": Submitted,
    "4-stored": StoredAnswer,
    "9-closed": Closed,
    "9-resolved": Resolved,
}
_NUMBERED: dict[str, type[Step]] = {
    "2-sending": Sending,
    "2-not-sent": NotSent,
    "3-parked": Parked,
}
_FIELDS = {
    "1-reserved": "reserved",
    "2-sending": "sending",
    "2-not-sent": "not_sent",
    "3-submitted": "submitted",
    "3-parked": "parked",
    "4-stored": "stored",
    "9-closed": "closed",
    "9-resolved": "resolved",
}
Steps = dict[str, dict[int, BaseModel]]
"""Steps of one slot by name and number; 0 where there is only one."""


def read_ledger(case: Case) -> None:
    """Parses every step and puts the slots together, reporting those that make no sense."""
    slots: dict[str, Steps] = {}
    for key, seen in case.snapshot.below(case.keys.ledger).items():
        path, name = key[len(case.keys.ledger) :].rsplit("/", 1)
        steps = slots.setdefault(path, {})
        if name.startswith(("answer.", "answer_")):
            continue
        try:
            kind, number, step = _step(seen, name.removesuffix(".json"))
        except (ValueError, GreenlightError) as error:
            case.unreadable(seen, error)
            continue
        steps.setdefault(kind, {})[number] = step
        case.steps += 1
    for path, steps in sorted(slots.items()):
        if steps:
            _slot(case, path, steps)


def _step(seen: Seen, name: str) -> tuple[str, int, BaseModel]:
    kind, _, digits = name.rpartition("_")
    numbered = kind in _NUMBERED and digits.isdigit()
    model = _NUMBERED[kind] if numbered else _SINGLE.get(name)
    if model is None:
        raise UnknownSchema(f"{seen.key} is an unknown ledger step, written by a newer release")
    step = read_step(model, seen.key, parsed(seen))
    if numbered and getattr(step, "number", None) != int(digits):
        raise ValueError(f"holds the step numbered {getattr(step, 'number', None)}")
    return (kind, int(digits), step) if numbered else (name, 0, step)


def _slot(case: Case, path: str, steps: Steps) -> None:
    place = f"{case.keys.ledger}{path}/"
    if "1-reserved" not in steps:
        names = ", ".join(sorted(steps))
        case.missing(f"{place}1-reserved.json", f"the slot has {names}, and no intent")
        return
    fields = {
        _FIELDS[name]: [found[n] for n in sorted(found)] if name in _NUMBERED else found[0]
        for name, found in steps.items()
    }
    entry = Entry.model_validate(fields)
    case.entries[path] = entry
    if entry.reserved.slot.path != path:
        case.error(f"{place}1-reserved.json", f"reserves {entry.reserved.slot.path}, not {path}")
    _order(case, place, entry, steps)
    _ends(case, place, entry)
    _asks(case, path, entry)
    production = case.facts.production
    if production is not None and entry.reserved.simulated != production.simulated:
        case.error(
            f"{place}1-reserved.json",
            f"says simulated {entry.reserved.simulated}, and the "
            f"production says {production.simulated}",
        )


def _order(case: Case, place: str, entry: Entry, steps: Steps) -> None:
    """One `sending` in excess of `not sent`, and nothing follows that was not begun."""
    sent, returned = set(steps.get("2-sending", {})), set(steps.get("2-not-sent", {}))
    for number in range(1, max(sent | returned, default=0) + 1):
        if number not in sent:
            case.missing(f"{place}2-sending_{number:03d}.json", "later steps follow from it")
    for number in sorted(sent)[:-1]:
        if number not in returned:
            case.missing(
                f"{place}2-not-sent_{number:03d}.json",
                f"POST {number + 1} may only follow when POST {number} was certainly not sent",
            )
    parked = set(steps.get("3-parked", {}))
    for number in range(1, max(parked, default=0) + 1):
        if number not in parked:
            case.missing(f"{place}3-parked_{number:03d}.json", f"there are {max(parked)} of them")
    later = [n for n in ("submitted", "stored", "closed") if getattr(entry, n) is not None]
    if later and not sent:
        case.missing(f"{place}2-sending_001.json", f"the slot is {later[0]}, and no POST was begun")
    elif later and later[0] != "closed" and len(sent) <= len(returned):
        case.error(
            place, f"is {later[0]}, and each of its {len(sent)} POSTs was said to be not sent"
        )
    if entry.parked and entry.submitted is None:
        case.missing(f"{place}3-submitted.json", "the job was parked")
    if entry.stored and entry.reserved.request.role == "video" and entry.submitted is None:
        case.missing(f"{place}3-submitted.json", "a clip comes from a job, and its id is recorded")


def _ends(case: Case, place: str, entry: Entry) -> None:
    """What the slot came to agrees with what lies there."""
    closed, stored = entry.closed, entry.stored
    if stored is not None:
        case.holds(stored.key, stored.sha256, f"{place}4-stored.json", stored.size)
    if closed is not None and closed.outcome == "settled" and stored is None:
        case.missing(f"{place}4-stored.json", "the slot is settled, so its answer was stored")
    if closed is not None and stored is not None and closed.outcome != "settled":
        # A late answer after the slot was given up: the first end that was written counts.
        case.warning(f"{place}9-closed.json", f"says {closed.outcome}, and an answer is stored")
    if closed is not None and closed.cost_usd is not None and closed.cost_usd < 0:
        case.error(f"{place}9-closed.json", f"costs ${closed.cost_usd}, which nothing can")
    if entry.resolved is not None and (closed is None or closed.cost_usd is not None):
        case.error(f"{place}9-resolved.json", "resolves a slot whose outcome was not unknown")
    for picture in entry.reserved.request.attachments:
        case.holds(picture.key, picture.sha256, f"{place}1-reserved.json")


def _asks(case: Case, path: str, entry: Entry) -> None:
    """An ask follows the one before it, which was paid for or found for reuse."""
    family, ask = path.rsplit("/", 1)
    number = entry.reserved.slot.ask - 1
    if not number:
        return
    below = case.snapshot.below(f"{case.keys.ledger}{family}/")
    before = f"{case.keys.ledger}{family}/ask{number:02d}/"
    # An answer that was found for an ask which somebody allowed lies beside the first one's.
    found = any(key.startswith(before) or f"/answer_ask{number:02d}" in key for key in below)
    if not found:
        case.missing(f"{before}1-reserved.json", f"there is an {ask}")


def check_offers(case: Case) -> None:
    """Looks at what settled answers offer to others of the show."""
    removed = case.removed()
    for path, entry in case.entries.items():
        if entry.closed is None or entry.closed.outcome != "settled" or entry.stored is None:
            continue
        key = reuse_key(case.keys.show, entry.reserved.request.fingerprint)
        seen = case.snapshot.objects.get(key)
        if seen is None:
            if entry.stored.key not in removed:
                case.warning(
                    key,
                    f"is missing: the answer for {path} is not offered for reuse, "
                    "and the same request would be paid for again",
                )
            continue
        try:
            offer = parsed(seen)
        except ValueError as error:
            case.unreadable(seen, error)
            continue
        if offer.get("production") == case.keys.production:
            case.holds(str(offer.get("key")), str(offer.get("sha256")), key)


def family(entries: Mapping[str, Entry], slot: str) -> list[Entry]:
    """All asks for one thing, `slot` being its path without the ask."""
    return [entry for path, entry in sorted(entries.items()) if path.rsplit("/", 1)[0] == slot]

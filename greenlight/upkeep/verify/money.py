"""Money: takes, checks and the budget against the ledger."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from greenlight.errors import GreenlightError
from greenlight.money.ledger import Entry
from greenlight.money.show_budget import LimitRecord
from greenlight.production.names import TakeId
from greenlight.production.records import HUMAN, TakeRecord
from greenlight.store.keys import show_draws_key, show_limits
from greenlight.upkeep.verify.case import Case
from greenlight.upkeep.verify.contents import gaps
from greenlight.upkeep.verify.slots import family
from greenlight.upkeep.verify.snapshot import parsed

_ZERO = Decimal(0)


def check_ledger_against_records(case: Case) -> None:
    """Every paid answer is on record once, and every record was paid for or reused."""
    facts, keys = case.facts, case.keys
    for take, record in facts.takes.items():
        if take.kind in ("sheet", "frame", "clip") and record.model not in ("greenlight", HUMAN):
            _take(case, take, record)
    for take, check in facts.checks.items():
        asks = family(case.entries, _slot(take, f"{take.kind}-rubric"))
        answered = case.snapshot.below(f"{keys.ledger}{_slot(take, f'{take.kind}-rubric')}/")
        if check.scores and not answered:
            case.error(keys.record(check), "has scores, and its ledger slot is missing")
        _cost(case, keys.record(check), check.cost_usd, asks)
    for listed in facts.shot_lists.values():
        if listed.attempt is None:
            continue
        slot = f"production/breakdown/v{listed.attempt:03d}_c0"
        if not case.snapshot.below(f"{keys.ledger}{slot}/"):
            case.error(
                keys.record(listed), f"was made by a model, and its ledger slot {slot} is missing"
            )
    for take, miss in facts.misses.items():
        _miss(case, take, keys.record(miss), miss.outcome)
    _unfiled(case)


def _slot(take: TakeId, kind: str) -> str:
    return f"{take.shot or 'production'}/{kind}/v{take.version:03d}_c{take.candidate}"


def _take(case: Case, take: TakeId, record: TakeRecord) -> None:
    where, slot = case.keys.record(record), _slot(take, take.kind)
    asks = family(case.entries, slot)
    if record.reused_from is not None:
        if record.cost_usd != _ZERO:
            case.error(where, f"was reused, which costs nothing, and says ${record.cost_usd}")
        return
    bought = [e for e in asks if e.stored is not None and e.stored.key == record.key]
    if not bought:
        case.error(
            where,
            f"was neither reused nor bought: its ledger slot {slot} is missing or has no "
            "answer for it",
        )
        return
    entry = bought[-1]
    assert entry.stored is not None
    place = f"{case.keys.ledger}{entry.reserved.slot.path}/"
    if entry.stored.sha256 != record.sha256:
        case.error(where, f"has another sha256 than {place}4-stored.json")
    if entry.reserved.request.fingerprint != record.fingerprint:
        case.error(where, f"has another fingerprint than the request in {place}1-reserved.json")
    if entry.closed is not None and entry.closed.outcome != "settled":
        end = entry.closed.outcome
        case.error(f"{place}9-closed.json", f"says {end}, and {where} was made of its answer")
    _cost(case, where, record.cost_usd, asks)


def _cost(case: Case, where: str, said: Decimal | None, asks: list[Entry]) -> None:
    """The cost on a record is the sum of its asks; unknown where one of them was, or is."""
    if said is None and any(e.closed is None or e.closed.cost_usd is None for e in asks):
        return  # a person may have resolved it since, and records are not written again
    costs = [_known(entry) for entry in asks]
    total = None if None in costs else sum((c for c in costs if c is not None), _ZERO)
    if said != total:
        shown = ["unknown" if amount is None else f"${amount}" for amount in (said, total)]
        case.error(where, f"says that it cost {shown[0]}, and the ledger says {shown[1]}")


def _known(entry: Entry) -> Decimal | None:
    if entry.resolved is not None:
        return entry.resolved.cost_usd
    return entry.closed.cost_usd if entry.closed else None


def _miss(case: Case, take: TakeId, where: str, outcome: str) -> None:
    kind = "breakdown" if take.kind == "shotlist" else take.kind
    slot = _slot(take, kind)
    asks = family(case.entries, slot)
    if not asks:
        case.error(where, f"says {outcome}, and its ledger slot {slot} is missing")
    elif outcome in ("refused", "unknown"):
        ends = {entry.closed.outcome for entry in asks if entry.closed}
        if outcome not in ends:
            found = ", ".join(sorted(ends)) or "open"
            case.error(where, f"says {outcome}, and the slot {slot} says {found}")


def _unfiled(case: Case) -> None:
    """A closed slot has a record that says so; while work goes on, the next run files it."""
    facts = case.facts
    filed = {_slot(t, t.kind) for t in facts.takes if t.shot}
    filed |= {_slot(t, f"{t.kind}-rubric") for t in facts.checks}
    filed |= {f"production/breakdown/v{r.attempt or 0:03d}_c0" for r in facts.shot_lists.values()}
    missed = {
        _slot(t, "breakdown" if t.kind == "shotlist" else t.kind): miss.ask
        for t, miss in facts.misses.items()
    }
    for path, entry in case.entries.items():
        place, name = f"{case.keys.ledger}{path}/", path.rsplit("/", 1)[0]
        # A miss is of the asks up to its own: a person may have allowed another since.
        known = name in filed or entry.slot.ask <= missed.get(name, 0)
        if entry.closed is None and known:
            case.missing(f"{place}9-closed.json", "a record was made of what the slot came to")
        elif entry.closed is None and facts.deliveries:
            case.warning(place, "is not closed, and the production is delivered")
        elif entry.closed is not None and entry.resolved is None and not known:
            text = f"is {entry.closed.outcome}, and no record was made of it"
            if facts.deliveries:
                case.error(place, f"{text}: the record is missing")
            else:
                case.warning(place, f"{text} yet: the next run does")


def check_resolutions(case: Case) -> None:
    """What became of an unknown outcome is what the decision that it names says."""
    for path, entry in case.entries.items():
        resolved = entry.resolved
        decision = case.facts.decisions.get(resolved.decision) if resolved else None
        if resolved is None or decision is None:
            continue  # a decision that is not there is reported where the order is looked at
        where = f"{case.keys.ledger}{path}/9-resolved.json"
        said = [r for r in decision.resolutions if r.slot == path]
        standing = decision.terms is not None and decision.terms.ask_again_below_usd is not None
        if not said and not standing:
            case.error(
                where, f"follows from decision {decision.number}, which does not name {path}"
            )
        elif said and (said[0].cost_usd, said[0].again) != (resolved.cost_usd, resolved.again):
            case.error(where, f"says something else than decision {decision.number} does")


def check_budget(case: Case) -> None:
    """The budget's draws are the ledger's slots at what each counts."""
    key = case.keys.budget
    seen = case.snapshot.objects.get(key)
    expected = {p: e for p, e in case.entries.items() if _is_drawn(case, e)}
    if seen is None:
        if expected:
            case.missing(key, f"{len(expected)} slots of the ledger draw from it")
        return
    try:
        raw = parsed(seen)
        draws, ceilings = _draws(raw)
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        case.unreadable(seen, ValueError(f"no budget: {error}"))
        return
    for path, entry in sorted(expected.items()):
        amount = draws.get(path)
        if amount is None:
            case.error(key, f"has no draw for {path}, which is in the ledger")
        elif amount != entry.counted_usd:
            open_still = entry.closed is not None and not case.facts.deliveries
            text = f"counts {path} at ${amount}, and the ledger at ${entry.counted_usd}"
            case.say("warning" if open_still else "error", key, text)
    for path in sorted(set(draws) - set(case.entries)):
        # A draw comes first; in a finished production nothing will come after it.
        text = f"has a draw for {path}, which is not in the ledger"
        if case.facts.deliveries or case.facts.cancelled:
            case.warning(key, f"{text}: a crash has left it")
        else:
            case.say("note", key, f"{text} yet: it is about to be, or a crash left it to the next")
    for release, (drawn, ceiling) in ceilings.items():
        if drawn > ceiling:
            case.warning(key, f"counts ${drawn} against {release}, approved with ${ceiling}")
    _limit(case, key, sum(draws.values(), _ZERO))


def _is_drawn(case: Case, entry: Entry) -> bool:
    """The first release of Greenlight drew only where there was a budget."""
    production = case.facts.production
    budgeted = production is not None and production.brief.budget_usd is not None
    return budgeted or bool(entry.reserved.release)


def _draws(raw: dict[str, Any]) -> tuple[dict[str, Decimal], dict[str, tuple[Decimal, Decimal]]]:
    """Amount by slot, and what was drawn and approved by release."""
    draws = {path: Decimal(amount) for path, amount in raw.get("draws", {}).items()}
    ceilings: dict[str, tuple[Decimal, Decimal]] = {}
    for name, row in raw.get("releases", {}).items():
        slots = {path: Decimal(amount) for path, amount in row["slots"].items()}
        draws |= slots
        ceilings[name] = (sum(slots.values(), _ZERO), Decimal(row["ceiling"]))
    return draws, ceilings


def _limit(case: Case, key: str, total: Decimal) -> None:
    production = case.facts.production
    changed = any(d.terms is not None for d in case.facts.decisions.values())
    if production is None or production.brief.budget_usd is None or changed:
        return
    if total > production.brief.budget_usd:
        case.error(key, f"has ${total} drawn, beyond the budget of ${production.brief.budget_usd}")


def check_show(case: Case) -> None:
    """The limits that people gave the show are whole and in order, and so is what draws on them."""
    numbers: list[int] = []
    prefix = show_limits(case.keys.show)
    for key, seen in case.snapshot.below(prefix).items():
        try:
            record = LimitRecord.read(key, parsed(seen))
        except (ValueError, GreenlightError) as error:
            case.unreadable(seen, error)
            continue
        numbers.append(record.number)
        if key != f"{prefix}{record.number:04d}.json":
            case.error(key, f"says of itself that it is limit {record.number}")
    gaps(case, numbers, f"{prefix}{{:04d}}.json", "limits")
    seen_draws = case.snapshot.objects.get(show_draws_key(case.keys.show))
    if seen_draws is None:
        return
    try:
        for rows in parsed(seen_draws)["productions"].values():
            sum((Decimal(amount) for amount in rows.values()), _ZERO)
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        case.unreadable(seen_draws, error)

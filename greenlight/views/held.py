"""Held: why work does not go on by itself, in one sentence, with the ways out; for every door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from greenlight.errors import InvalidInput, Refused
from greenlight.generate.models import models
from greenlight.generate.request import Role
from greenlight.money import amounts
from greenlight.money.ledger import Entry
from greenlight.money.releases import release_of
from greenlight.money.shortage import Short, shortages
from greenlight.money.spend import unknowns
from greenlight.production.facts import Facts
from greenlight.production.names import Kind, TakeId, parse_take
from greenlight.production.records import MissRecord, Terms, WaitingTake
from greenlight.production.state import State
from greenlight.views.foresee import effects
from greenlight.views.terms import check_models
from greenlight.views.wishes import Wish
from greenlight.workspace import Workspace

Cause = Literal["budget", "approval", "refused", "failed", "unknown", "job"]
Way = Literal["raise", "model", "resolve", "retake", "omit"]

_LABELS: Mapping[Cause, str] = {
    "budget": "held: budget",
    "approval": "held: approval used up",
    "refused": "held: refused",
    "failed": "held: failed",
    "unknown": "held: outcome unknown",
    "job": "late: model busy",
}
_NAMES: Mapping[Kind, str] = {"shotlist": "shot list", "sheet": "reference sheet"}
_ROLES: Mapping[Kind, Role] = {
    "shotlist": "text",
    "sheet": "image",
    "frame": "image",
    "clip": "video",
}
_REASON_LIMIT = 160


class Cheaper(BaseModel):
    """A model that would make what is held for less: at most `usd`."""

    model_config = ConfigDict(frozen=True)

    role: Role
    model: str
    usd: Decimal | None


class Hold(BaseModel):
    """What one cause holds; amounts are USD, None where there is none or it is not to be seen.

    `takes` are the attempts that are held and `slots` the charges to confirm. `limit_usd` is the
    limit of `whose`, and `enough_usd` the lowest one that lets all of it begin. `again_usd` is the
    most that a retake of all of it releases, and `models` would make it for less.
    """

    model_config = ConfigDict(frozen=True)

    cause: Cause
    label: str
    sentence: str
    takes: tuple[str, ...]
    ways: tuple[Way, ...] = ()
    slots: tuple[str, ...] = ()
    whose: Literal["", "production", "show"] = ""
    needs_usd: Decimal | None = None
    left_usd: Decimal | None = None
    limit_usd: Decimal | None = None
    enough_usd: Decimal | None = None
    again_usd: Decimal | None = None
    models: tuple[Cheaper, ...] = ()
    simulated: bool = False

    @property
    def subjects(self) -> tuple[str, ...]:
        """The shots and sheets that are held, as verdicts of omission name them."""
        found = dict.fromkeys(_subject(parse_take(take)) for take in self.takes)
        return tuple(name for name in found if name)


def holds_of(
    workspace: Workspace,
    facts: Facts,
    state: State,
    told: Sequence[WaitingTake] = (),
    entries: Sequence[Entry] | None = None,
) -> tuple[Hold, ...]:
    """Everything that is held, a hold for each cause; `told` is what a run says that it holds.

    Limits are held against the accounts as they are now, so that a raised one holds nothing.
    `entries` are the ledger's, if the caller has read them.
    """
    if state.cancelled or not (state.work or any(w.held for w in state.waiting)):
        return ()
    rows = workspace.ledger.entries() if entries is None else entries
    holder = _Holder(workspace, facts, state, rows)
    return (*holder.budget(), *holder.approval(told), *holder.missing(), *holder.job(told))


def by_subject(holds: Iterable[Hold]) -> dict[str, Hold]:
    """The hold of each shot, and of each sheet by `sheet/NAME`."""
    found: dict[str, Hold] = {}
    for hold in holds:
        for take in map(parse_take, hold.takes):
            found.setdefault(subject_of(take), hold)
    return found


def subject_of(take: TakeId) -> str:
    """The shot of a take, or `sheet/NAME`; empty for what is of the whole production."""
    return f"sheet/{take.shot}" if take.kind == "sheet" else take.shot


def told_of(holds: Iterable[Hold]) -> str:
    """All that is held, as one line."""
    return "; ".join(hold.sentence for hold in holds)


class _Holder:
    """Tells the holds of one look at a production."""

    def __init__(
        self, workspace: Workspace, facts: Facts, state: State, entries: Sequence[Entry]
    ) -> None:
        self.workspace, self.facts, self.state, self.entries = workspace, facts, state, entries
        self.production = workspace.production
        self.simulated = self.production.simulated
        self.short = shortages(
            self.production, facts, state.work, workspace.budget, workspace.show_budget, entries
        )

    def budget(self) -> Iterable[Hold]:
        for whose in ("production", "show"):
            short = [s for s in self.short if s.whose == whose]
            if not short:
                continue
            needs = sum((s.needs_usd for s in short), Decimal(0))
            left, limit = short[0].left_usd, short[0].limit_usd
            count = len({s.attempt.take for s in short})
            may = f"they may cost {self._up(needs)} together"
            if count == 1:
                may = f"it may cost {self._up(needs)}"
            of = f"the show's {self._up(limit)}" if whose == "show" else self._up(limit)
            cheaper = self._cheaper(short, needs)
            takes = tuple(dict.fromkeys(str(s.attempt.take) for s in short))
            yield self._hold(
                "budget",
                takes,
                f"{may} and {self._down(left)} of {of} is left",
                ways=("raise", *(("model",) if cheaper else ()), "omit"),
                whose=whose,
                needs_usd=needs,
                left_usd=left,
                limit_usd=limit,
                enough_usd=limit + needs - left,
                models=cheaper,
            )

    def approval(self, told: Sequence[WaitingTake]) -> Iterable[Hold]:
        """What a run says that an approval holds, as far as the account still says so."""
        wanted = {work.take: work for work in self.state.work}
        rows, short = None, {s.attempt.take for s in self.short}
        takes, left, ceiling = [], Decimal(0), Decimal(0)
        for item in told:
            take = parse_take(item.take)
            if item.cause != "money" or take not in wanted or take.attempt in short:
                continue
            attempt = wanted[take].opening or self.facts.attempts.get(take.attempt)
            rows = self.workspace.budget.releases() if rows is None else rows
            row = rows.get(release_of(self.production, self.facts, attempt).id) if attempt else None
            if row is not None and row.open:
                takes.append(str(take.attempt))
                left, ceiling = left + row.ceiling - row.drawn, ceiling + row.ceiling
        if takes:
            said = (
                f"the next step may cost more than the {self._down(left)} that is left of the "
                f"approved {self._up(ceiling)}"
            )
            yield self._hold("approval", tuple(dict.fromkeys(takes)), said, ways=("retake", "omit"))

    def missing(self) -> Iterable[Hold]:
        """What no take came of: refused, failed, or of unknown outcome."""
        causes: dict[Cause, list[str]] = {}
        reasons: dict[Cause, list[str]] = {}
        for item in self.state.waiting:
            if item.held:
                misses = self._misses(parse_take(item.take), item.held)
                cause = _cause(misses)
                causes.setdefault(cause, []).append(item.take)
                reasons.setdefault(cause, []).append(item.held)
        for cause, takes in causes.items():
            them = "it" if len(takes) == 1 else "them"
            why = "; ".join(dict.fromkeys(r for r in reasons[cause] if r))[:_REASON_LIMIT]
            if cause == "unknown":
                slots = self._slots(takes)
                most = sum(slots.values(), Decimal(0))
                said = "the model gave no usable answer"
                said += f", and may have charged {self._up(most)}" if most else ""
                ways: tuple[Way, ...] = (
                    ("resolve", "retake", "omit") if slots else ("retake", "omit")
                )
                yield self._hold(cause, tuple(takes), said, ways=ways, slots=tuple(slots))
                continue
            why = why.removeprefix("the model refused: ")
            did = "refused" if cause == "refused" else "could not make"
            said = f"the model {did} {them} ({why})"
            yield self._hold(cause, tuple(takes), said, ways=("retake", "omit"))

    def job(self, told: Sequence[WaitingTake]) -> Iterable[Hold]:
        """What a slow job holds until it is asked for again."""
        late = [w for w in told if w.cause == "job"]
        if late:
            takes = tuple(w.take for w in late)
            until = min((w.until for w in late if w.until), default=None)
            said = f"the model is still at work{_again_at(until)}"
            yield self._hold("job", takes, said, ways=("omit",))

    def _hold(
        self,
        cause: Cause,
        takes: tuple[str, ...],
        why: str,
        *,
        ways: tuple[Way, ...],
        **fields: object,
    ) -> Hold:
        attempts = list(dict.fromkeys(parse_take(take).attempt for take in takes))
        again = self._again(takes) if "retake" in ways else None
        allowed = [w for w in ways if w != "retake" or again is not None]
        if not any(_subject(take) for take in attempts):
            allowed = [w for w in allowed if w != "omit"]
        mark = " (simulated)" if self.simulated and "$" in why else ""
        verb = "late" if cause == "job" else "held"
        return Hold.model_validate(
            {
                "cause": cause,
                "label": _LABELS[cause],
                "sentence": f"{_counted(attempts)} {verb}: {why}{mark}",
                "takes": tuple(map(str, attempts)),
                "ways": tuple(allowed),
                "again_usd": again,
                "simulated": self.simulated,
                **fields,
            }
        )

    def _again(self, takes: Sequence[str]) -> Decimal | None:
        """The most that a retake of all of them releases; None where that cannot be asked for."""
        wishes = [Wish(target=take, verdict="retake") for take in dict.fromkeys(takes)]
        try:
            found = effects(self.workspace, self.facts, wishes)
        except (Refused, InvalidInput):
            return None
        return sum((effect.usd for effect in found), Decimal(0))

    def _cheaper(self, short: Sequence[Short], needs: Decimal) -> tuple[Cheaper, ...]:
        """Models that make all of it for less, the cheapest first."""
        roles = {_ROLES[s.attempt.kind] for s in short}
        if len(roles) != 1:
            return ()
        (role,) = roles
        found = []
        for row in models(role):
            terms = Terms.model_validate({f"{role}_model": row.name})
            if row.name in self.production.models or row.status == "deprecated":
                continue
            other = self.production.under(terms)
            try:
                check_models(self.workspace, terms)
                attempts = {s.attempt.take: s.attempt for s in short}.values()
                ceilings = [release_of(other, self.facts, a).ceiling for a in attempts]
            except InvalidInput:
                continue  # it does not make this shape or length, or has no known price
            usd = sum(ceilings, Decimal(0))
            if usd < needs:
                found.append(Cheaper(role=role, model=row.name, usd=usd))
        return tuple(sorted(found, key=lambda one: one.usd or Decimal(0)))

    def _misses(self, take: TakeId, held: str) -> list[MissRecord]:
        same = [(t, m) for t, m in self.facts.misses.items() if t.subject == take.subject]
        exact = [m for t, m in same if t.attempt == take.attempt]
        return exact or [m for _, m in same if m.reason in held]

    def _slots(self, takes: Sequence[str]) -> dict[str, Decimal]:
        """The unconfirmed charges of these attempts, and what each may come to."""
        subjects = {parse_take(take).attempt.subject for take in takes}
        mine = {e.slot.path for e in self.entries if e.slot.take.subject in subjects}
        return {u.slot: u.ceiling_usd for u in unknowns(self.entries) if u.slot in mine}

    def _up(self, amount: Decimal) -> str:
        return amounts.usd(amount)

    def _down(self, amount: Decimal) -> str:
        """What is left is never said to be more than it is."""
        return self._up(amount.quantize(Decimal("0.01"), rounding=ROUND_DOWN))


def _cause(misses: Iterable[MissRecord]) -> Cause:
    outcomes = {miss.outcome for miss in misses}
    if "unknown" in outcomes:
        return "unknown"
    return "refused" if "refused" in outcomes else "failed"


def _subject(take: TakeId) -> str:
    """What an omission of it names; empty for what cannot be left out."""
    if take.kind == "sheet":
        return str(take.attempt)
    return take.shot if take.kind in ("frame", "clip") else ""


def _counted(attempts: Sequence[TakeId]) -> str:
    """`2 frames and 1 clip are`."""
    kinds = Counter(take.kind for take in attempts)
    if set(kinds) == {"shotlist"}:
        return "the shot list is"
    said = [f"{n} {_NAMES.get(kind, kind)}{'s' if n != 1 else ''}" for kind, n in kinds.items()]
    return f"{' and '.join(said)} {'is' if len(attempts) == 1 else 'are'}"


def _again_at(until: datetime | None) -> str:
    return f", and is asked again at {until:%H:%M} UTC" if until else ""

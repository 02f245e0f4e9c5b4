"""The consequences of verdicts: what they void, release and cost, in lines and in words.

Pure, and one object for every door: the amounts are whole cents, the lines add up to the total, and
the total is what a decision is held to when it is sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from pydantic import computed_field

from greenlight.generate.models import billed_seconds
from greenlight.money.amounts import at_most, cents, usd
from greenlight.money.budget import Releases
from greenlight.money.ceilings import BREAKDOWN_ASKS, round_ceiling
from greenlight.money.releases import openings, release_id, release_of
from greenlight.production.facts import Facts
from greenlight.production.folding import AUTOMATIC_RETAKES
from greenlight.production.model import Frozen, Strict
from greenlight.production.names import Kind, TakeId, is_shot, story_order
from greenlight.production.records import DecisionRecord, ProductionRecord, Verdict, VerdictKind
from greenlight.production.shots import Shot
from greenlight.production.state import ShotState, State, fold, turned_stale

_NAMES: dict[Kind, str] = {
    "shotlist": "shot list",
    "sheet": "reference sheet",
    "frame": "frame",
    "animatic": "animatic",
    "clip": "clip",
    "cut": "cut",
}


class Effect(Strict):
    """What verdicts of one sort release: takes of one round, and USD with all that may follow.

    `seconds` are those of video that are billed in one round; `drawn` shots get `stills` in
    all, and `subjects` of the cast `sheets`.
    """

    verdict: VerdictKind
    kind: Kind
    count: int
    sheets: int = 0
    subjects: int = 0
    stills: int = 0
    drawn: int = 0
    clips: int = 0
    seconds: int = 0
    breakdowns: int = 0
    usd: Decimal = Decimal(0)
    simulated: bool

    @property
    def said(self) -> str:
        """What follows, without its price."""
        if self.usd:
            return f"{self._deed} makes {self._what}"
        if self.kind == "cut" and self.verdict == "approve":
            return f"{self._deed} costs nothing and makes the delivery"
        return f"{self._deed} costs nothing more"

    @property
    def sentence(self) -> str:
        """The whole of it, such as a person reads before and after deciding."""
        if not self.usd:
            return self.said
        return f"{self.said}: {at_most(self.usd, simulated=self.simulated)}"

    @property
    def _deed(self) -> str:
        if self.kind == "cut":
            return "signing off the cut"
        name = _NAMES[self.kind]
        these = f"this {name}" if self.count == 1 else f"these {self.count} {name}s"
        if self.verdict == "approve":
            return f"approving {these}"
        if self.verdict == "omit":
            return f"omitting {these}"
        return f"retaking {these}"

    @property
    def _what(self) -> str:
        parts = []
        if self.breakdowns:
            parts.append(f"a new breakdown (up to {BREAKDOWN_ASKS} tries)")
        if self.sheets:
            parts.append(_each(self.sheets, self.subjects, "reference sheet", "reference sheets"))
        if self.stills:
            parts.append(_each(self.stills, self.drawn, "frame", "shots"))
        if self.clips == 1:
            parts.append(f"one {self.seconds} s clip")
        elif self.clips:
            parts.append(f"{self.clips} clips, {self.seconds} s in all")
        made = " and ".join(parts)
        rounds = self.subjects + self.drawn + self.clips
        if not rounds:
            return made
        retakes = _number(AUTOMATIC_RETAKES, "automatic retake")
        return f"{made} (with checks and {retakes}{' each' if rounds > 1 else ''})"


def _each(made: int, of: int, one: str, several: str) -> str:
    """`2 candidates each for 3 shots`; where one is made of each, `3 reference sheets`."""
    what = f"{made // of} candidates" if made > of else f"one {one}"
    if of > 1:
        return f"{what} each for {of} {several}"
    return f"{what} of one {one}" if made > of else what


def _number(count: int, name: str) -> str:
    return f"{count} {name}{'s' * (count != 1)}"


def effects_of(
    production: ProductionRecord, facts: Facts, verdicts: Sequence[Verdict]
) -> tuple[Effect, ...]:
    """What these verdicts release, an effect for each sort of them in their order.

    An omission that releases nothing is left out.
    """
    groups: dict[tuple[VerdictKind, Kind], list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.verdict != "omit" or verdict.shares:
            groups.setdefault((verdict.verdict, verdict.id.kind), []).append(verdict)
    return tuple(_effect(production, facts, kind, group) for (_, kind), group in groups.items())


def _effect(
    production: ProductionRecord, facts: Facts, kind: Kind, verdicts: Sequence[Verdict]
) -> Effect:
    shots = _shots(facts, verdicts)
    released = {subject for v in verdicts for subject in _subjects(v, shots)}
    drawn = [s for s in released if s.endswith("/frame")]
    subjects = sum(s.startswith("sheet/") for s in released)
    clips = [shots[s.split("/")[0]] for s in released if s.endswith("/clip")]
    return Effect(
        verdict=verdicts[0].verdict,
        kind=kind,
        count=len(verdicts),
        sheets=subjects * production.brief.candidates,
        subjects=subjects,
        stills=len(drawn) * production.brief.candidates,
        drawn=len(drawn),
        clips=len(clips),
        seconds=sum(billed_seconds(production.video_model, shot.seconds) for shot in clips),
        breakdowns=sum(s == "shotlist" for s in released),
        usd=sum((cents(v.ceiling_usd) for v in verdicts), Decimal(0)),
        simulated=production.simulated,
    )


def _subjects(verdict: Verdict, shots: Mapping[str, Shot]) -> list[str]:
    """The rounds that a verdict releases, as `{shot}/{kind}` or `sheet/{subject}`."""
    if verdict.shares or not verdict.ceiling_usd:
        return list(verdict.shares)
    # Releases before there were shares released exactly this.
    take = verdict.id
    if verdict.verdict == "retake":
        return [take.subject]
    if take.kind == "frame":
        return [f"{take.shot}/clip"]
    return [f"{shot}/frame" for shot in shots]


def _shots(facts: Facts, verdicts: Sequence[Verdict]) -> dict[str, Shot]:
    """Every shot by id, as it is in the list that is approved, or in the newest that has it."""
    approved = [v.id for v in verdicts if v.verdict == "approve" and v.id.kind == "shotlist"]
    versions = [take.version for take in approved] or sorted(facts.shot_lists)
    return {shot.id: shot for number in versions for shot in facts.shot_lists[number].shots}


Act = Literal["void", "release", "remake", "new"]
_MADE: tuple[Kind, ...] = ("frame", "clip")
_ROUNDS = {"shotlist": "breakdown", "sheet": "reference sheet", "frame": "frame", "clip": "clip"}


class Purse(NamedTuple):
    """What is left for a production in USD, None without a limit; `releases` is its account.

    `whose` is empty, or names the show whose limit is the tighter one.
    """

    left: Decimal | None
    releases: Releases
    whose: str = ""


class Line(Frozen):
    """One thing that follows, and what it costs at most in whole cents.

    A `void` costs nothing by itself; `remake` and `new` wait for an approval of their own. The
    amount is None for readers who may not see money.
    """

    act: Act
    said: str
    usd: Decimal | None = Decimal(0)
    simulated: bool

    @computed_field  # type: ignore[prop-decorator]
    @property
    def sentence(self) -> str:
        """The line as people read it."""
        most = f": {at_most(self.usd, simulated=self.simulated)}" if self.usd else ""
        return f"{self.said}{most}"


class Consequences(Frozen):
    """All that follows from verdicts, in USD; `total_usd` is the sum of the lines.

    `left_usd` is what the budget has left afterwards, None without a limit; `held` are the rounds,
    such as `sq010_sh0010/clip`, that it has no room for, of `released` ones.
    """

    lines: tuple[Line, ...] = ()
    voided: tuple[str, ...] = ()
    under_way: tuple[str, ...] = ()
    released: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    left_usd: Decimal | None = None
    whose: str = ""
    simulated: bool

    @property
    def sum_usd(self) -> Decimal:
        """The sum of the lines whose amounts are there."""
        return sum((line.usd for line in self.lines if line.usd is not None), Decimal(0))

    @computed_field  # type: ignore[prop-decorator]
    @property
    def total_usd(self) -> Decimal | None:
        """The most that all of it comes to; None for readers who may not see money."""
        return None if any(line.usd is None for line in self.lines) else self.sum_usd

    @computed_field  # type: ignore[prop-decorator]
    @property
    def sentences(self) -> tuple[str, ...]:
        """The lines as people read them."""
        return tuple(line.sentence for line in self.lines)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def total(self) -> str:
        """The sum as people read it; empty where nothing is paid for."""
        if not self.total_usd:
            return ""
        return f"in all: {at_most(self.total_usd, simulated=self.simulated)}"

    @computed_field  # type: ignore[prop-decorator]
    @property
    def budget(self) -> str:
        """What the budget has left afterwards, and what it holds; empty where nothing is paid."""
        if not self.total_usd:
            return ""
        if self.left_usd is None:
            return "no budget limits this production"
        said = f"{self.whose or 'budget'} left after this: {usd(self.left_usd)}"
        return f"{said}; {_held(self.held, self.released)} will be held" if self.held else said

    @computed_field  # type: ignore[prop-decorator]
    @property
    def short(self) -> bool:
        """Whether the budget does not reach."""
        return bool(self.held) or (self.left_usd is not None and self.left_usd < 0)


def decided(facts: Facts, verdicts: Sequence[Verdict]) -> Facts:
    """The facts, had these verdicts been given."""
    assert facts.production is not None
    return facts.deciding(
        DecisionRecord(
            at=facts.production.at,
            number=facts.watermark + 1,
            request="",
            who="",
            principal="",
            verified=False,
            door="api",
            verdicts=tuple(verdicts),
        )
    )


def consequences_of(
    production: ProductionRecord,
    facts: Facts,
    verdicts: Sequence[Verdict],
    purse: Purse | None = None,
) -> Consequences:
    """What follows from bound verdicts; without a purse nothing is said of the budget."""
    then = decided(facts, verdicts)
    before, after = fold(facts), fold(then)
    shares = {subject: usd for v in verdicts for subject, usd in v.shares.items()}
    voided = sorted({t.attempt for t in turned_stale(facts, then)}, key=story_order)
    under_way = sorted(_under_way(facts, before, after), key=story_order)
    lost = {(t.shot, t.kind) for t in (*voided, *under_way)}
    known = {s.shot.id for s in before.shots} if before.shot_list else None
    simulated = production.simulated

    def costs(rounds: Sequence[tuple[ShotState, Kind]]) -> Decimal:
        ceilings = (
            round_ceiling(production, kind, found.shot, references=found.references)
            for found, kind in rounds
        )
        return sum(ceilings, Decimal(0))

    rest = [(s, k) for s in after.shots for k in _MADE if not _there(s, k, shares)]
    again = [(s, k) for s, k in rest if (s.shot.id, k) in lost]
    fresh = [(s, k) for s, k in rest if known is not None and s.shot.id not in known]
    lines = [
        *_voids(voided, again, shares),
        *(f"{take} is being made right now: {_late(take, after)}" for take in under_way),
    ]
    found = [Line(act="void", said=said, simulated=simulated) for said in lines]
    found += [
        Line(act="release", said=effect.said, usd=effect.usd, simulated=simulated)
        for effect in effects_of(production, facts, verdicts)
    ]
    if again:
        said = f"later, {_later(again)} again"
        found.append(Line(act="remake", said=said, usd=costs(again), simulated=simulated))
    if fresh:
        said = f"later, {_later(fresh)}"
        found.append(Line(act="new", said=said, usd=costs(fresh), simulated=simulated))
    told = Consequences(
        lines=tuple(found),
        voided=tuple(map(str, voided)),
        under_way=tuple(map(str, under_way)),
        released=tuple(shares),
        simulated=simulated,
    )
    if purse is None:
        return told
    pending = _pending(production, then, after, shares, purse.releases)
    return _within(told, pending, shares, purse)


def resumed(production: ProductionRecord, facts: Facts, purse: Purse) -> Consequences:
    """What goes on with this purse of all that was approved and has drawn nothing yet."""
    pending = _pending(production, facts, fold(facts), (), purse.releases)
    simulated = production.simulated
    told = Consequences(
        lines=tuple(
            Line(act="release", said=f"{subject} goes on", usd=amount, simulated=simulated)
            for subject, amount in pending.items()
        ),
        released=tuple(pending),
        simulated=simulated,
    )
    return _within(told, {}, pending, purse)


def _within(
    told: Consequences,
    pending: Mapping[str, Decimal],
    shares: Mapping[str, Decimal],
    purse: Purse,
) -> Consequences:
    """The same with what the budget makes of it: what was released before comes first."""
    if purse.left is None:
        return told
    room = purse.left
    for amount in pending.values():
        room -= amount if amount <= room else 0
    left, held = room - told.sum_usd, []
    for subject, amount in shares.items():
        if amount > room:
            held.append(subject)
        else:
            room -= amount
    update = {"left_usd": left, "held": tuple(held), "whose": purse.whose}
    return told.model_copy(update=update)


def _pending(
    production: ProductionRecord,
    facts: Facts,
    state: State,
    shares: Collection[str],
    releases: Releases,
) -> dict[str, Decimal]:
    """What earlier approvals released and the account has not set aside yet, by round."""
    amounts: dict[str, Decimal] = {}
    for attempt in openings(state):
        if attempt.take.subject in shares:
            continue
        row = releases.get(release_id(attempt.take))
        if row is None or not row.open:
            ceiling = release_of(production, facts, attempt).ceiling
            amounts[attempt.take.subject] = cents(ceiling - (row.drawn if row else 0))
    return amounts


def _there(found: ShotState, kind: Kind, shares: Collection[str]) -> bool:
    """Whether a shot's frame or clip is there, waits, is released now, or is wanted no longer."""
    if found.stage == "omitted" or f"{found.shot.id}/{kind}" in shares:
        return True
    taken = found.frame if kind == "frame" else found.clip
    return taken is not None or any(t.kind == kind for t in found.offered)


def _under_way(facts: Facts, before: State, after: State) -> set[TakeId]:
    """Attempts that are being made, and that are not wanted afterwards."""
    wanted = {work.take.attempt for work in after.work}
    return {
        work.take.attempt
        for work in before.work
        if work.kind in ("sheet", *_MADE)
        and work.take.attempt in facts.attempts
        and work.take not in facts.takes
        and work.take.attempt not in wanted
    }


def _late(take: TakeId, after: State) -> str:
    kept = "it is paid for once and kept as an old take"
    goes_on = any(s.shot.id == take.shot and s.stage != "omitted" for s in after.shots)
    if goes_on:
        return f"{kept}, and the next version is made in its place"
    return f"{kept}, and nothing more is made of it"


def _voids(
    voided: Sequence[TakeId],
    again: Sequence[tuple[ShotState, Kind]],
    shares: Collection[str],
) -> Iterable[str]:
    if not voided:
        return
    free = [t for t in voided if t.kind in ("animatic", "cut")]
    paid = [t for t in voided if t not in free]
    later = {(s.shot.id, k) for s, k in again}
    if paid:
        now = [t for t in paid if t.subject in shares and (t.shot, t.kind) not in later]
        rest = "; it is remade with this" if len(now) == len(paid) else ""
        yield f"voids {_listed(map(str, paid))}{rest}"
    for take in free:
        yield f"voids {take}, which is remade at no cost"


def _later(rounds: Sequence[tuple[ShotState, Kind]]) -> str:
    """`frame and clip of sq010_sh0020, clip of sq010_sh0030`."""
    kinds: dict[str, list[str]] = {}
    for found, kind in rounds:
        kinds.setdefault(found.shot.id, []).append(kind)
    return ", ".join(f"{' and '.join(found)} of {shot}" for shot, found in kinds.items())


def _listed(attempts: Iterable[str]) -> str:
    """`sq010_sh0020/frame/v001 and its clip v001` for what belongs to one shot."""
    by_shot: dict[str, list[str]] = {}
    for name in attempts:
        shot = name.split("/")[0]
        by_shot.setdefault(shot if is_shot(shot) else name, []).append(name)
    said = []
    for names in by_shot.values():
        frames = [n for n in names if "/frame/" in n]
        clips = [n.rpartition("/")[2] for n in names if "/clip/" in n]
        if frames and clips:
            said.append(f"{', '.join(frames)} and its clip {', '.join(clips)}")
        else:
            said += names
    return "; ".join(said)


def _held(held: Sequence[str], released: Sequence[str]) -> str:
    """`2 of 2 clips`."""
    of, these = Counter(map(_kind, released)), Counter(map(_kind, held))
    return " and ".join(
        f"{count} of {of[kind]} {_ROUNDS[kind]}{'s' * (of[kind] != 1)}"
        for kind, count in these.items()
    )


def _kind(subject: str) -> str:
    first, _, last = subject.partition("/")
    return last if is_shot(first) else first

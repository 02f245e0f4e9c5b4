"""Impact: what a new version of the shot list would void, and what making that again comes to."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from greenlight.money.ceilings import round_ceiling
from greenlight.money.effects import at_most
from greenlight.production.cast import cast_of, shown
from greenlight.production.facts import Facts
from greenlight.production.names import Kind, TakeId, is_shot, story_order
from greenlight.production.records import (
    DecisionRecord,
    ProductionRecord,
    ShotListRecord,
    Verdict,
)
from greenlight.production.shots import Shot
from greenlight.production.stale import turned_stale
from greenlight.production.state import State, fold


class Impact(BaseModel):
    """What approving a version of the shot list changes; takes are named by their attempts.

    `voided` counted until then and is made again for `remake_usd` at most; `under_way` is being
    made for a spec that will no longer hold; takes of `dropped` shots stay, and are used no more.
    `sheets` are those of subjects that need one from then on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    voided: tuple[str, ...] = ()
    under_way: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    reordered: bool = False
    remake_usd: Decimal = Decimal(0)
    new_usd: Decimal = Decimal(0)
    simulated: bool = False

    @property
    def costs(self) -> bool:
        """Whether anything that was made, or is being made, is lost by it."""
        return bool(self.voided or self.under_way)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The whole of it in words, in the order that matters."""
        said = []
        if self.dropped:
            said.append(f"leaves out {', '.join(self.dropped)}; its takes stay on record")
        if self.new or self.sheets:
            most = at_most(self.new_usd, self.simulated)
            parts = [f"frame and clip of {shot}" for shot in self.new]
            parts += [f"a sheet of {name}" for name in self.sheets]
            said.append(f"new: {', '.join(parts)}, {most}")
        if self.voided:
            most = at_most(self.remake_usd, self.simulated)
            again = f"; remaking costs {most}" if self.remake_usd else "; it is put together again"
            said.append(f"approving it voids {_listed(self.voided)}{again}")
        for take in self.under_way:
            gone = take.split("/")[0] in self.dropped or take.startswith("sheet/")
            rest = "nothing more is made of it" if gone else "the new spec opens the next version"
            said.append(
                f"{take} is being made right now: it is paid for once and kept as an old take, "
                f"and {rest}"
            )
        if not said:
            said.append("nothing that was made is voided")
        return tuple(said)


class Plan(NamedTuple):
    """A version of the shot list that is not written yet, and what approving it changes."""

    record: ShotListRecord
    impact: Impact


def impact_of(production: ProductionRecord, facts: Facts, record: ShotListRecord) -> Impact:
    """What approving `record` changes of a production as it stands."""
    listed = replace(facts, shot_lists={**facts.shot_lists, record.version: record})
    after = listed.deciding(_approval(facts, record))
    now, then = fold(facts), fold(after)
    base = facts.shot_lists[max(facts.shot_lists)].shots if facts.shot_lists else ()
    known, wanted = {s.id: s for s in base}, {s.id: s for s in record.shots}
    voided = {take.attempt for take in turned_stale(facts, after)}
    under_way = _under_way(facts, now, then)
    lost = {(t.shot, t.kind) for t in voided | under_way}
    kept = [s for s in record.shots if s.id in known]
    new = [s for s in record.shots if s.id not in known]
    cast = cast_of(production.brief, record)

    def ceiling(kind: Kind, shot: Shot) -> Decimal:
        return round_ceiling(production, kind, shot, references=shown(shot, cast))

    kinds: tuple[Kind, ...] = ("frame", "clip")
    remake = [ceiling(kind, s) for s in kept for kind in kinds if (s.id, kind) in lost]
    fresh = [ceiling(kind, s) for s in new for kind in kinds]
    # A shot may show somebody who had no sheet, or needed none, until now.
    drawn = {sheet.slug for sheet in now.sheets}
    sheets = [
        s.subject for s in then.sheets if now.shot_list and s.slug not in drawn and not s.take
    ]
    fresh += [round_ceiling(production, "sheet", sheet=subject) for subject in sheets]
    made = [s.id for s in kept]
    return Impact(
        voided=tuple(str(t) for t in sorted(voided, key=story_order)),
        under_way=tuple(str(t) for t in sorted(under_way, key=story_order)),
        edited=tuple(s.id for s in kept if s != known[s.id]),
        new=tuple(s.id for s in new),
        dropped=tuple(name for name in known if name not in wanted),
        reordered=made != [name for name in known if name in wanted],
        remake_usd=sum(remake, Decimal(0)),
        sheets=tuple(subject.name for subject in sheets),
        new_usd=sum(fresh, Decimal(0)),
        simulated=production.simulated,
    )


def remake_of(production: ProductionRecord, state: State, stale: Collection[TakeId]) -> Decimal:
    """The most that making these takes again comes to in USD, for the shots as they are by then.

    A clip is made again too, though another approval releases it: of its new frame.
    """
    lost = {(take.shot, take.kind) for take in stale}
    kinds: tuple[Kind, ...] = ("frame", "clip")
    return sum(
        (
            round_ceiling(production, kind, found.shot, references=found.references)
            for found in state.shots
            for kind in kinds
            if (found.shot.id, kind) in lost
        ),
        Decimal(0),
    )


def _approval(facts: Facts, record: ShotListRecord) -> DecisionRecord:
    return DecisionRecord(
        at=record.at,
        number=facts.watermark + 1,
        request="",
        who="",
        principal="",
        verified=False,
        door="api",
        verdicts=(Verdict(take=str(record.take), verdict="approve", sha256=record.sha256),),
    )


def _under_way(facts: Facts, now: State, then: State) -> set[TakeId]:
    """Attempts that are being made, and that nothing would want any more."""
    wanted = {work.take.attempt for work in then.work}
    return {
        work.take.attempt
        for work in now.work
        if work.kind in ("sheet", "frame", "clip")
        and work.take.attempt in facts.attempts
        and work.take not in facts.takes
        and work.take.attempt not in wanted
    }


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

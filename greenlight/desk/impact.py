"""Impact: what a new version of the shot list changes, and what approving it comes to."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from greenlight.money.consequences import Consequences, Purse, consequences_of, decided
from greenlight.money.releases import opened_by
from greenlight.production.facts import Facts
from greenlight.production.records import ProductionRecord, ShotListRecord, Verdict
from greenlight.production.state import fold


class Impact(BaseModel):
    """What a version of the shot list changes, and what follows from approving it.

    Takes of `dropped` shots stay, and are used no more; `sheets` are those of subjects that need
    one from then on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    edited: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    reordered: bool = False
    consequences: Consequences

    @property
    def costs(self) -> bool:
        """Whether anything that was made, or is being made, is lost by it."""
        return bool(self.consequences.voided or self.consequences.under_way)

    @property
    def changes(self) -> tuple[str, ...]:
        """What it changes, in words."""
        said = []
        if self.dropped:
            said.append(f"drops {', '.join(self.dropped)}: takes of it are kept, and not used")
        if self.new or self.sheets:
            named = [*self.new, *(f"a sheet of {name}" for name in self.sheets)]
            said.append(f"new: {', '.join(named)}")
        if not self.costs:
            said.append("nothing that was made is voided")
        return tuple(said)


class Plan(NamedTuple):
    """A version of the shot list that is not written yet, and what approving it changes."""

    record: ShotListRecord
    impact: Impact


def impact_of(
    production: ProductionRecord,
    facts: Facts,
    record: ShotListRecord,
    purse: Purse | None = None,
) -> Impact:
    """What approving `record` changes of a production as it stands."""
    listed = replace(facts, shot_lists={**facts.shot_lists, record.version: record})
    approval = Verdict(take=str(record.take), verdict="approve", sha256=record.sha256)
    now, then = fold(facts), fold(decided(listed, [approval]))
    shares = opened_by(production, listed, now, then)
    total = sum(shares.values(), Decimal(0))
    approval = approval.model_copy(update={"shares": shares, "ceiling_usd": total})
    base = facts.shot_lists[max(facts.shot_lists)].shots if facts.shot_lists else ()
    known, wanted = {s.id: s for s in base}, {s.id: s for s in record.shots}
    kept = [s for s in record.shots if s.id in known]
    drawn = {sheet.slug for sheet in now.sheets}
    return Impact(
        edited=tuple(s.id for s in kept if s != known[s.id]),
        new=tuple(s.id for s in record.shots if s.id not in known),
        # A shot may show somebody who had no sheet, or needed none, until now.
        sheets=tuple(
            s.subject.name
            for s in then.sheets
            if now.shot_list and s.slug not in drawn and not s.take
        ),
        dropped=tuple(name for name in known if name not in wanted),
        reordered=[s.id for s in kept] != [name for name in known if name in wanted],
        consequences=consequences_of(production, listed, [approval], purse),
    )

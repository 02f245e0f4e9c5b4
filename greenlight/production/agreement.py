"""Agreement: what the checks said of each take beside what a person said of it.

A pure fold over records that are there anyway, so that it goes back to the first decision and loses
nothing when the rubric changes: each check record keeps the rubric and the thresholds it went by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pydantic import computed_field

from greenlight.production.facts import Facts
from greenlight.production.model import Strict
from greenlight.production.names import Kind, TakeId, story_order
from greenlight.production.records import DecisionRecord, Reason, Verdict, VerdictKind

RULES = "rules"
"""Stands among the criteria for whatever a rule, not a grader, found."""

MEANT: Mapping[str, tuple[Reason, ...]] = {
    "adherence": ("story",),
    "composition": ("lens",),
    "continuity": ("continuity", "axis"),
    "identity": ("identity",),
    "artefacts": ("anatomy", "text"),
}
"""The reasons for a retake that a criterion should have foreseen."""


class Judged(Strict):
    """One take that was checked and decided on; `low` are the criteria that flagged it."""

    production: str
    take: str
    kind: Kind
    rubric: str
    flagged: bool
    low: tuple[str, ...]
    scores: Mapping[str, float]
    verdict: VerdictKind
    reason: Reason | None
    decision: int
    who: str
    door: str


def judged(facts: Facts) -> list[Judged]:
    """Every checked take with the newest word of a person on exactly its bytes, in story order.

    Verdicts of robots do not count, nor do missing ones: a candidate that was passed over for
    another is not refused.
    """
    said: dict[TakeId, tuple[DecisionRecord, Verdict]] = {}
    for decision, verdict in facts.decided:
        if not decision.principal.startswith("robot:"):
            said[verdict.id] = (decision, verdict)
    production = facts.production.production if facts.production else ""
    rows = []
    for take in sorted(said, key=story_order):
        check, (decision, verdict) = facts.checks.get(take), said[take]
        if check is None or verdict.sha256 not in ("", check.sha256):
            continue
        if not check.scores and not check.failed:
            continue  # it was not graded, such as a person's own board
        low = [RULES] if check.failed else []
        rows.append(
            Judged(
                production=production,
                take=str(take),
                kind=take.kind,
                rubric=check.rubric or (f"{take.kind}-1" if check.scores else RULES),
                flagged=check.flagged,
                low=(*low, *(s.criterion for s in check.low)),
                scores={s.criterion: s.score for s in check.scores},
                verdict=verdict.verdict,
                reason=verdict.reason,
                decision=decision.number,
                who=decision.who,
                door=decision.door,
            )
        )
    return rows


class Tally(Strict):
    """How often a flag and a retake came together; an omission says nothing of the take."""

    flagged_retaken: int = 0
    flagged_approved: int = 0
    passed_retaken: int = 0
    passed_approved: int = 0
    omitted: int = 0

    @computed_field  # type: ignore[prop-decorator]
    @property
    def precision(self) -> float | None:
        """Share of the flagged takes that people sent back; None where none was flagged."""
        return _share(self.flagged_retaken, self.flagged_approved)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def recall(self) -> float | None:
        """Share of what people sent back that was flagged; None where nothing was sent back."""
        return _share(self.flagged_retaken, self.passed_retaken)

    @property
    def decided(self) -> int:
        sent_back = self.flagged_retaken + self.passed_retaken
        return sent_back + self.flagged_approved + self.passed_approved


class Agreement(Strict):
    """One version of a rubric against people, as a whole and by criterion.

    By criterion, recall counts the retakes alone whose reason the criterion should have foreseen.
    """

    rubric: str
    all: Tally
    criteria: Mapping[str, Tally]


def agreements(rows: Iterable[Judged]) -> list[Agreement]:
    """The agreement of every rubric that decided takes were checked by."""
    by_rubric: dict[str, list[Judged]] = {}
    for row in rows:
        by_rubric.setdefault(row.rubric, []).append(row)
    return [
        Agreement(
            rubric=rubric,
            all=_tally((row, row.flagged) for row in found),
            criteria={name: _by(name, found) for name in _names(found)},
        )
        for rubric, found in sorted(by_rubric.items())
    ]


def _by(criterion: str, rows: Sequence[Judged]) -> Tally:
    meant = MEANT.get(criterion)
    return _tally(
        (row, criterion in row.low)
        for row in rows
        # A retake for another reason is not missed by this criterion, but its flag was right.
        if row.verdict != "retake" or criterion in row.low or meant is None or row.reason in meant
    )


def _names(rows: Sequence[Judged]) -> list[str]:
    """Every criterion that any of them was scored by, in the rubric's order, and the rules."""
    names = dict.fromkeys(name for row in rows for name in row.scores)
    broken = any(RULES in row.low for row in rows)
    return [*([RULES] if broken else []), *names]


def _tally(rows: Iterable[tuple[Judged, bool]]) -> Tally:
    counts = dict.fromkeys(Tally.model_fields, 0)
    for row, flagged in rows:
        if row.verdict == "omit":
            counts["omitted"] += 1
            continue
        said = "retaken" if row.verdict == "retake" else "approved"
        counts[f"{'flagged' if flagged else 'passed'}_{said}"] += 1
    return Tally.model_validate(counts)


def _share(hits: int, others: int) -> float | None:
    return round(hits / (hits + others), 3) if hits + others else None

"""What verdicts set going, in words: "approving these 6 frames releases 48 s of video …".

One sentence for all doors, made of the verdicts themselves: what it says is what is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from greenlight.generate.models import billed_seconds
from greenlight.money.amounts import at_most, cents
from greenlight.money.ceilings import BREAKDOWN_ASKS
from greenlight.production.facts import Facts
from greenlight.production.folding import AUTOMATIC_RETAKES
from greenlight.production.model import Strict
from greenlight.production.names import Kind
from greenlight.production.records import ProductionRecord, Verdict, VerdictKind
from greenlight.production.shots import Shot

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
        """What is released, without its price."""
        if not self.usd:
            return f"{self._deed} releases nothing that is paid for"
        return f"{self._deed} releases {self._what}"

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
            return f"going on without {these}"
        return f"a retake of {these}" if self.count == 1 else f"retakes of {these}"

    @property
    def _what(self) -> str:
        retakes = "one automatic retake each"
        if AUTOMATIC_RETAKES != 1:
            retakes = f"{AUTOMATIC_RETAKES} automatic retakes each"
        parts = []
        if self.breakdowns:
            parts.append(f"a breakdown (asked for up to {BREAKDOWN_ASKS} times)")
        if self.sheets:
            of = f" of {self.subjects} subjects" if self.subjects > 1 else ""
            parts.append(f"{_number(self.sheets, 'reference sheet')}{of}")
        if self.stills:
            of = f" of {self.drawn} shots" if self.drawn > 1 else ""
            parts.append(f"{_number(self.stills, 'still')}{of}")
        if self.clips:
            parts.append(f"{self.seconds} s of video in {_number(self.clips, 'clip')}")
        media = (
            f", with {retakes} and all checks" if self.sheets or self.stills or self.clips else ""
        )
        return " and ".join(parts) + media


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

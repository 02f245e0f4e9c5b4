"""A production in memory: records as a flow would write them, without any server."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from greenlight.production.brief import Brief
from greenlight.production.checks import CheckRecord, RuleRow, ScoreRow
from greenlight.production.facts import Facts
from greenlight.production.folding import Work
from greenlight.production.names import TakeId
from greenlight.production.records import (
    Attempt,
    DecisionRecord,
    DeliveryRecord,
    MissRecord,
    ProductionRecord,
    ShotListRecord,
    TakeRecord,
    Verdict,
)
from greenlight.production.shots import Shot, digest
from greenlight.production.state import State, fold

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def shot(name: str, **fields: object) -> Shot:
    """A shot with just what it needs."""
    base = {"id": name, "subject": "a night porter", "action": f"walks past door {name[-4:]}"}
    return Shot.model_validate(base | fields)


class World:
    """Holds the facts and plays flow and people."""

    def __init__(self, shots: int = 2, candidates: int = 2) -> None:
        self.at = AT
        brief = Brief(title="Night porter", vision="A porter walks.", candidates=candidates)
        self.facts = Facts()
        self.facts.add(
            [
                ProductionRecord(
                    at=self.at,
                    production="night-porter",
                    show=brief.show,
                    brief=brief,
                    text_model="t",
                    image_model="i",
                    video_model="v",
                    simulated=True,
                    submitted_by="test",
                    quote_usd=Decimal(1),
                )
            ]
        )
        self.shots = [shot(f"sq010_sh{10 * (n + 1):04d}") for n in range(shots)]

    @property
    def state(self) -> State:
        return fold(self.facts)

    def list_shots(self, shots: list[Shot] | None = None, attempt: int | None = None) -> str:
        """Records a shot list and returns its take."""
        shots = shots or self.shots
        version = self.facts.newest("shotlist") + 1 if attempt is None else attempt
        record = ShotListRecord(
            at=self.at,
            version=version,
            shots=tuple(shots),
            attempt=attempt,
            made_by="test",
            sha256=digest([s.model_dump(mode="json") for s in shots]),
        )
        self.facts.add([record])
        return str(record.take)

    def do(self, work: Work, *, fail_rules: bool = False, miss: str = "") -> None:
        """Does one piece of work as the flow would."""
        if work.opening is not None and work.opening.take not in self.facts.attempts:
            self.facts.add([work.opening])
        take = work.take
        if work.kind == "breakdown" and not miss:
            self.list_shots(attempt=take.version)
        elif miss:
            outcome = {"take": str(take), "outcome": miss, "reason": f"{miss}!", "cost_usd": 0}
            self.facts.add([MissRecord.model_validate({"at": self.at, **outcome})])
        elif work.kind == "check":
            self.check(take, fail_rules=fail_rules)
        elif work.kind == "deliver":
            cut = self.facts.takes[take]
            self.facts.add(
                [
                    DeliveryRecord(
                        at=self.at,
                        version=take.version,
                        cut=cut.take,
                        cut_sha256=cut.sha256,
                        files={},
                        seconds=8.0,
                    )
                ]
            )
        else:
            self.take(take)

    def take(self, take: TakeId) -> None:
        """Records a take of an attempt that is there."""
        attempt: Attempt = self.facts.attempts[take.attempt]
        self.facts.add(
            [
                TakeRecord(
                    at=self.at,
                    take=str(take),
                    key=f"k/{take}",
                    sha256=digest(str(take)),
                    size=1,
                    mime="image/png",
                    model="m",
                    spec_hash=attempt.spec_hash,
                    cost_usd=Decimal("0.03"),
                    simulated=True,
                )
            ]
        )

    def check(self, take: TakeId, *, fail_rules: bool = False, score: float = 0.9) -> None:
        """Records what the checks said."""
        self.facts.add(
            [
                CheckRecord(
                    at=self.at,
                    take=str(take),
                    sha256=self.facts.takes[take].sha256,
                    rules=(RuleRow(name="decodes", passed=not fail_rules, detail="it decodes"),),
                    scores=(ScoreRow(criterion="adherence", score=score, reason="as asked"),),
                    threshold=0.6,
                    cost_usd=Decimal(0),
                )
            ]
        )

    def run(self, limit: int = 200) -> State:
        """Does all work that is ready until people are needed or nothing is left."""
        for _ in range(limit):
            state = self.state
            if not state.work:
                return state
            self.do(state.work[0])
        raise AssertionError(f"work never ends: {self.state.work[0]}")

    def say(self, verdict: str, take: str, **fields: object) -> None:
        """Records a person's verdict, bound to what is there now."""
        waiting = {w.take: w for w in self.state.waiting}
        shown = waiting.get(take)
        name = Verdict.model_validate({"take": take, "verdict": "omit"}).id
        record = self.facts.takes.get(name)
        base: dict[str, object] = {"take": take, "verdict": verdict}
        base["sha256"] = shown.sha256 if shown else record.sha256 if record else ""
        base["spec_hash"] = shown.spec_hash if shown else record.spec_hash if record else ""
        base["supersedes"] = self.facts.newest(name.kind, name.shot)
        number = self.facts.watermark + 1
        self.facts.add(
            [
                DecisionRecord(
                    at=self.at,
                    number=number,
                    request=f"r{number}",
                    who="Ada",
                    principal="login:ada",
                    verified=True,
                    door="cli",
                    verdicts=(Verdict.model_validate(base | fields),),
                )
            ]
        )

    def approve_one_each(self) -> None:
        """Approves one waiting take of each subject, as bulk approval would."""
        from greenlight.views.wishes import choose_all

        for wish in choose_all(self.state.waiting)[0]:
            self.say("approve", wish.target)

    def approve_list(self) -> None:
        """Approves the newest shot list."""
        newest = self.facts.shot_lists[max(self.facts.shot_lists)]
        self.say("approve", str(newest.take))

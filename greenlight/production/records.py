"""The immutable records of a production, as they are stored.

A record is written once. `schema_version` is that of the writing release: older ones are
understood, an unknown newer one stops with a sentence and is never skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import Field

from greenlight.errors import UnknownSchema
from greenlight.production.brief import Brief, Reference
from greenlight.production.drawover import DrawOver
from greenlight.production.framing import Framing
from greenlight.production.model import Frozen
from greenlight.production.names import Kind, TakeId, parse_take
from greenlight.production.own_keys import demand_own
from greenlight.production.shots import Shot

VerdictKind = Literal["approve", "retake", "omit"]
VERDICTS: tuple[VerdictKind, ...] = get_args(VerdictKind)
Reason = Literal[
    "identity", "continuity", "axis", "lens", "anatomy", "text", "policy", "story", "other"
]
REASONS: tuple[Reason, ...] = Reason.__args__  # type: ignore[attr-defined]
Door = Literal["cli", "demo", "prefect", "api", "mcp", "review"]
Cause = Literal["first", "retake", "check", "spec", "frame", "human"]
HUMAN = "human"
"""What stands for a model where a person made the take."""


KINDS: dict[str, type[Record]] = {}
"""Every kind of record of a production, by where it lies: `decisions/*.json`, `*.take.json`."""


def check_schema(key: str, data: Mapping[str, Any], newest: int, what: str) -> int:
    """The schema that `data` under that key was written with; raises UnknownSchema if newer."""
    version = data.get("schema_version", 1)
    if not isinstance(version, int) or version > newest:
        raise UnknownSchema(
            f"{key} was written with schema {version!r}; this release knows {what} up to {newest}: "
            "update greenlight before going on"
        )
    return version


class Record(Frozen):
    """What all records share: a schema version and the moment of writing (UTC)."""

    SCHEMA: ClassVar[int] = 1
    PATH: ClassVar[str] = ""
    """Where it lies below its production's folder, as a format of the record."""
    INDEX: ClassVar[tuple[str, str]] = ("", "")
    """The field of `Facts` that holds it, and the attribute that it is filed under there."""

    schema_version: int = 1
    at: datetime

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        if "PATH" in cls.__dict__:
            KINDS[re.sub(r"[^/]*\{.*\}", "*", cls.PATH)] = cls

    def model_post_init(self, context: Any) -> None:
        """Gives a record that is made here this release's schema; what is read keeps its own."""
        if "schema_version" not in self.model_fields_set:
            object.__setattr__(self, "schema_version", self.SCHEMA)

    @classmethod
    def read(cls, key: str, data: dict[str, Any]) -> Self:
        """The record in `data`, which lies under `key`.

        Raises UnknownSchema for one written by a newer release, and IntegrityError for one that
        names objects beyond its own production.
        """
        version = check_schema(key, data, cls.SCHEMA, cls.__name__)
        record = cls.model_validate({"schema_version": version, **data})
        demand_own(key, record.named_keys())
        return record

    def named_keys(self) -> Iterable[str]:
        """Keys of the objects that the record names."""
        return ()


class Terms(Frozen):
    """What people changed of a production's terms after the submit; None leaves a term alone.

    `budget_usd` below zero means no limit. `ask_again_below_usd` is a standing permission: a POST
    of unknown outcome whose ceiling is at most this is asked again, both counting as spent.
    """

    budget_usd: Decimal | None = None
    text_model: str | None = None
    image_model: str | None = None
    video_model: str | None = None
    ask_again_below_usd: Decimal | None = None

    def over(self, before: Terms) -> Terms:
        """These terms, and those of `before` wherever these leave one alone."""
        return before.model_copy(update=self.model_dump(exclude_none=True))


class ProductionRecord(Record):
    """A submitted brief with everything that was settled at the submit.

    `source_ratio` is the aspect ratio that frames and clips are drawn in; empty in productions of
    releases that delivered none but the drawn ones.
    """

    SCHEMA: ClassVar[int] = 2
    PATH = "production.json"
    INDEX = ("production", "")

    production: str
    show: str
    brief: Brief
    text_model: str
    image_model: str
    video_model: str
    simulated: bool
    submitted_by: str
    quote_usd: Decimal
    source_ratio: str = ""
    batch: str = ""
    """The batch whose row it is, by whose queue its runs come; empty for a brief of its own."""

    @property
    def models(self) -> tuple[str, str, str]:
        """The models of text, image and video."""
        return self.text_model, self.image_model, self.video_model

    @property
    def framing(self) -> Framing:
        """What is delivered, and what is drawn for it."""
        delivery = self.brief.aspect_ratio
        return Framing(delivery, self.source_ratio or delivery)

    def under(self, terms: Terms) -> ProductionRecord:
        """The production as it stands under terms that were changed since."""
        update: dict[str, Any] = terms.model_dump(
            include={"text_model", "image_model", "video_model"}, exclude_none=True
        )
        if terms.budget_usd is not None:
            limit = terms.budget_usd if terms.budget_usd >= 0 else None
            update["brief"] = self.brief.model_copy(update={"budget_usd": limit})
        return self.model_copy(update=update)


class RunRecord(Record):
    """The n-th Prefect flow run of a production; `records` is how many others there were then."""

    PATH = "runs/{0.number:04d}.json"
    INDEX = ("runs", "number")

    number: int
    flow_run: str
    cause: str
    records: int = 0


class ShotListRecord(Record):
    """One version of the shot list; `dropped` ids are never given out again.

    `subjects` are characters, places and props that the breakdown found beyond the brief's.
    """

    PATH = "{0.take.place}.list.json"
    INDEX = ("shot_lists", "version")

    version: int
    logline: str = ""
    shots: tuple[Shot, ...]
    subjects: tuple[Reference, ...] = ()
    dropped: tuple[str, ...] = ()
    attempt: int | None = None
    edited_from: int | None = None
    made_by: str
    note: str = ""
    sha256: str

    @property
    def take(self) -> TakeId:
        return TakeId("shotlist", self.version)

    def shot(self, shot: str) -> Shot | None:
        return next((s for s in self.shots if s.id == shot), None)


class Attempt(Record):
    """The opening of a version: what is to be made, why, and from what; frozen for good.

    `candidates` holds the candidate numbers to be made, (0,) where there is only one. `ceiling_usd`
    is what the verdict that asked for it released; None in attempts of releases before there were
    ceilings, and where no single verdict asked. `references` are what the shot shows, with their
    sheets as they were; None in attempts of releases before there were sheets. `sheet` is whose
    sheet is to be made, `made_by` the person whose own picture it is. An animatic is made of
    `frames`, and approving it lets clips be made whose hashes are in `releases`. `drawn_over` is
    what somebody drew on the take that they turned down.
    """

    PATH = "{0.take.place}.attempt.json"
    INDEX = ("attempts", "take")

    kind: Kind
    version: int
    shot: str = ""
    cause: Cause
    reason: Reason | None = None
    note: str = ""
    rejected: tuple[str, ...] = ()
    spec: Shot | None = None
    sheet: Reference | None = None
    references: tuple[Reference, ...] | None = None
    spec_hash: str
    candidates: tuple[int, ...] = (0,)
    frame: str | None = None
    frame_sha256: str | None = None
    clips: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()
    previous: int | None = None
    made_by: str = ""
    ceiling_usd: Decimal | None = None
    drawn_over: DrawOver | None = None

    @property
    def take(self) -> TakeId:
        return TakeId(self.kind, self.version, self.shot)

    def takes(self) -> tuple[TakeId, ...]:
        return tuple(TakeId(self.kind, self.version, self.shot, c) for c in self.candidates)


class TakeRecord(Record):
    """A take that exists: its bytes lie under `key` and have `sha256`.

    `context` is the digest of the context pack that its prompt was composed from.
    """

    PATH = "{0.id.place}.take.json"
    INDEX = ("takes", "id")

    take: str
    key: str
    sha256: str
    size: int
    mime: str
    model: str
    spec_hash: str
    cost_usd: Decimal | None
    simulated: bool
    fingerprint: str = ""
    reused_from: str | None = None
    context: str = ""
    details: dict[str, Any] = Field(default_factory=dict)

    def named_keys(self) -> Iterable[str]:
        return (self.key,)

    @property
    def id(self) -> TakeId:
        return parse_take(self.take)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about a movie that is not as planned."""
        return tuple(str(note) for note in self.details.get("notes", ()))


class MissRecord(Record):
    """A candidate that has no take: refused, failed, or of unknown outcome.

    `ask` is the last that was made of the ledger; a person who allows another voids the miss.
    """

    PATH = "{0.place}.miss.json"
    INDEX = ("misses", "id")

    take: str
    ask: int = 1
    outcome: Literal["refused", "failed", "unknown"]
    reason: str
    cost_usd: Decimal | None

    @property
    def id(self) -> TakeId:
        return parse_take(self.take)

    @property
    def place(self) -> str:
        return f"{self.id.place}_ask{self.ask:02d}" if self.ask > 1 else self.id.place


class Verdict(Frozen):
    """What a person said of one take, bound to exactly what was shown.

    `supersedes` is the newest attempt that existed then: a retake asks for one after it. `shares`
    says what the ceiling is made of, by `{shot}/{kind}` of the takes that it lets be made.
    """

    take: str
    verdict: VerdictKind
    reason: Reason | None = None
    note: str = ""
    sha256: str = ""
    spec_hash: str = ""
    ceiling_usd: Decimal = Decimal(0)
    shares: dict[str, Decimal] = Field(default_factory=dict)
    supersedes: int = 0
    drawn_over: DrawOver | None = None

    @property
    def id(self) -> TakeId:
        return parse_take(self.take)


class Resolution(Frozen):
    """What a person found out of a paid request of unknown outcome, named by its ledger slot.

    `cost_usd` is what it is counted at from now on; `again` allows one more POST in its place.
    """

    slot: str
    take: str
    ask: int
    cost_usd: Decimal
    again: bool
    note: str = ""


class SignedRecord(Record):
    """The n-th of its kind that somebody wrote; the same `request` again writes nothing."""

    number: int
    request: str
    who: str
    principal: str
    verified: bool
    door: Door


class DecisionRecord(SignedRecord):
    """One Send: what one person decided together."""

    SCHEMA: ClassVar[int] = 2
    PATH = "decisions/{0.number:06d}.json"
    INDEX = ("decisions", "number")

    verdicts: tuple[Verdict, ...] = ()
    terms: Terms | None = None
    resolutions: tuple[Resolution, ...] = ()
    note: str = ""


class WaitingTake(Frozen):
    """A take that people were asked about, as they were shown it.

    `cause` says what holds it: no take came, money is used up, the service is still busy with a
    job, or a service is away. The last two are asked again at `until`, without a decision.
    """

    take: str
    sha256: str = ""
    spec_hash: str = ""
    ceiling_usd: Decimal = Decimal(0)
    flagged: str = ""
    held: str = ""
    cause: Literal["", "miss", "money", "job", "service"] = ""
    until: datetime | None = None
    score: float | None = None


class GateRecord(Record):
    """The n-th time that a production stopped to ask; the number is Prefect's gate key.

    `unknown_usd` is what paid requests of unknown outcome were counted at then, `show_limits` how
    often the show's limit had been changed when what money holds was tried.
    """

    SCHEMA: ClassVar[int] = 2
    PATH = "gates/{0.number:04d}.json"
    INDEX = ("gates", "number")

    number: int
    flow_run: str
    watermark: int
    waiting: tuple[WaitingTake, ...]
    unknown: tuple[str, ...] = ()
    unknown_usd: Decimal = Decimal(0)
    show_limits: int = 0

    @property
    def key(self) -> str:
        return f"gate-{self.number:04d}"

    @property
    def asked(self) -> tuple[WaitingTake, ...]:
        """What people were asked; the rest goes on by itself at its time."""
        return tuple(w for w in self.waiting if w.until is None)

    @property
    def stalled(self) -> tuple[WaitingTake, ...]:
        """What waits for a service that is away."""
        return tuple(w for w in self.waiting if w.cause == "service")


class GateAnswerRecord(Record):
    """What was done with an answer given through Prefect's form."""

    PATH = "gates/{0.number:04d}.answer.json"
    INDEX = ("answers", "number")

    number: int
    decision: int | None
    problem: str = ""


class DeliveryRecord(Record):
    """The files of a delivery; `cut_sha256` is the cut that was signed off."""

    PATH = "deliveries/v{0.version:03d}.json"
    INDEX = ("deliveries", "version")

    version: int
    cut: str
    cut_sha256: str
    files: dict[str, str]
    seconds: float

    def named_keys(self) -> Iterable[str]:
        return self.files


class CancelRecord(Record):
    """The production was stopped by a person for good."""

    PATH = "cancelled.json"
    INDEX = ("cancelled", "")

    who: str
    note: str = ""


TEXT_LIMIT = 2000


class RemarkRecord(SignedRecord):
    """A comment on a take, a shot or the whole production, or a verdict that somebody proposes.

    `asks` names what holds the work that a producer is asked to free, such as `budget`.

    A proposal releases nothing: a person makes it a decision, bound to the `sha256` that it was
    made for.
    """

    PATH = "remarks/{0.number:06d}.json"
    INDEX = ("remarks", "number")

    subject: str = ""
    text: Annotated[str, Field(max_length=TEXT_LIMIT)] = ""
    proposes: VerdictKind | None = None
    reason: Reason | None = None
    sha256: str = ""
    asks: str = ""

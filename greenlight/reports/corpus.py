"""The corpus: every take that people turned down, with what was asked and why it was not enough."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, NamedTuple, get_type_hints

from greenlight.errors import IntegrityError, NotFound
from greenlight.money.ledger import Slot
from greenlight.production.names import TakeId
from greenlight.production.records import Attempt, DecisionRecord, TakeRecord, Verdict
from greenlight.reports.material import Material
from greenlight.reports.report import Period
from greenlight.reports.rows import RoleOf, money_of
from greenlight.store.folders import Folder
from greenlight.store.keys import Keys
from greenlight.store.objects import ObjectStore, sha256_of

KINDS = ("sheet", "frame", "clip")


@dataclass(frozen=True, slots=True)
class CorpusRow:
    """One take that was turned down; each field says what its column holds."""

    production: Annotated[str, "its production"]
    show: Annotated[str, "its show"]
    money: Annotated[str, "simulated: drawn by the stand-in; real: by a model that was paid"]
    take: Annotated[str, "such as sq010_sh0020/frame/v001_c2"]
    kind: Annotated[str, "sheet, frame or clip"]
    at: Annotated[datetime, "when it was turned down (UTC)"]
    verdict: Annotated[str, "retake, or omit: the shot went, which says less of the take"]
    reason: Annotated[str, "why, such as identity, continuity or story; empty for an omission"]
    note: Annotated[str, "what the person wrote"]
    role: Annotated[str, "of the person; robots' words are left out unless they are asked for"]
    score: Annotated[float | None, "the lowest of the rubric's scores, or empty"]
    flagged: Annotated[bool | None, "whether a check flagged it before anybody looked"]
    scores: Annotated[str, "criterion → score and reason, as JSON"]
    rules: Annotated[str, "rules that it broke, as JSON"]
    rubric: Annotated[str, "the version that it was graded by"]
    model: Annotated[str, "what made it, or human"]
    prompt: Annotated[str, "as it was sent; empty for a person's own picture and for a reused take"]
    spec: Annotated[str, "the shot or the sheet's subject that it was made for, as JSON"]
    references: Annotated[str, "names, kinds and sha256s of what it was to show, as JSON"]
    reference_images: Annotated[str, "files of those pictures and of a clip's frame, as JSON"]
    context: Annotated[str, "digest of the context pack (`greenlight context PRODUCTION TAKE`)"]
    image: Annotated[str, "its file in this folder; empty once `greenlight gc` removed its bytes"]
    sha256: Annotated[str, "of its bytes"]
    mime: Annotated[str, "of its bytes"]
    usd: Annotated[Decimal | None, "what it cost, or empty where that is not known"]
    chosen: Annotated[str, "the take that was approved in its place, or empty"]


COLUMNS = {
    name: hint.__metadata__[0]
    for name, hint in get_type_hints(CorpusRow, include_extras=True).items()
}


class Written(NamedTuple):
    """What came of a corpus: its takes, its files, and the takes whose bytes are gone."""

    takes: int
    files: int
    gone: tuple[str, ...]


def write_corpus(
    materials: Iterable[Material],
    store: ObjectStore,
    folder: Path,
    period: Period,
    role_of: RoleOf,
    *,
    robots: bool = False,
) -> Written:
    """Writes `corpus.parquet`, `COLUMNS.md` and `images/` below `folder`.

    Files are named by their sha256 and written once, so that the same folder may be written again.
    """
    place = Folder(folder, private=True)
    images = _Images(store, place)
    rows: list[CorpusRow] = []
    gone: list[str] = []
    for material in materials:
        for row in _rows(material, images, period, role_of, robots=robots):
            rows.append(row)
            if not row.image:
                gone.append(f"{row.production} {row.take}")
    _write(rows, place)
    return Written(len(rows), images.count, tuple(gone))


def _rows(
    material: Material, images: _Images, period: Period, role_of: RoleOf, *, robots: bool
) -> Iterator[CorpusRow]:
    for take, (decision, verdict) in sorted(_turned_down(material, robots=robots).items()):
        record = material.facts.takes.get(take)
        if record is not None and period.holds(decision.at):
            yield _row(material, images, record, decision, verdict, role_of)


def _turned_down(
    material: Material, *, robots: bool
) -> dict[TakeId, tuple[DecisionRecord, Verdict]]:
    """The newest verdict on each take, unless it approves; verdicts on other bytes do not count."""
    said: dict[TakeId, tuple[DecisionRecord, Verdict]] = {}
    for _, decision in sorted(material.facts.decisions.items()):
        if robots or not decision.principal.startswith("robot:"):
            said |= {verdict.id: (decision, verdict) for verdict in decision.verdicts}
    takes = material.facts.takes
    return {
        take: (decision, verdict)
        for take, (decision, verdict) in said.items()
        if verdict.verdict != "approve"
        and take.kind in KINDS
        and take in takes
        and verdict.sha256 in ("", takes[take].sha256)
    }


def _row(
    material: Material,
    images: _Images,
    record: TakeRecord,
    decision: DecisionRecord,
    verdict: Verdict,
    role_of: RoleOf,
) -> CorpusRow:
    facts, submitted, take = material.facts, material.submitted, record.id
    attempt, check = facts.attempts.get(take.attempt), facts.checks.get(take)
    scores = {s.criterion: [s.score, s.reason] for s in check.scores} if check else {}
    broken = {r.name: r.detail for r in check.failed} if check else {}
    return CorpusRow(
        production=submitted.production,
        show=submitted.show,
        money=money_of(simulated=submitted.simulated),
        take=record.take,
        kind=take.kind,
        at=decision.at,
        verdict=verdict.verdict,
        reason=verdict.reason or "",
        note=verdict.note,
        role=role_of(decision.principal),
        score=check.score if check else None,
        flagged=check.flagged if check else None,
        scores=_json(scores),
        rules=_json(broken),
        rubric=check.rubric if check else "",
        model=record.model,
        prompt=_prompt(material, record),
        spec=_spec(attempt),
        references=_references(attempt),
        reference_images=_json(_pictures(material, attempt, images)),
        context=record.context,
        image=images.keep(record.key, record.sha256),
        sha256=record.sha256,
        mime=record.mime,
        usd=record.cost_usd,
        chosen=_chosen(material, take),
    )


def _prompt(material: Material, record: TakeRecord) -> str:
    take = record.id
    if record.reused_from:
        return ""
    kind: Any = take.kind
    slot = Slot(subject=take.shot, kind=kind, version=take.version, candidate=take.candidate)
    asked = [e for e in material.entries if e.slot.model_copy(update={"ask": 1}) == slot]
    return max(asked, key=lambda e: e.slot.ask).reserved.request.prompt if asked else ""


def _spec(attempt: Attempt | None) -> str:
    found = (attempt.spec or attempt.sheet) if attempt else None
    return _json(found.model_dump(mode="json")) if found else ""


def _references(attempt: Attempt | None) -> str:
    found = (attempt.references or ()) if attempt else ()
    wanted = {"name", "kind", "description", "image_sha256"}
    return _json([r.model_dump(mode="json", include=wanted) for r in found])


def _pictures(material: Material, attempt: Attempt | None, images: _Images) -> list[str]:
    """The files of what went along with the request: references' pictures, and a clip's frame."""
    if attempt is None:
        return []
    keys = Keys(material.submitted.show, material.name)
    takes = {t.sha256: t.key for t in material.facts.takes.values()}
    wanted = {
        r.image_sha256: takes.get(r.image_sha256) or keys.reference(r.image_sha256, r.image_mime)
        for r in attempt.references or ()
        if r.image_sha256 and r.image_mime
    }
    if attempt.frame_sha256 in takes:
        wanted[attempt.frame_sha256] = takes[attempt.frame_sha256]
    kept = [images.keep(key, sha256) for sha256, key in wanted.items()]
    return [name for name in kept if name]


def _chosen(material: Material, take: TakeId) -> str:
    """What was approved of the same subject, as things stand."""
    state = material.state
    for sheet in state.sheets:
        if take.kind == "sheet" and sheet.slug == take.shot and sheet.take:
            return sheet.take.take
    for shot in state.shots:
        found = shot.frame if take.kind == "frame" else shot.clip
        if take.kind != "sheet" and shot.shot.id == take.shot and found:
            return found.take
    return ""


class _Images:
    """The folder of pictures and clips, each once, by its sha256."""

    def __init__(self, store: ObjectStore, folder: Folder) -> None:
        self._store, self._folder = store, folder
        self._names: dict[str, str] = {}

    @property
    def count(self) -> int:
        return sum(bool(name) for name in self._names.values())

    def keep(self, key: str, sha256: str) -> str:
        """The file's name, relative to the corpus; "" when the bytes are gone from the store.

        Raises IntegrityError for stored bytes that are not those on record.
        """
        if sha256 not in self._names:
            self._names[sha256] = self._fetch(key, sha256)
        return self._names[sha256]

    def _fetch(self, key: str, sha256: str) -> str:
        name = f"images/{sha256[:32]}{PurePosixPath(key).suffix}"
        with contextlib.suppress(FileNotFoundError), self._folder.reading(name) as file:
            if sha256_of(file.read()) == sha256:
                return name
        try:
            data = self._store.get(key)
        except NotFound:
            return ""
        if sha256_of(data) != sha256:
            raise IntegrityError(f"{key} is not what was recorded (sha256 {sha256[:12]}… expected)")
        self._folder.write(name, data)
        return name


def _write(rows: Sequence[CorpusRow], folder: Folder) -> None:
    from greenlight.reports.frames import parquet, schema_of

    folder.write("corpus.parquet", parquet(list(map(asdict, rows)), schema_of(CorpusRow)))
    lines = ["# Columns of corpus.parquet", "", "| column | what it is |", "|---|---|"]
    lines += [f"| {name} | {meaning} |" for name, meaning in COLUMNS.items()]
    folder.write("COLUMNS.md", ("\n".join(lines) + "\n").encode())


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, default=str)

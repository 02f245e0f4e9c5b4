"""The manifest of a delivery: what was handed over, made from what, decided by whom, for how much.

It has no clock and no order of its own: the same delivery is the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from greenlight.errors import InvalidInput

SCHEMA_VERSION = 1


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DeliveredFile(_Frozen):
    """A file of the delivery: `role` is what it is for (cut, timeline, contact-sheet, …)."""

    name: str
    role: str
    sha256: str
    bytes: int
    media_type: str = ""


class ManifestTake(_Frozen):
    """A take that was made, rejects included; `cost` is USD, `reused_from` another production's."""

    shot: str
    take: str
    kind: str
    sha256: str
    state: str = ""
    model: str = ""
    prompt_digest: str = ""
    cost: Decimal | None = Decimal(0)
    simulated: bool = False
    reused_from: str = ""


class ManifestDecision(_Frozen):
    """A person's decision in its recorded order."""

    ordinal: int
    subject: str
    verdict: str
    by: str
    door: str
    at: AwareDatetime
    sha256: str = ""
    reason: str = ""
    note: str = ""


class ManifestShot(_Frozen):
    """A shot in story order; frames are the cut's."""

    shot: str
    seconds: float
    start_frame: int
    frames: int
    frame_take: str = ""
    clip_take: str = ""


class ManifestCosts(_Frozen):
    """USD totals of the production's ledger."""

    spent: Decimal
    unknown: Decimal = Decimal(0)
    avoided: Decimal = Decimal(0)


def build_manifest(
    *,
    show: str,
    production: str,
    title: str,
    delivered_at: datetime,
    picture: Mapping[str, str | int | float],
    files: Sequence[DeliveredFile],
    shots: Sequence[ManifestShot],
    takes: Sequence[ManifestTake],
    decisions: Sequence[ManifestDecision],
    costs: ManifestCosts,
) -> dict[str, Any]:
    """The manifest as plain JSON values; money as strings, times in UTC.

    `picture` is the cut's format (width, height, fps, frames, …). The whole is `simulated` as soon
    as one take is. Raises InvalidInput where two files share a name.
    """
    names = [file.name for file in files]
    for name in names:
        if names.count(name) > 1:
            raise InvalidInput(f"two files of the delivery are called {name!r} (names differ)")
    return {
        "schema_version": SCHEMA_VERSION,
        "show": show,
        "production": production,
        "title": title,
        "delivered_at": _utc(delivered_at),
        "simulated": any(take.simulated for take in takes),
        "picture": dict(sorted(picture.items())),
        "files": [file.model_dump() for file in sorted(files, key=lambda f: (f.role, f.name))],
        "shots": [shot.model_dump() for shot in shots],
        "takes": [_take(take) for take in sorted(takes, key=lambda t: (t.shot, t.kind, t.take))],
        "decisions": [_decision(one) for one in sorted(decisions, key=lambda d: d.ordinal)],
        "models": _models(takes),
        "costs_usd": {name: str(value) for name, value in costs},
    }


def manifest_json(manifest: Mapping[str, Any]) -> bytes:
    """The manifest as the UTF-8 file that is delivered."""
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()


def _take(take: ManifestTake) -> dict[str, Any]:
    values = take.model_dump(exclude={"cost"})
    values["cost_usd"] = "unknown" if take.cost is None else str(take.cost)
    return values


def _decision(decision: ManifestDecision) -> dict[str, Any]:
    values = decision.model_dump(exclude={"at"})
    values["at"] = _utc(decision.at)
    return values


def _models(takes: Sequence[ManifestTake]) -> list[dict[str, Any]]:
    """Per model: takes made and what they cost; people's own takes have no model."""
    names = sorted({take.model for take in takes if take.model})
    by_model = {name: [take for take in takes if take.model == name] for name in names}
    return [
        {
            "model": name,
            "takes": len(made),
            "cost_usd": str(sum((take.cost or Decimal(0) for take in made), Decimal(0))),
            "simulated": any(take.simulated for take in made),
        }
        for name, made in by_model.items()
    ]


def _utc(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise InvalidInput(f"time {moment.isoformat()} has no time zone")
    return moment.astimezone(UTC).isoformat()

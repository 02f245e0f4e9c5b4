"""One candidate goes wrong on purpose, so that there is something to turn down."""

from __future__ import annotations

from typing import NamedTuple

import httpx

from greenlight.errors import ServiceUnavailable
from greenlight.local.standin import admin_client
from greenlight.production.records import ShotListRecord
from greenlight.settings import ModelSettings


class Fault(NamedTuple):
    """A rule in the stand-in: one candidate of one shot's first version shows something else."""

    rule: int
    shot: str
    candidate: int


def spoil_one(models: ModelSettings, shots: ShotListRecord, candidates: int) -> Fault:
    """Switches on the stand-in's `wrong-subject` for one candidate of the third shot, or the last.

    Raises ServiceUnavailable when the stand-in does not answer.
    """
    shot = shots.shots[min(2, len(shots.shots) - 1)].id
    candidate = min(2, candidates)
    body = {
        "fault": "wrong-subject",
        "role": "image",
        "times": 1,
        # The prompt's own lines: the retake is version 2, which this rule leaves alone.
        "match": rf"^Shot: {shot}$[\s\S]*^Version: 1$[\s\S]*^Candidate: {candidate} of ",
    }
    answer = _admin(models, "POST", "faults", body)
    return Fault(int(answer["id"]), shot, candidate)


def lift(models: ModelSettings, fault: Fault) -> None:
    """Takes the rule away again, whether it struck or not."""
    _admin(models, "DELETE", f"faults/{fault.rule}", None)


def _admin(
    models: ModelSettings, method: str, path: str, body: dict[str, object] | None
) -> dict[str, int]:
    try:
        with admin_client(models.base_url, models.admin_key) as standin:
            answer = standin.request(method, path, json=body)
        # A rule that a restart of the stand-in has forgotten is gone, which is what was wanted.
        if method == "DELETE" and answer.status_code == 404:
            return {}
        answer.raise_for_status()
    except httpx.HTTPError as error:
        raise ServiceUnavailable(
            f"the stand-in does not answer at {models.base_url} ({error})"
        ) from error
    found: dict[str, int] = answer.json() if answer.content else {}
    return found

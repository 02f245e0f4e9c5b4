"""Requests a minute by model, as the services limit them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping

from greenlight_standin.config import ANY_MODEL
from greenlight_standin.wire.errors import WireError

MINUTE = 60.0


class Quotas:
    """How many paid requests a model may get in any 60 s; kept in memory."""

    def __init__(
        self, limits: Mapping[str, int], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.limits = dict(limits)
        self._clock = clock
        self._taken: dict[str, deque[float]] = {}

    def take(self, model: str) -> None:
        """Count a request, or raise the 429 that says when the next one may come."""
        limit = self.limits.get(model, self.limits.get(ANY_MODEL))
        if limit is None:
            return
        moment = self._clock()
        taken = self._taken.setdefault(model, deque())
        while taken and taken[0] <= moment - MINUTE:
            taken.popleft()
        if len(taken) >= limit:
            raise _exhausted(model, limit, taken[-limit] + MINUTE - moment)
        taken.append(moment)


def _exhausted(model: str, limit: int, wait: float) -> WireError:
    kind = "type.googleapis.com/google.rpc"
    metric = "generativelanguage.googleapis.com/generate_content_requests"
    violation = {
        "quotaMetric": metric,
        "quotaId": "GenerateRequestsPerMinutePerProjectPerModel",
        "quotaDimensions": {"model": model, "location": "global"},
        "quotaValue": str(limit),
    }
    return WireError(
        429,
        "You exceeded your current quota, please check your plan and billing details. "
        f"* Quota exceeded for metric: {metric}, limit: {limit}, model: {model}. "
        f"Please retry in {wait:.3f}s.",
        details=[
            {"@type": f"{kind}.QuotaFailure", "violations": [violation]},
            {"@type": f"{kind}.RetryInfo", "retryDelay": f"{wait:.3f}s"},
        ],
    )

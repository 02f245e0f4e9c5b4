"""One mapping from everything that a model call can raise to what may be done next.

The SDK raises three unrelated families: `genai.errors.APIError` (`.code`, `.details`), the
interactions' own `APIError` (`.status_code`, `.body`) and the transport's. They are told apart by
their attributes, because importing the SDK costs about a second and this module must stay cheap.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

from greenlight.errors import InvalidInput, ServiceUnavailable

# The service did not take the request in (429), or said so; every other 4xx is a plain no.
RATE_LIMITED = 429
# 408, 409, 425 and 499 do not say whether the job was taken on.
UNDECIDED = (408, 409, 425, 499)
_LONG_QUOTA = re.compile(r"Per(Day|Month)")
# The service says seconds for these too; the quota is back when its day is over.
_LONG_QUOTA_SECONDS = 3600.0
# Transport errors that are about what was to be sent.
LOCAL_FAULTS = frozenset({"UnsupportedProtocol", "LocalProtocolError", "InvalidURL"})


class NotSent(ServiceUnavailable):
    """The POST was certainly not accepted (no connection, or 429); it may be posted again.

    `retry_after` is how many seconds the service asked to wait, if it did.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Uncertain(ServiceUnavailable):
    """The POST may have been accepted and billed; it must never be posted again."""


class Rejected(InvalidInput):
    """The service or the adapter said no: nothing was billed, and repeating will not help."""

    def __init__(self, message: str, *, status: int | None = None, bad_key: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.bad_key = bad_key


class Unreachable(ServiceUnavailable):
    """A free call (list, poll, download) did not succeed within its time."""


def error_of_post(
    error: BaseException, *, model: str, sent: bool
) -> NotSent | Uncertain | Rejected:
    """Say what a failed paid POST means; `sent` is whether any byte of it left this machine."""
    status = status_of(error)
    said = message_of(error)
    if not sent:
        if is_transport(error):
            return NotSent(f"no connection for {model!r}: {said}")
        return Rejected(f"request for {model!r} could not be sent: {said}")
    if status == RATE_LIMITED:
        limited = f"the service is at its rate limit for {model!r}: {said}"
        return NotSent(limited, retry_after_of(error))
    if status is not None and 300 <= status < 500 and status not in UNDECIDED:
        return rejected(error, model=model)
    if isinstance(error, asyncio.CancelledError):
        said = "cancelled while waiting for the answer"
    answer = f"answered {status}" if status is not None else "gave no usable answer"
    return Uncertain(
        f"the service {answer} for {model!r} ({said}); the request may have been billed"
    )


def rejected(error: BaseException, *, model: str = "") -> Rejected:
    """Put a 3xx or 4xx answer into a sentence that names what to mend."""
    status = status_of(error)
    said = message_of(error)
    about = f" for {model!r}" if model else ""
    # A bad key answers 400 INVALID_ARGUMENT on the Developer API, with these words.
    bad_key = status in (401, 403) or re.search(r"api.?key", said, re.IGNORECASE) is not None
    if bad_key:
        text = f"the service does not accept the key{about}: {said}"
    elif status == 404 and model:
        text = f"the service does not know the model {model!r}: {said}"
    elif (status is not None and status < 300) or isinstance(error, json.JSONDecodeError):
        text = f"the endpoint does not answer like a model service; is the base URL right? ({said})"
    elif status is not None and status < 400:
        text = f"the endpoint redirects ({status}){about}; is the base URL right?"
    elif status is not None:
        text = f"the service rejected the request{about} ({status}): {said}"
    else:
        text = f"the request{about} could not be made: {said}"
    return Rejected(text, status=status, bad_key=bad_key)


def status_of(error: BaseException) -> int | None:
    """HTTP status of an SDK error of either family, None if no answer came."""
    for name in ("code", "status_code"):
        status = getattr(error, name, None)
        if isinstance(status, int) and 100 <= status < 600:
            return status
    return None


def is_transport(error: BaseException) -> bool:
    """Whether the network failed rather than the request or the service."""
    return any(
        isinstance(link, OSError | TimeoutError | asyncio.CancelledError)
        or (
            type(link).__module__.partition(".")[0] in {"httpx", "httpx2", "httpcore2", "aiohttp"}
            and type(link).__name__ not in LOCAL_FAULTS
        )
        for link in _causes(error)
    )


def message_of(error: BaseException) -> str:
    """One line of what the service or the transport said, at most 300 characters."""
    said = _detail(error).get("message") or getattr(error, "message", None)
    line = " ".join(str(said or error).split())
    if not line and isinstance(error, TimeoutError):
        return "no answer in time"
    return line[:300] or type(error).__name__


def retry_after_of(error: BaseException) -> float | None:
    """Seconds from RetryInfo in the error body, or from the Retry-After header.

    At least an hour where a quota of a day or longer is used up.
    """
    details = [row for row in _detail(error).get("details") or () if isinstance(row, dict)]
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    seconds = _seconds(f"{headers.get('retry-after', '')}s")
    for row in details:
        if str(row.get("@type", "")).endswith("RetryInfo"):
            asked = _seconds(str(row.get("retryDelay", "")))
            seconds = seconds if asked is None else asked
    if any(_LONG_QUOTA.search(quota) for row in details for quota in _quotas(row)):
        return max(seconds or 0.0, _LONG_QUOTA_SECONDS)
    return seconds


def _seconds(text: str) -> float | None:
    said = re.fullmatch(r"(\d+(?:\.\d+)?)s", text)
    return float(said[1]) if said else None


def _quotas(detail: dict[str, Any]) -> Iterator[str]:
    """Names of the quotas that a detail of an error says are used up."""
    violations = detail.get("violations")
    for row in violations if isinstance(violations, list) else ():
        if isinstance(row, dict):
            yield str(row.get("quotaId", ""))
    metadata = detail.get("metadata")
    if isinstance(metadata, dict):
        yield str(metadata.get("quota_limit", ""))


def _detail(error: BaseException) -> dict[str, Any]:
    """What the JSON body of an answer says under "error", empty if it says nothing."""
    body = getattr(error, "details", None) or getattr(error, "body", None)
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except ValueError:
            return {}
    if isinstance(body, list) and len(body) == 1:
        body = body[0]
    detail = body.get("error") if isinstance(body, dict) else None
    return detail if isinstance(detail, dict) else {}


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was raised from; not its context, which may be the caller's trouble."""
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__

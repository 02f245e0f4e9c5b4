"""The faults by name.

A fault is a few small hooks: what is raised `instead` of serving or `afterwards`, what is done to
the shot to draw (`redraw`), the `length` of the clip, the size drawn (`resize`), the bytes drawn
(`spoil`, and `worsen` by version), the text written (`rewrite`) or the usage told (`misreport`),
and how the answer ends (`refuse`, `fail`, `lose`, `expire`) or travels (`trickle`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenlight_standin.drawing.shot import ShotRequest, wrong_subject
from greenlight_standin.faults import spoiling
from greenlight_standin.faults.roles import ANY, PAID, PICTURE_ROLES, TEXT_ROLES
from greenlight_standin.faults.silence import Silence
from greenlight_standin.wire.errors import WireError, rate_limited

if TYPE_CHECKING:
    from greenlight_standin.faults.rules import FaultRule

Raised = Callable[["FaultRule"], Exception]


@dataclass(frozen=True)
class Fault:
    """What one fault does to calls of its roles; every hook is optional."""

    about: str
    roles: frozenset[str]
    instead: Raised | None = None
    afterwards: Raised | None = None
    redraw: Callable[[ShotRequest], ShotRequest] | None = None
    length: Callable[[float], float] | None = None
    resize: Callable[[tuple[int, int]], tuple[int, int]] | None = None
    worsen: Callable[[bytes, int], bytes] | None = None
    spoil: Callable[[bytes], bytes] | None = None
    rewrite: Callable[[str], str] | None = None
    misreport: Callable[[spoiling.Usage], spoiling.Usage | None] | None = None
    refuse: bool = False
    fail: bool = False
    lose: bool = False
    expire: bool = False
    trickle: bool = False


def _error(code: int, message: str) -> Raised:
    return lambda rule: WireError(code, message)


_IMAGE = frozenset({"image"})
_VIDEO = frozenset({"video"})
_POLL = frozenset({"poll"})
_DOWNLOAD = frozenset({"download"})

FAULTS: dict[str, Fault] = {
    # Nothing is taken on and nothing billed.
    "rate-limit": Fault(
        "429 with RetryInfo of `seconds`", ANY, instead=lambda rule: rate_limited(rule.seconds)
    ),
    "error-500": Fault("500 INTERNAL", ANY, instead=_error(500, "An internal error has occurred.")),
    "error-503": Fault(
        "503 UNAVAILABLE",
        ANY,
        instead=_error(503, "The model is overloaded. Please try again later."),
    ),
    "drop": Fault(
        "closes the connection, takes nothing on", ANY, instead=lambda rule: Silence("dropped")
    ),
    "hang": Fault("never answers, takes nothing on", ANY, instead=lambda rule: Silence("hung")),
    "slow-trickle": Fault("the right answer, in small pieces over `seconds`", ANY, trickle=True),
    # Taken on and billed, and the caller is not told.
    "accept-then-drop": Fault(
        "does the work, bills it, then closes the connection without an answer",
        PAID | {"cancel"},
        afterwards=lambda rule: Silence("dropped"),
    ),
    "accept-then-hang": Fault(
        "does the work, bills it, then never answers",
        PAID | {"cancel"},
        afterwards=lambda rule: Silence("hung"),
    ),
    # Taken on, ended without a result, not billed.
    "refusal": Fault("the service's own refusal for the role", PAID, refuse=True),
    "operation-failed": Fault("the video job ends in failure", _VIDEO, fail=True),
    # Billed, and not what was ordered.
    "garbage-json": Fault("text that is no JSON", TEXT_ROLES, rewrite=spoiling.garbage),
    "wrong-schema": Fault(
        "JSON that ignores the schema", TEXT_ROLES, rewrite=spoiling.wrong_schema
    ),
    "wrong-subject": Fault(
        "draws something else, at the wrong size", PICTURE_ROLES, redraw=wrong_subject
    ),
    "black": Fault("a picture or clip without light", PICTURE_ROLES, spoil=spoiling.black),
    "wrong-size": Fault(
        "a picture or clip half as wide as asked, of another shape",
        PICTURE_ROLES,
        resize=spoiling.narrow,
    ),
    "quality-loss": Fault(
        "pictures that are a little worse with each version", _IMAGE, worsen=spoiling.worn
    ),
    "truncated": Fault(
        "bytes that stop in the middle; for the role download, in this download alone",
        PICTURE_ROLES | _DOWNLOAD,
        spoil=spoiling.truncated,
    ),
    "wrong-length": Fault(
        "a clip half as long as asked, billed as asked", _VIDEO, length=spoiling.half
    ),
    "no-usage": Fault("an answer without usage metadata", PAID, misreport=spoiling.no_usage),
    "wrong-usage": Fault(
        "usage metadata a thousand times too high", PAID, misreport=spoiling.absurd_usage
    ),
    # What happens to a job later.
    "spurious-400": Fault(
        "a poll answers 400, though the job is alive",
        _POLL,
        instead=_error(400, "Request contains an invalid argument."),
    ),
    "lost-operation": Fault(
        "the job's id is not found any more, for good; it stays billed", _POLL, lose=True
    ),
    "expired-file": Fault("the file of a clip is gone for good: 403", _DOWNLOAD, expire=True),
}

"""Faults on demand.

A fault is a name in ``FAULTS`` and a few small functions: before the request is served (`gate`),
on the shot to draw (`redraw`), on the bytes drawn (`spoil`), on the text written (`rewrite`), or on
the form of the answer (`refuse`, `fail`). A rule says which fault strikes whom and how often.
"""

from __future__ import annotations

import io
import itertools
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from greenlight.standin.drawing.shot import ShotRequest, wrong_subject
from greenlight.standin.wire.call import Call
from greenlight.standin.wire.errors import WireError, rate_limited

TEXT_ROLES = frozenset({"text", "breakdown", "rubric"})
PICTURE_ROLES = frozenset({"image", "video"})
PAID = TEXT_ROLES | PICTURE_ROLES
ANY = PAID | {"poll", "download", "cancel", "count", "models"}


class ConnectionDropped(Exception):
    """The connection is to be closed without an answer."""


class FaultRule(BaseModel):
    """One rule; `times` None means until it is deleted, `match` is a substring or a pattern."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fault: str
    role: str | None = None
    times: int | None = Field(default=None, ge=1)
    match: str | None = None
    seconds: float = Field(default=2.0, ge=0, le=86400)

    @field_validator("fault")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in FAULTS:
            raise ValueError(f"unknown fault {value!r} (known: {', '.join(sorted(FAULTS))})")
        return value

    @field_validator("role")
    @classmethod
    def _role(cls, value: str | None) -> str | None:
        if value is not None and value not in ANY:
            raise ValueError(f"unknown role {value!r} (known: {', '.join(sorted(ANY))})")
        return value

    def strikes(self, role: str, prompt: str) -> bool:
        """Whether the rule is meant for a call of `role` that says `prompt`."""
        allowed = FAULTS[self.fault].roles
        if self.role is None:
            if role not in allowed & PAID:
                return False
        elif role not in allowed or not (
            self.role == role or (self.role == "text" and role in TEXT_ROLES)
        ):
            return False
        if self.match is None or self.match.casefold() in prompt.casefold():
            return True
        try:
            return re.search(self.match, prompt, re.IGNORECASE | re.MULTILINE) is not None
        except re.error:
            return False


@dataclass(frozen=True)
class Fault:
    """What one fault does; every hook is optional."""

    about: str
    roles: frozenset[str]
    gate: Callable[[FaultRule, Call], Awaitable[None]] | None = None
    redraw: Callable[[ShotRequest], ShotRequest] | None = None
    spoil: Callable[[bytes], bytes] | None = None
    rewrite: Callable[[str], str] | None = None
    refuse: bool = False
    fail: bool = False


def _error(code: int, message: str) -> Callable[[FaultRule, Call], Awaitable[None]]:
    async def gate(rule: FaultRule, call: Call) -> None:
        raise WireError(code, message)

    return gate


async def _rate_limit(rule: FaultRule, call: Call) -> None:
    raise rate_limited(rule.seconds)


async def _drop(rule: FaultRule, call: Call) -> None:
    raise ConnectionDropped


async def _hang(rule: FaultRule, call: Call) -> None:
    # The body has been read: the next message is that the caller has gone.
    while (await call.request.receive())["type"] != "http.disconnect":
        pass
    raise ConnectionDropped


def _black(data: bytes) -> bytes:
    """The same picture or clip with all light taken out of it."""
    if data[4:8] == b"ftyp":
        from greenlight.standin.drawing.encode import blacken_clip

        return blacken_clip(data)
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        out = io.BytesIO()
        Image.new("RGB", picture.size).save(out, "PNG")
    return out.getvalue()


def _truncated(data: bytes) -> bytes:
    return data[: len(data) * 2 // 5]


def _garbage(text: str) -> str:
    return text[: max(12, len(text) * 3 // 5)] + '", oops: [}'


def _wrong_schema(text: str) -> str:
    """The same answer with its first list renamed and every number turned into words."""
    value = json.loads(text)

    def spoil(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: spoil(item) for key, item in node.items()}
        if isinstance(node, list):
            return [spoil(item) for item in node]
        return f"about {node}" if isinstance(node, int | float) else node

    if not isinstance(value, dict) or not value:
        return json.dumps({"unexpected": value})
    spoilt = spoil(value)
    first = next((key for key, item in spoilt.items() if isinstance(item, list)), next(iter(value)))
    spoilt[f"{first}_list"] = spoilt.pop(first)
    return json.dumps(spoilt, ensure_ascii=False)


FAULTS: dict[str, Fault] = {
    "wrong-subject": Fault(
        "draws something else, at the wrong size", PICTURE_ROLES, redraw=wrong_subject
    ),
    "black": Fault("a picture or clip without light", PICTURE_ROLES, spoil=_black),
    "truncated": Fault("bytes that stop in the middle", PICTURE_ROLES, spoil=_truncated),
    "refusal": Fault("the service's own refusal for the role", PAID, refuse=True),
    "error-500": Fault("500 INTERNAL", ANY, gate=_error(500, "An internal error has occurred.")),
    "error-503": Fault(
        "503 UNAVAILABLE", ANY, gate=_error(503, "The model is overloaded. Please try again later.")
    ),
    "rate-limit": Fault("429 with RetryInfo of `seconds`", ANY, gate=_rate_limit),
    "drop": Fault("accepts, then closes without an answer", ANY, gate=_drop),
    "hang": Fault("never answers", ANY, gate=_hang),
    "garbage-json": Fault("text that is no JSON", TEXT_ROLES, rewrite=_garbage),
    "wrong-schema": Fault("JSON that ignores the schema", TEXT_ROLES, rewrite=_wrong_schema),
    "operation-failed": Fault("the video job ends in failure", frozenset({"video"}), fail=True),
}


class Faults:
    """The rules in force, first match first; kept in memory, a restart starts without any."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._rules: dict[int, tuple[FaultRule, int]] = {}

    def add(self, rule: FaultRule) -> dict[str, Any]:
        """Put a rule in force."""
        ident = next(self._ids)
        self._rules[ident] = (rule, 0)
        return self._row(ident)

    def rows(self) -> list[dict[str, Any]]:
        """All rules, with how often each struck."""
        return [self._row(ident) for ident in self._rules]

    def clear(self, ident: int | None = None) -> bool:
        """Remove one rule or all; False if there was none of that id."""
        if ident is not None:
            return self._rules.pop(ident, None) is not None
        self._rules.clear()
        return True

    def take(self, role: str, prompt: str) -> tuple[FaultRule, Fault] | None:
        """The fault that strikes this call, counted as struck."""
        for ident, (rule, struck) in self._rules.items():
            if (rule.times is None or struck < rule.times) and rule.strikes(role, prompt):
                self._rules[ident] = (rule, struck + 1)
                return rule, FAULTS[rule.fault]
        return None

    def _row(self, ident: int) -> dict[str, Any]:
        rule, struck = self._rules[ident]
        return {"id": ident, **rule.model_dump(), "struck": struck}

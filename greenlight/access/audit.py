"""The audit record: who asked for what through which door, and what came of it.

One object a line, never changed and never removed by Greenlight.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Literal

from greenlight.access.rights import Right
from greenlight.access.signature import Signature
from greenlight.errors import Forbidden
from greenlight.production.records import Record
from greenlight.store.objects import ObjectStore
from greenlight.store.records import Clock, encode, now, read_all

Came = Literal["done", "refused", "failed"]

PREFIX = "audit/"
_DETAIL = 400


class AuditLine(Record):
    """One thing that was asked; `detail` is in words, and says why where it was refused."""

    who: str
    principal: str
    door: str
    verb: str
    subject: str = ""
    came: Came
    detail: str = ""


class Audit:
    """Writes and reads the audit record; methods block."""

    def __init__(self, store: ObjectStore, clock: Clock = now) -> None:
        self._store, self._clock = store, clock

    def write(
        self, who: Signature, verb: str, subject: str = "", came: Came = "done", detail: str = ""
    ) -> AuditLine:
        """Adds a line."""
        line = AuditLine(
            at=self._clock(),
            who=who.who[:80],
            principal=who.principal[:120],
            door=who.door,
            verb=verb[:60],
            subject=subject[:160],
            came=came,
            detail=detail[:_DETAIL],
        )
        key = f"{PREFIX}{line.at:%Y-%m-%d/%H%M%S.%f}-{secrets.token_hex(4)}.json"
        self._store.put_once(key, encode(line))
        return line

    @contextmanager
    def refusals(self, who: Signature, verb: str, subject: str) -> Iterator[None]:
        """Adds a line when what is done meanwhile is Forbidden."""
        try:
            yield
        except Forbidden as error:
            self.write(who, verb, subject, "refused", str(error))
            raise

    def demand(
        self,
        who: Signature,
        right: Right,
        verb: str,
        subject: str,
        *,
        production: str = "",
        show: str = "",
    ) -> None:
        """Raises Forbidden, and adds a line that says so, unless the right is there."""
        with self.refusals(who, verb, subject):
            who.demand(right, production, show)

    def read(self, since: date | None = None) -> list[AuditLine]:
        """The lines since that day (UTC), oldest first."""
        first = f"{PREFIX}{since:%Y-%m-%d}" if since else ""
        keys = [key for key in self._store.keys(PREFIX) if key >= first]
        return read_all(self._store, AuditLine, keys)

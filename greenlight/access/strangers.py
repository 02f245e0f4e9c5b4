"""Callers without valid credentials: put on record, never so often that it fills the bucket."""

from __future__ import annotations

import logging
import threading
import time

from greenlight.access.audit import Audit
from greenlight.access.signature import Signature
from greenlight.errors import GreenlightError
from greenlight.production.records import Door

LINES_A_MINUTE = 120

_log = logging.getLogger("greenlight.access")


def stranger(door: Door) -> Signature:
    """The signature of a caller who is not known."""
    return Signature("nobody", "nobody", door, verified=False)


class Strangers:
    """Writes the audit lines of a door's strangers."""

    def __init__(self, audit: Audit, door: Door) -> None:
        self._audit, self._who = audit, stranger(door)
        self._lock = threading.Lock()
        self._minute, self._lines = 0, 0

    def refused(self, subject: str, sentence: str) -> None:
        """Adds a line, or logs a warning beyond LINES_A_MINUTE; never raises."""
        minute = int(time.monotonic() // 60)
        with self._lock:
            if minute != self._minute:
                self._minute, self._lines = minute, 0
            self._lines += 1
            if self._lines > LINES_A_MINUTE:
                _log.warning("refused %s, beyond what is put on record in a minute", subject)
                return
        try:
            self._audit.write(self._who, "enter", subject, "refused", sentence)
        except GreenlightError as error:
            _log.error("no audit line for %s, who was refused: %s", subject, error)

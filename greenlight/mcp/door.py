"""The door itself: every call is somebody's, leaves a line in the audit record, and ends in words.

The work, its line and its error are one piece that runs in one thread: a client that goes away in
the middle leaves neither half a change nor a change without its line.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

from fastmcp.exceptions import ValidationError

from greenlight.access.audit import Came
from greenlight.access.discretion import shown_to, words
from greenlight.access.rights import Right
from greenlight.access.signature import Signature
from greenlight.desk import Desk
from greenlight.desk.entering import enter
from greenlight.errors import GreenlightError
from greenlight.mcp.callers import STRANGER, Caller
from greenlight.mcp.words import bounded
from greenlight.workspace import Workspace

log = logging.getLogger("greenlight.mcp")

_SENTENCE = 600
T = TypeVar("T")


class Told(ValidationError):
    """A refusal in words for the agent; it stands in the audit record already."""

    def __init__(self, sentence: str) -> None:
        super().__init__(str(bounded(sentence, _SENTENCE)), log_level=logging.DEBUG)


class Door:
    """What all tools, resources and prompts share. Methods block: call them off the event loop."""

    def __init__(self, desk: Desk, caller: Caller) -> None:
        self.desk = desk
        self.caller = caller
        self._quiet = threading.Condition()
        self._busy = 0

    def answer(self, verb: str, subject: str, work: Callable[[Signature], T]) -> T:
        """Does it for whoever calls; raises Told, never anything else."""
        return self._do(verb, subject, work, again=False)

    def look_again(self, verb: str, subject: str, work: Callable[[Signature], T]) -> T:
        """Does it once more within a call that is on record; only what goes wrong adds a line."""
        return self._do(verb, subject, work, again=True)

    def _do(self, verb: str, subject: str, work: Callable[[Signature], T], *, again: bool) -> T:
        with self._at_work():
            return self._one(verb, subject, work, again=again)

    def _one(self, verb: str, subject: str, work: Callable[[Signature], T], *, again: bool) -> T:
        who = STRANGER
        try:
            who = self.caller()
            result = shown_to(who, work(who))
        except GreenlightError as error:
            raise self._refused(who, verb, subject, "refused", str(error)) from error
        except Exception as error:
            id_ = secrets.token_hex(4)
            log.exception("unexpected error %s in %s of %r", id_, verb, subject)
            sentence = f"an unexpected error ({id_}): its traceback is in the server's log"
            raise self._refused(who, verb, subject, "failed", sentence) from error
        if not again:
            self._write(who, verb, subject, "done", "")
        return result

    @contextlib.contextmanager
    def _at_work(self) -> Iterator[None]:
        with self._quiet:
            self._busy += 1
        try:
            yield
        finally:
            with self._quiet:
                self._busy -= 1
                self._quiet.notify_all()

    def rest(self, seconds: float) -> bool:
        """Returns once nothing is under way, or after so long; whether nothing is."""
        with self._quiet:
            return self._quiet.wait_for(lambda: not self._busy, seconds)

    def refuse(self, verb: str, subject: str, sentence: str) -> Told:
        """Puts what did not even get as far as `answer` on record, and into words."""
        try:
            who = self.caller()
        except GreenlightError as error:
            return self._refused(STRANGER, verb, subject, "refused", str(error))
        return self._refused(who, verb, subject, "refused", sentence)

    def _refused(self, who: Signature, verb: str, subject: str, came: Came, sentence: str) -> Told:
        told = Told(sentence if "costs" in who.rights or who is STRANGER else words(sentence))
        self._write(who, verb, subject, came, str(told))
        return told

    def _write(self, who: Signature, verb: str, subject: str, came: Came, detail: str) -> None:
        try:
            self.desk.audit.write(who, verb, str(bounded(subject, 160)), came, detail)
        except GreenlightError as error:
            log.error("no audit line for %s of %r by %s: %s", verb, subject, who.principal, error)
            if came == "done":
                raise Told(f"it was done, and could not be put on record: {error}") from error

    def enter(self, production: str, who: Signature, right: Right = "look") -> Workspace:
        """The production's workspace, if this right is there for it; see `desk.entering`."""
        return enter(self.desk, production, who, right)

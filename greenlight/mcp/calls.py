"""One call of an agent: who makes it, its line in the audit record, and its errors in words.

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
from greenlight.mcp.texts import bounded
from greenlight.workspace import Workspace

log = logging.getLogger("greenlight.mcp")

_SENTENCE = 600
T = TypeVar("T")


class ToolRefused(ValidationError):
    """A refusal in words for the agent; it stands in the audit record already."""

    def __init__(self, sentence: str) -> None:
        super().__init__(bounded(sentence, _SENTENCE), log_level=logging.DEBUG)


class Calls:
    """What all tools, resources and prompts share. Methods block: call them off the event loop."""

    def __init__(self, desk: Desk, caller: Caller) -> None:
        self.desk = desk
        self.caller = caller
        self._quiet = threading.Condition()
        self._busy = 0

    def answer(
        self, verb: str, subject: str, work: Callable[[Signature], T], *, again: bool = False
    ) -> T:
        """Does the work as the caller; raises ToolRefused, never anything else.

        With `again` the call is on record already: only a failure adds a line.
        """
        who = STRANGER
        with self._at_work():
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

    def inside(
        self,
        verb: str,
        production: str,
        work: Callable[[Workspace, Signature], T],
        *,
        right: Right = "look",
        about: str = "",
        again: bool = False,
    ) -> T:
        """Does the work in a production where the caller has this right; see `answer`."""

        def inner(who: Signature) -> T:
            return work(enter(self.desk, production, who, right), who)

        return self.answer(verb, f"{production} {about}".strip(), inner, again=again)

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

    def refuse(self, verb: str, subject: str, sentence: str) -> ToolRefused:
        """Records a refusal that comes before `answer`, and returns its sentence."""
        try:
            who = self.caller()
        except GreenlightError as error:
            return self._refused(STRANGER, verb, subject, "refused", str(error))
        return self._refused(who, verb, subject, "refused", sentence)

    def _refused(
        self, who: Signature, verb: str, subject: str, came: Came, sentence: str
    ) -> ToolRefused:
        told = ToolRefused(
            sentence if "costs" in who.rights or who is STRANGER else words(sentence)
        )
        self._write(who, verb, subject, came, str(told))
        return told

    def _write(self, who: Signature, verb: str, subject: str, came: Came, detail: str) -> None:
        try:
            self.desk.audit.write(who, verb, bounded(subject, 160), came, detail)
        except GreenlightError as error:
            log.error("no audit line for %s of %r by %s: %s", verb, subject, who.principal, error)
            if came == "done":
                raise ToolRefused(
                    f"it was done, and could not be put on record: {error}"
                ) from error

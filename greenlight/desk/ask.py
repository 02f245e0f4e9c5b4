"""Asking: a remark that tells producers what holds the work, and asks them to free it."""

from __future__ import annotations

import contextlib

from greenlight.access.discretion import words
from greenlight.access.signature import Signature
from greenlight.desk.remarks import Saying, remark
from greenlight.errors import NotFound, Refused, ServiceUnavailable
from greenlight.notify.outbox import announce
from greenlight.notify.writing import Writer
from greenlight.production.records import RemarkRecord
from greenlight.runs import Runs
from greenlight.views.held import Cause, Hold
from greenlight.views.status import Status, state_of
from greenlight.workspace import Workspace


def ask_producer(
    workspace: Workspace,
    runs: Runs,
    status: Status,
    cause: Cause,
    who: Signature,
    note: str = "",
    request: str = "",
) -> RemarkRecord:
    """Records the question and sends its notice; raises Refused where the cause holds nothing."""
    asked = f"{words(_hold(status, cause).sentence)}: please help"
    text = f"{asked}. {note.strip()}" if note.strip() else asked
    made = remark(workspace, who, Saying(text=text, asks=cause), request)
    facts, state = state_of(workspace)
    notice = Writer(workspace, facts, state.waiting).asked(made)
    if announce(workspace.store, notice).wanted:
        # Recovery tells it within minutes where no run can be started now.
        with contextlib.suppress(ServiceUnavailable, NotFound):
            runs.notify(notice.id)
    return made


def _hold(status: Status, cause: Cause) -> Hold:
    for hold in status.held:
        if hold.cause == cause:
            return hold
    known = ", ".join(hold.label for hold in status.held) or "nothing is held"
    raise Refused(f"{status.production} is not held by {cause!r} now ({known})")

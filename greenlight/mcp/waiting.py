"""`wait`: for what takes long, looked at until it stands elsewhere."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Annotated, Literal

from fastmcp import Context
from pydantic import Field

from greenlight.access.signature import Signature
from greenlight.mcp.answers import WaitAnswer
from greenlight.mcp.arguments import Production
from greenlight.mcp.door import Door
from greenlight.views.status import Status

LONGEST_SECONDS = 60
_LOOK_SECONDS = 1.0


class Waiting:
    """The tool that waits."""

    def __init__(self, door: Door) -> None:
        self.door = door

    async def wait(
        self,
        context: Context,
        production: Production,
        until: Annotated[
            Literal["people", "change"],
            Field(
                description="`people`: until people are needed or it has ended; `change`: until "
                "anything stands elsewhere, such as after a person's decision."
            ),
        ] = "people",
        seconds: Annotated[
            float, Field(description="At most so long; then call again.", gt=0, le=LONGEST_SECONDS)
        ] = 30,
    ) -> WaitAnswer:
        """Wait for a production, with progress while it lasts, and say where it stands then."""

        def look(who: Signature) -> Status:
            self.door.enter(production, who)
            return self.door.desk.status(production)

        begun = time.monotonic()
        # The first look is the call that stands in the audit record.
        first = now = await asyncio.to_thread(self.door.answer, "wait", production, look)
        while until == "change" or now.state == "working":
            waited = time.monotonic() - begun
            await context.report_progress(min(waited, seconds), seconds, _stages(now))
            if _standing(now) != _standing(first) and until == "change":
                break
            if waited >= seconds:
                break
            await asyncio.sleep(min(_LOOK_SECONDS, seconds - waited))
            now = await asyncio.to_thread(self.door.look_again, "wait", production, look)
        return WaitAnswer.model_validate(
            now.model_dump()
            | {
                "waited_seconds": round(time.monotonic() - begun, 1),
                "changed": _standing(now) != _standing(first),
            }
        )


def _standing(status: Status) -> object:
    proposals = tuple(p.number for p in status.proposals)
    return status.state, status.waiting_takes, status.shots, status.problem, proposals


def _stages(status: Status) -> str:
    """The stages in numbers: words of ours alone, since clients show this to people."""
    counted = Counter(status.shots.values())
    stages = ", ".join(f"{count} {stage}" for stage, count in sorted(counted.items()))
    return f"{status.state}: {stages}" if stages else status.state

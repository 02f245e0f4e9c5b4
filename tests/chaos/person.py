"""Plays the person at the desk, at this process's desk or by the command line, until delivery."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from greenlight.access.rights import EVERYTHING
from greenlight.briefs.intake import check_brief
from greenlight.desk import Signature, Wish, choose_all
from greenlight.desk.submit import new_id
from greenlight.errors import Refused, ServiceUnavailable
from greenlight.production.state import State
from tests.chaos.stack import ROOT, Lane, hooked_environment

ADA = Signature("Ada", "login:ada", "cli", verified=True, rights=EVERYTHING)
_COMMAND_SECONDS = 60.0


def small_brief(title: str, show: str) -> dict[str, Any]:
    """One shot, one candidate, and a budget that it does not reach; a show of its own."""
    return {
        "title": title,
        "vision": "A lighthouse keeper climbs the spiral stairs.",
        "show": show,
        "shots": 1,
        "seconds": 3,
        "candidates": 1,
        "budget_usd": "20",
    }


class Person:
    """Decides whatever waits in one production, and writes down what was held for a person.

    What was lost is asked for again by the ledger where it `asks`, else by a retake.
    """

    def __init__(self, lane: Lane, brief: dict[str, Any], key: str, *, asks: bool) -> None:
        self._lane, self._brief, self._key, self._asks = lane, brief, key, asks
        self.production = new_id(check_brief(brief, "chaos"), key)
        self._answered: set[str] = set()
        self.held: list[str] = []

    def submit(self) -> None:
        """Submits at this process's desk."""
        brief = check_brief(self._brief, "chaos")
        self._lane.desk.submit(brief, Path.cwd(), ADA, self._key)

    def submit_by_command(self) -> int:
        """Submits by the command line; returns its exit code, negative when it was killed."""
        path = self._lane.home / "brief.json"
        path.write_text(json.dumps(self._brief))
        return self._command("submit", str(path), "--key", self._key)

    def decide(self, state: State, *, by_command: bool) -> bool:
        """Answers what waits and was not answered yet; whether anything was decided.

        A held take has no bytes to approve: it is made again.
        """
        wishes, left = choose_all([w for w in state.waiting if w.take not in self._answered])
        flagged = {w.take.rsplit("_c", 1)[0]: w for w in left if not w.held}
        wishes += [Wish(target=w.take, verdict="approve") for w in flagged.values()]
        held = [w for w in left if w.held]
        asked = self._ask_again() if held and self._asks else False
        if not asked:
            wishes += [
                Wish(target=w.take, verdict="retake", reason="other", note="lost: once more")
                for w in held
            ]
        self.held += [f"{w.take}: {w.held}" for w in held]
        if not wishes:
            return asked
        if by_command:
            code = self._command("decide", self.production, "--approve", "all", "--as", "Ada")
            if code:
                return False  # killed, or a service was away: looked at anew
        else:
            request = "+".join(sorted(w.target for w in wishes))
            try:
                self._lane.desk.decide(self.production, wishes, ADA, request)
            except (Refused, ServiceUnavailable):
                return False  # not checked yet, decided meanwhile, or away: looked at anew
        self._answered |= {w.target for w in wishes}
        return True

    def _ask_again(self) -> bool:
        """Resolves every lost request as charged, to be asked again; whether there was any."""
        lost = [
            entry.slot.path
            for entry in self._lane.desk.ledger(self.production)
            if entry.unknown and entry.slot.kind in ("breakdown", "frame", "clip")
        ]
        if not lost:
            return False
        charged = dict.fromkeys(lost, "charged")
        request = "+".join(lost)
        self._lane.desk.resolve(self.production, charged, True, ADA, request=request)  # type: ignore[arg-type]
        return True

    def _command(self, *arguments: str) -> int:
        done = subprocess.run(
            [sys.executable, "-c", "from greenlight.cli import main; main()", *arguments],
            env=os.environ
            | hooked_environment()
            | {"GREENLIGHT_HOME": str(self._lane.home), "CHAOS_DESK": "1"},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_COMMAND_SECONDS,
        )
        return done.returncode

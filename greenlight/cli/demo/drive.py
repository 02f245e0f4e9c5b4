"""Takes one production through all its gates, with a person, a robot, or nobody to answer."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from greenlight.access.dashboard import link, run_path
from greenlight.cli.demo.fault import Fault, lift, spoil_one
from greenlight.cli.demo.robot import Asked, answers
from greenlight.cli.follow import Follower, finish, needs
from greenlight.cli.show import at_terminal, out, say
from greenlight.errors import DecisionNeeded

if TYPE_CHECKING:
    from greenlight.desk import Desk, Signature
    from greenlight.views.status import Status


class Drive:
    """One production of the demo, from its submit to its end."""

    def __init__(
        self, desk: Desk, production: str, who: Signature, folder: Path, *, robot: bool
    ) -> None:
        self.desk, self.production, self.who = desk, production, who
        self.folder, self.robot = folder, robot
        self.people_seconds = 0.0
        self._fault: Fault | None = None
        self._asked: Asked = Counter()

    @property
    def spoiled(self) -> str:
        """The shot of which one candidate goes wrong on purpose; empty when none does."""
        return self._fault.shot if self._fault else ""

    def dashboard(self) -> str:
        """A link that shows this production's run in Prefect, good once."""
        return link(self.desk.profile, run_path(self.desk.status(self.production).flow_run))

    def run(self) -> Status:
        """Follows and asks until it is delivered, or left waiting.

        Raises ProductionFailed, Refused for a cancelled one, and DecisionNeeded when people have to
        decide and nobody is here.
        """
        follower = Follower(self.desk, self.production, out())
        try:
            while True:
                status = follower.until_people()
                finish(status)
                if status.state == "delivered":
                    return status
                began = time.monotonic()
                going_on = self._answer(status)
                self.people_seconds += time.monotonic() - began
                if not going_on:
                    return status
        finally:
            if self._fault is not None:
                lift(self.desk.profile.models, self._fault)

    def _answer(self, status: Status) -> bool:
        if not self.robot and not at_terminal():
            raise DecisionNeeded(needs(self.desk, status))
        if status.gate == "shotlist" and self._fault is None:
            self._spoil_one()
        if self.robot:
            self._answer_as_robot()
            return True
        from greenlight.cli.demo.gate import ask

        return ask(self)

    def _spoil_one(self) -> None:
        shots = self.desk.shot_list(self.production)
        candidates = self.desk.workspace(self.production).production.brief.candidates
        self._fault = spoil_one(self.desk.profile.models, shots, candidates)
        say(
            f"\nOn purpose, candidate {self._fault.candidate} of {self._fault.shot} will show "
            "something else: a fault that this demo has switched on in the stand-in.",
            style="magenta",
        )

    def _answer_as_robot(self) -> None:
        from greenlight.cli.demo.gate import decide
        from greenlight.cli.demo.pictures import show_waiting

        _, state = self.desk.look(self.production)
        show_waiting(self, state)
        subjects = {s.shot.id: s.shot.subject for s in state.shots}
        subjects |= {s.slug: s.subject.description or s.subject.name for s in state.sheets}
        wishes = answers(state.waiting, self._asked, subjects, self.spoiled)
        say(f"{self.who.who} (a robot, because of --yes) answers:")
        decide(self, wishes)

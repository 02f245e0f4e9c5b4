"""Takes one production through all its gates, with a person or a robot to answer."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.text import Text

from greenlight.access.dashboard import link as dashboard_link
from greenlight.access.dashboard import run_path
from greenlight.cli.browser import open_pages
from greenlight.cli.decide import gather_wishes
from greenlight.cli.demo.fault import Fault, lift, spoil_one
from greenlight.cli.demo.keys import HELP, Line, keys_for, read_line, read_note, resolve
from greenlight.cli.demo.robot import Asked, answers, suggestion
from greenlight.cli.follow import Follower, finish, needs
from greenlight.cli.hints import command
from greenlight.cli.outcome import outcome_of, released_by_all, say_consequences, say_outcome
from greenlight.cli.shot_list import edit_shots, show_list
from greenlight.cli.shots import ask_breakdown
from greenlight.cli.show import at_terminal, facts, link, out, say
from greenlight.cli.takes import open_links
from greenlight.desk import Desk, Signature, Wish
from greenlight.errors import DecisionNeeded, GreenlightError, InvalidInput
from greenlight.production.names import parse_take
from greenlight.production.records import WaitingTake
from greenlight.production.state import State
from greenlight.store.folders import Folder
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

    def dashboard(self) -> str:
        """A link that shows this production's run in Prefect, good once."""
        return dashboard_link(
            self.desk.profile, run_path(self.desk.status(self.production).flow_run)
        )

    def run(self) -> Status:
        """Follows and asks until it is delivered, or left waiting.

        Raises ProductionFailed, Refused for a cancelled one, and DecisionNeeded without a
        terminal.
        """
        follower = Follower(self.desk, self.production, out())
        try:
            while True:
                status = follower.until_people()
                finish(status)
                if status.state == "delivered":
                    return status
                began = time.monotonic()
                goes_on = self._answer(status)
                self.people_seconds += time.monotonic() - began
                if not goes_on:
                    return status
        finally:
            if self._fault is not None:
                lift(self.desk.profile.models, self._fault)

    def _answer(self, status: Status) -> bool:
        """Answers a gate; False when it is left waiting."""
        if not self.robot and not at_terminal():
            raise DecisionNeeded(needs(self.desk, status))
        if status.gate == "shotlist" and self._fault is None:
            self._fault = self._spoil_one()
        if not self.robot:
            return self._ask()
        _, state = self.desk.look(self.production)
        self._show_waiting(state)
        spoiled = self._fault.shot if self._fault else ""
        wishes = answers(state.waiting, self._asked, _subjects(state), spoiled)
        say(f"{self.who.who} (a robot, because of --yes) answers:")
        self._decide(wishes)
        return True

    def _spoil_one(self) -> Fault:
        shots = self.desk.shot_list(self.production)
        candidates = self.desk.workspace(self.production).production.brief.candidates
        fault = spoil_one(self.desk.profile.models, shots, candidates)
        say(
            f"\nOn purpose, candidate {fault.candidate} of {fault.shot} will show "
            "something else: a fault that this demo has switched on in the stand-in.",
            style="magenta",
        )
        return fault

    def _decide(self, wishes: Sequence[Wish]) -> None:
        decided = self.desk.decide(self.production, wishes, self.who)
        say_consequences(decided.consequences)
        say_outcome(outcome_of(self.desk, self.production, decided))

    def _ask(self) -> bool:
        """Shows what waits and takes answers until work goes on; False when it is left waiting."""
        shown: set[str] = set()
        while True:
            _, state = self.desk.look(self.production)
            if not state.waiting:
                return True
            names = {w.take for w in state.waiting}
            if not names <= shown:
                shown |= names
                self._show_waiting(state)
                self._suggest(state)
                for sentence in released_by_all(self.desk, self.production):
                    say(sentence, style="bold", whole=True)
            say(keys_for(state.waiting), style="dim")
            try:
                typed = read_line(input("> "))
                if typed.verb == "leave":
                    return False
                if self._act(typed, state):
                    return True
            except EOFError:
                return False
            except GreenlightError as error:
                say(f"  {error}", style="red")

    def _act(self, typed: Line, state: State) -> bool:
        """Does what was typed; True when there is work to follow and nothing more to ask now."""
        waiting = state.waiting
        if typed.verb == "help":
            say(HELP)
        elif typed.verb == "open":
            self._open(waiting)
        elif typed.verb in ("edit", "new"):
            if not any(w.take.startswith("shotlist/") for w in waiting):
                raise InvalidInput("the shot list is decided; change it with `greenlight shots`")
            if typed.verb == "new":
                note = typed.text or input("what should be different? ").strip()
                ask_breakdown(self.desk, self.production, note, self.who)
                return True
            plan = edit_shots(self.desk, self.production, self.who)
            show_list(self.desk, self.production, plan.record)
        elif typed.verb == "retake":
            reason, note = read_note(typed.text)
            target = resolve(typed.target, waiting, state)
            # Validated as a whole, because the reason was typed by a person.
            wish = {"target": target, "verdict": "retake", "reason": reason, "note": note}
            self._decide([Wish.model_validate(wish)])
        elif typed.verb == "approve":
            self._decide([Wish(target=typed.target, verdict="approve")])
        else:
            wishes, left = gather_wishes(waiting, ["all"])
            if not wishes:
                names = ", ".join(w.take for w in left)
                raise InvalidInput(
                    f"only flagged or held takes are left ({names}): r SHOT note, a TAKE"
                )
            self._decide(wishes)
            return True
        return False

    def _open(self, waiting: Sequence[WaitingTake]) -> None:
        names = {w.take for w in waiting}
        rows = [r for r in self.desk.takes(self.production) if r.take in names and r.link]
        if rows:
            open_links(self.desk, self.production, rows)
        else:
            open_pages(self.dashboard())

    def _suggest(self, state: State) -> None:
        """Names flagged and held takes, and a retake where it is worth its money."""
        subjects = _subjects(state)
        spoiled = self._fault.shot if self._fault else ""
        good = {parse_take(w.take).shot for w in state.waiting if not w.flagged and not w.held}
        for item in state.waiting:
            if item.flagged:
                kind, shot = parse_take(item.take).kind, parse_take(item.take).shot
                say(f"  ⚑ {item.take}: {item.flagged}", style="yellow")
                if shot == spoiled or shot not in good:
                    say(f"    suggested: r {shot} {suggestion(kind, subjects.get(shot, ''))}")
            elif item.held:
                say(f"  ! {item.take} is held: {item.held}", style="red")

    def _show_waiting(self, state: State) -> None:
        """Prints what waits: list as a table, pictures as a contact sheet, clips as links."""
        waiting = {parse_take(w.take).kind: w.take for w in state.waiting}
        rows = {r.take: r for r in self.desk.takes(self.production)}
        if "shotlist" in waiting:
            say("\nGate: the shot list", style="bold yellow")
            show_list(self.desk, self.production, self.desk.shot_list(self.production))
        if "frame" in waiting:
            say("\nGate: frames", style="bold yellow")
            path, address = self.save_contact_sheet()
            facts([("contact sheet", path), ("in the browser", address)])
        if take := waiting.get("animatic"):
            say("\nGate: the animatic", style="bold yellow")
            facts([("play", rows[take].link)])
            for note in self.desk.look(self.production)[0].takes[parse_take(take)].notes:
                say(f"  ! {note}", style="yellow", whole=True)
        if "clip" in waiting:
            say("\nGate: clips", style="bold yellow")
            for item in state.waiting:
                if parse_take(item.take).kind == "clip":
                    row = rows[item.take]
                    score = f"{row.score:.2f}" if row.score is not None else ""
                    # A terminal opens the name itself; elsewhere the address is there to copy.
                    where = Text() if out().is_terminal else Text(row.link)
                    name = link(f"{item.take:<24}", row.link)
                    line = Text.assemble("  ", name, f"{score:>6}  ", where)
                    out().print(line, soft_wrap=True)
            addresses = command("takes", self.production, "--waiting", "--links")
            facts([("play", f"o, or the addresses from `{addresses}`")])
        if take := waiting.get("cut"):
            say("\nGate: final review", style="bold yellow")
            facts([("play", rows[take].link)])

    def save_contact_sheet(self) -> tuple[str, str]:
        """Fetches the newest contact sheet into the demo's folder; its path and its link."""
        key, address = self.desk.contact_sheet(self.production)
        name = f"contact-sheet.{key.rsplit('.', 1)[1]}"
        return str(Folder(self.folder).write(name, self.desk.store.get(key))), address

    def fetch(self) -> Path | None:
        """Pulls the delivery into the demo's folder and returns the movie in it."""
        pulled = [item.path for item in self.desk.pull(self.production, self.folder)]
        movies = [path for path in pulled if path.suffix == ".mp4"]
        return max(movies, key=lambda path: path.stat().st_size, default=None)


def _subjects(state: State) -> Mapping[str, str]:
    """Shot or sheet → what it shows."""
    shots = {s.shot.id: s.shot.subject for s in state.shots}
    return shots | {s.slug: s.subject.description or s.subject.name for s in state.sheets}

"""The stack that the demo runs on: the one that is up, or one of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from greenlight.cli.hints import command
from greenlight.cli.services import (
    ServiceLines,
    ending_gracefully,
    say_ignored,
    say_where,
    uninterrupted,
)
from greenlight.cli.show import say

if TYPE_CHECKING:
    from greenlight.local import Stack, StackInfo


@dataclass(frozen=True)
class House:
    """Where the services are; `stack` is set when they end with this process.

    `seconds` is how long the start took, 0 for a stack that was up already.
    """

    info: StackInfo
    seconds: float
    stack: Stack | None

    def stay(self) -> None:
        """Keeps this process's own stack up until Ctrl-C; raises what ended it otherwise."""
        if self.stack is None:
            return
        say("\nThe stack stays up until Ctrl-C.", style="bold")
        say_where(self.info)
        try:
            while not self.stack.wait(0.5):
                pass
        except KeyboardInterrupt:
            return
        self.stack.raise_failure()


@contextmanager
def open_house(home: Path, root: Path, *, detached: bool) -> Iterator[House]:
    """The stack of `home`, started if it is down; one started here is stopped at the end.

    A `detached` one outlives this process: somebody has to answer from another one.
    """
    from greenlight import local

    say_ignored()
    found = local.running(home)
    if found is not None:
        say("The stack is up already.", style="bold")
        say_where(found)
        yield House(found, 0.0, None)
        return
    say("Starting the embedded stack", style="bold")
    lines = ServiceLines()
    if detached:
        with lines:
            info = local.detach(home, root, lines)
        say_where(info)
        say(f"It stays up in the background: stop it with `{command('down')}`.")
        yield House(info, lines.seconds, None)
        return
    stack = local.Stack(home, root, lines)
    with ending_gracefully():
        try:
            with lines:
                info = stack.start()
            say_where(info)
            yield House(info, lines.seconds, stack)
        finally:
            with uninterrupted():
                _stop(stack, home)


def _stop(stack: Stack, home: Path) -> None:
    from greenlight.cli.show import out

    with out().status("stopping …"):
        stack.stop()
    again = command("up")
    say(f"\nStopped. The data are in {home}; `{again}` goes on from there.", whole=True)

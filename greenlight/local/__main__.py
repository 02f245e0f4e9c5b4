"""`python -m greenlight.local --home DIR`: the embedded stack in the foreground."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from greenlight import settings
from greenlight.errors import GreenlightError
from greenlight.local.home import ServiceEvent
from greenlight.local.stack import Stack


def main() -> int:
    """Run until a signal comes, then stop everything."""
    options = _options()
    report = _Report(options.events_fd)
    stack = Stack(
        options.home,
        options.root,
        report,
        first_port=options.first_port,
        standin_options=dict(pair.split("=", 1) for pair in options.standin),
        without=options.without,
    )
    asked_to_end = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        asked_to_end.set()
        stack.ask_to_stop()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    try:
        info = stack.start()
        report(ServiceEvent(name="stack", state="up", detail=info.profile.dashboard_url))
        report.close()
        # In slices: a wait without end would keep Python from noticing the signal.
        while not stack.wait(0.5):
            pass
        stack.stop()
        stack.raise_failure()
    except GreenlightError as error:
        if asked_to_end.is_set():
            return 0
        report(ServiceEvent(name="stack", state="failed", detail=str(error)))
        return error.exit_code
    return 0


class _Report:
    """Events for people on standard output, and as JSON lines for the process that detached us."""

    def __init__(self, descriptor: int | None) -> None:
        self._pipe = os.fdopen(descriptor, "w", buffering=1) if descriptor is not None else None

    def __call__(self, event: ServiceEvent) -> None:
        seconds = f" {event.seconds:.1f} s" if event.seconds else ""
        print(f"{event.name:<12} {event.state}{seconds} {event.detail}".rstrip(), flush=True)
        if self._pipe is None:
            return
        try:
            self._pipe.write(event.model_dump_json() + "\n")
        except BrokenPipeError:
            # The process that started this one has gone; the stack was asked to stay.
            self._pipe = None

    def close(self) -> None:
        """Ends the JSON lines: the stack is up."""
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m greenlight.local", description=__doc__)
    parser.add_argument("--home", type=Path, default=settings.home(), help="data folder")
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="project folder")
    parser.add_argument("--first-port", type=int, help="first of the stack's ports")
    parser.add_argument(
        "--standin", action="append", default=[], metavar="NAME=VALUE", help="stand-in option"
    )
    parser.add_argument("--without", action="append", default=[], help="leave a service out")
    parser.add_argument("--events-fd", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

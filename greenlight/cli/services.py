"""The embedded stack at the terminal: a line per service with its seconds, then where it all is."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from rich.text import Text

from greenlight.cli.show import facts, out, remark
from greenlight.production.readable import plain

if TYPE_CHECKING:
    from rich.status import Status

    from greenlight.local import ServiceEvent, StackInfo
    from greenlight.settings import Profile

BRIEFS = Path("deployments/briefs")
"""Where the example briefs lie, in a checkout and in a wheel."""

_ABOUT = {
    "postgres": "database of the Prefect server",
    "s3": "takes and records",
    "prefect": "server and dashboard",
    "models": "stand-in for the model service",
    "media": "the review room, with its pictures and clips",
    "worker": "runs the flows",
}


class ServiceLines:
    """Prints one line per service as it comes up or goes down; called from the stack's thread."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self._console = out()
        self._status: Status | None = None
        self._coming: list[str] = []
        self._lock = threading.Lock()

    def __enter__(self) -> ServiceLines:
        if self._console.is_terminal:
            self._status = self._console.status("starting …", spinner_style="green")
            self._status.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self.began

    def __call__(self, event: ServiceEvent) -> None:
        with self._lock:
            self._hear(event)

    def _hear(self, event: ServiceEvent) -> None:
        name = event.name
        if event.state == "starting":
            if name not in self._coming:
                self._coming.append(name)
        elif event.state == "up" and name != "stack":
            self._line("✓", "green", name, event.seconds, _ABOUT.get(name, event.detail))
        elif event.state == "stopped" and event.detail:
            self._line("·", "dim", name, event.seconds, event.detail)
        elif event.state in ("failed", "restarting"):
            self._line("✗", "red", name, event.seconds, event.detail)
        elif event.state == "note" and name == "ports":
            # The links below tell the new ones; twelve numbers in a row tell nobody anything.
            self._line("·", "dim", name, 0.0, "the usual ones are taken: moved to free ones")
        elif event.state == "note" and name != "environment":
            self._line("·", "dim", name, 0.0, event.detail)
        if event.state != "starting" and name in self._coming:
            self._coming.remove(name)
        if self._status is not None and self._coming:
            self._status.update(f"starting {', '.join(self._coming)} …")

    def _line(self, tick: str, style: str, name: str, seconds: float, detail: str) -> None:
        line = Text("  ").append(tick, style=style).append(f" {name:<9}")
        line.append(f"{seconds:5.1f} s" if seconds else " " * 7, style="default")
        line.append(f"  {plain(detail)}", style="dim")
        self._console.print(line)


def say_ignored() -> None:
    """Says once which variables of real services the embedded profile does not listen to."""
    from greenlight.settings import ambient

    names = ambient()
    if names:
        remark(f"the embedded profile ignores {', '.join(names)}")


def say_where(info: StackInfo) -> None:
    """Prints the addresses that people open and where the data lie."""
    from greenlight.access import dashboard
    from greenlight.settings import EMBEDDED, load_profile

    profile = load_profile(EMBEDDED, {"GREENLIGHT_HOME": str(info.home)})
    facts(
        [
            ("dashboard", dashboard.link(profile)),
            ("review", _review(profile)),
            ("S3", f"{info.s3_endpoint_url} (bucket {info.s3_bucket})"),
            ("data", str(info.home)),
        ]
    )


def _review(profile: Profile) -> str:
    """A link that signs in whoever runs this machine; the bare address while S3 is away."""
    from greenlight.cli.review import sign_in_link
    from greenlight.desk import Desk, this_person
    from greenlight.errors import ServiceUnavailable

    try:
        return sign_in_link(Desk(profile), this_person())
    except ServiceUnavailable:
        return profile.media_url


def project_root() -> Path:
    """The folder that flow runs work in: the current one if it has a `prefect.yaml`, else our own.

    Our own is the checkout, or the folder that a wheel was unpacked into.
    """
    if (Path.cwd() / "prefect.yaml").is_file():
        return Path.cwd()
    return Path(__file__).resolve().parent.parent.parent


def shipped(path: Path) -> Path:
    """The path, or the shipped example of that name where the path does not exist."""
    example = project_root() / path
    if not path.exists() and path.parent == BRIEFS and example.is_file():
        return example
    return path


@contextmanager
def ending_gracefully() -> Iterator[None]:
    """Makes SIGTERM and SIGHUP end this process as Ctrl-C does, so that services are stopped."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {n: signal.signal(n, leave) for n in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Lets the stack come down in order, however often Ctrl-C is pressed meanwhile."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

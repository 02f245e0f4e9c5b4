"""The embedded stack at the terminal: started or joined, a line per service, then the addresses."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from rich.status import Status
from rich.text import Text

from greenlight.access import dashboard
from greenlight.cli.hints import command
from greenlight.cli.serve import sign_in_link
from greenlight.cli.show import facts, out, remark, say
from greenlight.desk import Desk, this_person
from greenlight.errors import ServiceUnavailable
from greenlight.local.background import detach
from greenlight.local.home import ServiceEvent, StackInfo, running
from greenlight.local.stack import Stack
from greenlight.production.readable import plain
from greenlight.settings import EMBEDDED, Profile, ambient, load_profile

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
            # The links below have the new ones.
            self._line("·", "dim", name, 0.0, "the usual ports are taken: moved to free ones")
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


def _say_where(info: StackInfo) -> None:
    """Prints the addresses that people open and where the data lie."""
    profile = load_profile(EMBEDDED, {"GREENLIGHT_HOME": str(info.home)})
    facts(
        [
            ("dashboard", dashboard.link(profile)),
            ("review", _review(profile)),
            ("S3", f"{info.profile.s3.endpoint_url} (bucket {info.profile.s3.bucket})"),
            ("data", str(info.home)),
        ]
    )


def _review(profile: Profile) -> str:
    """A link that signs in the person at this machine; the bare address while S3 is away."""
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


@dataclass(frozen=True)
class OpenStack:
    """Where the services are; `stack` is set when they end with this process.

    `seconds` is how long the start took, 0 for a stack that was up already.
    """

    info: StackInfo
    seconds: float = 0.0
    stack: Stack | None = None

    def stay(self) -> None:
        """Keeps this process's own stack up until Ctrl-C; raises what ended it otherwise."""
        if self.stack is None:
            return
        try:
            while not self.stack.wait(0.5):
                pass
        except KeyboardInterrupt:
            return
        self.stack.raise_failure()


@contextmanager
def open_stack(home: Path, *, detached: bool) -> Iterator[OpenStack]:
    """The stack of `home`, started if it is down; one started here is stopped at the end.

    A `detached` one outlives this process.
    """
    if names := ambient():
        remark(f"the embedded profile ignores {', '.join(names)}")
    if found := running(home):
        say(f"the stack is up already (since {found.started_at:%Y-%m-%d %H:%M} UTC)")
        _say_where(found)
        yield OpenStack(found)
        return
    lines, root = ServiceLines(), project_root()
    if detached:
        with lines:
            info = detach(home, root, lines)
        say(f"up in {lines.seconds:.1f} s; stop it with `{command('down')}`")
        _say_where(info)
        yield OpenStack(info, lines.seconds)
        return
    stack = Stack(home, root, lines)
    with _ending_gracefully():
        try:
            with lines:
                info = stack.start()
            say(f"up in {lines.seconds:.1f} s; Ctrl-C stops it")
            _say_where(info)
            yield OpenStack(info, lines.seconds, stack)
        finally:
            with _uninterrupted(), out().status("stopping …"):
                stack.stop()
            say(f"stopped; the data are in {home}", whole=True)


@contextmanager
def _ending_gracefully() -> Iterator[None]:
    """Lets SIGTERM and SIGHUP end this process as Ctrl-C does, so that services are stopped."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {n: signal.signal(n, leave) for n in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Lets the stack come down in order, however often Ctrl-C is pressed meanwhile."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

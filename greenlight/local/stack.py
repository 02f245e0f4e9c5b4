"""The embedded stack as one object: start it, know where everything is, stop it."""

from __future__ import annotations

import atexit
import os
import secrets
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Literal

from greenlight.errors import ServiceUnavailable, StackError
from greenlight.local import objectstore, postgres
from greenlight.local.catalogue import services
from greenlight.local.home import (
    Credentials,
    ServiceEvent,
    StackInfo,
    load_credentials,
    lock_holder,
    locked,
    prepare_home,
    read_stack,
    socket_folder,
    write_stack,
)
from greenlight.local.logs import Logs
from greenlight.local.ports import assign_ports, default_ports, port_base
from greenlight.local.process import end, marked
from greenlight.local.supervisor import Supervisor
from greenlight.settings import (
    EMBEDDED,
    EMBEDDED_POST_SECONDS,
    ModelSettings,
    Profile,
    ambient,
    load_profile,
)


class Stack:
    """Every service of the embedded profile, on loopback, with its data below `home`.

    `root` is the project folder that flow runs work in. `on_event` is called from the stack's own
    thread. `standin_options` are options of the stand-in without their dashes (`latency`). Services
    named in `without` are left out.
    """

    def __init__(
        self,
        home: Path,
        root: Path,
        on_event: Callable[[ServiceEvent], None] = lambda event: None,
        *,
        first_port: int | None = None,
        standin_options: Mapping[str, str] | None = None,
        without: Collection[str] = (),
    ) -> None:
        self.home = home.absolute()
        self.root = root.absolute()
        self._on_event = on_event
        self._first_port = first_port
        self._standin_options = dict(standin_options or {})
        self._without = tuple(without)
        self._held = ExitStack()
        self._stopping = threading.Event()
        self._settled = threading.Event()
        self._thread: threading.Thread | None = None
        self._info: StackInfo | None = None
        self._error: BaseException | None = None

    def __enter__(self) -> StackInfo:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> StackInfo:
        """Start everything and return when it is up.

        Raises StackError when it runs already (the message says where), when the home cannot be
        used, or when a service does not come up; then nothing is left running.
        """
        prepare_home(self.home)
        if not self._held.enter_context(locked(self.home)):
            self._held.close()
            raise StackError(_already(self.home))
        self._thread = threading.Thread(target=self._run, name="greenlight-stack", daemon=True)
        self._thread.start()
        atexit.register(self.stop)
        try:
            self._settled.wait()
        except BaseException:
            self.stop()
            raise
        if self._info is None or self._info.state != "up":
            self.stop()
            self.raise_failure()
            raise StackError("the stack was told to stop while it started")
        if "worker" not in self._without:
            self._recover(self._info)
        return self._info

    def _recover(self, info: StackInfo) -> None:
        """Goes on at once with what an earlier stack was doing: none of its runs can be alive."""
        from greenlight.upkeep.recovery import recover

        try:
            profile = load_profile(EMBEDDED, {"GREENLIGHT_HOME": str(self.home)})
            for woken in recover(profile, dead_before=info.started_at):
                self._note("recovery", f"{woken.production}: {woken.done}")
        except ServiceUnavailable as error:
            # The scheduled reconcile looks again within a minute.
            self._note("recovery", f"put off: {error}")

    def stop(self) -> None:
        """End everything and return when nothing is left; harmless when nothing runs."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._held.close()
        atexit.unregister(self.stop)

    def ask_to_stop(self) -> None:
        """Begin to end everything, without waiting for it; safe in a signal handler."""
        self._stopping.set()

    def raise_failure(self) -> None:
        """Raise what ended the supervision, if anything did."""
        if self._error is not None:
            raise self._error

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the supervision to end; says whether it has."""
        if self._thread is not None:
            self._thread.join(seconds)
        return self._thread is None or not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._supervise()
        except BaseException as error:  # noqa: BLE001 - raised again by start(), in its thread
            self._error = error
        finally:
            self._settled.set()

    def _supervise(self) -> None:
        credentials = load_credentials(self.home)
        self._end_leftovers(credentials)
        if ignored := ambient():
            self._note("environment", f"ignored by the embedded profile: {', '.join(ignored)}")
        info = self._describe(credentials)
        logs = Logs(self.home / "logs")
        mark = f"{credentials.stack_id}-{secrets.token_hex(4)}"
        described = services(info, credentials, mark, self._standin_options, self._without)
        supervisor = Supervisor(described, mark, logs, self._on_event)

        def publish(state: Literal["starting", "up", "stopping"]) -> None:
            self._info = info.model_copy(update={"state": state, "pids": supervisor.pids})
            write_stack(self._info)

        publish("starting")
        try:
            supervisor.start(self._stopping.is_set)
            if self._stopping.is_set():
                return
            publish("up")
            self._settled.set()
            supervisor.keep(self._stopping.is_set, lambda: publish("up"))
        finally:
            # The file stays until the end: flow runs that are being stopped still read it.
            publish("stopping")
            supervisor.stop()
            (self.home / "stack.json").unlink(missing_ok=True)

    def _describe(self, credentials: Credentials) -> StackInfo:
        first = self._first_port or port_base()
        ports = assign_ports(self.home, first)
        defaults = default_ports(first)
        moved = [f"{name} {ports[name]}" for name in ports if ports[name] != defaults[name]]
        if moved:
            self._note("ports", f"not the default ones: {', '.join(moved)}")
        urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
        return StackInfo(
            state="starting",
            version=version("greenlight-previs"),
            home=self.home,
            root=self.root,
            supervisor_pid=os.getpid(),
            started_at=datetime.now(UTC),
            profile=Profile(
                name=EMBEDDED,
                simulated=True,
                prefect_api_url=f"{urls['prefect']}/api",
                prefect_auth=credentials.prefect_auth,
                s3=objectstore.settings_of(urls["s3"], credentials),
                models=ModelSettings(
                    base_url=urls["models"],
                    api_key=credentials.models_api_key,
                    project="standin",
                    credentials=str(self.home / "models" / "service-account.json"),
                ),
                media_url=urls["media"],
                media_secret=credentials.media_secret,
                poll_seconds=0.5,
                post_seconds=EMBEDDED_POST_SECONDS,
            ),
            database_url=postgres.database_url(
                socket_folder(self.home), credentials.postgres_password
            ),
            ports=ports,
            pids={},
        )

    def _end_leftovers(self, credentials: Credentials) -> None:
        # We hold the lock, so whatever still carries this home's mark has lost its supervisor.
        if leftovers := marked(credentials.stack_id):
            self._note("stack", f"ends {len(leftovers)} processes that an earlier stack left")
            end(leftovers, grace=10.0)

    def _note(self, name: str, detail: str) -> None:
        self._on_event(ServiceEvent(name=name, state="note", detail=detail))


def _already(home: Path) -> str:
    info = read_stack(home)
    where = f", dashboard {info.profile.dashboard_url}" if info is not None else ""
    return f"the stack in {home} is running already (pid {lock_holder(home)}{where})"

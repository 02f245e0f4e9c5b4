"""Wraps one function of the product, as the case's plan says, and kills the victim there.

Plan and traces lie in `$GREENLIGHT_HOME/chaos`: `plan.json` is the harness's, `hits` counts, and
`fired.json` is written by whoever kills, in the instant before, and exactly once a case.
Standard library only until the kill: this is loaded into the processes whose timing is under test.
"""

from __future__ import annotations

import asyncio
import fcntl
import functools
import importlib.abc
import importlib.machinery
import inspect
import json
import os
import re
import signal
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

HALF_AT_LEAST = 400
"""Bytes: smaller bodies go out in one piece, there is no half of them."""

_SEEN_SECONDS = 10.0
_PAUSE_SECONDS = 30.0


class PlanError(RuntimeError):
    """The plan does not fit the product any more."""


def folder() -> Path:
    """Where the plan lies and traces are left."""
    return Path(os.environ["GREENLIGHT_HOME"]) / "chaos"


def arm() -> None:
    """Prepares this process for the plan, if there is one for it that has not happened yet."""
    try:
        plan = json.loads((folder() / "plan.json").read_text())
    except FileNotFoundError:
        return
    desk = "CHAOS_DESK" in os.environ
    if not desk:
        os.environ.update(plan["environment"])
    if (folder() / "fired.json").exists():
        return
    mine = [p for p in plan["points"] if desk == (p["process"] == "desk")]
    hooks = [_Hook(plan, point) for point in mine]
    for hook in [hook for hook in hooks if hook.module in sys.modules]:
        wrap(sys.modules[hook.module], hook)
        hooks.remove(hook)
    if hooks:
        sys.meta_path.insert(0, _Wrapping(hooks))


def arm_children() -> None:
    """Prepares a warm process: each flow run that it forks reads the plan when it begins."""
    sys.meta_path.insert(0, _Wrapping([_Begin()]))


class _Wrapping(importlib.abc.MetaPathFinder):
    """Wraps what the hooks are for as soon as the module that it is in has been executed."""

    def __init__(self, hooks: Sequence[_Hook | _Begin]) -> None:
        self._hooks = hooks

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        hooks = [hook for hook in self._hooks if hook.module == name]
        if not hooks:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            for hook in hooks:
                wrap(module, hook)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def wrap(module: ModuleType, hook: _Hook | _Begin) -> None:
    """Puts the hook around what it is for; leaves `broken.txt` behind when that is not there."""
    *owners, name = hook.path.split(".")
    try:
        owner: Any = functools.reduce(getattr, owners, module)
        original = getattr(owner, name)
    except AttributeError as error:
        reason = f"{module.__name__}:{hook.path} does not exist any more: {error}"
        (folder() / "broken.txt").write_text(reason)
        raise PlanError(reason) from error
    around = hook.around(original)
    setattr(owner, name, around)
    if not owners:
        _replace_everywhere(original, around)


def _replace_everywhere(original: Any, around: Any) -> None:
    """Other modules may hold the function by its name already."""
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] not in ("greenlight", "flows", "tasks"):
            continue
        for attribute, value in list(vars(module).items()):
            if value is original:
                setattr(module, attribute, around)


class _Begin:
    """Around what a forked child begins with."""

    module, path = "deployments.warm.run", "execute"

    def around(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def wrapped(flow_run: str) -> Any:
            arm()
            return original(flow_run)

        return wrapped


class _Hook:
    """The planned kill around one function; in a rehearsal the calls are counted only."""

    def __init__(self, plan: dict[str, Any], point: dict[str, Any]) -> None:
        self._plan, self._point = plan, point
        self.module, _, self.path = point["target"].partition(":")
        self._where: str = point["where"]
        self._match = re.compile(point["match"])

    def around(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """`original`, with the kill before, after or inside it."""
        if self._where == "halfway":
            return self._halfway(original)
        if inspect.iscoroutinefunction(original):
            return self._async(original)

        @functools.wraps(original)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            if not self._due(args, kwargs):
                return original(*args, **kwargs)
            if self._where == "before":
                self._strike()
                return original(*args, **kwargs)
            try:
                return original(*args, **kwargs)
            finally:
                self._strike()

        return wrapped

    def _async(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        async def wrapped(*args: Any, **kwargs: Any) -> Any:
            if not self._due(args, kwargs):
                return await original(*args, **kwargs)
            if self._where == "before":
                self._strike()
                return await original(*args, **kwargs)
            if self._where == "inside":
                before = await asyncio.to_thread(self._served)
                task = asyncio.ensure_future(original(*args, **kwargs))
                await asyncio.to_thread(self._until_served, before)
                self._strike()
                return await task
            try:
                return await original(*args, **kwargs)
            finally:
                self._strike()

        return wrapped

    def _halfway(self, send: Callable[..., Any]) -> Callable[..., Any]:
        """Around botocore's `send`: strikes when half of a PUT's body has left."""

        @functools.wraps(send)
        def wrapped(session: Any, request: Any) -> Any:
            body = request.body
            fits = request.method == "PUT" and body is not None and self._due((request.url,), {})
            if fits:
                data = body if isinstance(body, bytes | bytearray) else body.read()
                if len(data) < HALF_AT_LEAST:
                    raise PlanError(f"{request.url} has {len(data)} bytes: there is no half of it")
                request.body = _HalfWay(bytes(data), self._strike)
            return send(session, request)

        return wrapped

    def _due(self, args: Sequence[Any], kwargs: dict[str, Any]) -> bool:
        """Whether this call is the planned one: the n-th that matches, over all processes."""
        if self._point["process"] == "flow" and "flows.previs" not in sys.modules:
            return False  # a scheduled reconcile
        said = " ".join(
            [*map(describe, args), *(f"{name}={describe(a)}" for name, a in kwargs.items())]
        )
        if not self._match.search(said):
            return False
        with (folder() / f"{self._point['name']}.hits").open("a+") as counter:
            fcntl.flock(counter, fcntl.LOCK_EX)
            counter.write(f"{os.getpid()} {time.time():.3f} {said[:200]}\n")
            counter.seek(0)
            due = sum(1 for _ in counter) == int(self._point["hit"])
        return due and self._plan["victim"] is not None

    def _strike(self) -> None:
        """Kills the victim with -9 and returns when it is dead, if it is not this process."""
        if self._plan["pause"]:
            self._let_look()
        victim, me = self._plan["victim"], os.getpid()
        trace = {"time": time.time(), "pid": me, "victim": victim, "pids": [me]}
        if victim in ("flow", "desk"):
            _leave(trace)
            os.kill(me, signal.SIGKILL)
        from tests.chaos.inject import victims

        home = Path(os.environ["GREENLIGHT_HOME"])
        _leave(trace | {"pids": victims.kill_service(home, victim)})

    def _let_look(self) -> None:
        """Stands still until the harness has written down how everything is."""
        (folder() / "armed").touch()
        deadline = time.monotonic() + _PAUSE_SECONDS
        while not (folder() / "go").exists() and time.monotonic() < deadline:
            time.sleep(0.02)

    def _served(self) -> int:
        """How many requests of the point's roles the stand-in has in its own list."""
        url = f"{self._plan['models_base_url']}/_standin/requests"
        key = {"x-standin-key": self._plan["models_admin_key"]}
        asked = urllib.request.Request(url, headers=key)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(asked, timeout=5) as answer:
            rows = json.load(answer)
        return sum(row["role"] in self._point["roles"] for row in rows)

    def _until_served(self, before: int) -> None:
        deadline = time.monotonic() + _SEEN_SECONDS
        while self._served() <= before:
            if time.monotonic() > deadline:
                raise PlanError(f"no request of {self._point['roles']} was served")
            time.sleep(0.01)


class _HalfWay:
    """A request's body that calls `strike` between its two halves, the first time it is read."""

    def __init__(self, data: bytes, strike: Callable[[], None]) -> None:
        self._data, self._strike, self._at = data, strike, 0

    def __len__(self) -> int:
        return len(self._data)

    def read(self, size: int = -1) -> bytes:
        half = len(self._data) // 2
        if self._strike is not None and self._at == half:
            strike, self._strike = self._strike, None  # type: ignore[assignment]
            strike()
        end = len(self._data) if size is None or size < 0 else self._at + size
        if self._at < half:
            end = min(end, half)
        piece = self._data[self._at : end]
        self._at += len(piece)
        return piece

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = (0, self._at, len(self._data))[whence] + offset
        return self._at

    def tell(self) -> int:
        return self._at


def describe(value: Any) -> str:
    """One argument in words, for the plan's pattern: keys, slots, kinds of records and requests."""
    if isinstance(value, str | bool):
        return str(value)
    if hasattr(value, "subject") and hasattr(value, "path"):
        return str(value.path)
    if hasattr(value, "purpose") and hasattr(value, "role"):
        return f"{value.role} {value.purpose}"
    if isinstance(value, dict) and "kind" in value and "record" in value:
        return f"{value['kind']} {value['record'].get('take', '')}"
    return f"{type(value).__name__} {getattr(value, 'take', '')}".rstrip()


def _leave(trace: dict[str, Any]) -> None:
    """Says that the kill happened; a second one in the same case is a fault of the harness."""
    unfinished = folder() / f"fired.{os.getpid()}"
    unfinished.write_text(json.dumps(trace))
    os.link(unfinished, folder() / "fired.json")

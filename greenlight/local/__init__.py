"""The embedded stack: every service that Greenlight needs, on loopback, in one folder.

The names below are loaded on first use: a service process that only wants the small launcher must
not pay for pydantic and psutil.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from greenlight.local.background import detach, down
    from greenlight.local.doctor import examine
    from greenlight.local.home import default_home
    from greenlight.local.info import ServiceEvent, StackInfo, read_stack, running
    from greenlight.local.stack import Stack

__all__ = [
    "ServiceEvent",
    "Stack",
    "StackInfo",
    "default_home",
    "detach",
    "down",
    "examine",
    "read_stack",
    "running",
]

_HOME_OF = {
    "ServiceEvent": "info",
    "Stack": "stack",
    "StackInfo": "info",
    "default_home": "home",
    "detach": "background",
    "down": "background",
    "examine": "doctor",
    "read_stack": "info",
    "running": "info",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)

"""The stand-in for the model services, a distribution of its own that the stack runs."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

PACKAGE = "greenlight_standin"
MISSING = (
    "missing: the stand-in is not installed; `pip install greenlight-standin` "
    "(in a checkout: `make setup`)"
)


def is_installed() -> bool:
    """Whether this Python has the stand-in."""
    return importlib.util.find_spec(PACKAGE) is not None


def command_of(options: Iterable[str]) -> list[str]:
    """The command that runs the stand-in with these options."""
    return [sys.executable, "-m", PACKAGE, *options]


def admin_client(url: str, key: str) -> httpx.Client:
    """A client of `/_standin` of the stand-in at `url`, for paths such as ``faults``."""
    import httpx

    base_url, headers = f"{url.rstrip('/')}/_standin/", {"x-standin-key": key}
    return httpx.Client(base_url=base_url, headers=headers, timeout=10, trust_env=False)

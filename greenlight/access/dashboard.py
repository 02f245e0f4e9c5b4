"""Addresses in Prefect's dashboard; those of the embedded stack sign the browser in.

Prefect's pages ask for the server's auth string and keep it in the browser. A link carries a ticket
instead, behind the `#`, where no log sees it. The ticket is good once, and the stack's own door
(`local/door.py`) takes it in exchange for a pass, which opens Prefect's API until it runs out. Both
are signed with the auth string, which stays where it is.
"""

from __future__ import annotations

import secrets
import time
from typing import Literal, NamedTuple

from greenlight.access.links import signature, signature_fits
from greenlight.settings import EMBEDDED, Profile

ENTRANCE = "/greenlight"

Purpose = Literal["ticket", "pass"]
SECONDS: dict[Purpose, int] = {"ticket": 30 * 60, "pass": 12 * 60 * 60}


class Slip(NamedTuple):
    """A ticket or a pass that is good; `name` tells it from all others."""

    name: str
    issued: int


def run_path(flow_run: str | None) -> str:
    """The path of a flow run's page; the dashboard's first page without one."""
    return f"/runs/flow-run/{flow_run}" if flow_run else "/dashboard"


def page(profile: Profile, path: str) -> str:
    """The lasting address of a page, for a browser that is signed in already."""
    return f"{profile.dashboard_url}{path}"


def link(profile: Profile, path: str = "/dashboard") -> str:
    """The address of a page for the person at this terminal, whom it signs in."""
    if profile.name != EMBEDDED or not profile.prefect_auth:
        return page(profile, path)
    ticket = issue("ticket", profile.prefect_auth, time.time())
    return f"{page(profile, ENTRANCE)}#{ticket}{path}"


def issue(purpose: Purpose, auth: str, now: float) -> str:
    """A new ticket or pass, signed with the server's auth string."""
    body = f"{int(now):x}.{secrets.token_hex(8)}"
    return f"{body}.{signature(auth, _signed(purpose, body))}"


def read(purpose: Purpose, text: str, auth: str, now: float) -> Slip | None:
    """What a ticket or a pass says; None for one that is forged, of another kind or out of time."""
    body, _, given = text.rpartition(".")
    if not signature_fits(auth, _signed(purpose, body), given):
        return None
    issued, _, name = body.partition(".")
    slip = Slip(name, int(issued, 16))
    return slip if 0 <= now - slip.issued < SECONDS[purpose] else None


def _signed(purpose: Purpose, body: str) -> str:
    return f"dashboard {purpose} v1 {body}"

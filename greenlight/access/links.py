"""Links to stored pictures and clips that still work next month.

Imports nothing heavy: flows make such links while they start.
"""

from __future__ import annotations

import hmac
from urllib.parse import quote

PREFIX = "shows/"
REPORTS = f"{PREFIX}_reports/"
"""Pages and plots that Greenlight wrote itself; no show can be called so."""

_PAGES = {"shotlist": "/shotlist", "animatic": "/cut", "final": "/cut"}

_SIGNATURE_HEX_DIGITS = 32


def signature(secret: str, key: str) -> str:
    """The first 128 bits of HMAC-SHA256 over the key, in hex."""
    return hmac.new(secret.encode(), key.encode(), "sha256").hexdigest()[:_SIGNATURE_HEX_DIGITS]


def signature_fits(secret: str, key: str, given: str) -> bool:
    """Whether `given` signs `key`, compared in constant time."""
    return hmac.compare_digest(signature(secret, key).encode(), given.encode())


def media_url(base: str, secret: str, key: str) -> str:
    """The stable address of one object; it gives read access to that object alone."""
    return f"{base.rstrip('/')}/media/{signature(secret, key)}/{quote(key)}"


def room_url(base: str, production: str, gate: str | None = None) -> str:
    """Where people look at a production and decide: the page of what waits at its gate."""
    return f"{base.rstrip('/')}/p/{production}{_PAGES.get(gate or '', '')}"

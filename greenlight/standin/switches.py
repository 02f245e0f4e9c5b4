"""The stand-in's admin interface, as those see it who hold its key."""

from __future__ import annotations

import httpx

KEY_HEADER = "x-standin-key"


def switches(url: str, key: str) -> httpx.Client:
    """A client of `/_standin` of the stand-in at `url`, for paths such as ``faults``."""
    return httpx.Client(
        base_url=f"{url.rstrip('/')}/_standin/",
        headers={KEY_HEADER: key},
        timeout=10,
        trust_env=False,
    )

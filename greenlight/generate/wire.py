"""The HTTP client under the SDK: it lets one paid POST through, and knows whether it left."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx2


class RepeatedPostError(RuntimeError):
    """Some layer tried to repeat a paid POST; the repetition was not sent."""


@dataclass
class PaidPost:
    """What became of one paid POST: how many were tried, and whether bytes of it were sent."""

    tried: int = 0
    sent: bool = False

    async def trace(self, event: str, info: dict[str, Any]) -> None:
        """Listen to the connection, which names each step (`http11.send_request_headers.started`).

        The CONNECT to a proxy is announced in the same way and carries nothing of the request.
        """
        if event.endswith("send_request_headers.started"):
            self.sent = self.sent or info["request"].method != b"CONNECT"


_paid: ContextVar[PaidPost | None] = ContextVar("greenlight_paid_post", default=None)


@contextmanager
def one_paid_post() -> Iterator[PaidPost]:
    """Allow a single request to leave within the block, and tell afterwards whether it did."""
    post = PaidPost()
    token = _paid.set(post)
    try:
        yield post
    finally:
        _paid.reset(token)


async def _watch_paid_post(request: httpx2.Request) -> None:
    """Refuse a second request of a paid call, whatever the layers above come up with."""
    post = _paid.get()
    if post is None:
        return
    post.tried += 1
    if post.tried > 1:
        raise RepeatedPostError(f"refused to repeat a paid POST to {request.url.path}")
    request.extensions["trace"] = post.trace


def http_client(base_url: str, connect_seconds: float) -> httpx2.AsyncClient:
    """Client that never reuses a connection; proxies of the environment apply except on loopback.

    A kept connection may be closed by the server at the very moment a POST goes out on it, and
    such a POST is uncertain for ever. A fresh connection costs milliseconds.
    """

    async def limit_connecting(request: httpx2.Request) -> None:
        # The SDK's timeout replaces the client's; without this a dead host would hold a call for
        # as long as a slow answer may take.
        given = request.extensions.get("timeout") or {}
        request.extensions["timeout"] = {**given, "connect": connect_seconds}

    return httpx2.AsyncClient(
        # Every call has a limit of its own around it; the client's would cut a still at 5 s.
        timeout=None,
        verify=trusted(),
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
        trust_env=not is_loopback(base_url),
        event_hooks={"request": [limit_connecting, _watch_paid_post]},
    )


def idle_client() -> httpx2.Client:
    """The blocking client that the SDK insists on and that nothing here uses.

    Left to itself the SDK builds one with certificate stores of its own, 75 ms for every instance.
    """
    return httpx2.Client(verify=trusted(), trust_env=False)


@cache
def trusted() -> ssl.SSLContext:
    """The certificate authorities that are believed, read once in a process."""
    return httpx2.create_ssl_context()


def is_http_address(base_url: str) -> bool:
    """Whether a base URL has a scheme and a host that a request can go to."""
    parts = urlsplit(base_url)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def is_loopback(base_url: str) -> bool:
    """Whether an address stays on this machine."""
    host = urlsplit(base_url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

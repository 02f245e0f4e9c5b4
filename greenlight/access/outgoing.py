"""Outgoing requests: to an address that was checked, and cut off by size and by time."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

import certifi
import httpx


class Reply(NamedTuple):
    """What a server answered; the body has at most as many bytes as were asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def exchange(
    method: str,
    url: str,
    addresses: Sequence[str],
    *,
    headers: Mapping[str, str],
    content: bytes = b"",
    most: int,
    seconds: float,
    connect_seconds: float,
) -> Reply:
    """One request to the first address that takes the connection; redirects are not followed.

    `seconds` is for all of it. Raises TimeoutError, and what httpx raises. The body is as it was
    sent, at most `most` bytes of it.
    """
    failed: httpx.TransportError | None = None
    async with (
        asyncio.timeout(seconds),
        httpx.AsyncClient(
            verify=_authorities(),
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(seconds, connect=connect_seconds),
        ) as client,
    ):
        for address in addresses:
            try:
                return await _ask(client, method, url, address, headers, content, most)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failed = error  # nothing was sent there
    raise failed or httpx.ConnectError("no address")


async def _ask(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    address: str,
    headers: Mapping[str, str],
    content: bytes,
    most: int,
) -> Reply:
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    host = parts.hostname or ""
    # To the address that was checked; name, certificate and Host are still the server's own.
    to = urlunsplit((parts.scheme, f"{_bracketed(address)}{port}", parts.path, parts.query, ""))
    async with client.stream(
        method,
        to,
        content=content or None,
        headers={"host": f"{_bracketed(host)}{port}", **headers},
        extensions={"sni_hostname": host},
    ) as answer:
        body = bytearray()
        async for chunk in answer.aiter_raw():
            body += chunk
            if len(body) >= most:
                break
    return Reply(answer.status_code, answer.headers, bytes(body[:most]))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _authorities() -> ssl.SSLContext:
    """The usual certificate authorities, and those of the machine: a workspace has its own."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context

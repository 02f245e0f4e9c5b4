"""The official MCP client, spoken through by tests."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx2
from mcp import ClientSession, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, TextContent

GREENLIGHT = str(Path(sys.executable).parent / "greenlight")
GiveToken = Callable[..., str]
T = TypeVar("T")


@asynccontextmanager
async def over_stdio(environment: dict[str, str]) -> AsyncIterator[ClientSession]:
    """A session with `greenlight mcp` over its standard input and output."""
    server = StdioServerParameters(command=GREENLIGHT, args=["mcp"], env=environment)
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        yield session


@asynccontextmanager
async def over_http(url: str, token: str) -> AsyncIterator[ClientSession]:
    """A session with `greenlight mcp --http` as whoever has that token."""
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60, trust_env=False) as http,
        streamable_http_client(url, http_client=http) as (read, write),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        yield session


def talk(url: str, token: str, what: Callable[[ClientSession], Awaitable[T]]) -> T:
    """Says that over HTTP, in a session of its own."""

    async def say() -> T:
        async with over_http(url, token) as session:
            return await what(session)

    return asyncio.run(say())


async def ask(session: ClientSession, tool: str, /, **arguments: Any) -> dict[str, Any]:
    """The structured answer of a tool that must not fail."""
    result = await session.call_tool(tool, arguments)
    assert not result.is_error, words(result)
    assert result.structured_content is not None
    return result.structured_content


async def refused(session: ClientSession, tool: str, /, **arguments: Any) -> str:
    """The sentence with which a tool refuses."""
    result = await session.call_tool(tool, arguments)
    assert result.is_error, words(result)
    return words(result)


def words(result: CallToolResult) -> str:
    """All texts of an answer."""
    return "\n".join(c.text for c in result.content if isinstance(c, TextContent))

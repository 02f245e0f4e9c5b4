"""What a stranger may take: bytes of a body, seconds for it, and memory of all of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message, Scope

from greenlight.access.bounds import Bounded
from greenlight.review.app import app_of
from greenlight.settings import Profile

MOST = 4_000


async def echo(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


def refuse(scope: Scope, status: int, said: str) -> Response:
    return PlainTextResponse(said, status)


def app(**options: Any) -> Bounded:
    inner = Starlette(routes=[Route("/", echo, methods=["GET", "POST"])])
    return Bounded(inner, lambda path: MOST, refuse, **options)


def pieces(size: int) -> Iterator[bytes]:
    """A body whose length is not declared."""
    for at in range(0, size, 1000):
        yield b"x" * min(1000, size - at)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_is_taken_up_to_its_limit(method: str, chunked: bool) -> None:
    http = TestClient(app())
    for size, status in ((0, 200), (MOST, 200), (MOST + 1, 413), (50 * MOST, 413)):
        body = pieces(size) if chunked else b"x" * size
        answer = http.request(method, "/", content=body)
        assert answer.status_code == status
        if status == 200:
            assert answer.text == str(size)
        else:
            assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("length", ["9" * 5000, "-1", "1e9", "x", "+5", "٣"])
def test_a_length_that_is_none_is_refused(length: str) -> None:
    sent = asyncio.run(ask(app(), [(b"content-length", length.encode())], []))
    assert sent[0]["status"] == 413


async def ask(
    bounded: Bounded, headers: list[tuple[bytes, bytes]], messages: list[Message]
) -> list[Message]:
    """One request whose body is these messages and then nothing; what is answered."""
    sent: list[Message] = []
    left = list(messages)

    async def receive() -> Message:
        if left:
            return left.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/", "method": "POST", "headers": headers}
    await bounded({**scope, "query_string": b"", "http_version": "1.1"}, receive, send)
    return sent


def test_a_half_sent_body_is_given_up() -> None:
    half: Message = {"type": "http.request", "body": b"tok", "more_body": True}
    sent = asyncio.run(asyncio.wait_for(ask(app(seconds=0.05), [], [half]), 10))
    assert sent[0]["status"] == 408


def test_memory_for_all_bodies_is_bounded_and_given_back() -> None:
    bounded = app(held_bytes=6_000, seconds=0.3)
    half: Message = {"type": "http.request", "body": b"x" * 3_000, "more_body": True}

    async def together() -> list[int]:
        answers = await asyncio.gather(*(ask(bounded, [], [half]) for _ in range(5)))
        return sorted(answer[0]["status"] for answer in answers)

    assert asyncio.run(together()) == [408, 408, 503, 503, 503]
    assert TestClient(bounded).post("/", content=b"x" * MOST).text == str(MOST)


@pytest.mark.parametrize("path", ["/enter", "/leave", "/health", "/", "/none", "/static/room.css"])
@pytest.mark.parametrize(
    "form", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"]
)
def test_no_address_reads_more_than_a_token_before_anybody_is_known(
    profile: Profile, path: str, form: str
) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(3_000):
            read += 1000
            yield b"token=" + b"x" * 994

    async def work() -> int:
        transport = httpx.ASGITransport(app_of(profile, {}))
        async with httpx.AsyncClient(transport=transport, base_url="http://room") as http:
            headers = {"content-type": form}
            answer = await http.request("POST", path, content=endless(), headers=headers)
        return answer.status_code

    assert asyncio.run(work()) == 413
    assert read <= 6_000


def test_actions_take_a_bounded_body_too(profile: Profile) -> None:
    http = TestClient(app_of(profile, {}))
    answer = http.post("/api/productions/x/decisions", content=pieces(2_100_000))
    assert answer.status_code == 413
    assert "at most 2,000,000 bytes" in answer.json()["detail"]

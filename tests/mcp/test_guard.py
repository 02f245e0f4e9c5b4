"""The guard of MCP over HTTP: a token first, then a bounded body, however its length is said."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from greenlight.desk import Desk, this_person
from greenlight.mcp.guard import Guard
from greenlight.mcp.limits import BODY_BYTES


def pieces(size: int) -> Iterator[bytes]:
    for at in range(0, size, 50_000):
        yield b"x" * min(50_000, size - at)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_is_bounded_and_its_refusal_on_record(desk: Desk, chunked: bool) -> None:
    async def echo(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    http = TestClient(Guard(Starlette(routes=[Route("/mcp", echo, methods=["POST"])]), desk))
    name = f"t{secrets.token_hex(4)}"
    desk.people.add(this_person(), name, ("viewer",))
    own = {"Authorization": f"Bearer {desk.people.give_token(this_person(), name, 1)[1]}"}
    for size, status in ((BODY_BYTES, 200), (BODY_BYTES + 1, 413), (9 * BODY_BYTES, 413)):
        body = pieces(size) if chunked else b"x" * size
        answer = http.post("/mcp", content=body, headers=own)
        assert answer.status_code == status
    assert "at most 1,000,000 bytes" in answer.json()["error_description"]
    refused = [
        x for x in desk.audit.read() if (x.principal, x.verb) == (f"person:{name}", "request")
    ]
    assert [line.came for line in refused] == ["refused"] * 2
    assert http.post("/mcp", content=pieces(10 * BODY_BYTES)).status_code == 401

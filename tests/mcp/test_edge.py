"""What needs no server: limits, rights behind this door, the guard, and strangers."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from greenlight.access import strangers
from greenlight.access.rights import EVERYTHING, RIGHTS, Role
from greenlight.access.signature import Signature
from greenlight.access.tokens import token_id
from greenlight.desk import Desk, this_person
from greenlight.errors import InvalidInput
from greenlight.mcp.arguments import brief_of
from greenlight.mcp.callers import behind_this_door, local_agent
from greenlight.mcp.guard import BODY_BYTES, Guard
from greenlight.mcp.meaning import CHARACTERS, LEVELS, within_limits
from greenlight.mcp.texts import bounded
from greenlight.store.records import now


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_no_text_is_longer_than_its_bound(text: str, limit: int) -> None:
    clean = bounded(text, limit)
    assert isinstance(clean, str)
    assert len(clean) <= limit


def nested(levels: int, kind: type[list[Any]] | type[dict[str, Any]]) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = [value] if kind is list else {"a": value}
    return value


@pytest.mark.parametrize("kind", [list, dict])
def test_arguments_may_be_nested_so_far_and_no_further(kind: Any) -> None:
    within_limits({"brief": nested(LEVELS - 2, kind)})
    for levels in (LEVELS, 5000):
        with pytest.raises(InvalidInput, match="levels deep"):
            within_limits({"brief": nested(levels, kind)})


@pytest.mark.parametrize(
    "arguments",
    [{"a": "x" * CHARACTERS}, {"a": ["x"] * CHARACTERS}, {"a": {"x" * CHARACTERS: 1}}],
)
def test_arguments_are_counted_wherever_their_length_lies(arguments: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="hand in less"):
        within_limits(arguments)


def test_the_longest_brief_that_there_can_be_is_let_in() -> None:
    reference = {"name": "n" * 80, "description": "d" * 4000}
    brief = {
        "title": "t" * 120,
        "vision": "v" * 20_000,
        "look": "l" * 4000,
        "references": [reference | {"name": f"{n} {'n' * 70}"} for n in range(20)],
    }
    within_limits({"brief": brief, "most_usd": "5", "key": "k" * 80})
    assert brief_of(brief).title == "t" * 120


@pytest.mark.parametrize("field", ["image", "image_sha256", "image_mime"])
def test_no_brief_from_an_agent_names_a_picture(field: str) -> None:
    reference = {"name": "fox", field: "0" * 64}
    with pytest.raises(InvalidInput, match="names a picture"):
        brief_of({"title": "t", "vision": "v", "references": [reference]})


def test_a_brief_of_an_agent_names_no_file_of_the_server() -> None:
    brief = {"title": "Fox", "vision": "A fox.", "screenplay": "/etc/passwd"}
    with pytest.raises(InvalidInput, match="names a file"):
        brief_of(brief)
    with pytest.raises(InvalidInput, match="names a file"):
        brief_of({"title": "Fox", "vision": "A fox.", "scenes": "3"})


@pytest.mark.parametrize("role", RIGHTS)
def test_nobody_has_more_here_than_to_look_say_propose_and_submit(role: Role) -> None:
    who = Signature("Sam", "person:sam", "mcp", True, rights=RIGHTS[role])
    here = behind_this_door(who).rights
    assert here <= {"look", "costs", "comment", "propose", "submit"}
    assert ("propose" in here) == (role not in ("viewer", "comment"))
    assert ("submit" in here) == (role in ("producer", "agent"))


def test_an_agent_without_a_token_submits_nothing() -> None:
    agent = local_agent()
    assert agent.rights == {"look", "costs", "comment", "propose"}
    assert agent.principal.startswith("agent:local-")
    assert behind_this_door(agent._replace(rights=EVERYTHING)).rights == agent.rights | {"submit"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "none"),
        (f"glk_{'ab' * 6}_{'c' * 48}", "token abababababab"),
        ("glk_not-a-token", "something else"),
        (f"gls_{'x' * 40}.{'0' * 64}", "a link"),
        ("my password", "something else"),
    ],
)
def test_of_a_token_only_its_id_is_ever_put_on_record(text: str, named: str) -> None:
    assert token_id(text) == named


def test_strangers_cannot_fill_the_audit_record(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strangers, "LINES_A_MINUTE", 3)
    text = f"glk_{secrets.token_hex(6)}_{secrets.token_hex(24)}"
    door = Guard(PlainTextResponse("inside"), desk)
    http = TestClient(door, headers={"Authorization": f"Bearer {text}"})
    answers = [http.post("/mcp", json={}) for _ in range(10)]
    assert {a.status_code for a in answers} == {401}
    lines = [x for x in desk.audit.read(now().date()) if x.subject == token_id(text)]
    # Twice three where a minute ends in the middle.
    assert 3 <= len(lines) <= 6


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

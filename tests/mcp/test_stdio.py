"""Every tool, resource and prompt over stdio, on a production that really runs."""

from __future__ import annotations

import asyncio
import base64
import json
import signal
import socket
import subprocess
import time
from io import BytesIO
from typing import Any

import httpx
import pytest
from mcp import ClientSession
from mcp.types import EmbeddedResource, ImageContent, TextContent
from PIL import Image

from greenlight.desk import Desk
from greenlight.desk.remarks import confirmed
from greenlight.store.records import now
from tests.mcp.mcp_client import GREENLIGHT, GiveToken, ask, over_stdio, refused, talk
from tests.production.buying import ADA

pytestmark = pytest.mark.stack

SHOW = "mcp-stdio"
BRIEF: dict[str, Any] = {
    "title": "Keeper",
    "vision": "A lighthouse keeper lights the lamp.",
    "show": SHOW,
    "shots": 1,
    "seconds": 3,
    "candidates": 2,
}
FRAME = "sq010_sh0010/frame/v001"


def test_an_agent_takes_a_brief_to_frames_and_people_decide_on_the_way(
    desk: Desk, environment: dict[str, str], token: GiveToken
) -> None:
    asked: set[str] = set()
    heard: list[str | None] = []

    async def until_people(session: ClientSession, production: str) -> dict[str, Any]:
        async def progress(done: float, total: float | None, message: str | None) -> None:
            heard.append(message)

        for _ in range(8):
            result = await session.call_tool(
                "wait", {"production": production, "seconds": 15}, progress_callback=progress
            )
            stands = result.structured_content
            assert stands is not None, result
            if stands["state"] != "working":
                asked.add("wait")
                return stands
        raise AssertionError(stands)

    async def say(session: ClientSession, tool: str, **arguments: Any) -> dict[str, Any]:
        asked.add(tool)
        return await ask(session, tool, **arguments)

    async def life() -> None:
        async with over_stdio(
            environment | {"GREENLIGHT_TOKEN": token("agent", show=SHOW)}
        ) as session:
            tools = {tool.name: tool for tool in (await session.list_tools()).tools}
            report = await say(session, "validate_brief", brief=BRIEF | {"vission": "x"})
            assert not report["valid"]
            assert "did you mean 'vision'" in report["problem"]
            assert (await say(session, "validate_brief", brief=BRIEF))["valid"]
            quote = await say(session, "quote", brief=BRIEF)
            assert quote["simulated"]

            why = await refused(session, "submit", brief=BRIEF, most_usd="0.01", key="k")
            assert "may submit up to $0.01" in why
            submit = {"brief": BRIEF, "most_usd": "8", "key": "k"}
            submitted = await say(session, "submit", **submit)
            production = submitted["production"]
            assert submitted["at_most_usd"] == quote["total"]
            again = await say(session, "submit", **submit)
            assert (again["production"], again["repeated"]) == (production, True)

            stands = await until_people(session, production)
            assert stands["waiting_takes"] == ["shotlist/v001"]
            assert heard
            assert all(m and m.startswith("working") for m in heard), heard
            said = await say(
                session,
                "propose_verdict",
                production=production,
                take="shotlist/v001",
                verdict="approve",
                note="It follows the brief.",
            )
            assert not said["decided"]
            assert (await say(session, "status", production=production))["gate"] == "shotlist"
            # What the person at the terminal does with `decide --confirm`.
            facts, _ = desk.look(production)
            assert not facts.decisions
            desk.decide(production, [confirmed(facts, said["number"])], ADA)

            await session.call_tool(
                "wait", {"production": production, "until": "change", "seconds": 30}
            )
            stands = await until_people(session, production)
            assert stands["waiting_takes"] == [f"{FRAME}_c1", f"{FRAME}_c2"]
            waiting = await say(session, "waiting_takes", production=production)
            assert all(float(row["releases_usd"]) > 0 for row in waiting["takes"])

            asked.update(("take_detail", "compare", "contact_sheet"))
            detail = await session.call_tool(
                "take_detail", {"production": production, "take": f"{FRAME}_c1"}
            )
            [still] = [c for c in detail.content if isinstance(c, ImageContent)]
            with Image.open(BytesIO(base64.b64decode(still.data))) as seen:
                assert max(seen.size) == 768
            two = await session.call_tool(
                "compare",
                {"production": production, "one": f"{FRAME}_c1", "other": f"{FRAME}_c2"},
            )
            stills = [c.data for c in two.content if isinstance(c, ImageContent)]
            assert len(set(stills)) == 2
            assert two.structured_content
            assert not two.structured_content["same_bytes"]
            sheet = await session.call_tool("contact_sheet", {"production": production})
            assert any(isinstance(c, ImageContent) for c in sheet.content)

            comment = {"production": production, "subject": f"{FRAME}_c2", "request": "once"}
            numbers = {
                (await say(session, "comment", text="Too \u202edark.", **comment))["number"]
                for _ in range(2)
            }
            assert len(numbers) == 1
            context = await say(session, "context", production=production, shot="sq010_sh0010")
            assert [s["text"] for s in context["said"]] == ["Too dark."]
            spent = await say(session, "spend", production=production)
            assert float(spent["spent_usd"]) > 0
            found = await say(session, "productions", show=SHOW)
            assert [p["production"] for p in found["productions"]] == [production]
            assert asked == set(tools)

            await read_everything(session, production)

    asyncio.run(life())
    lines = [x for x in desk.audit.read(now().date()) if x.principal.startswith("agent:t")]
    came = {(x.verb, x.came) for x in lines if x.door == "mcp"}
    assert {("submit", "refused"), ("submit", "done"), ("propose", "done")} <= came
    assert {("read decisions", "done"), ("prompt review_sheet", "done")} <= came


async def read_everything(session: ClientSession, production: str) -> None:
    """Reads all resources, and both prompts."""
    addresses = [str(r.uri) for r in (await session.list_resources()).resources]
    for template in (await session.list_resource_templates()).resource_templates:
        addresses.append(template.uri_template.replace("{production}", production))
    texts = {}
    for address in addresses:
        [content] = (await session.read_resource(address)).contents
        texts[address.rsplit("/", 1)[1]] = json.loads(getattr(content, "text", ""))
    assert set(texts) == {"productions", "brief", "shots", "takes", "decisions"}
    assert [p["production"] for p in texts["productions"]["productions"]] == [production]
    assert texts["brief"]["vision"] == BRIEF["vision"]
    assert texts["shots"]["approved"]
    assert len(texts["takes"]["takes"]) == 3
    [decision] = texts["decisions"]["decisions"]
    assert decision["principal"] == "login:ada"

    prompts = {p.name for p in (await session.list_prompts()).prompts}
    assert prompts == {"write_brief", "review_sheet"}
    written = await session.get_prompt("write_brief", {"idea": "A fox."})
    assert isinstance(written.messages[1].content, TextContent)
    assert written.messages[1].content.text == "A fox."
    review = await session.get_prompt("review_sheet", {"production": production})
    told, brief = (m.content for m in review.messages)
    assert isinstance(told, TextContent)
    assert isinstance(brief, EmbeddedResource)
    assert BRIEF["vision"] not in told.text


def test_without_a_token_it_is_an_agent_of_whoever_is_logged_in_and_submits_nothing(
    desk: Desk, environment: dict[str, str]
) -> None:
    async def life() -> None:
        async with over_stdio(environment) as session:
            assert (await ask(session, "quote", brief=BRIEF))["simulated"]
            why = await refused(session, "submit", brief=BRIEF, most_usd="8", key="k")
            assert "may not submit briefs" in why

    asyncio.run(life())
    refusals = [x for x in desk.audit.read(now().date()) if x.came == "refused"]
    assert any(x.principal.startswith("agent:local-") and x.verb == "submit" for x in refusals)


def test_a_token_that_is_not_good_ends_the_server_before_it_begins(
    desk: Desk, environment: dict[str, str]
) -> None:
    text = f"glk_{'0' * 12}_{'0' * 48}"
    done = subprocess.run(
        [GREENLIGHT, "mcp"],
        env=environment | {"GREENLIGHT_TOKEN": text},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 12
    assert (done.stdout, text in done.stderr) == ("", False)
    assert [x.subject for x in desk.audit.read(now().date()) if x.verb == "enter"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_it_is_told_to_although_nobody_closes_its_input(
    environment: dict[str, str], number: signal.Signals
) -> None:
    server = subprocess.Popen(
        [GREENLIGHT, "mcp"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin
    assert server.stdout
    hello = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    }
    request = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
    print(json.dumps(request), file=server.stdin, flush=True)
    assert json.loads(server.stdout.readline())["result"]["serverInfo"]["name"] == "greenlight"
    server.send_signal(number)
    assert server.wait(15) == 128 + number
    server.stdin.close()
    server.stdout.close()


def test_over_http_it_asks_for_a_token_logs_none_and_ends_on_ctrl_c(
    environment: dict[str, str], token: GiveToken
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [GREENLIGHT, "mcp", "--http", "--port", str(port)],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    url, text = f"http://127.0.0.1:{port}/mcp", token("viewer")
    while True:
        assert server.poll() is None
        try:
            assert httpx.get(url, trust_env=False).status_code == 401
            break
        except httpx.TransportError:
            time.sleep(0.2)
    assert talk(url, text, lambda session: ask(session, "productions", show="none"))
    server.send_signal(signal.SIGINT)
    _, log = server.communicate(timeout=30)
    assert "Traceback" not in log
    assert text not in log

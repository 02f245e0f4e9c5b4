"""What clients hand in, as they mean it; prompts with missing or odd arguments."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from fastmcp import Client
from mcp.shared.exceptions import MCPError

from greenlight.desk import Desk, Signature
from greenlight.errors import InvalidInput
from greenlight.mcp.callers import local_agent
from greenlight.mcp.calls import Calls
from greenlight.mcp.meaning import as_meant, read_json, without_nulls
from greenlight.mcp.server import build

BRIEF = {"title": "Orchids", "vision": "Ruta waters orchids."}
SHEET = {
    "properties": {
        "brief": {"$ref": "#/$defs/Brief"},
        "take": {"type": "string"},
        "note": {"type": "string"},
        "reason": {"anyOf": [{"enum": ["lens"], "type": "string"}, {"type": "null"}]},
        "limit": {"type": "integer"},
        "rows": {"type": "array"},
    },
    "$defs": {"Brief": {"type": "object"}},
    "required": ["take"],
}
Say = Callable[..., str]


@pytest.fixture
def say(desk: Desk) -> Say:
    """Calls a tool or prompt of the whole server; its answer, or the sentence of its refusal."""

    def call(name: str, arguments: Any, *, prompt: bool = False) -> str:
        async def work() -> str:
            async with Client(build(Calls(desk, submitter))) as client:
                if prompt:
                    try:
                        return str((await client.get_prompt(name, arguments)).messages)
                    except MCPError as error:
                        return str(error)
                done = await client.call_tool(name, arguments, raise_on_error=False)
                return str(done.content[0].text)

        return asyncio.run(work())

    return call


def submitter() -> Signature:
    return local_agent()


@pytest.mark.parametrize(
    "given",
    [
        BRIEF,
        json.dumps(BRIEF),
        json.dumps(json.dumps(BRIEF)),
        f"```json\n{json.dumps(BRIEF, indent=1)}\n```",
        f"  {json.dumps(BRIEF)}\n",
        {**BRIEF, "look": None, "shots": None, "references": None, "models": None},
        {**BRIEF, "references": json.dumps([{"name": "Ruta", "description": None}])},
        json.dumps({**BRIEF, "references": [{"name": "Ruta", "kind": None}], "shots": "4"}),
    ],
)
@pytest.mark.parametrize("beside", [{}, {"toolCallId": "x", "sessionId": {"a": 1}, "_meta": None}])
def test_a_brief_is_taken_as_it_is_meant(say: Say, given: Any, beside: dict[str, Any]) -> None:
    answer = json.loads(say("validate_brief", {"brief": given, **beside}))
    assert (answer["valid"], answer["problem"], answer["title"]) == (True, "", "Orchids")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("not json", "brief: invalid text 'not json' (allowed: an object, or its JSON)"),
        ("[" * 100_000, "allowed: an object, or its JSON"),
        ('{"a":' * 200 + "1" + "}" * 200, "nested more than"),
        ("[]", "brief: must be a mapping of fields"),
        (None, "missing argument 'brief'"),
        ("null", "missing argument 'brief'"),
    ],
)
def test_what_is_no_brief_is_refused_in_a_sentence(say: Say, given: Any, sentence: str) -> None:
    assert sentence in say("validate_brief", {"brief": given})


@pytest.mark.parametrize("nothing", [None, "null", "None", "undefined"])
def test_null_is_what_is_left_out(say: Say, nothing: Any) -> None:
    optional = {"reason": nothing, "note": nothing, "request": nothing}
    verdict = {"production": "p", "take": "cut/v001", "verdict": "approve", **optional}
    assert "production 'p' not found" in say("propose_verdict", verdict)
    assert "productions" in json.loads(say("productions", {"limit": "5", "after": nothing}))
    assert "missing argument 'take'" in say("propose_verdict", {**verdict, "take": None})


def test_a_mistyped_name_is_refused_since_its_value_would_be_lost(say: Say) -> None:
    verdict = {"production": "p", "take": "cut/v001", "verdict": "retake", "reson": "lens"}
    assert "unknown argument 'reson' (did you mean 'reason'?)" in say("propose_verdict", verdict)


def test_only_what_is_no_text_is_read_as_json() -> None:
    given = {"take": '{"a": 1}', "note": "[1]", "rows": "[1]", "brief": "{}", "limit": "7"}
    assert as_meant(given, SHEET) == given | {"rows": [1], "brief": {}}
    assert as_meant({"take": "t", "reason": "null", "note": None, "x": 1}, SHEET) == {"take": "t"}
    assert as_meant({"take": "null"}, SHEET) == {"take": "null"}  # required, so it is a text
    with pytest.raises(InvalidInput, match="missing argument 'take'"):
        as_meant({}, SHEET)


def test_nulls_are_left_out_wherever_they_stand() -> None:
    assert without_nulls({"a": None, "b": [{"c": None, "d": 0}, None]}) == {"b": [{"d": 0}, None]}
    assert read_json('"{}"', "x") == {}


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("write_brief", {}, "missing argument 'idea'"),
        ("write_brief", None, "missing argument 'idea'"),
        ("write_brief", {"idea": " "}, "missing argument 'idea'"),
        ("write_brief", {"idea": None}, "missing argument 'idea'"),
        ("write_brief", {"ideas": "x"}, "did you mean 'idea'"),
        ("write_brief", {"idea": ["x", 1]}, "Write a brief"),
        ("write_brief", {"idea": {"a": {"b": 1}}}, "Write a brief"),
        ("write_brief", {"idea": "x", "sessionId": "1"}, "Write a brief"),
        ("write_brief", {"idea": "x" * 300_000}, "hand in less"),
        ("review_sheet", {}, "missing argument 'production'"),
        ("review_sheet", {"production": "../x"}, "is not a production"),
        ("review_sheet", {"production": 7}, "production '7' not found"),
        ("review_sheet", {"production": "nope"}, "production 'nope' not found"),
        ("review", {}, "prompt 'review' not found"),
    ],
)
def test_a_prompt_answers_odd_arguments_in_a_sentence_and_without_a_traceback(
    say: Say,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    name: str,
    arguments: Any,
    sentence: str,
) -> None:
    answer = say(name, arguments, prompt=True)
    assert sentence in answer
    console = "".join(capfd.readouterr())
    assert "Traceback" not in console + caplog.text
    assert not any(record.exc_info for record in caplog.records)

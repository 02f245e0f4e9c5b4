from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from greenlight_standin.faults.scenario import parse_scenario, read_scenario

from deployments.standin.tests.calls import TEXT_MODEL
from deployments.standin.tests.running import Process, Running

YAML = """
# the first answer is lost, the second says later
- {fault: accept-then-drop, role: text, times: 1}
- fault: rate-limit
  role: text
  times: 1
  seconds: 7
"""
HELLO = {"contents": [{"parts": [{"text": "hello"}]}]}
PATH = f"/v1/models/{TEXT_MODEL}:generateContent"


def test_yaml_and_json_say_the_same() -> None:
    rules = parse_scenario(YAML.encode(), "scenario")
    assert [(rule.fault, rule.seconds) for rule in rules] == [
        ("accept-then-drop", 2),
        ("rate-limit", 7),
    ]
    plain = json.dumps([rule.model_dump(exclude_defaults=True) for rule in rules])
    assert parse_scenario(plain.encode(), "scenario") == rules
    assert parse_scenario(b"[]", "scenario") == ()


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "- {fault: drop}\n- {fault: black, probability: 2}",
            ["rule 2", "probability is 2", "equal to 1"],
        ),
        ("- {fault: dorp}", ["rule 1", "'dorp'", "known: accept-then-drop"]),
        ("- drop", ["rule 1", "'drop' is not a rule"]),
        ("fault: drop", ["holds a mapping (allowed: a list of rules)"]),
        ("", ["holds nothing (allowed: a list of rules)"]),
        ("- {fault: drop", ["neither YAML nor JSON", "line 1"]),
        ("\udcff", ["neither YAML nor JSON"]),
    ],
)
def test_a_bad_scenario_names_file_entry_value_and_what_is_allowed(
    tmp_path: Path, text: str, sentences: list[str]
) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ValueError, match=r"bad\.yaml") as caught:
        read_scenario(path)
    assert all(sentence in str(caught.value) for sentence in sentences), caught.value


@pytest.mark.parametrize("content", [None, "- {fault: dorp}"])
def test_a_scenario_that_cannot_be_read_is_one_line_and_exit_2(
    tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "scenario.yaml"
    if content is not None:
        path.write_text(content)
    command = [sys.executable, "-m", "greenlight_standin", "--scenario", str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert str(path) in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_scenario_is_in_force_from_the_start_and_again_after_a_restart(
    start_process: Callable[..., Process], tmp_path: Path
) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(YAML)
    standin = start_process("--scenario", str(path))
    for _ in range(2):
        with pytest.raises(OSError, match=r"closed|reset"):
            standin.call("POST", PATH, HELLO)
        status, body = standin.call("POST", PATH, HELLO)
        assert status == 429
        assert body["error"]["details"][0]["retryDelay"] == "7s"
        assert standin.call("POST", PATH, HELLO)[0] == 200
        standin.kill()
        standin.start()
    told = [(row["outcome"], row["billed"], row["fault"]) for row in standin.served("?paid=1")]
    assert told == 2 * [
        ("dropped", True, "accept-then-drop"),
        ("error 429", False, "rate-limit"),
        ("ok", True, None),
    ]


def test_a_scenario_is_replaced_as_a_whole_or_not_at_all(standin: Running) -> None:
    standin.fault("drop", role="cancel")
    status, rows = standin.call("PUT", "/_standin/scenario", raw=YAML.encode())
    assert status == 200
    assert [row["fault"] for row in rows] == ["accept-then-drop", "rate-limit"]
    status, body = standin.call(
        "PUT", "/_standin/scenario", [{"fault": "black"}, {"fault": "drop", "times": 0}]
    )
    assert status == 400
    assert "scenario, rule 2: times is 0" in body["error"]["message"]
    assert standin.call("GET", "/_standin/faults")[1]["rules"] == rows
    assert standin.call("PUT", "/_standin/scenario", [])[1] == []

"""Traces: on by the standard variables alone, in processes of flow runs alone, complete at exit."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from greenlight.errors import InvalidInput
from greenlight.tracing import exporter_of

ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}
RUN = {"PREFECT__FLOW_RUN_ID": "0" * 32, "OTEL_TRACES_EXPORTER": "console"}
CODE = """
import sys
from greenlight import tracing
from greenlight.logs import about
from opentelemetry import trace
tracing.begin()
if not [m for m in sys.modules if m.startswith("opentelemetry.sdk")]:
    sys.exit("no SDK")
with about("fox-1", "sq010_sh0010/frame/v001_c1"):
    tags = {"prefect.tags": ["show:a"]}
    run = trace.get_tracer("prefect").start_span("suspended", attributes=tags)
    with trace.use_span(run, end_on_exit=False), tracing.span("post", gen_ai__request__model="m"):
        pass
"""


def traced(**environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("OTEL_", "PREFECT_"))}
    command = [sys.executable, "-c", CODE]
    return subprocess.run(command, env=kept | environment, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, ""),
        ({"OTEL_SERVICE_NAME": "previs"}, ""),
        (ENDPOINT, "otlp_proto_http"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c/v1/traces"}, "otlp_proto_http"),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, "otlp_proto_http"),
        ({"OTEL_TRACES_EXPORTER": "console"}, "console"),
        ({**ENDPOINT, "OTEL_TRACES_EXPORTER": "none"}, ""),
        ({**ENDPOINT, "OTEL_SDK_DISABLED": "True"}, ""),
    ],
)
def test_the_standard_variables_say_whether_and_how(
    environment: dict[str, str], wanted: str
) -> None:
    assert exporter_of(environment) == wanted


@pytest.mark.parametrize(
    ("name", "value"),
    [("OTEL_EXPORTER_OTLP_PROTOCOL", "carrier-pigeon"), ("OTEL_TRACES_EXPORTER", "zipkin")],
)
def test_an_exporter_that_is_not_there_is_named_with_what_is(name: str, value: str) -> None:
    with pytest.raises(InvalidInput, match=value):
        exporter_of({**ENDPOINT, name: value})


def test_a_suspended_runs_span_is_exported_too_and_says_whose_it_is() -> None:
    done = traced(**RUN)
    decoder, spans, text = json.JSONDecoder(), [], done.stdout.strip()
    while text:
        found, end = decoder.raw_decode(text)
        spans.append(found)
        text = text[end:].strip()
    post, run = spans
    assert post["parent_id"] == run["context"]["span_id"]
    assert run["attributes"]["greenlight.show"] == "a"
    assert post["attributes"]["greenlight.shot"] == "sq010_sh0010"
    assert post["attributes"]["gen_ai.request.model"] == "m"
    assert run["resource"]["attributes"]["service.name"] == "greenlight"
    assert done.stderr == ""


@pytest.mark.parametrize(
    "environment", [{"OTEL_TRACES_EXPORTER": "console"}, {"PREFECT__FLOW_RUN_ID": "0" * 32}]
)
def test_nothing_of_the_sdk_is_loaded_elsewhere(environment: dict[str, str]) -> None:
    assert traced(**environment).stderr == "no SDK\n"

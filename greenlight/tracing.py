"""Traces: what flow runs do, for an OpenTelemetry collector that the standard variables name.

Prefect opens a span for each flow run and each task run, of one trace for each production, resumes
included; here they get an exporter and the words of the trade, and paid requests get spans within.
Without the variables nothing of OpenTelemetry's SDK is imported.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from opentelemetry import trace

from greenlight.errors import InvalidInput
from greenlight.logs import subject

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import ReadableSpan, Span
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.util.types import AttributeValue

EXPORTER = "OTEL_TRACES_EXPORTER"
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_OTLP = {"http/protobuf": "otlp_proto_http", "grpc": "otlp_proto_grpc"}
_TIMEOUT = "OTEL_EXPORTER_OTLP_TIMEOUT"
_SECONDS = "3"
"""A collector that is away holds up the end of a run's process no longer, and nothing before it."""

_RUN = "PREFECT__FLOW_RUN_ID"
_TAGGED = ("production:", "show:", "batch:")

_log = logging.getLogger("greenlight.tracing")


def exporter_of(environment: Mapping[str, str]) -> str:
    """The exporter's name among the installed ones; empty where no traces are wanted.

    Raises InvalidInput for one that is not installed.
    """
    wanted = environment.get(EXPORTER, "").strip()
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true" or wanted == "none":
        return ""
    if not wanted and not any(environment.get(name) for name in ENDPOINTS):
        return ""
    said = f"{EXPORTER} is {wanted!r}"
    if wanted in ("", "otlp"):
        given = next((n for n in PROTOCOLS if environment.get(n)), "")
        protocol = environment.get(given, "").strip() or "http/protobuf"
        if protocol not in _OTLP:
            raise InvalidInput(f"{given} is {protocol!r} (allowed: {', '.join(_OTLP)})")
        said, wanted = f"{given} is {protocol!r}", _OTLP[protocol]
    installed = {entry.name for entry in entry_points(group="opentelemetry_traces_exporter")}
    if wanted not in installed:
        known = ", ".join(sorted(installed))
        hint = "; install opentelemetry-exporter-otlp-proto-grpc" if "grpc" in wanted else ""
        raise InvalidInput(f"{said}: that exporter is not installed (there are {known}){hint}")
    return wanted


def begin() -> None:
    """In the process of a flow run: exports its spans if the variables say so.

    In any other process, in a warm one before it forks, it does nothing: the exporter has a thread.
    """
    if not os.environ.get(_RUN):
        return
    try:
        name = exporter_of(os.environ)
    except InvalidInput as error:
        _log.error("no traces of this run: %s", error)  # work never waits for a collector
        return
    given = isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)
    if name and given:  # or somebody who instruments this process has set up their own
        os.environ.setdefault(_TIMEOUT, _SECONDS)
        (entry,) = entry_points(group="opentelemetry_traces_exporter", name=name)
        export_to(entry.load()())


def export_to(exporter: SpanExporter) -> None:
    """Sends every span of this process to `exporter`, the last ones when the process ends."""
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    class Marks(SpanProcessor):
        """Says whose a span is, and ends those that Prefect leaves open when a run suspends."""

        def __init__(self) -> None:
            self._open: dict[int, Span] = {}

        def on_start(self, span: Span, parent_context: Context | None = None) -> None:
            self._open[_id_of(span)] = span
            span.set_attributes(_words_of(span.attributes or {}))

        def on_end(self, span: ReadableSpan) -> None:
            self._open.pop(_id_of(span), None)

        def shutdown(self) -> None:
            for span in reversed(list(self._open.values())):
                span.end()

    resource = Resource.create()
    if not (os.environ.get("OTEL_SERVICE_NAME") or "service.name=" in _resource_attributes()):
        resource = resource.merge(Resource({SERVICE_NAME: "greenlight"}))
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(Marks())
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)


@contextmanager
def span(name: str, **attributes: AttributeValue) -> Iterator[trace.Span]:
    """A span of this work; costs next to nothing without an exporter."""
    with trace.get_tracer("greenlight").start_as_current_span(
        name, attributes={key.replace("__", "."): value for key, value in attributes.items()}
    ) as opened:
        yield opened


def _resource_attributes() -> str:
    return os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")


def _id_of(span: ReadableSpan) -> int:
    context = span.get_span_context()
    return context.span_id if context else 0


def _words_of(attributes: Mapping[str, AttributeValue]) -> dict[str, str]:
    """Production, show and batch from a run's tags, shot and take from what is being made."""
    tags = attributes.get("prefect.tags")
    words = {}
    for tag in tags if isinstance(tags, Sequence) else ():
        kind, _, value = str(tag).partition(":")
        if f"{kind}:" in _TAGGED:
            words[f"greenlight.{kind}"] = value
    return words | {f"greenlight.{name}": value for name, value in subject().items()}

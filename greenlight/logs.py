"""Logs: every line of a production's work says whose it is, as text or as one JSON object a line.

Prefect's own formatters are replaced by settings (see `settings_of`): its loggers know the run, and
the run's name is the production's.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from greenlight.errors import InvalidInput

FORMATS = ("text", "json")
VARIABLE = "GREENLIGHT_LOG_FORMAT"
_FLOW = "previs"
_TAKE = "greenlight_take"

_about: ContextVar[tuple[str, str]] = ContextVar("about", default=("", ""))


@contextmanager
def about(production: str, take: str = "") -> Iterator[None]:
    """Everything logged within is about this production, and this take if one is named."""
    token = _about.set((production, take))
    try:
        yield
    finally:
        _about.reset(token)


def mark_records() -> None:
    """Lets every record made from now on know what it is about; repeating it is harmless."""
    make: Callable[..., logging.LogRecord] = logging.getLogRecordFactory()
    if getattr(make, "marks", False):
        return

    def marked(*args: Any, **more: Any) -> logging.LogRecord:
        record = make(*args, **more)
        record.greenlight_production, record.greenlight_take = _about.get()
        return record

    marked.marks = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(marked)


def subject() -> dict[str, str]:
    """What is being worked on here: production, shot and take, as far as they are known."""
    return _named(*_about.get())


def said_of(record: logging.LogRecord) -> dict[str, str]:
    """What a record is about: production, shot and take, as far as they are known."""
    known = record.__dict__
    production = known.get("greenlight_production") or ""
    if not production and known.get("flow_name") == _FLOW:
        production = known.get("flow_run_name") or ""
    return _named(production, known.get(_TAKE) or "")


def _named(production: str, take: str) -> dict[str, str]:
    shot = take.split("/")[0] if "_sh" in take.split("/")[0] else ""
    found = {"production": production, "shot": shot, "take": take}
    return {name: value for name, value in found.items() if value}


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def __init__(self, fmt: str = "", datefmt: str = "", style: str = "") -> None:
        super().__init__()

    def format(self, record: logging.LogRecord) -> str:
        """The record with its moment (UTC), level, logger, what it is about, and its message."""
        known = record.__dict__
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            **said_of(record),
        }
        for name in ("flow_run_id", "flow_run_name", "task_run_name"):
            if known.get(name):
                line[name] = str(known[name])
        line |= _trace()
        line["message"] = record.getMessage()
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = "".join(traceback.format_exception(*record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def _trace() -> dict[str, str]:
    """The span that is open here, by which a collector finds the line; nothing where none is."""
    from opentelemetry import trace

    found = trace.get_current_span().get_span_context()
    if not found.is_valid:
        return {}
    return {"trace_id": f"{found.trace_id:032x}", "span_id": f"{found.span_id:016x}"}


def settings_of(wanted: str) -> dict[str, str]:
    """Prefect's settings for `text` or `json`; raises InvalidInput for another format."""
    if wanted not in FORMATS:
        raise InvalidInput(f"{VARIABLE} is {wanted!r} (allowed: {', '.join(FORMATS)})")
    if wanted == "json":
        return {
            "PREFECT_LOGGING_HANDLERS_CONSOLE_FORMATTER": "json",
            "PREFECT_LOGGING_FORMATTERS_JSON_CLASS": "greenlight.logs.JsonLines",
        }
    line = (
        "%(asctime)s.%(msecs)03d | %(levelname)-7s | %(flow_run_name)s: "
        "Task run %(task_run_name)r - %(message)s"
    )
    return {"PREFECT_LOGGING_FORMATTERS_STANDARD_TASK_RUN_FMT": line}

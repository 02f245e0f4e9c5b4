"""Logs: each line says which production and shot it is about."""

from __future__ import annotations

import asyncio
import json
import logging

import pytest

from greenlight.errors import InvalidInput
from greenlight.logs import JsonLines, about, mark_records, settings_of


@pytest.fixture
def lines() -> list[dict[str, str]]:
    return []


@pytest.fixture
def log(lines: list[dict[str, str]]) -> logging.Logger:
    mark_records()
    mark_records()

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(self.format(record)))

    logger = logging.Logger("greenlight.probe")
    handler = Keep()
    handler.setFormatter(JsonLines("default"))
    logger.addHandler(handler)
    return logger


def test_lines_of_work_side_by_side_are_told_apart_in_threads_too(
    log: logging.Logger, lines: list[dict[str, str]]
) -> None:
    async def work(take: str) -> None:
        with about("fox-1", take):
            await asyncio.sleep(0)
            await asyncio.to_thread(log.warning, "drawing %s", take)

    async def both() -> None:
        with about("fox-1"):
            await asyncio.gather(work("sq010_sh0010/frame/v001_c1"), work("cut/v001"))
            log.info("done")

    asyncio.run(both())
    log.info("elsewhere")
    said = {line["message"]: line for line in lines}
    drawn = said["drawing sq010_sh0010/frame/v001_c1"]
    assert (drawn["production"], drawn["shot"]) == ("fox-1", "sq010_sh0010")
    assert drawn["take"] == "sq010_sh0010/frame/v001_c1"
    assert "shot" not in said["drawing cut/v001"]
    assert said["done"]["production"] == "fox-1"
    assert "take" not in said["done"]
    assert "production" not in said["elsewhere"]


def test_a_line_of_prefect_itself_is_known_by_its_run(
    log: logging.Logger, lines: list[dict[str, str]]
) -> None:
    log.info("Beginning", extra={"flow_name": "previs", "flow_run_name": "fox-1"})
    log.info("Beginning", extra={"flow_name": "reconcile", "flow_run_name": "lively-axolotl"})
    assert lines[0]["production"] == "fox-1"
    assert "production" not in lines[1]


def test_an_error_keeps_its_trace_on_the_same_line(
    log: logging.Logger, lines: list[dict[str, str]]
) -> None:
    try:
        raise ValueError("no\nlight")
    except ValueError:
        log.exception("a frame failed")
    (line,) = lines
    assert "ValueError: no\nlight" in line["error"]
    assert line["level"] == "error"


def test_another_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidInput, match=r"'xml' \(allowed: text, json"):
        settings_of("xml")

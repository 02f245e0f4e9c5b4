"""Polling, downloading and looking around are free: they are repeated, within a time."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest

from greenlight.errors import ServiceUnavailable
from greenlight.generate.errors import Rejected, Unreachable
from greenlight.generate.gemini import GeminiModels
from greenlight.generate.link import Timeouts
from greenlight.generate.outcome import Answer, Failed, Refusal, Running, Usage
from greenlight.generate.request import GenerationRequest
from tests.generate.wire_requests import at

PICTURES = bytes(range(256)) * 9000
MP4 = b"\0\0\0\x20ftypisom" + bytes(20) + (len(PICTURES) + 8).to_bytes(4) + b"mdat" + PICTURES
VIDEO = GenerationRequest(
    role="video", purpose="clip", model="gemini-omni-1.2-flash", prompt="a clip", seconds=4
)
QUICK = Timeouts(connect=1, free=1.0, free_attempt=0.4, download=1.2, download_attempt=0.6)
JOB = r"/v1/interactions/j1"
FILE = r"/v1/files/v1abc:download\?alt=media$"
URI = "https://generativelanguage.googleapis.com/v1/files/v1abc:download?alt=media"


def call(wire: Any, use: Callable[[GeminiModels], Awaitable[Any]], limits: Timeouts = QUICK) -> Any:
    async def go() -> Any:
        async with at(wire.url, limits) as service:
            return await use(service)

    return asyncio.run(go())


def poll(wire: Any, limits: Timeouts = QUICK) -> Any:
    return call(wire, lambda service: service.poll(VIDEO, "j1"), limits)


def job(status: str, *content: dict[str, Any], **more: Any) -> dict[str, Any]:
    steps = [{"type": "model_output", "content": list(content)}] if content else []
    return {"id": "j1", "status": status, "model": VIDEO.model, "steps": steps, **more}


def video(**where: str) -> dict[str, Any]:
    return {"type": "video", "mime_type": "video/mp4", **where}


def test_a_job_is_running_until_its_clip_can_be_fetched(wire, reply) -> None:
    usage = {
        "total_input_tokens": 20,
        "total_output_tokens": 46336,
        "output_tokens_by_modality": [{"modality": "video", "tokens": 46336}],
    }
    wire.on(
        "GET",
        JOB,
        reply(job("queued")),
        reply(job("in_progress")),
        reply(job("completed", video(uri=URI), usage=usage)),
    )
    wire.on("GET", FILE, reply(MP4))
    assert poll(wire) == Running()
    assert poll(wire) == Running()
    answer = poll(wire)
    assert isinstance(answer, Answer)
    assert (answer.mime, answer.data) == ("video/mp4", MP4)
    assert answer.usage == Usage(
        input_tokens=20,
        output_tokens=46336,
        output_tokens_by_modality={"VIDEO": 46336},
        seconds=Decimal(4),
    )
    assert wire.count("POST") == 0


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("files/v1abc", "v1abc"),
        ("http://127.0.0.1:1/v1/files/v1abc:download?alt=media", "v1abc"),
        ("https://h/v1/files/aB-c_9:download", "aB-c_9"),
    ],
)
def test_a_file_is_found_by_its_whole_id_wherever_its_address_points(
    wire, reply, uri, name
) -> None:
    wire.on("GET", JOB, reply(job("completed", video(uri=uri))))
    wire.on("GET", f"/v1/files/{name}:download", reply(MP4))
    assert poll(wire).data == MP4


def test_a_clip_that_comes_inline_needs_no_download(wire, reply) -> None:
    data = base64.b64encode(MP4).decode()
    wire.on("GET", JOB, reply(job("completed", video(data=data))))
    answer = poll(wire)
    assert (answer.data, answer.usage) == (MP4, None)


def test_a_clip_elsewhere_than_at_the_service_is_not_fetched(wire, reply) -> None:
    wire.on("GET", JOB, reply(job("completed", video(uri="gs://bucket/clip.mp4"))))
    with pytest.raises(Unreachable, match=r"gs://bucket/clip\.mp4"):
        poll(wire)


def test_a_completed_job_without_a_clip_is_a_refusal_in_its_words(wire, reply) -> None:
    said = {"type": "text", "text": "I cannot make that video."}
    spoken = reply(job("completed", said, usage={"total_input_tokens": 20}))
    wire.on("GET", JOB, spoken, reply(job("completed")))
    assert poll(wire) == Refusal(reason="I cannot make that video.", usage=Usage(input_tokens=20))
    assert "without a video" in poll(wire).reason


@pytest.mark.parametrize(
    "status",
    ["failed", "cancelled", "budget_exceeded", "requires_action", "incomplete", "a_new_one"],
)
def test_a_job_that_ended_otherwise_has_failed_and_says_how(wire, reply, status) -> None:
    errors = [{"code": "internal", "message": "the renderer broke"}]
    wire.on("GET", JOB, reply(job(status, errors=errors)))
    assert poll(wire) == Failed(reason=f"{status}: the renderer broke")


@pytest.mark.parametrize("status", [400, 404])
def test_a_service_that_denies_the_job_leaves_it_running_in_doubt(wire, reply, status) -> None:
    no = {"error": {"code": "invalid_request", "message": "Invalid interaction name"}}
    wire.on("GET", JOB, reply(no, status=status), reply(job("in_progress")))
    doubtful = poll(wire)
    assert isinstance(doubtful, Running)
    assert "Invalid interaction name" in (doubtful.doubt or "")
    assert poll(wire) == Running()


@pytest.mark.parametrize(("status", "message"), [(403, "denied"), (400, "API key not valid")])
def test_a_bad_key_says_nothing_about_the_job(wire, reply, status, message) -> None:
    wire.on("GET", JOB, reply({"error": {"code": status, "message": message}}, status=status))
    with pytest.raises(Unreachable, match="does not accept the key"):
        poll(wire)


@pytest.mark.parametrize("trouble", ["drop", "cut"])
def test_a_poll_is_repeated_through_passing_trouble(wire, reply, trouble) -> None:
    wire.on(
        "GET",
        JOB,
        reply({"x": "y" * 500}, trouble=trouble),
        reply({}, status=503),
        reply(job("in_progress")),
    )
    assert poll(wire, Timeouts(free=10)) == Running()
    assert wire.count("GET") == 3


def test_a_hanging_poll_is_given_up_and_tried_again(wire, reply) -> None:
    wire.on("GET", JOB, reply(trouble="hang"), reply(job("in_progress")))
    assert poll(wire) == Running()


def test_a_rate_limited_poll_waits_as_long_as_it_is_told(wire, reply) -> None:
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.6s"}
    body = {"error": {"code": 429, "message": "slow", "details": [info]}}
    wire.on("GET", JOB, reply(body, status=429), reply(job("in_progress")))
    started = time.monotonic()
    assert poll(wire, Timeouts(free=10)) == Running()
    assert time.monotonic() - started >= 0.6


def test_a_broken_download_begins_again_and_is_never_taken_for_the_clip(wire, reply) -> None:
    wire.on("GET", JOB, reply(job("completed", video(uri=URI))))
    wire.on("GET", FILE, reply(MP4, trouble="cut"), reply({}, status=500), reply(MP4))
    assert poll(wire, Timeouts(download=10)).data == MP4
    assert wire.count("GET", "download") == 3


@pytest.mark.parametrize("trouble", ["drop", "hang", "cut"])
def test_a_service_that_stays_away_is_unreachable_within_the_time(wire, reply, trouble) -> None:
    wire.on("GET", JOB, reply(job("completed", video(uri=URI))))
    wire.on("GET", FILE, reply(MP4, trouble=trouble))
    with pytest.raises(Unreachable, match="download files/v1abc"):
        poll(wire)


def test_a_clip_that_is_gone_does_not_read_as_if_nothing_was_billed(wire, reply) -> None:
    wire.on("GET", JOB, reply(job("completed", video(uri=URI))))
    wire.on("GET", FILE, reply({"error": {"code": 403, "message": "gone"}}, status=403))
    with pytest.raises(Unreachable):
        poll(wire)


def test_models_are_listed_over_all_pages(wire, reply) -> None:
    wire.on("GET", "pageToken=two", reply({"models": [{"name": "models/b"}]}))
    wire.on("GET", "/v1/models", reply({"models": [{"name": "models/a"}], "nextPageToken": "two"}))
    assert call(wire, lambda service: service.list_models("developer")) == ["a", "b"]


def test_a_good_key_passes_and_a_bad_one_is_named(wire, reply) -> None:
    no = {"error": {"code": 400, "message": "API key not valid. Please pass a valid API key."}}
    wire.on("GET", "/v1/models", reply({"models": []}), reply(no, status=400))
    assert call(wire, lambda service: service.list_models("developer")) == []
    with pytest.raises(Rejected, match="does not accept the key"):
        call(wire, lambda service: service.list_models("developer"))


def test_an_endpoint_that_is_down_is_unreachable(free_port) -> None:
    async def go() -> None:
        async with at(f"http://127.0.0.1:{free_port()}", QUICK) as service:
            await service.list_models("developer")

    with pytest.raises(Unreachable) as caught:
        asyncio.run(go())
    assert isinstance(caught.value, ServiceUnavailable)


def test_an_endpoint_that_is_no_model_service_is_named(wire, reply) -> None:
    page = reply(b"<html>", headers={"content-type": "text/html"})
    wire.on("GET", "/v1/", page)
    with pytest.raises(Rejected, match="does not answer like a model service"):
        call(wire, lambda service: service.list_models("developer"))
    with pytest.raises(Unreachable, match="does not answer like a model service"):
        poll(wire)


def test_it_is_used_within_its_context_only() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        asyncio.run(at("").poll(VIDEO, "j1"))
